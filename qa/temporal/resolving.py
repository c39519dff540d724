"""From what a rule matched to the interval that it means: the same for every language.

Conventions (also the benchmark's, ``eval/temporal/README.md``): the start, middle and end of a year are its
first quarter, May to August and its last quarter; of a month its days 1 to 10, 11 to 20 and from 21 on. A
winter begins in the December before its year. A part of a day has the day's value.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from qa.temporal import values
from qa.temporal.rules import Parts
from qa.temporal.values import Anchor, Interval, Unit

_YEARS_AROUND = (-1, 0, 1)
_WEEK, _FORTNIGHT = 7, 15
_FRIDAY, _SATURDAY = 4, 5
_HALVES = ("semestre", "half")
_ROMAN = {"i": 1, "v": 5, "x": 10}
_PARTS_OF_YEAR = {"start": (1, 3), "middle": (5, 8), "end": (10, 12)}
_PARTS_OF_WEEK = {"start": (0, 1), "middle": (2, 3), "end": (4, 6)}


def day(p: Parts, anchor: Anchor) -> Interval | None:
    """A day with its month: "mercredi 19 mars", "le 3 octobre dernier"."""
    return one(on_day(anchor, p.year(), p.month(), p.day(), p.weekday(), p.offset()))


def days(p: Parts, anchor: Anchor) -> Interval | None:
    """From the first day to the last one; what the first leaves out, the last says."""
    month = p.month("m0") or p.month()
    # "du 3 juin 2019 au 5 juillet": the year said once is the last day's too, or the one before it.
    told = p.year("y0") if p.year() is None else None
    year_of_last = p.year() if told is None else told + (p.month() < month)
    last = on_day(anchor, year_of_last, p.month(), p.day(), p.weekday())
    if last is None:
        return None
    year = p.year("y0") or (last.year - 1 if month > last.month else last.year)
    first = values.calendar_day(year, month, p.day("d0"))
    return values.of_days(first, last) if first else None


def weekdays(p: Parts, anchor: Anchor) -> Interval | None:
    """As "samedi et dimanche", "de samedi à dimanche": the last one is near, the first before it."""
    last = on_weekday(anchor, p.weekday() or 0)
    if last is None:
        return None
    first = values.later(last, -((last.weekday() - (p.weekday("w0") or 0)) % 7))
    return values.of_days(first, last) if first else None


def one_weekday(p: Parts, anchor: Anchor) -> Interval | None:
    """As "ce mardi", "lundi dernier"."""
    which: dict[int, Literal["last", "near", "next"]] = {-1: "last", 0: "near", 1: "next"}
    return one(on_weekday(anchor, p.weekday() or 0, which[p.offset()]))


def whole_month(p: Parts, anchor: Anchor) -> Interval | None:
    """As "en octobre prochain", "mars 2025"."""
    offset, month, published = p.offset(), p.month(), anchor.month
    if offset and published and published.month == month:
        # Said within that month, "dernier" and "prochain" mean another year's.
        return values.of_month(published.year + offset, month)
    return in_month(anchor, month, p.year(), offset)


def months(p: Parts, anchor: Anchor) -> Interval | None:
    """As "de mars à juin 2019"."""
    month = p.month("m0")
    told = p.year("y0") if p.year() is None else None
    last = in_month(anchor, p.month(), p.year() if told is None else told + (p.month() < month))
    if last is None or last.end is None:
        return None
    year = p.year("y0") or (last.end.year - 1 if month > (last.end.month or 1) else last.end.year)
    return joined(values.of_month(year, month), last)


def part_of_month(p: Parts, anchor: Anchor) -> Interval | None:
    """As "fin mai"."""
    whole = in_month(anchor, p.month(), p.year(), p.offset())
    return whole and part_of(whole, p.part())


def days_of_month(p: Parts, anchor: Anchor) -> Interval | None:
    """As "la seconde quinzaine de juillet", "la dernière semaine de mai": the weeks from the 1st on."""
    whole = in_month(anchor, p.month(), p.year(), p.offset())
    if whole is None:
        return None
    number, length = p.lexicon.ordinals[p.text("n")], whole.last.day
    if p.text("unit") == "quinzaine":
        first, last = (1, _FORTNIGHT) if number == 1 else (_FORTNIGHT + 1, length)
    else:
        last = _WEEK * number or length
        first = last - _WEEK + 1
    return values.of_days(whole.first.replace(day=first), whole.first.replace(day=last))


def part_of_year(p: Parts, _: Anchor) -> Interval | None:
    """As "fin 2024"."""
    whole = values.of_year(p.year() or 0)
    return whole and part_of(whole, p.part())


def part_of(whole: Interval, part: str) -> Interval | None:
    """The start, middle or end of a month or year; all of it for ``within``."""
    start = whole.start
    if start is None or part == "within":
        return whole
    if start.month is None:
        return values.of_months(start.year, *_PARTS_OF_YEAR[part])
    days = {"start": (1, 10), "middle": (11, 20), "end": (21, monthrange(start.year, start.month)[1])}
    first, last = (date(start.year, start.month, day) for day in days[part])
    return values.of_days(first, last)


def years(p: Parts, _: Anchor) -> Interval | None:
    """As "de 2010 à 2014", "2018-19"."""
    first, last = p.text("y0"), p.text("y")
    return values.of_years(int(first), int(last if len(last) == len(first) else first[:2] + last))


def whole_year(p: Parts, _: Anchor) -> Interval | None:
    """As "en 2014"."""
    return values.of_year(p.year() or 0)


def decade(p: Parts, _: Anchor) -> Interval | None:
    """As "dans les années 1990", "les années 90"."""
    year = p.year() or 0
    year += 1900 if year < 100 else 0
    return values.of_years(year, year + 9)


def century(p: Parts, anchor: Anchor) -> Interval | None:
    """As "au XXe siècle", "le siècle dernier"."""
    number = p.number() or _roman(p.text("n")) or ((anchor.year or -99) + 99) // 100 + p.offset()
    return values.of_years(100 * number - 99, 100 * number)


def _roman(text: str) -> int:
    digits = [_ROMAN[c] for c in text if c in _ROMAN]
    return sum(-d if digits[i + 1 : i + 2] > [d] else d for i, d in enumerate(digits))


def season(p: Parts, anchor: Anchor) -> Interval | None:
    """As "cet été", "l'hiver 2019"."""
    first, last = p.lexicon.seasons[p.text("season")]
    year, now, side = p.year("y2") or p.year(), anchor.published, p.offset()
    if year is not None:
        return values.of_months(year, first, last)
    if now is None:
        return None
    options = [values.of_months(now.year + n, first, last) for n in _YEARS_AROUND]
    return _nearest(options, anchor, side)


def fraction(p: Parts, anchor: Anchor) -> Interval | None:
    """Half-years and quarters of years."""
    year = p.year() or (None if anchor.year is None else anchor.year + p.offset())
    months = 6 if p.text("unit") in _HALVES else 3
    number = p.lexicon.ordinals[p.text("n")] or 12 // months
    if year is None or number * months > 12:
        return None
    return values.of_months(year, (number - 1) * months + 1, number * months)


def near_day(p: Parts, anchor: Anchor) -> Interval | None:
    """As "hier"."""
    return moved(anchor, "day", p.lexicon.days_away[p.text("near")])


def today(_: Parts, anchor: Anchor) -> Interval | None:
    """As "ce matin"."""
    return moved(anchor, "day", 0)


def unit_away(p: Parts, anchor: Anchor) -> Interval | None:
    """As "la semaine dernière", "ce mois-ci", "l'an prochain"."""
    unit, by = p.unit(), p.offset()
    if unit == "week":
        return values.week_of(anchor.day, by) if anchor.day else None
    return moved(anchor, unit, by)


def part_of_unit(p: Parts, anchor: Anchor) -> Interval | None:
    """As "fin de l'année", "à la fin du mois", "en début de semaine"."""
    unit, part = p.unit(), p.part()
    if unit != "week":
        whole = moved(anchor, unit, p.offset())
        return whole and part_of(whole, part)
    week = values.week_of(anchor.day, p.offset()) if anchor.day else None
    first, last = _PARTS_OF_WEEK[part]
    return week and values.of_days(week.first + timedelta(first), week.first + timedelta(last))


def weekend(p: Parts, anchor: Anchor) -> Interval | None:
    """Saturday and Sunday; "ce week-end" said on Monday to Thursday of what happened is the one before."""
    if anchor.day is None:
        return None
    early, side = anchor.day.weekday() < _FRIDAY, p.offset()
    weeks = -1 if side < 0 or (early and not side and anchor.tense == "past") else 0
    week = values.week_of(anchor.day, 1 if side > 0 and not early else weeks)
    return week and values.of_days(week.first + timedelta(_SATURDAY), week.last)


def ago(p: Parts, anchor: Anchor) -> Interval | None:
    """As "il y a trois ans"."""
    count = p.number()
    return moved(anchor, p.unit(), -count) if count else None


def ahead(p: Parts, anchor: Anchor) -> Interval | None:
    """As "dans dix jours"."""
    count = p.number()
    return moved(anchor, p.unit(), count) if count else None


def last_units(p: Parts, anchor: Anchor) -> Interval | None:
    """As "ces trois dernières années"; without a number there is no saying how many."""
    count = p.number()
    if not count:
        return None
    return span_of_units(anchor, p.unit(), count, ahead=p.offset() > 0)


def after_another(p: Parts, anchor: Anchor) -> Interval | None:
    """As "la veille", "le lendemain": counted from the day spoken of just before."""
    if anchor.before is None or anchor.before.days != 1:
        return None
    return one(values.later(anchor.before.first, p.lexicon.days_after[p.text("near")]))


def on_day(
    anchor: Anchor, year: int | None, month: int, day: int, weekday: int | None = None, side: int = 0
) -> date | None:
    """The day; without a year the one nearest to publication, on one ``side`` of it if asked.

    A weekday that the calendar contradicts rules a year out, and a written year wins over it.
    """
    if year is not None:
        return values.calendar_day(year, month, day)
    if anchor.year is None:
        return None
    days = [values.calendar_day(anchor.year + n, month, day) for n in _YEARS_AROUND]
    found = [d for d in days if d is not None]
    agreeing = [d for d in found if weekday is None or d.weekday() == weekday] or found
    chosen = _nearest([values.of_day(d) for d in agreeing], anchor, side)
    return chosen.first if chosen else None


def in_month(anchor: Anchor, month: int, year: int | None = None, side: int = 0) -> Interval | None:
    """A month; without a year the one nearest to publication, on one ``side`` of it if asked."""
    if not month:
        return None
    if year is not None:
        return values.of_month(year, month)
    if anchor.year is None:
        return None
    options = [values.of_month(anchor.year + n, month) for n in _YEARS_AROUND]
    return _nearest(options, anchor, side)


def _nearest(options: list[Interval], anchor: Anchor, side: int) -> Interval | None:
    """Of options the nearest; "dernier" and "prochain" leave out those on the other side of publication."""
    now = anchor.published
    if side and now is not None:
        options = [o for o in options if (o.last < now.first if side < 0 else o.first > now.last)]
        anchor = Anchor(now, "past" if side < 0 else "future")
    return values.nearest(options, anchor)


def on_weekday(anchor: Anchor, weekday: int, side: Literal["near", "last", "next"] = "near") -> date | None:
    """A weekday: the last one up to publication, or the next one from it on where the tense is future.

    ``last`` and ``next`` ("lundi dernier", "lundi prochain") leave the day of publication out.
    """
    today = anchor.day
    if today is None:
        return None
    forward = (weekday - today.weekday()) % _WEEK
    if side == "next":
        return values.later(today, forward or _WEEK)
    if side == "last":
        return values.later(today, forward - _WEEK)
    if forward == 0 or anchor.tense == "future":
        return values.later(today, forward)
    return values.later(today, forward - _WEEK)


def moved(anchor: Anchor, unit: Unit, by: int) -> Interval | None:
    """So many units after publication, at the unit's precision; a week is given by its day."""
    if unit == "year":
        return None if anchor.year is None else values.of_year(anchor.year + by)
    if unit == "month":
        month = anchor.month
        return None if month is None else values.of_month(month.year, (month.month or 1) + by)
    day = anchor.day and values.later(anchor.day, by * (_WEEK if unit == "week" else 1))
    return values.of_day(day) if day else None


def span_of_units(anchor: Anchor, unit: Unit, count: int, *, ahead: bool) -> Interval | None:
    """The last (or next) so many units, publication included: "ces trois dernières années"."""
    here, there = moved(anchor, unit, 0), moved(anchor, unit, count if ahead else -count)
    if here is None or there is None:
        return None
    return joined(here, there) if ahead else joined(there, here)


def one(day: date | None) -> Interval | None:
    """The interval of a day that may not exist."""
    return None if day is None else values.of_day(day)


def joined(first: Interval | None, last: Interval | None) -> Interval | None:
    """From the start of the one to the end of the other; None when that is no interval."""
    if first is None or last is None or first.first > last.last:
        return None
    return Interval(first.start, last.end)
