"""The language that a dispatch is written in, by py3langid (Lui & Baldwin 2012, "langid.py").

Asked once a dispatch, when it is indexed: what ``--language`` filters by.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

USUAL = "fr"
# Those that agencies write in and the encoder has words for: a list of names is no Ligurian.
LANGUAGES = (
    "ar", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id",
    "it", "ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
# Fewer letters, or a likelihood below, tell too little.
_LETTERS = 60
_SURE = 0.95
_READ = 2_000
# A fifth of French words are these, next to none of other languages': where they are many, the detector,
# which takes half a second to load, is not asked.
_FRENCH = frozenset("les des du et une dans pour sur au aux qui est à le son ses par ont été".split())
_MANY = 0.12


def language_of(text: str) -> str:
    """ISO 639-1, one of ``LANGUAGES``; ``USUAL`` where the text is too short or mixed to tell."""
    read = text[:_READ]
    if sum(c.isalpha() for c in read) < _LETTERS:
        return USUAL
    words = read.lower().split()
    if sum(w in _FRENCH for w in words) >= _MANY * len(words):
        return USUAL
    language, likely = _identifier().classify(read)
    return str(language) if likely >= _SURE else USUAL


@lru_cache(maxsize=1)
def _identifier() -> Any:  # noqa: ANN401
    """Loaded when the first dispatch is read: it takes most of a second, and asking needs none."""
    from py3langid import langid

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
