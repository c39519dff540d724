"""From a candidate's evidence to the probability that it is right.

Two steps, both learned from questions that neither reader training nor evaluation uses
(``qa.training.calibrate``) and stored beside the model. The joint score, a weighted sum of the
evidence, chooses between candidates of all passages; a logistic regression on the evidence of the one
chosen and its lead over the next different answer gives the probability. The weights differ: what tells
the right candidate from the wrong ones of a question is not what tells whether the question has any.

Questions in another language than the dispatches' share few terms with the passage that answers them and
are less like it, so they have weights of their own, blended in as far as the probe takes it for one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from embeddings.types import Vectors
from qa.errors import ModelProblem
from qa.language import FILE as PROBE
from qa.language import LanguageProbe

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate; higher is better but for ``caption`` (1 for a caption, else 0).

    ``margin``: span minus null logits. ``sentence`` and ``passage``: cosine of the question with the
    sentence around the span and with the passage, relative to the encoder's background (0: as near as
    an unrelated passage; 1: the same text). ``retrieval``: the fused retrieval score. ``kind``: whether the
    candidate is of the kind that the question asks for (1, -1, or 0: none is asked for).
    """

    margin: float
    sentence: float
    passage: float
    retrieval: float
    caption: float
    kind: float = 0.0


@dataclass(frozen=True, slots=True)
class Foreign:
    """The weights for questions in other languages, named as in ``Calibration``, and what tells them."""

    weights: Evidence
    belief: Evidence
    lead: float
    bias: float
    probe: LanguageProbe = field(compare=False)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The learned weights: of the joint score, and of the log-odds that the candidate is right.

    ``lead`` weighs, in the log-odds, the lead in joint score over the next different answer.
    ``threshold`` is the default probability below which an answer is withheld; ``null_joint`` is the
    joint score that the reader alone, given one context and no retrieval, must pass to answer. Without
    ``foreign`` all questions are judged alike.
    """

    weights: Evidence
    belief: Evidence
    lead: float
    bias: float
    threshold: float
    null_joint: float = 0.0
    foreign: Foreign | None = None

    def for_question(self, query: Vectors) -> Calibration:
        """The weights for one question, given its vector (1, dimension)."""
        if self.foreign is None:
            return self
        share, other = logistic(self.foreign.probe.log_odds(query)), self.foreign
        return replace(
            self,
            weights=_blend(self.weights, other.weights, share),
            belief=_blend(self.belief, other.belief, share),
            lead=self.lead + share * (other.lead - self.lead),
            bias=self.bias + share * (other.bias - self.bias),
            foreign=None,
        )

    def joint(self, evidence: Evidence) -> float:
        """The joint score: unitless, higher is better."""
        return _weighted(self.weights, evidence)

    def probability(self, evidence: Evidence, lead: float) -> float:
        """The probability that the candidate is right, given its lead (negative if it trails)."""
        return logistic(_weighted(self.belief, evidence) + self.lead * bounded_lead(lead) + self.bias)

    def save(self, path: Path) -> None:
        """Write as JSON, and the probe beside it."""
        plain = asdict(replace(self, foreign=None))
        plain.pop("foreign")
        if self.foreign is not None:
            self.foreign.probe.save(path.with_name(PROBE))
            plain["foreign"] = {k: asdict(self.foreign)[k] for k in _WEIGHING}
        path.write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Read what ``save`` wrote. Raises ModelProblem."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            foreign = values.pop("foreign", None)
            others = foreign and Foreign(
                **_weighing(foreign), probe=LanguageProbe.load(path.with_name(PROBE))
            )
            return cls(**_weighing(values), foreign=others)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelProblem("model", detail=f"{path}: {error}") from error


_WEIGHING = ("weights", "belief", "lead", "bias")


def _weighing(values: dict[str, Any]) -> dict[str, Any]:
    weights = {name: _evidence(values.pop(name)) for name in ("weights", "belief")}
    return weights | {name: float(value) for name, value in values.items()}


def _blend(one: Evidence, other: Evidence, share: float) -> Evidence:
    pairs = zip(astuple(one), astuple(other), strict=True)
    return Evidence(*(a + share * (b - a) for a, b in pairs))


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
