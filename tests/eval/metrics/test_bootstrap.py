"""The paired bootstrap: its mean exactly, its bounds by what they must hold."""

from __future__ import annotations

import pytest

from eval.metrics.bootstrap import Interval, paired_bootstrap


def test_a_difference_that_never_varies_has_no_width() -> None:
    assert paired_bootstrap([0.0, 0.5, 0.25], [0.25, 0.75, 0.5]) == Interval(0.25, 0.25, 0.25)


def test_pairs_count_not_the_spread_of_the_questions() -> None:
    before = [0.0, 1.0] * 50
    after = [b + 0.1 for b in before]
    found = paired_bootstrap(before, after)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.1), pytest.approx(0.1))


def test_chance_stays_within_and_the_seed_fixes_it() -> None:
    before, after = [0.0, 1.0] * 100, [1.0, 0.0] * 100
    found = paired_bootstrap(before, after)
    assert found is not None
    assert found.mean == 0.0
    # Standard error 1 / sqrt(200), 1.96 times over: 0.139.
    assert (found.low, found.high) == (pytest.approx(-0.139, abs=0.02), pytest.approx(0.139, abs=0.02))
    assert found == paired_bootstrap(before, after)
    assert paired_bootstrap(before, after, level=0.5).high < found.high  # type: ignore[union-attr]


def test_nothing_to_compare() -> None:
    assert paired_bootstrap([], []) is None
    with pytest.raises(ValueError, match="not the same length: 1 != 2"):
        paired_bootstrap([1.0], [1.0, 0.0])
