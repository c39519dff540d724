"""Evidence to probability."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.confidence import Calibration, Evidence, Foreign, LogOdds, bounded_lead, evidence_names, logistic
from qa.errors import ModelProblem
from qa.language import FILE as PROBE
from qa.language import LanguageProbe

CALIBRATION = Calibration(
    Evidence(1.0, 10.0, 5.0, 2.0, -4.0),
    belief=LogOdds(Evidence(0.5, 4.0, 2.0, 1.0, -1.0), lead=0.25, bias=-1.0),
    absence=LogOdds(Evidence(-0.25, -2.0, 0.0, 0.0, 0.0), lead=-0.5, bias=1.0),
    threshold=0.4,
)


# A question whose vector is (1, 0) is surely foreign, (0, 1) surely French, (0, 0) either.
BOTH = replace(
    CALIBRATION,
    foreign=Foreign(
        Evidence(3.0, 0.0, 0.0, 0.0, 0.0),
        belief=LogOdds(Evidence(1.5, 0.0, 0.0, 0.0, 0.0), lead=0.75, bias=1.0),
        absence=LogOdds(Evidence(-1.25, 0.0, 0.0, 0.0, 0.0), lead=-1.0, bias=0.0),
        probe=LanguageProbe(np.array([99.0, -99.0, 0.0], np.float32)),
    ),
)
MARGIN = Evidence(2.0, 0.0, 0.0, 0.0, 0.0)


def test_the_joint_score_is_the_weighted_sum_of_the_evidence() -> None:
    assert CALIBRATION.joint(Evidence(3.0, 0.5, 0.2, 0.1, 1.0)) == pytest.approx(3 + 5 + 1 + 0.2 - 4)
    assert CALIBRATION.joint(Evidence(0.0, 0.0, 0.0, 0.0, 0.0)) == 0.0


def test_weights_and_evidence_have_the_same_order() -> None:
    assert list(evidence_names()) == ["margin", "sentence", "passage", "retrieval", "caption", "upheld"]


@pytest.mark.parametrize(
    ("margin", "lead", "expected"),
    [
        (2.0, 0.0, 0.5),
        (4.0, 0.0, 1 / (1 + math.exp(-1))),
        (2.0, 4.0, 1 / (1 + math.exp(-1))),
        (2.0, -4.0, 1 / (1 + math.exp(1))),
        (2.0, math.inf, 1 / (1 + math.exp(-1.25))),
        (2.0, -math.inf, 1 / (1 + math.exp(1.25))),
    ],
)
def test_the_probability_is_logistic_in_evidence_and_bounded_lead(
    margin: float, lead: float, expected: float
) -> None:
    assert CALIBRATION.belief.probability(Evidence(margin, 0.0, 0.0, 0.0, 0.0), lead) == pytest.approx(
        expected
    )


def test_all_evidence_counts_for_the_probability_by_its_own_weights() -> None:
    evidence = Evidence(1.0, 0.25, 0.5, 1.0, 1.0)
    assert CALIBRATION.belief.probability(evidence, 0.0) == pytest.approx(logistic(0.5 + 1 + 1 + 1 - 1 - 1))


def test_leads_are_bounded() -> None:
    leads = [bounded_lead(x) for x in (-math.inf, -5.1, -2.0, 0.0, 4.9, 6.0, math.inf)]
    assert leads == [-5.0, -5.0, -2.0, 0.0, 4.9, 5.0, 5.0]


@pytest.mark.parametrize(
    ("x", "expected"),
    [(0.0, 0.5), (math.log(3), 0.75), (1e4, 1.0), (-1e4, 0.0), (math.inf, 1.0), (-math.inf, 0.0)],
)
def test_the_logistic_does_not_overflow(x: float, expected: float) -> None:
    assert logistic(x) == pytest.approx(expected)
    assert logistic(-x) == pytest.approx(1 - expected)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    CALIBRATION.save(path)
    assert Calibration.load(path) == CALIBRATION
    assert list(json.loads(path.read_text(encoding="utf-8"))["weights"]) == list(evidence_names())


@pytest.mark.parametrize(
    ("query", "joint", "odds", "absent"),
    [((0.0, 1.0), 2.0, 0.0, 0.5), ((1.0, 0.0), 6.0, 4.0, -2.5), ((0.0, 0.0), 4.0, 2.0, -1.0)],
)
def test_a_question_is_judged_by_the_weights_of_its_language(
    query: tuple[float, float], joint: float, odds: float, absent: float
) -> None:
    own = BOTH.for_question(np.array([query], np.float32))
    assert own.joint(MARGIN) == pytest.approx(joint)
    assert own.belief.probability(MARGIN, 0.0) == pytest.approx(logistic(odds))
    assert own.absence.probability(MARGIN, 0.0) == pytest.approx(logistic(absent))
    assert (own.threshold, own.null_joint) == (BOTH.threshold, BOTH.null_joint)


def test_the_lead_counts_by_the_weights_of_the_language_too() -> None:
    own = BOTH.for_question(np.array([[1.0, 0.0]], np.float32))
    assert own.belief.probability(MARGIN, 2.0) == pytest.approx(logistic(3 + 1 + 1.5))
    assert own.absence.probability(MARGIN, 2.0) == pytest.approx(logistic(-2.5 - 2))


def test_without_weights_for_other_languages_all_questions_are_judged_alike() -> None:
    assert CALIBRATION.for_question(np.array([[1.0, 0.0]], np.float32)) == CALIBRATION


@pytest.mark.parametrize("where", ["belief", "absence"])
def test_a_verifier_that_counts_for_other_languages_alone_counts(where: str) -> None:
    counting = LogOdds(replace(MARGIN, upheld=0.8), 0.0, 0.0)
    assert BOTH.foreign is not None and not BOTH.counts_on_verifier
    both = replace(BOTH, foreign=replace(BOTH.foreign, **{where: counting}))  # type: ignore[arg-type]
    either = both.for_question(np.array([[0.0, 0.0]], np.float32))
    assert both.counts_on_verifier and either.counts_on_verifier
    assert getattr(either, where).evidence.upheld == pytest.approx(0.4)


def test_weights_for_other_languages_are_saved_with_their_probe(tmp_path: Path) -> None:
    BOTH.save(tmp_path / "c.json")
    loaded = Calibration.load(tmp_path / "c.json")
    assert loaded == BOTH
    query = np.array([[0.01, 0.0]], np.float32)
    assert loaded.for_question(query) == BOTH.for_question(query)


def test_weights_for_other_languages_without_their_probe_are_a_model_problem(tmp_path: Path) -> None:
    BOTH.save(tmp_path / "c.json")
    (tmp_path / PROBE).unlink()
    with pytest.raises(ModelProblem, match=PROBE):
        Calibration.load(tmp_path / "c.json")


GOOD: dict[str, Any] = {
    "weights": {"margin": 1, "sentence": 2, "passage": 3, "retrieval": 4, "caption": 5},
    "belief": {
        "evidence": {"margin": 5, "sentence": 4, "passage": 3, "retrieval": 2, "caption": 1},
        "lead": 2,
        "bias": 3,
    },
    "absence": {
        "evidence": {"margin": 1, "sentence": 2, "passage": 3, "retrieval": 4, "caption": 5},
        "lead": 0,
        "bias": 1,
    },
    "threshold": 0.5,
}


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    weights, belief = Evidence(1.0, 2.0, 3.0, 4.0, 5.0), Evidence(5.0, 4.0, 3.0, 2.0, 1.0)
    expected = Calibration(weights, LogOdds(belief, 2.0, 3.0), LogOdds(weights, 0.0, 1.0), 0.5)
    assert Calibration.load(path) == expected
    assert not expected.counts_on_verifier


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "null",
        "3",
        '"x"',
        "[]",
        "{}",
        json.dumps({**GOOD, "weights": 3}),
        json.dumps({**GOOD, "weights": {"margin": 1}}),
        json.dumps({**GOOD, "weights": {**GOOD["weights"], "other": 1}}),
        json.dumps({**GOOD, "belief": None}),
        json.dumps({**GOOD, "belief": {**GOOD["belief"], "lead": "long"}}),
        json.dumps({**GOOD, "absence": {**GOOD["absence"], "lead": None}}),
        json.dumps({**GOOD, "absence": {"lead": 1, "bias": 1}}),
        json.dumps({**GOOD, "other": 1}),
        json.dumps({**GOOD, "foreign": 3}),
        json.dumps({**GOOD, "foreign": {"lead": 1}}),
        json.dumps({k: v for k, v in GOOD.items() if k != "absence"}),
    ],
)
def test_a_damaged_file_is_a_model_problem_that_names_it(content: str, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelProblem) as caught:
        Calibration.load(path)
    assert str(caught.value).startswith(f"modèle inutilisable : {path}: ")


def test_a_file_that_is_missing_or_no_text_is_a_model_problem(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem):
        Calibration.load(tmp_path / "absent.json")
    (tmp_path / "c.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelProblem):
        Calibration.load(tmp_path / "c.json")
