"""What a program asked, put to the pipeline: the same for the HTTP API and the MCP server."""

from __future__ import annotations

from qa import shapes
from qa.dates import PartialDate, Period
from qa.pipeline import Pipeline
from qa.temporal.timeline import Event
from qa.types import Hit, Reply


def asking(pipeline: Pipeline, asked: shapes.Question) -> Reply:
    """The reply to a question. Raises as ``Pipeline.ask``."""
    return pipeline.ask(
        asked.question,
        period=Period.parse(asked.since, asked.until),
        as_of=PartialDate.parse_as_of(asked.as_of),
        top_k=asked.top_k,
        threshold=asked.threshold,
        use_time=not asked.ignore_time,
        source=asked.source,
    )


def searching(pipeline: Pipeline, asked: shapes.SearchQuestion) -> tuple[Hit, ...]:
    """The passages nearest to a question. Raises as ``Pipeline.search``."""
    period, as_of = Period.parse(asked.since, asked.until), PartialDate.parse_as_of(asked.as_of)
    return pipeline.search(asked.question, period=period, as_of=as_of, top_k=asked.top_k, source=asked.source)


def dating(pipeline: Pipeline, asked: shapes.Topic) -> tuple[Event, ...]:
    """Dated statements about a topic. Raises as ``Pipeline.timeline``."""
    period, as_of = Period.parse(asked.since, asked.until), PartialDate.parse_as_of(asked.as_of)
    return pipeline.timeline(asked.topic, period=period, as_of=as_of, most=asked.most, source=asked.source)
