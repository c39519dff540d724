"""Citations are verified against the dispatch when they are made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.citing import cite
from qa.dates import PartialDate
from qa.errors import CitationMismatch, UserError
from qa.types import Citation, Hit, Span
from tests.qa.hand import make_hit, span_of

TEXT = "Signée à Hanoï, et encore à Hanoï."


def test_the_citation_says_where_the_words_stand_in_the_dispatch() -> None:
    hit = make_hit(TEXT, before="date 2025-05 Œuvre\n\n")
    citation = cite(hit, Span("p1", 28, 33, 4.0, 1.0))
    assert citation == Citation(
        dispatch_id="d1",
        source="d1.txt",
        path="/x/d1.txt",
        encoding="utf-8",
        title="Titre",
        published=PartialDate(2025, 5),
        paragraph=4,
        start=48,
        end=53,
        quote="Hanoï",
        passage_start=20,
        passage_text=TEXT,
    )
    # The second occurrence, not one found again by its text.
    assert hit.dispatch.body[48:53] == "Hanoï"
    assert hit.dispatch.body.index("Hanoï") == 29


def changed_body() -> Hit:
    hit = make_hit(TEXT)
    return replace(hit, dispatch=replace(hit.dispatch, body=hit.dispatch.body.replace("à", "a ")))


def shifted_passage() -> Hit:
    hit = make_hit(TEXT, before="  ")
    return replace(hit, passage=replace(hit.passage, start=1))


def at_the_end_of_its_dispatch() -> Hit:
    hit = make_hit(TEXT)
    return replace(hit, dispatch=replace(hit.dispatch, body=TEXT))


@pytest.mark.parametrize(
    ("hit", "start", "end"),
    [
        (changed_body(), 9, 14),
        (shifted_passage(), 9, 14),
        (make_hit(TEXT), 5, 5),
        (make_hit(TEXT), 9, 5),
        (make_hit(TEXT), -6, -1),
        (make_hit(TEXT, before="xx"), -1, 3),
        (make_hit(TEXT), 28, 90),
        # Slices forgive these: the quote would equal the slice of the body, with an end beyond both.
        (at_the_end_of_its_dispatch(), 28, 90),
        (at_the_end_of_its_dispatch(), -6, -1),
        (at_the_end_of_its_dispatch(), 90, 95),
    ],
)
def test_offsets_that_do_not_agree_are_refused(hit: Hit, start: int, end: int) -> None:
    with pytest.raises(CitationMismatch) as caught:
        cite(hit, Span("p1", start, end, 1.0, 0.0))
    at = hit.passage.start
    assert (
        str(caught.value)
        == f"citation refusée : le texte de d1.txt à {at + start}-{at + end} n'est pas la réponse"
    )
    assert not isinstance(caught.value, UserError)


def test_a_span_of_another_passage_is_refused() -> None:
    hit = make_hit(TEXT)
    with pytest.raises(CitationMismatch):
        cite(hit, replace(span_of(hit, "Hanoï"), passage_id="p2"))
