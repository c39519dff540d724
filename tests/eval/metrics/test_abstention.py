"""Precision, recall and F1 of withholding, by hand."""

from __future__ import annotations

import pytest

from eval.metrics.abstention import AbstentionScore, abstention


def test_by_hand() -> None:
    withheld = [True, True, True, False, False]
    unanswerable = [True, True, False, True, False]
    assert abstention(withheld, unanswerable) == AbstentionScore(2 / 3, 2 / 3, pytest.approx(2 / 3))


def test_f1_weighs_both_sides() -> None:
    score = abstention([True, False, False, False], [True, True, True, False])
    assert score == AbstentionScore(1.0, 1 / 3, pytest.approx(2 * 1.0 * (1 / 3) / (1.0 + 1 / 3)))


@pytest.mark.parametrize(
    ("withheld", "unanswerable", "expected"),
    [
        ([], [], AbstentionScore(None, None, None)),
        ([False], [False], AbstentionScore(None, None, None)),
        ([False], [True], AbstentionScore(None, 0.0, 0.0)),
        ([True], [False], AbstentionScore(0.0, None, 0.0)),
        ([True], [True], AbstentionScore(1.0, 1.0, 1.0)),
    ],
)
def test_where_there_is_nothing_to_judge(
    withheld: list[bool], unanswerable: list[bool], expected: AbstentionScore
) -> None:
    assert abstention(withheld, unanswerable) == expected


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="not the same length: 1 != 0"):
        abstention([True], [])
