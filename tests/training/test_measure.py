"""The figures that choose checkpoints, on answers judged by hand."""

from __future__ import annotations

import pytest

from qa.confidence import Evidence
from qa.reader_only import ReaderOnly
from qa.training.data import Example
from qa.training.measure import Judged, choose_null_joint, judge, score
from tests.fakes import FakeEmbedder, FakeReader
from tests.qa.hand import judging

MARGIN_ONLY = judging(Evidence(1, 0, 0, 0, 0))
RIGHT, HALF, WRONG = Judged(5.0, 1.0, 1.0), Judged(1.0, 0.5, 0.0), Judged(-3.0, 0.0, 0.0)


def test_means_of_always_answering_and_of_the_null_rule():
    found = score([RIGHT, HALF, WRONG], null_joint=2.0)
    assert (found.f1, found.em) == pytest.approx((0.5, 1 / 3))
    assert (found.f1_with_null, found.em_with_null) == pytest.approx((1 / 3, 1 / 3))
    assert found.withheld == pytest.approx(2 / 3)


def test_nothing_judged_is_no_division_by_zero():
    assert score([], 0.0).f1 == 0.0


def test_the_null_joint_withholds_what_costs_no_more_than_allowed():
    judged = [WRONG, HALF, RIGHT, RIGHT]
    assert choose_null_joint(judged, cost=0.05) == pytest.approx(HALF.joint - 0.01)
    assert score(judged, choose_null_joint(judged, cost=0.05)).withheld == 0.25
    assert choose_null_joint(judged, cost=0.2) == pytest.approx(RIGHT.joint - 0.01)


def test_a_reader_is_judged_on_its_best_span():
    context = "Elle fut achevée en mars 1889, dit-on."
    at = context.index("1889")
    examples = [
        Example("a", "fr", "t", context, "Quand ?", ((at, at + 4),)),
        Example("b", "fr", "t", context, "Qu'est-ce ?", ()),
    ]
    (right, unanswerable) = judge(
        ReaderOnly(FakeReader(pattern=r"\d{4}", score=3.0), FakeEmbedder(), MARGIN_ONLY), examples
    )
    assert right == Judged(3.0, 1.0, 1.0)
    assert unanswerable == Judged(3.0, 0.0, 0.0)
