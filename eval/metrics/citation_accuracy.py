"""Citation accuracy: whether an answer shown leads to the place that proves it."""

from __future__ import annotations

from collections.abc import Iterable

from eval.metrics.mean import mean
from eval.metrics.relevance import is_relevant
from qa.types import Citation, Question


def _is_literal(citation: Citation) -> bool:
    start, end = citation.start - citation.passage_start, citation.end - citation.passage_start
    return start >= 0 and citation.passage_text[start:end] == citation.quote


def citation_right(citation: Citation, question: Question) -> bool:
    """Whether the quote stands literally at its offsets in a passage that answers ``question``.

    The passage must be relevant (see ``relevance.is_relevant``): the right document, and in it an accepted
    answer. Whether the quote itself is the right span is for exact match and F1 to say.
    """
    return _is_literal(citation) and is_relevant(citation.source, citation.passage_text, question)


def citation_accuracy(judged: Iterable[bool | None]) -> float | None:
    """Return the share of right citations among those judged; None entries are left out.

    One entry a question: None when nothing was shown or the question has no answer (showing one there is
    abstention's fault, not the citation's). None when nothing was judged. Higher is better.
    """
    return mean(float(right) for right in judged if right is not None)
