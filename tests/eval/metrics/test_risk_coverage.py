"""Risk and coverage, by hand."""

from __future__ import annotations

import pytest

from eval.metrics.risk_coverage import Point, aurc, risk_coverage


def test_the_surest_come_first() -> None:
    assert risk_coverage([0.2, 0.9, 0.6], [False, True, False]) == (
        Point(pytest.approx(1 / 3), 0.0, 0.9),
        Point(pytest.approx(2 / 3), 0.5, 0.6),
        Point(1.0, pytest.approx(2 / 3), 0.2),
    )


def test_the_area_is_the_mean_risk() -> None:
    assert aurc([0.2, 0.9, 0.6], [False, True, False]) == pytest.approx((0 + 0.5 + 2 / 3) / 3)


def test_equals_count_as_their_mean_whatever_their_order() -> None:
    one = aurc([0.5, 0.5, 0.1], [True, False, True])
    assert one == aurc([0.5, 0.5, 0.1], [False, True, True]) == pytest.approx((0.5 + 0.5 + 1 / 3) / 3)


def test_knowing_when_one_is_wrong_is_better_than_not() -> None:
    right = [True, True, False, False]
    assert aurc([0.9, 0.8, 0.2, 0.1], right) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)
    assert aurc([0.1, 0.2, 0.8, 0.9], right) == pytest.approx((1 + 1 + 2 / 3 + 1 / 2) / 4)


def test_nothing_asked() -> None:
    assert risk_coverage([], []) == ()
    assert aurc([], []) is None


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="not the same length: 1 != 0"):
        aurc([0.5], [])
