"""From a candidate's evidence to the probability that it is right.

Two steps, both learned from questions that neither reader training nor evaluation uses
(``qa.training.calibrate``) and stored beside the model. The joint score, a weighted sum of the
evidence, chooses between candidates of all passages; a logistic regression on the evidence of the one
chosen and its lead over the next different answer gives the probability. The weights differ: what tells
the right candidate from the wrong ones of a question is not what tells whether the question has any.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any

from qa.errors import ModelProblem

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate; higher is better but for ``caption`` (1 for a caption, else 0).

    ``margin``: span minus null logits. ``sentence`` and ``passage``: cosine of the question with the
    sentence around the span and with the passage, relative to the encoder's background (0: as near as
    an unrelated passage; 1: the same text). ``retrieval``: the fused retrieval score.
    """

    margin: float
    sentence: float
    passage: float
    retrieval: float
    caption: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The learned weights: of the joint score, and of the log-odds that the candidate is right.

    ``lead`` weighs, in the log-odds, the lead in joint score over the next different answer.
    ``threshold`` is the default probability below which an answer is withheld; ``null_joint`` is the
    joint score that the reader alone, given one context and no retrieval, must pass to answer.
    """

    weights: Evidence
    belief: Evidence
    lead: float
    bias: float
    threshold: float
    null_joint: float = 0.0

    def joint(self, evidence: Evidence) -> float:
        """The joint score: unitless, higher is better."""
        return _weighted(self.weights, evidence)

    def probability(self, evidence: Evidence, lead: float) -> float:
        """The probability that the candidate is right, given its lead (negative if it trails)."""
        return logistic(_weighted(self.belief, evidence) + self.lead * bounded_lead(lead) + self.bias)

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read what ``save`` wrote. Raises ModelProblem."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            weights, belief = (_evidence(values.pop(name)) for name in ("weights", "belief"))
            return cls(weights, belief, **{name: float(value) for name, value in values.items()})
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelProblem("model", detail=f"{path}: {error}") from error


def _weighted(weights: Evidence, evidence: Evidence) -> float:
    return float(sum(w * value for w, value in zip(astuple(weights), astuple(evidence), strict=True)))


def _evidence(values: dict[str, Any]) -> Evidence:
    return Evidence(**{name: float(value) for name, value in values.items()})


def bounded_lead(lead: float) -> float:
    """A lead beyond a few units says no more; a lone candidate has the greatest."""
    return max(-5.0, min(5.0, lead))


def evidence_names() -> Sequence[str]:
    """The names of the evidence, in the order of its weights."""
    return [f.name for f in fields(Evidence)]


def logistic(x: float) -> float:
    """1 / (1 + e^-x) without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
