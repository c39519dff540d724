"""What counts as a passage that answers a question; retrieval and citations are judged alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from eval.metrics.normalise import contains
from qa.types import Hit, Question


def is_relevant(source: str, text: str, question: Question) -> bool:
    """Whether a passage of file ``source`` with this ``text`` answers ``question``.

    It does when it stands in the question's document (any document when the question names none) and holds
    an accepted answer as whole words. Documents are compared by file name, folders left aside. Nothing is
    relevant to an unanswerable question.
    """
    if question.doc is not None and PurePath(source).name != PurePath(question.doc).name:
        return False
    return any(contains(text, answer) for answer in question.answers)


def gold_ranks(hits: Sequence[Hit], question: Question) -> tuple[int, ...]:
    """Return the ranks, from 1, of the relevant passages among ``hits``, best first.

    A hit is as relevant as the duplicates that share its place.
    """
    return tuple(
        rank
        for rank, hit in enumerate(hits, start=1)
        if any(
            is_relevant(dispatch.source, passage.text, question)
            for passage, dispatch in ((hit.passage, hit.dispatch), *hit.copies)
        )
    )
