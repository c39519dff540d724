"""Follow-up questions in Vietnamese: "Còn …?" puts a name in another's place; else names are carried over."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.followups.slots import likeness, names_of, period_of, trimmed, with_period, without_period
from qa.followups.types import Earlier

SPOKEN = re.compile(
    r"\b(?:nào|ở|đâu|bao|nhiêu|khi|gì|là ai|sao|còn|thế|của|năm|được|không|tại|người|mấy)\b", re.IGNORECASE
)
_LEAD = re.compile(r"^(?:(?:còn|và|thế|vậy)\b[ ,]*)+", re.IGNORECASE)
_TAIL = re.compile(r" (?:thì sao|thế nào|nhỉ)$", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:nào|đâu|bao (?:nhiêu|lâu|giờ)|khi|ai|gì|sao|mấy)\b", re.IGNORECASE)
# Words of a question that may lack something although it has a name.
_SHORT = 5
# More words lack nothing.
_LONG = 8
_PRONOUN = re.compile(r"\b(?:ông|bà|anh|chị|cô) (?:ấy|ta)\b|\b(?:nó|họ)\b", re.IGNORECASE)
# What an earlier question said that is neither a name nor a topic.
_SAID = re.compile(
    r"\b(?:nào|ở đâu|bao (?:nhiêu|lâu|giờ)|khi|ai|gì|sao|mấy|đã|có|là|được|sẽ|đang|bị)\b", re.IGNORECASE
)


def rewritten(question: str, said: Sequence[Earlier]) -> str | None:
    """The question that stands alone, without its mark; None where it does already."""
    last = said[-1]
    body = _TAIL.sub("", _LEAD.sub("", question)).strip()
    before = trimmed(last.question)
    # The first word has a capital anyway.
    names = [n for n in names_of(body) if n.start > 0 or " " in n.text]
    if period_of(body) is not None and without_period(body).lower() in ("", "năm", "trong", "vào"):
        return with_period(before, body)
    if not _ASKS.search(body):
        return _put_in(body, before) if len(body.split()) <= 6 else None
    if len(body.split()) > _LONG:
        return None
    pronoun = _PRONOUN.search(body)
    if pronoun:
        return body[: pronoun.start()] + _antecedent(before, last) + body[pronoun.end() :]
    if names and ("," in body or len(body.split()) > _SHORT or not _leans(body)):
        return None
    return f"{body}, {_antecedent(before, last)}"


def _leans(body: str) -> bool:
    """Whether nothing stands before its verb or question word."""
    return bool(re.match(r"(?:khi nào|ở đâu|bao giờ|khi) (?!\w+ [A-ZĐÀ-Ỹ])", body, re.IGNORECASE))


def _put_in(body: str, before: str) -> str:
    own, kinds = names_of(body), names_of(before)
    if not own or not kinds:
        return f"{before}, {body}"
    old = max(kinds, key=lambda n: (likeness(own[-1].text, n.text), n.start))
    return before[: old.start] + own[-1].text + before[old.end :]


def _antecedent(before: str, last: Earlier) -> str:
    """The answer where a person or a thing was asked for, else the names of the last question."""
    asked = re.search(r"\b(?:ai|nào|gì)\b", before, re.IGNORECASE)
    if asked and last.answer and names_of(last.answer) and len(last.answer.split()) <= 9:
        return last.answer
    names = [n for n in names_of(before) if n.start > 0]
    terms = _SAID.sub(",", before).split(",")
    return ", ".join(" ".join(t.split()) for t in terms if t.strip()) if names else before
