"""Filters: as typed, in a link, in words."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from qa.dates import PartialDate, Period
from qa.errors import BadDate, UserError
from qa.filters import Filters, filters_in_words, period_in_words, permalink
from qa.messages import speaking

FULL = Filters(Period(PartialDate(2025, 3), PartialDate(2025, 5, 19)), 8, 0.0, source="vna/é")


def test_what_is_typed() -> None:
    assert Filters.typed("2025-03", " 2025-05-19 ", 8, 0.0, source=" vna/é ") == FULL
    assert Filters.typed("", "  ") == Filters()
    assert not Filters.typed("", "")
    assert Filters.typed("", "", threshold=0.0)


@pytest.mark.parametrize(("since", "until"), [("hier", ""), ("", "2025-13"), ("2025-06", "2025-05")])
def test_a_period_that_is_none_is_one_line(since: str, until: str) -> None:
    with pytest.raises(BadDate) as caught:
        Filters.typed(since, until)
    assert "\n" not in str(caught.value)


def test_a_link_gives_back_question_and_filters() -> None:
    question = "Où & quand = ? « été »"
    query = dict(parse_qsl(permalink(question, FULL).removeprefix("?")))
    assert query["q"] == question
    assert Filters.from_query(query) == FULL
    assert Filters.from_query({"q": "Qui ?"}) == Filters()


@pytest.mark.parametrize(
    "query", [{"top_k": "deux"}, {"top_k": "0"}, {"top_k": "1e9"}, {"threshold": "1.5"}, {"threshold": "nan"}]
)
def test_a_number_of_a_link_that_is_none_is_named(query: dict[str, str]) -> None:
    (value,) = query.values()
    with pytest.raises(UserError, match=value):
        Filters.from_query(query)


def test_words() -> None:
    assert filters_in_words(Filters()) == ""
    assert period_in_words(Period(until=PartialDate(2025))) == "jusqu’à 2025"
    assert filters_in_words(Filters(top_k=1, threshold=0.7)) == "1 passage retenu · au moins 70\u202f%"
    with speaking("en"):
        assert filters_in_words(FULL) == (
            "since March 2025 until 19 May 2025 · source “vna/é” · 8 passages considered · at least 1%"
        )
