"""What a rule is, and how its match is read: named groups, looked up in the lexicon of its language.

A rule is a pattern and a function from what it matched and the anchor to an interval (None: found, but not
to be resolved, as "hier" in a dispatch dated by its month only). Groups mean the same in every language:
``d`` day, ``m`` month, ``y`` year, ``w`` weekday, ``n`` number, ``d0``, ``m0``, ``y0``, ``w0`` those of the
first of two; ``unit``, ``season``, ``near`` (a word such as "hier"), ``part`` (a word such as "fin"),
``side`` (such as "dernier").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.temporal.values import Anchor, Interval, Unit

Kind = Literal["date", "duration", "frequency", "vague"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, in lower case. Months count from 1, weekdays from 0, Monday.

    ``sides`` and ``parts`` are known by how they begin: ("derni", -1), ("fin", "end"). ``seasons`` are
    first and last month, counted from January of their year. ``days_after``: days from the day spoken of
    before.
    """

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, Unit]
    sides: Mapping[str, int]
    parts: Mapping[str, Literal["start", "middle", "end", "within"]]
    ordinals: Mapping[str, int] = field(default_factory=dict)
    seasons: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    days_away: Mapping[str, int] = field(default_factory=dict)
    days_after: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parts:
    """A match, read with its language's lexicon. Groups that are absent or empty read as None, "" or 0."""

    match: re.Match[str]
    lexicon: Lexicon

    def text(self, name: str) -> str:
        """What a group matched, in lower case."""
        return " ".join((self.match.groupdict().get(name) or "").casefold().split())

    def year(self, name: str = "y") -> int | None:
        """A year in digits."""
        text = self.text(name)
        return int(text) if text else None

    def month(self, name: str = "m") -> int:
        """The month, by its name or number; 0 when there is none."""
        text = self.text(name).rstrip(".")
        return int(text) if text.isdigit() else self.lexicon.months.get(text, 0)

    def day(self, name: str = "d") -> int:
        """The day of the month: its digits, or the first ("premier")."""
        digits = re.match(r"\d+", self.text(name))
        return int(digits[0]) if digits else 1

    def weekday(self, name: str = "w") -> int | None:
        """0 for Monday."""
        return self.lexicon.weekdays.get(self.text(name))

    def number(self) -> int:
        """A count; 0 where the words give none ("quelques")."""
        text = self.text("n")
        return int(text) if text.isdigit() else self.lexicon.numbers.get(text, 0)

    def unit(self) -> Unit:
        """The unit of time."""
        return self.lexicon.units[self.text("unit")]

    def offset(self) -> int:
        """-1 for the last one, 1 for the next one, else 0."""
        text = self.text("side")
        return next((n for start, n in self.lexicon.sides.items() if text.startswith(start)), 0)

    def part(self) -> str:
        """``start``, ``middle``, ``end`` or ``within``."""
        text = self.text("part")
        return next((p for start, p in self.lexicon.parts.items() if text.startswith(start)), "within")


Resolver = Callable[[Parts, Anchor], Interval | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` finds expressions of one ``kind``; of matches that overlap the longest counts."""

    kind: Kind
    pattern: re.Pattern[str]
    resolve: Resolver


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language: its rules, what opens an interval before or after it, and what shows a verb's tense.

    ``since`` and ``until`` match the words in front of an expression, up to it ("depuis ", "d'ici ");
    ``ahead`` and ``behind`` those that leave out what is over or has not begun; ``range_start`` those in
    front of the first of two and ``range_middle`` what stands between them ("entre", " et ").
    """

    lexicon: Lexicon
    rules: tuple[Rule, ...]
    since: re.Pattern[str]
    until: re.Pattern[str]
    range_start: re.Pattern[str]
    range_middle: re.Pattern[str]
    future: re.Pattern[str]
    past: re.Pattern[str]
    ahead: re.Pattern[str] | None = None
    behind: re.Pattern[str] | None = None


def compiled(pattern: str) -> re.Pattern[str]:
    """Between word boundaries, without regard to case; a blank stands for any white space.

    A capital may follow at once (agencies' texts lose the line break after a heading); "-là" may not.
    """
    whole = rf"(?<![\w-])(?:{pattern})(?-i:(?![\da-zß-öø-ÿœ_]))(?!-là)"
    return re.compile(whole.replace(" ", r"\s"), re.IGNORECASE)


def before(pattern: str) -> re.Pattern[str]:
    """What stands right in front of an expression."""
    return re.compile(rf"(?<![\w-])(?:{pattern})$".replace(" ", r"\s"), re.IGNORECASE)


def no_date(_: Parts, __: Anchor) -> Interval | None:
    """For durations and frequencies."""
    return None
