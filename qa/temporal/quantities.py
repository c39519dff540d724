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
_ABOVE, _BELOW = (1.0, 1.5), (0.5, 1.0)
_THE = r"(?:\s(?:les?|la|des?))?(?:\s?(?:barre|cap|seuil)(?:\s\w+)?\sd(?:es?|['’]))?"
_OR_EQUAL = r"(?:\sou\ség(?:ale?s?|aux))?"
_BOUNDS: tuple[tuple[re.Pattern[str], tuple[float, float]], ...] = tuple(
    (re.compile(pattern.replace(" ", r"\s"), re.IGNORECASE), around)
    for pattern, around in (
        (r"pas plus d(?:es?|['’])", _BELOW),
        (r"pas moins d(?:es?|['’])|(?:un peu )?plus d(?:es?|['’])|au-delà d(?:es?|['’])", _ABOVE),
        (rf"supérieure?s?{_OR_EQUAL} (?:à|aux)", _ABOVE),
        (rf"(?:dépass|exc[éè]d)\w+(?! d[e'’]){_THE}|franchi\w*{_THE}", _ABOVE),
        (r"passé\w* (?:la barre|le cap|le seuil) d(?:es?|['’])", _ABOVE),
        (r"au moins", (1.0, 3.0)),
        (rf"près d(?:es?|['’])|presque|frôl\w+{_THE}|pas loin d(?:es?|['’])", (0.75, 1.0)),
        (r"moins d(?:es?|['’])|au plus|au maximum|jusqu['’]à", _BELOW),
        (rf"inférieure?s?{_OR_EQUAL} (?:à|aux)", _BELOW),
        (rf"environ|quelque|à peu près|avoisin\w+{_THE}", (0.9, 1.1)),
        (r"(?:autour|aux alentours|de l['’]ordre) d(?:es?|['’])", (0.9, 1.1)),
    )
)  # fmt: skip
# These belong to the sentence, not to the count; denied, they bound from the other side.
_VERBS = re.compile(r"(?:dépass|exc|franchi|passé|frôl|avoisin|supérieur|inférieur)\w*", re.IGNORECASE)
_DENIED = re.compile(r"(?:\bn(?:e\s|['’])|\b(?:sans|jamais|pas)\s)(?:\w+\s){0,3}$", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:\b(?P<bound>" + "|".join(p.pattern for p, _ in _BOUNDS)
    + r")\s{0,3})?(?:(?<![\w.,])(?<!\d\sà\s)(?<!\d\sou\s)"
    r"(?P<digits>\d{1,3}(?:[\s.]\d{3})+(?!\d)|\d+(?:,\d+)?)"
    r"(?!\.\d|\s(?:à|ou)\s\d)"
    r"|une?\s(?P<round>"
    + "|".join(_ROUND) + r")\b|(?:des|plusieurs|quelques)\s(?P<several>" + "|".join(_ROUND_SEVERAL)
    + r")\b|(?<![\w-])(?P<word>" + "|".join(sorted(_WORDS, key=len, reverse=True))
    + r")(?![\w-])(?!\s(?:et\sun|cents?|à\s\w|ou\s\w)))"
    r"(?:\s(?P<scale>mille|milliers?|millions?|milliards?)\b)?(?:\sd(?:['’]|e\s))?"
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
    r"(?<![\w'’-])(?<!d)(?:(?P<about>vers|aux alentours de|autour de|peu (?:avant|après))"
    r"|à(?:\spartir\sde)?|dès)\s"
    r"(?:(?P<hour>[01]?\d|2[0-3])\s?(?:h(?:\s?(?P<minute>[0-5]\d))?|heures?(?:\s(?P<past>[0-5]\d))?)(?![\w/])(?![.,\s]?\d)"
    r"|(?P<noon>(?-i:midi|minuit))\b)(?!\s(?:d(?:e|es|u(?!\s(?:matin|soir)\b))\b|d['’]|plus\b|sur\b|par\b|GMT|TU\b|UTC))",
    re.IGNORECASE,
)
# "de 8h00 à 18h00" is no one hour.
_FROM_HOUR = re.compile(r"\b(?:de|entre)\s\S{1,8}(?:\sheures?)?\s$")
_ABOUT_MINUTES = 10
# In minutes since midnight; "soir" is said from the late afternoon on.
_PARTS_OF_DAY = {
    "matin": (0.0, 780.0), "midi": (660.0, 840.0), "après-midi": (720.0, 1200.0), "soir": (960.0, 1440.0),
}  # fmt: skip
_PART_OF_DAY = re.compile(r"\b(?:(matin|soir)(?:é?e)?|(après-midi|midi))\b")
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
    """Every quantity of a text with its span, unit included and what bounds it but for verbs.

    Ordinals ("31e") are none.
    """
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


def hour_of(text: str) -> Quantity | None:
    """The first hour of the clock of a text, else the part of the day that it names, as minutes."""
    part = _PART_OF_DAY.search(text)
    return clock_of(text) or (Quantity(*_PARTS_OF_DAY[part[1] or part[2]], OF_THE_CLOCK) if part else None)


def hour_right_after(text: str, at: int) -> int | None:
    """Where an hour of the clock that follows at once ends: "le 3 juin| à 18h00"."""
    match = _CLOCK.match(text, at + 1)
    return match.end() if match and text[at].isspace() else None


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
    bound = _bound(match)
    if match["round"]:
        # "plus d'une centaine" is no less than a hundred.
        size = _ROUND[match["round"].lower()]
        low, high = bound or (2 / 3, 4 / 3)
        return (size * low, size * high) if bound else (math.floor(size * low), math.ceil(size * high))
    low, high = bound or (1.0, 1.0)
    return _value(match) * low, _value(match) * high


def _bound(match: re.Match[str]) -> tuple[float, float] | None:
    said = match["bound"]
    if not said:
        return None
    around = next(around for pattern, around in _BOUNDS if pattern.fullmatch(said))
    front = match.string[max(0, match.start() - _FRONT) : match.start()]
    return _BELOW if around is _ABOVE and _VERBS.match(said) and _DENIED.search(front) else around


def _value(match: re.Match[str]) -> float:
    if match["word"]:
        return float(_WORDS[match["word"].lower()])
    return float(re.sub(r"[\s.]", "", match["digits"]).replace(",", "."))
