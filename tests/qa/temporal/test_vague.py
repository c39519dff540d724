"""Times told without a date: found, with the days that they may mean."""

from __future__ import annotations

import pytest

from qa.dates import PartialDate
from qa.temporal.expressions import find
from qa.temporal.vague import vague_times

P = PartialDate.parse


@pytest.mark.parametrize(
    ("text", "said", "within"),
    [
        ("Il ouvre dans les prochaines semaines.", "dans les prochaines semaines", "2024-07-03/2024-10-03"),
        ("au cours des tout prochains jours.", "au cours des tout prochains jours", "2024-07-03/2024-08-03"),
        ("ces prochaines heures", "ces prochaines heures", "2024-07-03/2024-07-06"),
        ("D’ici quelques mois", "D’ici quelques mois", "2024-07-03/2025-07-04"),
        ("dans les années qui viennent", "dans les années qui viennent", "2024-07-03/2034-07-11"),
        ("Le pont ouvrira bientôt.", "bientôt", "2024-07-03/2025-07-04"),
        ("il sera inauguré prochainement", "prochainement", "2024-07-03/2025-07-04"),
    ],
)  # fmt: skip
def test_found_as_written_with_the_days_it_may_mean(text: str, said: str, within: str):
    (found,) = vague_times(text, P("2024-07-03"))
    assert (found.text, text[found.start : found.end]) == (said, said)
    assert (str(found.value), found.kind, found.tense) == (within, "vague", "future")


def test_of_a_dispatch_known_to_its_month_they_begin_with_it():
    (found,) = vague_times("dans les prochains jours", P("2024-07"))
    assert str(found.value) == "2024-07/2024-08-31"


@pytest.mark.parametrize(
    "text", ["bientôt 20 ans de travaux", "les prochaines élections", "ces derniers jours"]
)
def test_what_is_no_time_to_come_is_not(text: str):
    assert list(vague_times(text, P("2024-07-03"))) == []


def test_without_a_date_or_beyond_the_calendar_there_is_nothing_to_count_from():
    assert list(vague_times("bientôt", None)) == []
    assert list(vague_times("dans les prochaines années", P("9999"))) == []


def test_they_are_no_exact_expressions():
    assert find("Le pont ouvrira dans les prochaines semaines, ou bientôt.", P("2024-07-03")) == []
