"""Dates known to year, month, day or minute."""

from __future__ import annotations

import random
from datetime import date

import pytest

from qa.dates import PartialDate, Period
from qa.errors import BadDate


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2025", "year", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-05", "month", date(2025, 5, 1), date(2025, 5, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("1900-02", "month", date(1900, 2, 1), date(1900, 2, 28)),
        ("2025-12", "month", date(2025, 12, 1), date(2025, 12, 31)),
        ("2024-02-29", "day", date(2024, 2, 29), date(2024, 2, 29)),
        ("2025-05-19T00:00", "minute", date(2025, 5, 19), date(2025, 5, 19)),
        ("2025-05-19T23:59", "minute", date(2025, 5, 19), date(2025, 5, 19)),
        ("0001-01-01", "day", date(1, 1, 1), date(1, 1, 1)),
        ("9999", "year", date(9999, 1, 1), date(9999, 12, 31)),
    ],
)
def test_precision_bounds_and_iso_form(text: str, precision: str, first: date, last: date) -> None:
    parsed = PartialDate.parse(text)
    assert (parsed.precision, parsed.first, parsed.last, str(parsed)) == (precision, first, last, text)


def test_a_blank_stands_for_the_t_and_outer_blanks_are_ignored() -> None:
    assert PartialDate.parse("  2025-05-19 08:05\n") == PartialDate(2025, 5, 19, 8, 5)


@pytest.mark.parametrize(
    "text",
    ["", " ", "mai 2025", "25", "20255", "2025-5", "2025-05-1", "2025/05", "2025-05-19T8:05", "2025-05-19T08",
     "2025-05-19T08:05:00", "2025-05-19T08:05Z", "-2025", "2025-", "2025 05", "2025-05-19-20", "2025\n2026"],
)  # fmt: skip
def test_another_form_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        PartialDate.parse(text)
    assert str(caught.value) == f"date {text!r} : AAAA, AAAA-MM ou AAAA-MM-JJ attendu"


@pytest.mark.parametrize(
    "text",
    [
        "0000",
        "2025-00",
        "2025-13",
        "2025-02-29",
        "2025-04-31",
        "2025-05-00",
        "2025-05-19T24:00",
        "2025-05-19T08:60",
    ],
)
def test_what_is_not_in_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(BadDate) as caught:
        PartialDate.parse(text)
    assert str(caught.value) == f"date {text!r} : absente du calendrier"
    assert caught.value.exit_code == 2


def test_writing_and_reading_give_the_same_date() -> None:
    chance = random.Random(1)
    for _ in range(300):
        parts = [chance.randint(1, 9999), chance.randint(1, 12), chance.randint(1, 28)]
        moment = [chance.randint(0, 23), chance.randint(0, 59)]
        made = PartialDate(*(parts + moment)[: chance.choice([1, 2, 3, 5])])
        assert PartialDate.parse(str(made)) == made
        assert made.first <= made.last


def test_a_period_is_true_when_either_end_is_set() -> None:
    year = PartialDate(2025)
    assert [bool(p) for p in (Period(), Period(since=year), Period(until=year))] == [False, True, True]
