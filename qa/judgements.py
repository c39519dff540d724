"""What users say of answers, kept in a local file, and as a question set that ``qa eval`` reads.

A line of the file is one judgement (JSON); the last on a question counts. A line that a kill cut in half is
passed over. Called by the chat; safe to use from many threads. Raises QaError when the disk refuses.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from qa.errors import QaError
from qa.messages import os_reason
from qa.talk import Turn
from qa.types import Answer, Reply

Verdict = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """``answer``: what was shown, None when withheld. ``better``: the right answer, where it was given.

    ``unanswerable``: the dispatches do not answer. ``filters``: what narrowed the question.
    """

    question: str
    verdict: Verdict
    answer: str | None = None
    better: str | None = None
    unanswerable: bool = False
    doc: str | None = None
    start: int | None = None
    end: int | None = None
    confidence: float | None = None
    filters: dict[str, str] = field(default_factory=dict)
    at: str = ""

    @property
    def accepted(self) -> list[str] | None:
        """The answers that it says are right, none for a question without one; None when it does not say."""
        if self.better:
            return [self.better]
        if self.unanswerable:
            return []
        if self.verdict == "wrong":
            return None
        return [] if self.answer is None else [self.answer]


def judge(turn: Turn, verdict: Verdict, better: str = "", unanswerable: bool = False) -> Judgement:
    """What is said of a turn."""
    values: dict[str, Any] = {
        "question": turn.question,
        "verdict": verdict,
        "better": better.strip() or None,
        "unanswerable": unanswerable,
        "filters": turn.filters.as_query(),
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    result = turn.outcome.result if isinstance(turn.outcome, Reply) else None
    if isinstance(result, Answer):
        c = result.citation
        values |= {"answer": result.text, "doc": c.source, "start": c.start, "end": c.end}
    if result is not None:
        values["confidence"] = round(result.confidence, 4)
    return Judgement(**values)


class Judgements:
    """The file of judgements."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def add(self, judgement: Judgement) -> None:
        """Append, and see it to the disk."""
        line = json.dumps(asdict(judgement), ensure_ascii=False)
        try:
            with self._lock, self.path.open("a+b") as file:
                file.seek(0, os.SEEK_END)
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    # What a kill cut in half is not to take this line with it.
                    line = line if file.read() == b"\n" else f"\n{line}"
                file.write(line.encode("utf-8", "replace") + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise QaError("storage", path=self.path, reason=os_reason(error)) from error

    def all(self) -> list[Judgement]:
        """The last judgement on each question, in order of the questions."""
        last: dict[str, Judgement] = {}
        for judgement in self._lines():
            last[judgement.question] = judgement
        return list(last.values())

    def as_question_set(self) -> str:
        """Lines that ``qa eval`` reads: questions whose right answer is known and that no filter narrowed."""
        return "".join(
            json.dumps(_question(judgement, judgement.accepted), ensure_ascii=False) + "\n"
            for judgement in self.all()
            if judgement.accepted is not None and not judgement.filters
        )

    def _lines(self) -> Iterator[Judgement]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except OSError as error:
            raise QaError("storage", path=self.path, reason=os_reason(error)) from error
        for line in text.split("\n"):
            try:
                yield Judgement(**json.loads(line))
            except (ValueError, TypeError):
                continue


def _question(judgement: Judgement, answers: list[str]) -> dict[str, Any]:
    named = hashlib.sha256(judgement.question.encode("utf-8", "replace")).hexdigest()[:12]
    shown = answers == [judgement.answer]
    return {
        "id": f"avis-{named}",
        "question": judgement.question,
        "answers": answers,
        "doc": judgement.doc if shown else None,
        "tags": ["avis"],
    }
