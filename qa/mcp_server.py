"""The MCP server: lets an assistant ask, search and read dispatches (``qa mcp``, over stdin and stdout).

Called by ``qa.cli`` only; imports the ``mcp`` extra. A result is the JSON of the command line as structured
content, and a few lines with quote and reference. What cannot be answered is a tool error of one line.
``mcp`` keeps stdout for the protocol: whatever else is printed goes to stderr.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from pydantic import ValidationError

from embeddings.errors import EmbeddingError
from qa import __version__, shapes
from qa.asked import asking, dating, searching
from qa.errors import BadRequest, QaError
from qa.messages import say
from qa.pipeline import Pipeline
from qa.presenting import dispatch_json, found_json, hit_lines, reply_json, reply_lines
from qa.temporal.export import timeline_json, timeline_lines
from qa.types import Hit

INSTRUCTIONS = (
    "French press dispatches. No text is generated: every answer is a literal span of a dispatch, with file,"
    " paragraph and offsets, or an abstention. Quote answers as they are, with their reference. An abstention"
    " means that the dispatches do not say: do not answer from elsewhere as if they did."
)
_READS_ONLY = ToolAnnotations(read_only_hint=True, open_world_hint=False)
# The JSON, and the lines of the text.
Result = tuple[dict[str, Any], Iterable[str]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Tool:
    """What a tool takes and gives, and the work; the docstring of ``run`` is what the assistant reads."""

    takes: type[shapes.Shape]
    gives: type[shapes.Shape]
    run: Callable[[Pipeline, Any], Result]


def _ask(pipeline: Pipeline, asked: shapes.Question) -> Result:
    """Answer a question with a literal, cited span of a press dispatch, or abstain."""
    reply = asking(pipeline, asked)
    return reply_json(reply), [*reply_lines(reply, colour=False), *_ids(reply.hits)]


def _search(pipeline: Pipeline, asked: shapes.SearchQuestion) -> Result:
    """Find the passages of press dispatches nearest to a question or to words, without an answer."""
    hits = searching(pipeline, asked)
    return found_json(asked.question, hits), [*hit_lines(hits, colour=False), *_ids(hits)]


def _timeline(pipeline: Pipeline, asked: shapes.Topic) -> Result:
    """Find dated, literal statements about a topic in press dispatches, in order of the events' time."""
    events = dating(pipeline, asked)
    return timeline_json(asked.topic, events), timeline_lines(events)


def _read_dispatch(pipeline: Pipeline, asked: shapes.DispatchId) -> Result:
    """Read a whole press dispatch: text, title, date and source."""
    dispatch = pipeline.dispatch(asked.dispatch)
    return dispatch_json(dispatch), [dispatch.body]


TOOLS = {
    "ask": _Tool(shapes.Question, shapes.Reply, _ask),
    "search": _Tool(shapes.SearchQuestion, shapes.Found, _search),
    "timeline": _Tool(shapes.Topic, shapes.Timeline, _timeline),
    "read_dispatch": _Tool(shapes.DispatchId, shapes.Dispatch, _read_dispatch),
}


def serve(pipeline: Pipeline) -> None:
    """Serve on stdin and stdout until the client goes away."""
    asyncio.run(_serve(create(pipeline)))


def create(pipeline: Pipeline) -> Server[Any]:
    """The server; the pipeline stays the caller's to close."""

    async def on_list(_: object, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_describe(name, tool) for name, tool in TOOLS.items()])

    async def on_call(_: ServerRequestContext[Any], asked: CallToolRequestParams) -> CallToolResult:
        return await to_thread.run_sync(call, pipeline, asked.name, asked.arguments or {})

    return Server(
        "depeches-qa",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=on_list,
        on_call_tool=on_call,
    )


def call(pipeline: Pipeline, name: str, arguments: dict[str, Any]) -> CallToolResult:
    """The result of a tool, or the line that says why there is none; never raises."""
    try:
        tool = _tool(name)
        values, lines = tool.run(pipeline, tool.takes.model_validate(arguments))
        return _result(lines, values)
    except ValidationError as error:
        return _problem(str(shapes.misfit(error.errors())))
    except QaError as error:
        return _problem(str(error))
    except EmbeddingError as error:  # a model file that was read only when it was needed
        return _problem(say("model", detail=error))
    except Exception:
        log.exception("unexpected error")
        return _problem(say("unexpected_logged"))


def _tool(name: str) -> _Tool:
    if name not in TOOLS:
        raise BadRequest("request_tool", name=name, known=", ".join(TOOLS))
    return TOOLS[name]


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _describe(name: str, tool: _Tool) -> Tool:
    return Tool(
        name=name,
        description=tool.run.__doc__,
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(),
        annotations=_READS_ONLY,
    )


def _ids(hits: Sequence[Hit]) -> Iterable[str]:
    """The ids for ``read_dispatch``: some assistants are shown the lines only."""
    ids = {hit.dispatch.id: hit.dispatch.source for hit in hits}
    return ["", *(say("dispatch_id", id=id, source=source) for id, source in ids.items())] if ids else []


def _result(lines: Iterable[str], values: dict[str, Any] | None = None) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text="\n".join(lines))],
        structured_content=values,
        is_error=values is None,
    )


def _problem(why: str) -> CallToolResult:
    return _result([" ".join(why.split())])
