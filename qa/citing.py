"""Spans to citations, verified: a quote that is not the dispatch's text is refused, never shown."""

from __future__ import annotations

from dataclasses import replace

from qa.duplicates import copies_of
from qa.errors import CitationMismatch
from qa.types import Citation, Hit, Span


def cite_all(hit: Hit, span: Span) -> list[Citation]:
    """The citation of a span, then those of its sentence in the duplicates of its passage."""
    own = cite(hit, span)
    copies = copies_of(span, hit.passage, hit.copies)
    return [own, *(cite(replace(hit, passage=p, dispatch=d), at) for (p, d), at in copies)]


def cite(hit: Hit, span: Span) -> Citation:
    """The citation of a span of a hit's passage. Raises CitationMismatch when offsets do not agree."""
    passage, dispatch = hit.passage, hit.dispatch
    start, end = passage.start + span.start, passage.start + span.end
    quote = passage.text[span.start : span.end]
    inside = 0 <= span.start < span.end <= len(passage.text)
    if not inside or span.passage_id != passage.id or dispatch.body[start:end] != quote:
        raise CitationMismatch("citation", source=dispatch.source, start=start, end=end)
    return Citation(
        dispatch_id=dispatch.id,
        source=dispatch.source,
        path=dispatch.path,
        encoding=dispatch.encoding,
        title=dispatch.title,
        published=dispatch.published,
        paragraph=passage.ordinal,
        start=start,
        end=end,
        quote=quote,
        passage_start=passage.start,
        passage_text=passage.text,
    )
