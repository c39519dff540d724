"""Text as the metrics compare it: SQuAD's normalisation, made for French.

Promises that two spans which a reader would call the same compare equal, whatever their typography,
and that accents count: ``côté`` is not ``cote``.
"""

from __future__ import annotations

import re
import string
import unicodedata

_APOSTROPHES = "’‘‛ʼ′´`＇"
_QUOTES = "«»“”„‟‹›＂"
_DASHES = "‐‑‒–—―−﹣－"
_UNIFIED = str.maketrans(
    {**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-")}
)

# SQuAD deletes punctuation first, so the words of a compound never count as articles. Elision obliges us
# to look for articles first, hence the guard on hyphens: "Île-de-France" keeps its "de".
_ELIDED = re.compile(r"(?<![\w-])[ld]'\s*")
_FRENCH = re.compile(r"(?<![\w-])(?:le|la|les|un|une|des|du|de)(?![\w-])")
_ENGLISH = re.compile(r"(?<![\w-])(?:a|an|the)(?![\w-])")


def unify(text: str) -> str:
    """Lower case, one apostrophe, one quotation mark, one dash, single plain spaces, composed accents.

    Invisible characters (soft hyphen, zero-width space, byte order mark) are dropped; nothing else is.
    """
    plain = unicodedata.normalize("NFC", text).lower().translate(_UNIFIED)
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


def normalise(text: str, lang: str = "fr") -> str:
    """Return ``text`` as exact match and F1 compare it.

    Unified (see ``unify``), without the articles le, la, les, l', un, une, des, du, de, d', without
    punctuation, single spaces. For ``lang="en"`` a, an and the go too; in French they are words ("un an",
    "il a"). Accents stay. After SQuAD's ``normalize_answer`` (Rajpurkar et al. 2016), as MLQA (Lewis et
    al. 2020) carried it to other languages: punctuation is Unicode's P and ASCII's.
    """
    bare = _FRENCH.sub(" ", _ELIDED.sub(" ", unify(text)))
    if lang == "en":
        bare = _ENGLISH.sub(" ", bare)
    return " ".join("".join(c for c in bare if not _is_punctuation(c)).split())


def tokens(text: str, lang: str = "fr") -> list[str]:
    """Return the words of ``normalise(text, lang)``; an empty list where nothing is left."""
    return normalise(text, lang).split()


def contains(text: str, answer: str) -> bool:
    """Whether ``answer`` stands in ``text`` as whole words, whatever the typography.

    "ONU" is not in "ONUDC"; a blank answer stands nowhere.
    """
    wanted = unify(answer)
    if not wanted:
        return False
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", unify(text)) is not None


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")
