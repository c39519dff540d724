"""The names that a question asks about, and whether a dispatch has any of them.

A dispatch that has none of the names of a question speaks of something else, however alike the rest is. Of
the 3,696 questions of ``train.fr`` and ``dev.fr`` that have names, 1.4 % are answered by an article with none
of them, most in the way of "Tokyo" for Japan's government. Spellings may differ: a word that begins alike is
enough ("chinois" for "Chine"), or a capitalised one much alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher, get_close_matches

from qa.temporal.questions import language_of
from qa.types import Hit

# Inside a sentence, not all in capitals (an acronym is often spelt out), no Roman number.
_NAME = re.compile(r"(?<![.!?:…»\"]\s)(?<!^)(?<!\w)(?![IVXLC]+(?:e|er|ème)?\b)[A-ZÀ-ÖØ-Þ][a-zà-ÿœ][\w-]*")
_LIGATURES = (("œ", "oe"), ("Œ", "Oe"), ("æ", "ae"), ("đ", "d"), ("Đ", "D"), ("ß", "ss"))
# The kind of thing that another name names: "Convention de Hanoï" asks about Hanoï.
_KIND = re.compile(r"\b[A-ZÀ-ÖØ-Þ]\w*[a-zà-ÿ]\w* (?=(?:de la |de l['’]|du |des |de |d['’])[A-ZÀ-ÖØ-Þ])")
_CAPITALISED = re.compile(r"\b[A-Z]\w{2,}")
_FIRST_LETTERS = 4
_DERIVED = 0.65
_MISSPELT = 0.75
# In a title, every word may be.
_MOST_CAPITALISED = 0.6


def names_asked(question: str) -> tuple[str, ...]:
    """The names in a French question, folded; those of other languages may be written otherwise."""
    # "Hong-Kong" is also written without the hyphen.
    parts = [part for name in _names(question) for part in _ascii(name).lower().split("-")]
    return tuple(dict.fromkeys(part for part in parts if len(part) > 2))


def _names(question: str) -> list[str]:
    found = [name for name in _NAME.findall(_KIND.sub("_ ", question)) if len(name) > 2]
    words = re.findall(r"\w{3,}", question)
    titled = len(found) > _MOST_CAPITALISED * len(words)
    return [] if titled or language_of(question) != "fr" else found


def names_nowhere(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The names in a question, as it has them, where the dispatches of the hits have none of them."""
    return () if speaking_of(question, hits) else tuple(dict.fromkeys(_names(question)))


def speaking_of(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits whose dispatches have a name that the question has, in their order; all where it has none."""
    names = names_asked(question)
    if not names:
        return list(hits)
    judged: dict[str, bool] = {}
    for hit in hits:
        known = hit.dispatch.id in judged
        judged[hit.dispatch.id] = judged[hit.dispatch.id] if known else _has(hit, names)
    return [hit for hit in hits if judged[hit.dispatch.id]]


def _has(hit: Hit, names: Sequence[str]) -> bool:
    text = _ascii(f"{hit.dispatch.title}\n{hit.dispatch.body}")
    plain = text.lower()
    if any(_begins_alike(name, plain) for name in names):
        return True
    others = {word.lower() for word in _CAPITALISED.findall(text)}
    return any(_misspelt(name, others) for name in names)


def _misspelt(name: str, others: Collection[str]) -> bool:
    like = sorted(word for word in others if word[0] == name[0])
    return bool(get_close_matches(name, like, n=1, cutoff=_MISSPELT))


def _ascii(text: str) -> str:
    """Letters without accents; what is of no Latin script is left out. Fast: dispatches are read whole."""
    for letter, plain in _LIGATURES:
        text = text.replace(letter, plain)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _begins_alike(name: str, text: str) -> bool:
    """Whether a text has the name or a word from it: "chinois", but "général" is none of "Genève"."""
    begun = frozenset(re.findall(rf"\b{re.escape(name[:_FIRST_LETTERS])}\w*", text))
    return any(
        word.startswith(name) or SequenceMatcher(None, name, word).ratio() >= _DERIVED for word in begun
    )
