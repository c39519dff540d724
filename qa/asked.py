"""What a program asked, put to the pipeline: the same for the HTTP API and the MCP server."""

from __future__ import annotations

from typing import Any

from qa import shapes
from qa.dates import PartialDate, Period
from qa.pipeline import Pipeline
from qa.temporal.timeline import Event
from qa.types import Hit, Reply


def asking(pipeline: Pipeline, asked: shapes.Question) -> Reply:
    """The reply to a question. Raises as ``Pipeline.ask``."""
    return pipeline.ask(
        asked.question,
        top_k=asked.top_k,
        threshold=asked.threshold,
        use_time=not asked.ignore_time,
        **_narrowed(asked),
    )


def searching(pipeline: Pipeline, asked: shapes.SearchQuestion) -> tuple[Hit, ...]:
    """The passages nearest to a question. Raises as ``Pipeline.search``."""
    return pipeline.search(asked.question, top_k=asked.top_k, **_narrowed(asked))


def dating(pipeline: Pipeline, asked: shapes.Topic) -> tuple[Event, ...]:
    """Dated statements about a topic. Raises as ``Pipeline.timeline``."""
    return pipeline.timeline(asked.topic, most=asked.most, **_narrowed(asked))


def _narrowed(asked: shapes.SearchQuestion | shapes.Topic) -> dict[str, Any]:
    period, as_of = Period.parse(asked.since, asked.until), PartialDate.parse_as_of(asked.as_of)
    return {"period": period, "as_of": as_of, "source": asked.source, "language": asked.language}
