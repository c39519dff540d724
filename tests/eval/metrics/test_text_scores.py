"""Exact match, F1 and the mean, by hand."""

from __future__ import annotations

import pytest

from eval.metrics.exact_match import exact_match
from eval.metrics.f1 import f1
from eval.metrics.mean import mean

DATES = ("les 25 et 26 octobre 2025", "fin octobre")


@pytest.mark.parametrize(
    ("predicted", "answers", "expected"),
    [
        ("25 et 26 octobre 2025", DATES, 1.0),
        ("Fin octobre.", DATES, 1.0),
        ("26 octobre 2025", DATES, 0.0),
        ("l’ONU", ["L'ONU"], 1.0),
        ("Hanoi", ["Hanoï"], 0.0),
        (None, [], 1.0),
        (None, DATES, 0.0),
        ("Hanoï", [], 0.0),
        ("", [], 0.0),
        ("la", ["les"], 1.0),
    ],
)
def test_exact_match(predicted: str | None, answers: list[str], expected: float) -> None:
    assert exact_match(predicted, answers) == expected


@pytest.mark.parametrize(
    ("predicted", "answers", "expected"),
    [
        ("les 25 et 26 octobre 2025", DATES, 1.0),
        # 3 of 3 words given, 3 of 5 expected.
        ("26 octobre 2025", DATES, 2 * 3 / (3 + 5)),
        # Against "fin octobre": 1 of 1, 1 of 2; against the dates: 1 of 1, 1 of 5.
        ("octobre", DATES, 2 * 1 / (1 + 2)),
        ("Vienne", DATES, 0.0),
        # A word counts as often as both have it.
        ("paix paix paix", ["paix et paix"], 2 * 2 / (3 + 3)),
        ("d’Interpol", ["l'Interpol"], 1.0),
        (None, [], 1.0),
        (None, DATES, 0.0),
        ("Hanoï", [], 0.0),
        ("la", ["les"], 1.0),
        ("la", ["Hanoï"], 0.0),
        ("Hanoï", ["la"], 0.0),
    ],
)
def test_f1(predicted: str | None, answers: list[str], expected: float) -> None:
    assert f1(predicted, answers) == pytest.approx(expected)


def test_the_language_decides_which_articles_go() -> None:
    assert exact_match("the treaty", ["treaty"], "en") == 1.0
    assert exact_match("the treaty", ["treaty"], "fr") == 0.0
    assert f1("the treaty", ["treaty"], "en") == 1.0
    assert f1("the treaty", ["treaty"], "fr") == pytest.approx(2 / 3)


def test_mean_of_nothing_is_no_score() -> None:
    assert mean([]) is None
    assert mean([0.0, 1.0, 0.5]) == 0.5
    assert mean(x for x in (0.0,)) == 0.0
