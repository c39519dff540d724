"""Expected calibration error, by hand."""

from __future__ import annotations

import pytest

from eval.metrics.ece import Bin, ece, reliability


def test_two_bins_by_weight() -> None:
    # (0.8, 0.9]: three outputs, mean confidence 0.9, two right; (0.1, 0.2]: one of 0.2, wrong.
    score = ece([0.9, 0.9, 0.9, 0.2], [True, True, False, False])
    assert score == pytest.approx(3 / 4 * (0.9 - 2 / 3) + 1 / 4 * 0.2)


def test_over_and_under_confidence_in_one_bin_cancel_as_defined() -> None:
    assert ece([0.55, 0.55], [True, False]) == pytest.approx(0.05)


def test_perfect_and_worst() -> None:
    assert ece([1.0, 1.0, 0.0], [True, True, False]) == 0.0
    assert ece([1.0, 0.0], [False, True]) == 1.0


@pytest.mark.parametrize(
    ("confidence", "low"),
    [(0.0, 0.0), (0.05, 0.0), (0.1, 0.0), (0.11, 0.1), (0.7, 0.6), (0.71, 0.7), (1.0, 0.9)],
)
def test_a_bin_takes_its_upper_edge(confidence: float, low: float) -> None:
    assert [b.low for b in reliability([confidence], [True])] == [pytest.approx(low)]


def test_bins_say_how_many_how_sure_and_how_right() -> None:
    bins = reliability([0.5, 0.95, 1.0, 0.45], [True, True, False, False], bins=2)
    assert bins == (
        Bin(0.0, 0.5, 2, pytest.approx(0.475), 0.5),
        Bin(0.5, 1.0, 2, pytest.approx(0.975), 0.5),
    )


def test_nothing_to_calibrate() -> None:
    assert ece([], []) is None
    assert reliability([], []) == ()


def test_what_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="not the same length: 2 != 1"):
        ece([0.1, 0.2], [True])
    for wrong in (-0.01, 1.01, float("nan")):
        with pytest.raises(ValueError, match="not a probability"):
            ece([wrong], [True])
    with pytest.raises(ValueError, match="at least 1: 0"):
        reliability([0.5], [True], bins=0)
