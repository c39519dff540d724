"""Terms that know French, for BM25: those of a text, and those of a question.

Both sides go the same way: compatibility forms, ligatures and accents folded, both apostrophes, elision
(l', d', qu', jusqu'...), numbers with inner blanks joined ("1 000"), points of acronyms dropped
(O.N.U.), Snowball's French stemmer (Porter 2001). Words of other languages pass through the same folding
on both sides, so they still match themselves. ``qa.lexical_index`` keeps and scores them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "đ": "d", "ß": "ss"}
)
_ACRONYM = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?")
# Folding has made the narrow and the non-breaking blanks plain ones. "2024 250" is two numbers.
_GROUPED_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)")
_ELISION = re.compile(r"\b(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu|presqu|quelqu)'(?=\w)")
_WORD = re.compile(r"\w+")
# Words that any French or English question holds. Negations stay: they may be what is asked.
_STOP = frozenset(
    """a au aux avec ce ces cet cette dans de des du elle elles en est et eu il ils je la le les
    leur leurs lui ma mais me mes mon nos notre nous on ou par pour qu que qui quoi sa se ses son
    sont sur ta te tes toi ton tu un une vos votre vous y d l c s t n m j quel quelle quels quelles
    ete etre fait faire comment combien quand dont lequel laquelle lesquels lesquelles ont avait
    avaient etait etaient sera seront the of and to in is was were are be been an at by for from has
    have had it its that this what when where which who whom why how did do does with""".split()
)
# Two syllables of a name written apart, as Vietnamese writes them and French does not: "Hà Nội", "Viet Nam".
_SYLLABLES = re.compile(r"\b(?=(\w{1,5})[ -](\w{1,5})\b)")
_stemmer = snowballstemmer.stemmer("french")


def fold(text: str) -> str:
    """Lower case, no accents, no ligatures, one kind of apostrophe."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).replace("\u2019", "'")


def words(text: str) -> list[str]:
    """Folded words without elided articles; stop-words and word forms are still there."""
    folded = _GROUPED_NUMBER.sub(lambda m: m.group().replace(" ", ""), fold(text))
    folded = _ACRONYM.sub(lambda m: m.group().replace(".", "") + " ", folded)
    return _WORD.findall(_ELISION.sub("", folded))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Snowball's French stem of a folded word; short words and numbers stay as they are."""
    if len(word) < 4 or not word.isalpha() or not word.isascii():
        return word
    return str(_stemmer.stemWord(word))


def terms(text: str) -> str:
    """What is indexed of a text: its stems, blank-separated."""
    return " ".join(stem(w) for w in words(text) if w not in _STOP)


def question_terms(question: str) -> list[str]:
    """What a question is searched by: its stems, each once; empty when it has no word at all."""
    found = words(question)
    kept = [w for w in found if w not in _STOP] or found
    return list(dict.fromkeys(stem(w) for w in [*kept, *_joined(question)]))


def _joined(question: str) -> list[str]:
    """Its two-syllable names as French writes them: "hanoi" for "Hà Nội"."""
    pairs = _SYLLABLES.findall(unicodedata.normalize("NFC", question))
    names = [tuple(map(fold, pair)) for pair in pairs if all(part[0].isupper() for part in pair)]
    return ["".join(name) for name in names if _STOP.isdisjoint(name)]
