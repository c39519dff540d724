"""The HTTP API: what the chat knows, as plain JSON for other programs, served on the chat's port.

::

    GET, POST /ask                a question: the JSON of ``qa ask --json``
    GET, POST /search             passages: the JSON of ``qa search --json``
    GET, POST /timeline           dated statements: the JSON of ``qa timeline --json``
    GET       /status             the index: the JSON of ``qa status --json``
    GET       /dispatches/{id}    a whole dispatch
    GET       /openapi.json       all of this, described (OpenAPI 3)

Called by ``app`` only. An error is ``{"error": "one line"}`` with its HTTP status, never a traceback. Answers
are made in threads, ``AT_ONCE`` at a time, first come first served. No page of documentation: FastAPI's own
would be loaded from another machine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from embeddings.errors import EmbeddingError
from qa import __version__, shapes
from qa.asked import asking, dating, searching
from qa.errors import BadRequest, IndexProblem, QaError, UnknownDispatch, UserError
from qa.messages import say
from qa.pipeline import Pipeline
from qa.presenting import dispatch_json, found_json, reply_json, status_json
from qa.temporal.export import timeline_json

TITLE = "Dépêches : questions et réponses"
DESCRIPTION = (
    "Ask press dispatches: every answer is a literal span of a dispatch with its citation, or an honest"
    " abstention."
)
AT_ONCE = 8
# What an error of ours is in HTTP: the first that fits.
STATUSES: tuple[tuple[type[QaError], int], ...] = (
    (UnknownDispatch, 404),
    (IndexProblem, 503),
    (BadRequest, 422),
    (UserError, 400),
    (QaError, 500),
)
REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The question, a date or a number cannot be used"},
    403: {"description": "Asked by a page of another origin, or under another host name"},
    404: {"description": "Unknown dispatch"},
    413: {"description": "Request too large"},
    422: {"description": "A value is missing, of the wrong type, or under an unknown name"},
    500: {"description": "The server's fault; its terminal says more"},
    503: {"description": "The index cannot be used"},
}

log = logging.getLogger(__name__)
JsonObject = dict[str, Any]


def create(pipeline: Pipeline) -> FastAPI:
    """The API over a pipeline, which stays the caller's to close."""
    api = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        exception_handlers={HTTPException: _http_problem, RequestValidationError: _request_problem},
    )
    routes = _Routes(pipeline, CapacityLimiter(AT_ONCE))
    asked = (400, 403, 413, 422, 500, 503)
    for path, method, endpoint, shape, refusals in (
        ("/ask", "GET", routes.ask, shapes.Reply, asked),
        ("/ask", "POST", routes.ask_by_post, shapes.Reply, asked),
        ("/search", "GET", routes.search, shapes.Found, asked),
        ("/search", "POST", routes.search_by_post, shapes.Found, asked),
        ("/timeline", "GET", routes.timeline, shapes.Timeline, asked),
        ("/timeline", "POST", routes.timeline_by_post, shapes.Timeline, asked),
        ("/status", "GET", routes.status, shapes.Status, (403, 500, 503)),
        ("/dispatches/{id}", "GET", routes.dispatch, shapes.Dispatch, (403, 404, 422, 500, 503)),
    ):
        api.add_api_route(
            path,
            endpoint,
            methods=[method],
            response_model=shape,
            operation_id=endpoint.__name__,
            responses={status: {**REFUSALS[status], "model": shapes.Refusal} for status in refusals},
        )
    return api


@dataclass(frozen=True, slots=True)
class _Routes:
    """One method a route; its docstring is the route's description."""

    pipeline: Pipeline
    turn: CapacityLimiter

    async def ask(self, asked: Annotated[shapes.Question, Query()]) -> JSONResponse:
        """Answer a question with a literal span of a dispatch, or say that there is none."""
        return await self._answer(ask, self.pipeline, asked)

    async def ask_by_post(self, asked: shapes.QuestionBody) -> JSONResponse:
        """Answer the question in the body."""
        return await self._answer(ask, self.pipeline, asked)

    async def search(self, asked: Annotated[shapes.SearchQuestion, Query()]) -> JSONResponse:
        """Find the passages nearest to a question, best first."""
        return await self._answer(search, self.pipeline, asked)

    async def search_by_post(self, asked: shapes.SearchBody) -> JSONResponse:
        """Find the passages nearest to the question in the body."""
        return await self._answer(search, self.pipeline, asked)

    async def timeline(self, asked: Annotated[shapes.Topic, Query()]) -> JSONResponse:
        """Find dated statements about a topic, in order of the events' time."""
        return await self._answer(timeline, self.pipeline, asked)

    async def timeline_by_post(self, asked: shapes.TopicBody) -> JSONResponse:
        """Find dated statements about the topic in the body."""
        return await self._answer(timeline, self.pipeline, asked)

    async def status(self) -> JSONResponse:
        """Tell how much is in the index, with which models, and its health."""
        return await self._answer(lambda: status_json(self.pipeline.status()))

    async def dispatch(self, id: str) -> JSONResponse:
        """Give a whole dispatch, by the id that citations and passages name."""
        return await self._answer(lambda: dispatch_json(self.pipeline.dispatch(id)))

    async def _answer(self, work: Callable[..., JsonObject], *values: object) -> JSONResponse:
        """Do the work in a thread when its turn has come."""
        try:
            return JSONResponse(await to_thread.run_sync(work, *values, limiter=self.turn))
        except QaError as error:
            return _refused(error)
        except EmbeddingError as error:  # a model file that was read only when it was needed
            return _refuse(500, say("model", detail=error))
        except Exception:
            log.exception("unexpected error")
            return _refuse(500, say("unexpected_logged"))


def ask(pipeline: Pipeline, asked: shapes.Question) -> JsonObject:
    """The JSON of ``qa ask --json``. Raises as ``Pipeline.ask``."""
    return reply_json(asking(pipeline, asked))


def search(pipeline: Pipeline, asked: shapes.SearchQuestion) -> JsonObject:
    """The JSON of ``qa search --json``. Raises as ``Pipeline.search``."""
    return found_json(asked.question, searching(pipeline, asked))


def timeline(pipeline: Pipeline, asked: shapes.Topic) -> JsonObject:
    """The JSON of ``qa timeline --json``. Raises as ``Pipeline.timeline``."""
    return timeline_json(asked.topic, dating(pipeline, asked))


def _refuse(status: int, why: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": " ".join(why.split())}, status, headers)


def _refused(error: QaError) -> JSONResponse:
    return _refuse(next(status for kind, status in STATUSES if isinstance(error, kind)), str(error))


async def _http_problem(request: Request, error: Exception) -> JSONResponse:
    """What no route was found for, or what was stopped on the way to one."""
    assert isinstance(error, HTTPException)
    why, headers = error.detail, error.headers or {}
    if error.status_code == 404:
        why = say("request_path", path=request.url.path)
    elif error.status_code == 405:
        why = say("request_method", method=request.method, allowed=headers.get("Allow", ""))
    return _refuse(error.status_code, why, headers)


async def _request_problem(_: Request, error: Exception) -> JSONResponse:
    """What does not fit the request's shape."""
    assert isinstance(error, RequestValidationError)
    return _refused(shapes.misfit(error.errors()))
