"""The period that a question names, and whether it limits what was said then or what happened then.

"Qu'a-t-on annoncé en mars 2025 ?" limits the dispatches, "Que se passe-t-il le 25 octobre 2025 ?" the
events; "en mars 2025" alone does neither surely. Only the first may shut dispatches out; the others steer
(``qa.pipeline``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.dates import PartialDate, Period
from qa.temporal.expressions import LANGUAGES, TimeExpression, find
from qa.temporal.values import Interval

Role = Literal["publication", "event", "unsure"]

# Words on reports, right before the period (up to a few words), in French, English and Vietnamese.
_SAID = re.compile(
    r"(?:d[ée]p[êe]ches?|articles?|publi[ée]e?s?|parue?s?|diffus[ée]e?s?|rapport[ée]e?s?|savait-on|disait-on|disaient|"
    r"dispatch(?:es)?|articles? from|published|reported|known|news|tin|bản tin|đưa tin|đăng)"
    r"(?:\s[\w'’-]+){0,2}\s(?:d[eu'’]\s?|en\s|in\s|from\s|on\s)?$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:aura|auront|a(?:-t-(?:il|elle|on))?|ont|s'est|se sont|eu lieu|prévue?s?|passé?"
    r"|signée?s?|lieu|happen\w*|held|take|took|planned|scheduled|diễn ra|xảy ra|tổ chức)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuestionTime:
    """``question[start:end] == text``; ``interval`` is what it means."""

    start: int
    end: int
    text: str
    interval: Interval
    role: Role

    @property
    def period(self) -> Period:
        """The publication dates that it spans."""
        return Period(self.interval.start, self.interval.end)


def question_time(question: str, today: date) -> QuestionTime | None:
    """The first period that a question names; None when it names none. ``today`` resolves "hier"."""
    anchor = PartialDate(today.year, today.month, today.day)
    found = max((_dated(question, anchor, language) for language in LANGUAGES), key=_covered)
    if not found:
        return None
    first = found[0]
    assert first.value is not None
    return QuestionTime(first.start, first.end, first.text, first.value, _role(question, first))


def _dated(question: str, anchor: PartialDate, language: str) -> list[TimeExpression]:
    return [e for e in find(question, anchor, language) if e.value is not None]


def _covered(found: list[TimeExpression]) -> int:
    return sum(e.end - e.start for e in found)


def _role(question: str, expression: TimeExpression) -> Role:
    if _SAID.search(question[: expression.start]):
        return "publication"
    return "event" if _DONE.search(question) else "unsure"
