"""From a candidate's evidence to the probability that it is right.

Two steps, both learned from questions that neither reader training nor evaluation uses
(``qa.training.calibrate``) and stored beside the model. The joint score, a weighted sum of the
evidence, chooses between candidates of all passages; a logistic function of it and of its lead over
the next different answer (Platt 1999) gives the probability.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path

from qa.errors import ModelProblem

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate; higher is better but for ``caption`` (1 for a caption, else 0).

    ``margin``: span minus null logits. ``sentence`` and ``passage``: cosine of the question with the
    sentence around the span and with the passage. ``retrieval``: the fused retrieval score.
    """

    margin: float
    sentence: float
    passage: float
    retrieval: float
    caption: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The learned weights. ``lead`` weighs the lead over the next different answer.

    ``threshold`` is the default probability below which an answer is withheld; ``null_joint`` is the
    joint score that the reader alone, given one context and no retrieval, must pass to answer.
    """

    weights: Evidence
    slope: float
    lead: float
    bias: float
    threshold: float
    null_joint: float = 0.0

    def joint(self, evidence: Evidence) -> float:
        """The joint score: unitless, higher is better."""
        pairs = zip(astuple(self.weights), astuple(evidence), strict=True)
        return float(sum(weight * value for weight, value in pairs))

    def probability(self, joint: float, lead: float) -> float:
        """The probability that the candidate is right, given its lead (negative if it trails)."""
        return logistic(self.slope * joint + self.lead * bounded_lead(lead) + self.bias)

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read what ``save`` wrote. Raises ModelProblem."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            weights = {name: float(value) for name, value in values.pop("weights").items()}
            others = {name: float(value) for name, value in values.items()}
            return cls(weights=Evidence(**weights), **others)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelProblem("model", detail=f"{path}: {error}") from error


def bounded_lead(lead: float) -> float:
    """A lead beyond a few units says no more; a lone candidate has the greatest."""
    return max(-5.0, min(5.0, lead))


def evidence_names() -> Sequence[str]:
    """The names of the evidence, in the order of its weights."""
    return [f.name for f in fields(Evidence)]


def logistic(x: float) -> float:
    """1 / (1 + e^-x) without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
