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
from qa.temporal.expressions import TimeExpression, find
from qa.temporal.values import Interval

Role = Literal["publication", "event", "unsure"]

# Words on reports, right before the period (up to a few words), in French, English and Vietnamese.
_SAID = re.compile(
    r"(?:d[ée]p[êe]ches?|articles?|publi[ée]e?s?|parue?s?|diffus[ée]e?s?|rapport[ée]e?s?|savait-on|disait-on|disaient|"
    r"dispatch(?:es)?|articles? from|published|reported|known|news|tin|bản tin|đưa tin|đăng)"
    r"(?:\s[\w'’-]+){0,2}\s(?:d[eu'’]\s?|en\s|in\s|from\s|on\s)?$",
    re.IGNORECASE,
)
_VIETNAMESE = re.compile(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b(?:the|what|when|who|whom|whose|how|which|where|why|is|was|were|did|does|will|has|of)\b",
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
    for found in find(question, anchor, _language(question)):
        if found.value is not None:
            role = _role(question, found)
            return QuestionTime(found.start, found.end, found.text, found.value, role)
    return None


def _language(question: str) -> str:
    """The language whose time expressions to look for, by its letters and smallest words."""
    return "vi" if _VIETNAMESE.search(question) else "en" if _ENGLISH.search(question) else "fr"


def _role(question: str, expression: TimeExpression) -> Role:
    if _SAID.search(question[: expression.start]):
        return "publication"
    return "event" if _DONE.search(question) else "unsure"
