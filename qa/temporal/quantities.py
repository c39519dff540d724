"""Quantities in French press text as ranges: "13 blessés" is 13, "une dizaine" about ten, "plus de 100" more.

How wide an approximation is, is a convention: a tenth around "environ", a third around a round noun ("une
dizaine"), up to half as much again for "plus de", three quarters of it at least for "près de", up to three
times as much for "au moins", which is said of tolls that still rise. An hour of the clock ("vers 3h15")
counts the minutes since midnight, "vers" ten of them either way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.temporal.french import LEXICON

_SCALES = {
    "mille": 1e3,
    "milliers": 1e3,
    "millier": 1e3,
    "million": 1e6,
    "millions": 1e6,
    "milliard": 1e9,
    "milliards": 1e9,
}
_ROUND = {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
          "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000}  # fmt: skip
_ROUND_SEVERAL = {"dizaines": 10, "centaines": 100, "milliers": 1000}
_WORDS = {w: n for w, n in LEXICON.numbers.items() if not w.startswith("un")}
# What stands in front of a number, and how far below and above it the quantity may be.
_BOUNDS: tuple[tuple[str, float, float], ...] = (
    (r"pas moins d(?:e|['’])|(?:un peu )?plus d(?:e|['’])|au-delà d(?:e|['’])|supérieure?s? à", 1.0, 1.5),
    (r"(?:dépass|exc[éè]d)\w+(?: l(?:es?|a)\b)?|franchi\w* (?:la barre|le cap|le seuil) d(?:es?|['’])",
     1.0, 1.5),
    (r"au moins", 1.0, 3.0),
    (r"près d(?:es?|['’])|presque|frôl\w+|pas loin d(?:e|['’])", 0.75, 1.0),
    (r"moins d(?:e|['’])|au plus|au maximum|jusqu['’]à|inférieure?s? à", 0.5, 1.0),
    (r"environ|quelque|à peu près|(?:autour|aux alentours|de l['’]ordre) d(?:e|['’])|avoisin\w+", 0.9, 1.1),
)  # fmt: skip
# These belong to the sentence, not to the count.
_VERBS = re.compile(r"(?:dépass|exc|franchi|frôl|avoisin|supérieur|inférieur)\w*", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:\b(?P<bound>" + "|".join(p for p, *_ in _BOUNDS).replace(" ", r"\s")
    + r")\s{0,3})?(?:(?<![\w.,])(?<!\d\sà\s)(?<!\d\sou\s)"
    r"(?P<digits>\d{1,3}(?:[\s.]\d{3})+(?!\d)|\d+(?:,\d+)?)"
    r"(?!\.\d|\s(?:à|ou)\s\d)"
    r"|une?\s(?P<round>"
    + "|".join(_ROUND) + r")\b|(?:des|plusieurs|quelques)\s(?P<several>" + "|".join(_ROUND_SEVERAL)
    + r")\b|(?<![\w-])(?P<word>" + "|".join(sorted(_WORDS, key=len, reverse=True))
    + r")(?![\w-])(?!\s(?:et\sun|cents?|à\s\w|ou\s\w)))"
    r"(?:\s(?P<scale>mille|milliers?|millions?|milliards?)\b)?(?:\sd['’e]\s?)?"
    # An adjective counts nothing: "3 nouveaux cas" are cases.
    r"(?:\s(?:nouve(?:aux?|lles?)|autres?|grande?s?|jeunes|premi\w+|derni\w+))?\s?(?P<unit>%|€|[^\W\d]+)?",
    re.IGNORECASE,
)  # fmt: skip
# "31e" and "3h40" count nothing.
_ORDINAL = re.compile(r"(?:e|è|er|ème|re|ère|\s?h\s?\d*|h\w*)\b")
_MONEY = {"euro": "€", "euros": "€"}
# What agencies call the same things in turn; the first stands for all.
_SYNONYMS = {
    other: first
    for first, *others in (
        group.split()
        for group in (
            "mort décè tué décédé", "prisonnier détenu captif", "maison habitation", "passager voyageur",
            "client abonné", "salarié employé", "élève écolier", "soldat militaire", "bateau navire",
            "arrestation interpellation", "personne gen individu",
        )
    )
    for other in others
}  # fmt: skip
_ASKED = re.compile(
    r"\b(?:combien|nombre) d(?:e\s|['’])\s?"
    r"(?:(?:nouve|autre|grand|bon|petit)\w*\s|milli\w+\sd(?:e\s|['’]))?"
    r"(?!(?:temps|entre|sont|ont|argent|fois|place)\b)([^\W\d]{3,})",
    re.IGNORECASE,
)
# An hour stands behind a preposition; without one, or before "de débat", it is a duration.
_CLOCK = re.compile(
    r"(?<![\w'’-])(?<!d)(?:(?P<about>vers|aux alentours de|autour de|peu (?:avant|après))|à)\s"
    r"(?:(?P<hour>[01]?\d|2[0-3])\s?(?:h(?:\s?(?P<minute>[0-5]\d))?|heures?(?:\s(?P<past>[0-5]\d))?)(?![\w/])(?![.,\s]?\d)"
    r"|(?P<noon>(?-i:midi|minuit))\b)(?!\s(?:d(?:e|u|es)\b|d['’]|plus\b|sur\b|par\b|GMT|TU\b|UTC))",
    re.IGNORECASE,
)
# "de 8h00 à 18h00" is no one hour.
_FROM_HOUR = re.compile(r"\b(?:de|entre)\s\S{1,8}(?:\sheures?)?\s$")
_ABOUT_MINUTES = 10
_PART_OF_DAY = re.compile(
    r"\b(?:matin(?:ée)?|(?:après-|mi-)?midi|mi-journée|soir(?:ée)?|nuit|aube)\b", re.IGNORECASE
)
_FRONT = 25
OF_THE_CLOCK = "heure de l'horloge"


@dataclass(frozen=True, slots=True)
class Quantity:
    """From ``low`` to ``high``, equal when exact; ``unit`` is the word that is counted, folded."""

    low: float
    high: float
    unit: str

    def contains(self, other: Quantity) -> bool:
        """Whether the other lies within this."""
        return self.low <= other.low and other.high <= self.high


_Found = tuple[tuple[int, int], Quantity]


def quantities(text: str) -> Iterator[tuple[tuple[int, int], Quantity]]:
    """Every quantity of a text with its span, bound and unit included; ordinals ("31e") are none."""
    hours = list(_hours(text))
    yield from sorted((*hours, *_counts(text, hours)), key=lambda found: found[0])


def _counts(text: str, hours: Sequence[_Found]) -> Iterator[_Found]:
    for match in _NUMBER.finditer(text):
        of_an_hour = any(a < match.end() and match.start() < b for (a, b), _ in hours)
        if not of_an_hour and not _ORDINAL.match(text, match.end("digits")):
            start, end = match.span()
            start = match.end("bound") if _VERBS.match(match["bound"] or "") else start
            said = match.string[start:end]
            yield (end - len(said.lstrip()), start + len(said.rstrip())), _quantity(match)


def _hours(text: str) -> Iterator[_Found]:
    """Hours of the clock, as minutes since midnight."""
    for match in _CLOCK.finditer(text):
        if not _FROM_HOUR.search(text, max(0, match.start() - _FRONT), match.start()):
            noon = 720 if match["noon"] == "midi" else 0
            minute = match["minute"] or match["past"] or 0
            at = float(60 * int(match["hour"]) + int(minute) if match["hour"] else noon)
            wide = _ABOUT_MINUTES if match["about"] else 0
            yield match.span(), Quantity(at - wide, at + wide, OF_THE_CLOCK)


def quantity_at(text: str, start: int, end: int) -> Quantity | None:
    """The first quantity that shares characters with the span ``text[start:end]``."""
    return next((q for (a, b), q in quantities(text) if a < end and start < b), None)


def clock_of(text: str) -> Quantity | None:
    """The first hour of the clock that a text tells."""
    return next((hour for _, hour in _hours(text)), None)


def hour_told(text: str) -> int:
    """How exactly a text tells the hour: 2 by the clock, 1 by the part of the day, 0 not at all."""
    if clock_of(text):
        return 2
    return 1 if _PART_OF_DAY.search(text) else 0


def asked_unit(question: str) -> str | None:
    """What a French question asks to count, as units are written here: "Combien de maisons" maison."""
    match = _ASKED.search(question)
    return _unit(match[1]) if match else None


def _unit(word: str) -> str:
    word = word.lower()
    singular = _MONEY.get(word, word.rstrip("sx"))
    return _SYNONYMS.get(singular, singular)


def _quantity(match: re.Match[str]) -> Quantity:
    low, high = _range(match)
    scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
    return Quantity(low * scale, high * scale, _unit(match["unit"] or ""))


def _range(match: re.Match[str]) -> tuple[float, float]:
    if match["several"]:
        size = _ROUND_SEVERAL[match["several"].lower()]
        return 2.0 * size, 9.9 * size
    if match["round"]:
        size = _ROUND[match["round"].lower()]
        low, high = float(math.floor(size * 2 / 3)), float(math.ceil(size * 4 / 3))
    else:
        low = high = _value(match)
    below, above = next(
        ((b, a) for pattern, b, a in _BOUNDS if re.fullmatch(pattern, match["bound"] or "", re.IGNORECASE)),
        (1.0, 1.0),
    )
    return low * below, high * above


def _value(match: re.Match[str]) -> float:
    if match["word"]:
        return float(_WORDS[match["word"].lower()])
    return float(re.sub(r"[\s.]", "", match["digits"]).replace(",", "."))
