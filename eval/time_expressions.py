"""How well time expressions are found and resolved, against hand-made labels
(``eval/temporal/labels.jsonl``).

Finding: an expression found counts when it overlaps a labelled one not yet taken (TempEval-3's relaxed
match, UzZaman et al. 2013); strict: the same offsets. Value: the same EDTF interval, among those found. The
texts are not ours to give away, so a label names an article of the press sample and offsets in it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.dates import PartialDate
from qa.temporal.expressions import TimeExpression, find

LABELS = Path(__file__).parent / "temporal" / "labels.jsonl"


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled date; ``edtf`` None where the text does not say the value."""

    start: int
    end: int
    edtf: str | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of an article with its publication day and its labelled dates."""

    id: str
    text: str
    published: PartialDate
    split: str
    labels: tuple[Label, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """``precision``, ``recall`` and ``f1`` of finding; ``strict`` F1 of offsets; ``exact`` values."""

    n: int
    precision: float
    recall: float
    f1: float
    strict: float
    exact: float


# From a text and its publication day to dates: start, end, EDTF (None: not resolved).
System = Callable[[str, PartialDate], Sequence[Label]]


def ours(text: str, published: PartialDate) -> list[Label]:
    """What ``qa.temporal`` finds."""
    return [_label(e) for e in find(text, published) if e.kind == "date"]


def read_excerpts(corpus: Path, split: str, labels: Path = LABELS) -> list[Excerpt]:
    """The labelled excerpts of a split (``dev`` or ``test``). Raises OSError, ValueError, KeyError."""
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        texts = {row["id"]: row["text"] for row in map(json.loads, lines)}
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    return [_excerpt(row, texts[row["id"]]) for row in rows if row["split"] == split]


def score(excerpts: Sequence[Excerpt], system: System) -> Score:
    """Over all excerpts; 0 where there is nothing to divide by."""
    found = labelled = matched = strict = exact = 0
    for excerpt in excerpts:
        given = system(excerpt.text, excerpt.published)
        pairs = match(given, excerpt.labels)
        found, labelled, matched = found + len(given), labelled + len(excerpt.labels), matched + len(pairs)
        strict += sum((g.start, g.end) == (t.start, t.end) for g, t in pairs)
        exact += sum(g.edtf == t.edtf for g, t in pairs)
    return Score(
        n=labelled,
        precision=_share(matched, found),
        recall=_share(matched, labelled),
        f1=_share(2 * matched, found + labelled),
        strict=_share(2 * strict, found + labelled),
        exact=_share(exact, matched),
    )


def match(given: Sequence[Label], true: Sequence[Label]) -> list[tuple[Label, Label]]:
    """Pairs that overlap, each label once, the largest overlap first."""
    overlaps = sorted(
        ((min(g.end, t.end) - max(g.start, t.start), i, j)
         for i, g in enumerate(given) for j, t in enumerate(true)),
        key=lambda o: (-o[0], o[1], o[2]),
    )  # fmt: skip
    pairs: dict[int, int] = {}
    for length, i, j in overlaps:
        if length > 0 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(given[i], true[j]) for i, j in sorted(pairs.items())]


def _excerpt(row: dict[str, object], text: str) -> Excerpt:
    expressions = row["expressions"]
    assert isinstance(expressions, list)
    dates = tuple(Label(e["start"], e["end"], e["edtf"]) for e in expressions if e["kind"] == "date")
    end = int(str(row["end"]))
    return Excerpt(
        str(row["id"]), text[:end], PartialDate.parse(str(row["published"])), str(row["split"]), dates
    )


def _label(expression: TimeExpression) -> Label:
    value = expression.value
    return Label(expression.start, expression.end, None if value is None else str(value))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
