"""Intervals of time at the precision that words give, written in EDTF, and calendar arithmetic on them.

EDTF levels 0 and 1 (ISO 8601-2:2019): ``2025``, ``2025-10``, ``2025-10-25/2025-10-26``, ``2015/..``. Both
ends are included. Everything here is total: what the calendar does not have is None, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from qa.dates import PartialDate

Tense = Literal["past", "future", "unknown"]
Unit = Literal["day", "week", "month", "year"]

_FIRST_YEAR, _LAST_YEAR = 1, 9998
_MONTHS = 12
_AGAINST_TENSE = 150  # days


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` to ``end``, each with its precision; None: open. ``str()`` is EDTF."""

    start: PartialDate | None
    end: PartialDate | None

    @property
    def first(self) -> date:
        """The first day it may touch."""
        return self.start.first if self.start else date.min

    @property
    def last(self) -> date:
        """The last day it may touch."""
        return self.end.last if self.end else date.max

    def contains(self, other: Interval) -> bool:
        """Whether every day of the other is one of this."""
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Interval) -> bool:
        """Whether they share a day."""
        return self.first <= other.last and other.first <= self.last

    @property
    def days(self) -> int:
        """How many days; an open interval has more than any other."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        start, end = (str(d) if d else ".." for d in (self.start, self.end))
        return start if start == end else f"{start}/{end}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an expression is resolved against.

    ``published`` is the dispatch's date, month-only at worst useful for months; ``tense`` that of the verb
    nearest to the expression; ``before`` the interval of the expression before it ("la veille"). With
    ``side`` what was over at publication is not meant ("d'ici mars"), or what had not begun ("depuis mars").
    """

    published: PartialDate | None
    tense: Tense = "unknown"
    before: Interval | None = None
    side: Literal["ahead", "behind"] | None = None

    @property
    def day(self) -> date | None:
        """The day of publication, where it is known to the day."""
        return self.published.first if self.published and self.published.day else None

    @property
    def month(self) -> PartialDate | None:
        """The month of publication, where it is known to the month."""
        known = self.published
        return PartialDate(known.year, known.month) if known and known.month else None

    @property
    def year(self) -> int | None:
        """The year of publication."""
        return self.published.year if self.published else None


def of_day(day: date) -> Interval:
    """One day."""
    value = PartialDate(day.year, day.month, day.day)
    return Interval(value, value)


def of_days(first: date, last: date) -> Interval | None:
    """From one day to another; None when it ends before it starts."""
    return Interval(of_day(first).start, of_day(last).start) if first <= last else None


def of_month(year: int, month: int) -> Interval:
    """A month; ``month`` may lie outside 1..12 and then counts into other years."""
    value = shifted(PartialDate(year, 1), month - 1)
    return Interval(value, value)


def of_months(year: int, first: int, last: int) -> Interval:
    """From one month of a year to another, counted as in ``of_month``."""
    return Interval(of_month(year, first).start, of_month(year, last).start)


def of_year(year: int) -> Interval | None:
    """A year; None outside the calendar."""
    return of_years(year, year)


def of_years(first: int, last: int) -> Interval | None:
    """From one year to another; None outside the calendar or when it ends before it starts."""
    if not _FIRST_YEAR <= first <= last <= _LAST_YEAR:
        return None
    return Interval(PartialDate(first), PartialDate(last))


def shifted(month: PartialDate, by: int) -> PartialDate:
    """So many months later; the calendar's first or last year beyond it."""
    count = month.year * _MONTHS + (month.month or 1) - 1 + by
    year = min(max(count // _MONTHS, _FIRST_YEAR), _LAST_YEAR)
    return PartialDate(year, count % _MONTHS + 1)


def calendar_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def later(day: date, days: int) -> date | None:
    """So many days later (earlier when negative), or None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def week_of(day: date, weeks: int = 0) -> Interval | None:
    """Monday to Sunday of the day's week, or of one so many weeks later."""
    monday = later(day, 7 * weeks - day.weekday())
    sunday = monday and later(monday, 6)
    return of_days(monday, sunday) if monday and sunday else None


def year_after(value: Interval) -> Interval:
    """The same a year later; of the 29th of February the 28th."""

    def moved(moment: PartialDate | None) -> PartialDate | None:
        if moment is None:
            return None
        leap = (moment.month, moment.day) == (2, 29)
        return replace(moment, year=moment.year + 1, day=28 if leap else moment.day)

    return Interval(moved(value.start), moved(value.end))


def nearest(options: list[Interval], anchor: Anchor) -> Interval | None:
    """The option nearest to publication; against the verb's tense it counts as further away.

    Weighed rather than forbidden: "un report, le 29 mars" of a verb in the past is next week's, not last
    year's.
    """
    if anchor.published is None or not options:
        return None
    first, last = anchor.published.first, anchor.published.last
    if anchor.side == "ahead":
        options = [o for o in options if o.last >= first] or options
    elif anchor.side == "behind":
        options = [o for o in options if o.first <= last] or options

    def distance(option: Interval) -> tuple[int, bool]:
        after, before = (option.first - last).days, (first - option.last).days
        against = (anchor.tense == "past" and after > 0) or (anchor.tense == "future" and before > 0)
        return max(after, before, 0) + _AGAINST_TENSE * against, after > 0

    return min(options, key=distance)
