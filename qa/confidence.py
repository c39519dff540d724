"""From a candidate's evidence to the probability that it is right.

Two steps, both learned from questions that neither reader training nor evaluation uses
(``qa.training.calibrate``) and stored beside the model. The joint score, a weighted sum of the
evidence, chooses between candidates of all passages; a logistic regression on the evidence of the one
chosen, which a verifier has read again (``qa.verifying``), and its lead over the next different answer gives
the probability. The weights differ: what tells the right candidate from the wrong ones of a question is not
what tells whether the question has any. A third fit gives the probability that nothing answers at all, which
is what withholding claims: where the best candidate is wrong there may still be an answer that was not
found.

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
    an unrelated passage; 1: the same text). ``retrieval``: the fused retrieval score. ``upheld``: the log
    odds of the verifier (``qa.verifying``), 0 where it was not asked, as for all but the best candidate.
    """

    margin: float
    sentence: float
    passage: float
    retrieval: float
    caption: float
    upheld: float = 0.0


@dataclass(frozen=True, slots=True)
class LogOdds:
    """Of an event, from the best candidate's evidence and lead: a weight for each, and a bias."""

    evidence: Evidence
    lead: float
    bias: float

    def probability(self, evidence: Evidence, lead: float) -> float:
        """The probability of the event, given the lead over the next answer (negative if it trails)."""
        return logistic(_weighted(self.evidence, evidence) + self.lead * bounded_lead(lead) + self.bias)

    def blended(self, other: LogOdds, share: float) -> LogOdds:
        """On the way to other weights."""
        lead, bias = (a + share * (b - a) for a, b in ((self.lead, other.lead), (self.bias, other.bias)))
        return LogOdds(_blend(self.evidence, other.evidence, share), lead, bias)


@dataclass(frozen=True, slots=True)
class Foreign:
    """The weights for questions in other languages, named as in ``Calibration``, and what tells them."""

    weights: Evidence
    belief: LogOdds
    absence: LogOdds
    probe: LanguageProbe = field(compare=False)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The learned weights: of the joint score, of the odds that the candidate is right, that none is.

    ``belief``: that the best candidate is right; ``absence``: that nothing answers. ``threshold`` is the
    default probability below which an answer is withheld; ``null_joint`` is the joint score that the reader
    alone, given one context and no retrieval, must pass to answer. ``nothing_fits``: the probability that
    nothing answers when no span can be what is asked for; ``nothing_named``: that when no dispatch found has
    a name that is asked about. Without ``foreign`` all questions are judged alike.
    """

    weights: Evidence
    belief: LogOdds
    absence: LogOdds
    threshold: float
    null_joint: float = 0.0
    nothing_fits: float = 1.0
    nothing_named: float = 1.0
    foreign: Foreign | None = None

    def for_question(self, query: Vectors) -> Calibration:
        """The weights for one question, given its vector (1, dimension)."""
        if self.foreign is None:
            return self
        share, other = logistic(self.foreign.probe.log_odds(query)), self.foreign
        return replace(
            self,
            weights=_blend(self.weights, other.weights, share),
            belief=self.belief.blended(other.belief, share),
            absence=self.absence.blended(other.absence, share),
            foreign=None,
        )

    @property
    def counts_on_verifier(self) -> bool:
        """Whether the odds do, in French or in other languages."""
        sides = (self,) if self.foreign is None else (self, self.foreign)
        return any(odds.evidence.upheld != 0.0 for side in sides for odds in (side.belief, side.absence))

    def joint(self, evidence: Evidence) -> float:
        """The joint score: unitless, higher is better."""
        return _weighted(self.weights, evidence)

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
            # One figure told both before.
            values.setdefault("nothing_named", values.get("nothing_fits", 1.0))
            others = foreign and Foreign(
                **_weighing(foreign), probe=LanguageProbe.load(path.with_name(PROBE))
            )
            return cls(**_weighing(values), foreign=others)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelProblem("model", detail=f"{path}: {error}") from error


_WEIGHING = ("weights", "belief", "absence")


def _weighing(values: dict[str, Any]) -> dict[str, Any]:
    odds = {name: _log_odds(values.pop(name)) for name in ("belief", "absence")}
    weights = _evidence(values.pop("weights"))
    return {"weights": weights, **odds, **{name: float(value) for name, value in values.items()}}


def _log_odds(values: dict[str, Any]) -> LogOdds:
    evidence = _evidence(values.pop("evidence"))
    return LogOdds(evidence, **{name: float(value) for name, value in values.items()})


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
