"""Two runs side by side: what got better, what got worse, and whether that is more than chance.

Called by ``qa eval --compare DIR``, where DIR holds an earlier report. Questions are joined by id; those that
changed (other text or other accepted answers) and those in one run only are counted, not compared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from eval.metrics.bootstrap import Interval, paired_bootstrap
from eval.records import Record
from eval.wording import word
from qa.errors import UserError
from qa.messages import os_reason

RECORDS = "records.jsonl"


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose F1 changed."""

    before: Record
    after: Record

    @property
    def gain(self) -> float:
        """F1 after less F1 before, from -1.0 to 1.0; above 0 is better."""
        return (self.after.f1 or 0.0) - (self.before.f1 or 0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``better`` and ``worse``: the changes, the greatest first. ``em`` and ``f1``: mean gain, 95 % interval.

    The intervals are None when no question was read in both runs. ``apart``: questions not compared.
    """

    compared: int
    apart: int
    em: Interval | None
    f1: Interval | None
    better: tuple[Change, ...]
    worse: tuple[Change, ...]


def compare(before: Sequence[Record], after: Sequence[Record]) -> Comparison:
    """Compare two runs question by question."""
    earlier = {_identity(r): r for r in before}
    pairs = [Change(earlier[_identity(r)], r) for r in after if _identity(r) in earlier]
    read = [c for c in pairs if c.before.f1 is not None and c.after.f1 is not None]
    return Comparison(
        compared=len(read),
        apart=len(before) + len(after) - 2 * len(read),
        em=paired_bootstrap([c.before.em or 0.0 for c in read], [c.after.em or 0.0 for c in read]),
        f1=paired_bootstrap([c.before.f1 or 0.0 for c in read], [c.after.f1 or 0.0 for c in read]),
        better=tuple(sorted((c for c in read if c.gain > 0), key=lambda c: -c.gain)),
        worse=tuple(sorted((c for c in read if c.gain < 0), key=lambda c: c.gain)),
    )


def as_json(comparison: Comparison) -> dict[str, object]:
    """Plain JSON values: counts, mean gains with their intervals, and the ids of what changed."""
    return {
        "compared": comparison.compared,
        "apart": comparison.apart,
        "em": comparison.em and asdict(comparison.em),
        "f1": comparison.f1 and asdict(comparison.f1),
        "better": [_change(c) for c in comparison.better],
        "worse": [_change(c) for c in comparison.worse],
    }


def _change(change: Change) -> dict[str, object]:
    before, after = change.before, change.after
    return {
        "id": after.id,
        "question": after.question,
        "before": before.answer,
        "after": after.answer,
        "gain": round(change.gain, 4),
    }


def read_records(folder: Path) -> tuple[Record, ...]:
    """Read the records that a report in ``folder`` kept. Raises UserError, one line."""
    path = folder / RECORDS
    try:
        # Not splitlines(): a JSON string may hold U+2028, which is no end of line here.
        lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    except OSError as error:
        raise UserError("file", path=path, reason=os_reason(error)) from None
    except UnicodeDecodeError:
        raise UserError("file", path=path, reason=word("encoding")) from None
    return tuple(_record(path, number, line) for number, line in enumerate(lines, start=1) if line)


def _record(path: Path, number: int, line: str) -> Record:
    names = [f.name for f in fields(Record)]
    try:
        row = json.loads(line)
        values = {name: row[name] for name in names}
        ranks = values.pop("ranks")
        return Record(
            **{
                **values,
                "tags": tuple(values["tags"]),
                "answers": tuple(values["answers"]),
                "ranks": None if ranks is None else tuple(ranks),
            }
        )
    except (ValueError, TypeError, KeyError):
        raise UserError("file", path=f"{path}:{number}", reason=word("record")) from None


def _identity(record: Record) -> tuple[str, str, tuple[str, ...]]:
    return record.id, record.question, record.answers
