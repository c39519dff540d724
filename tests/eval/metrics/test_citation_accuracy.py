"""Citation accuracy: the quote stands where it is said to, in a passage that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eval.metrics.citation_accuracy import citation_accuracy, citation_right
from qa.types import Citation, Question

TEXT = "La session a eu lieu à Vienne, Autriche, le 19 mai."
Make = Callable[..., Citation]
Ask = Callable[..., Question]


def test_right_document_and_passage(citation: Make, question: Ask) -> None:
    assert citation_right(citation("Vienne, Autriche", TEXT), question("Où ?", "Vienne"))
    assert citation_right(citation("Vienne", TEXT), question("Où ?", "Vienne", doc=None))


def test_another_document_or_a_passage_without_the_answer(citation: Make, question: Ask) -> None:
    assert not citation_right(citation("Vienne", TEXT, source="000.txt"), question("Où ?", "Vienne"))
    assert not citation_right(citation("Vienne", TEXT), question("Où ?", "Hanoï"))


def test_offsets_that_do_not_hold_the_quote(citation: Make, question: Ask) -> None:
    true = citation("Vienne", TEXT)
    asked = question("Où ?", "Vienne")
    assert not citation_right(replace(true, start=true.start + 1, end=true.end + 1), asked)
    assert not citation_right(replace(true, passage_start=true.start + 1), asked)
    assert not citation_right(replace(true, quote="vienne"), asked)


def test_share_of_those_judged() -> None:
    assert citation_accuracy([True, None, False, True, None]) == 2 / 3
    assert citation_accuracy([None]) is None
    assert citation_accuracy([]) is None
