"""The JSON that programs send and get, as types: what ``qa.presenting`` makes, documented key by key.

Read by ``qa.api`` (OpenAPI) and ``qa.mcp_server`` (tool schemas), which make their schemas of them; the
docstring under a key is its description there. Answers are not passed through these types, so a key that is
missing here is sent all the same; a test finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qa.dispatches import printable
from qa.errors import BadRequest, UserError
from qa.settings import MAX_TOP_K
from qa.temporal.questions import Role
from qa.types import AbstentionReason, Relation

# Half of a surrogate pair can be written in JSON; no database, encoder or answer takes it.
Text = Annotated[str, AfterValidator(printable)]
QuestionText = Annotated[
    Text, Field(description="A question, or words to look for; at most 2,000 characters. French works best.")
]
Since = Annotated[str | None, Field(description="Published on or after: YYYY, YYYY-MM or YYYY-MM-DD.")]
Until = Annotated[str | None, Field(description="Published on or before: YYYY, YYYY-MM or YYYY-MM-DD.")]
TopK = Annotated[
    int | None, Field(ge=1, le=MAX_TOP_K, description="How many passages are considered; 5 unless set.")
]
Threshold = Annotated[
    float | None,
    Field(
        ge=0,
        le=1,
        description="Probability below which an answer is withheld; calibrated by default, 0 shows anything.",
    ),
]


AsOf = Annotated[
    str | None, Field(description="Only what had been published by then: YYYY, YYYY-MM or YYYY-MM-DD.")
]
Source = Annotated[
    Text, Field(description="Only files with this in their folder or name; case and accents aside.")
]
DispatchLanguage = Annotated[
    Text, Field(description="Only dispatches written in it: ISO 639-1, such as fr; empty for all.")
]


class Shape(BaseModel):
    """A JSON object."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class SearchQuestion(Shape):
    """What to look for; an unknown name is refused, so that no filter is lost by a slip."""

    model_config = ConfigDict(extra="forbid")

    question: QuestionText
    since: Since = None
    until: Until = None
    as_of: AsOf = None
    source: Source = ""
    language: DispatchLanguage = ""
    top_k: TopK = None


class Question(SearchQuestion):
    """What to ask; an unknown name is refused."""

    threshold: Threshold = None
    ignore_time: bool = False
    """Whether a period named in the question is left aside."""


class Topic(Shape):
    """A topic or question; an unknown name is refused."""

    model_config = ConfigDict(extra="forbid")

    topic: QuestionText
    since: Since = None
    until: Until = None
    as_of: AsOf = None
    source: Source = ""
    language: DispatchLanguage = ""
    most: Annotated[int, Field(ge=1, le=MAX_TOP_K, description="How many statements at most.")] = 20


class DispatchId(Shape):
    """Which dispatch to read."""

    model_config = ConfigDict(extra="forbid")

    dispatch: Text
    """Its id, as citations and passages give it."""


class SearchBody(SearchQuestion):
    """What to look for; an unknown name is refused."""

    model_config = ConfigDict(strict=True)


class QuestionBody(Question):
    """What to ask; an unknown name is refused."""

    model_config = ConfigDict(strict=True)


class TopicBody(Topic):
    """A topic or question; an unknown name is refused."""

    model_config = ConfigDict(strict=True)


class Citation(Shape):
    """Where an answer stands: ``open(path, encoding=encoding).read()[start:end] == quote``."""

    dispatch: str
    """Id of the dispatch, for ``/dispatches/{id}``."""
    source: str
    """File name, relative to the folder that was indexed."""
    path: str
    """The file on the server's machine."""
    encoding: str
    """The file's encoding, as Python names it."""
    title: str
    date: str | None
    """Publication, as precisely as known: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm."""
    paragraph: int
    """Blocks of the file from 0, the header line."""
    start: int
    """First character of the quote in the dispatch's text."""
    end: int
    """One past its last character."""
    quote: str
    """The dispatch's own words."""
    text: str
    """The paragraph in which they stand."""


class Alternative(Shape):
    """Another possible answer."""

    answer: str
    confidence: float
    """Probability that this answer is right."""
    citation: Citation


class Copy(Shape):
    """A near-duplicate of a passage, in another dispatch."""

    dispatch: str
    source: str
    paragraph: int
    start: int
    end: int


class Passage(Shape):
    """A retrieved passage: ``text`` is the dispatch's text from ``start`` to ``end``."""

    dispatch: str
    source: str
    path: str
    title: str
    date: str | None
    paragraph: int
    start: int
    end: int
    score: float
    """Of retrieval, higher is better; not a probability."""
    text: str
    copies: list[Copy]


class AnswerTime(Shape):
    """What a time expression means."""

    edtf: str
    """EDTF: 2025, 2025-10, 2025-10-25/2025-10-26, 2015/.."""
    resolved_from: str | None
    """Publication date that it was resolved against; null where its words alone say it."""


class Told(Shape):
    """What another dispatch says in answer to the same question."""

    answer: str
    date: str | None
    relation: Relation
    """What the answer does to it: same, refined (made more exact), contradicted, superseded."""
    answer_time: AnswerTime | None
    citation: Citation


class QuestionTime(Shape):
    """The period that a question names."""

    text: str
    edtf: str
    role: Role
    """Whether it limits the dispatches (publication), what happened (event), or neither surely."""


class Event(Shape):
    """A dated statement: a literal sentence."""

    edtf: str
    """When it happened or is to happen."""
    expression: str
    """The words that say so."""
    planned: bool
    """Whether it lay ahead when the newest dispatch that tells of it was published."""
    quote: str
    relevance: float
    """How much it is about the topic; higher is better."""
    citations: list[Citation]


class Timeline(Shape):
    """Dated statements about a topic, in order of the events' time."""

    topic: str
    events: list[Event]


class Reply(Shape):
    """An answer with its citations, or why there is none."""

    question: str
    answer: str | None
    """A literal span of a dispatch; null when withheld."""
    confidence: float
    """Probability that the answer is right or, where none is given, that what was searched holds none."""
    reason: AbstentionReason | None
    """Why there is no answer; null when there is one."""
    answer_time: AnswerTime | None
    """What the answer's time expression means; null where it has none."""
    history: list[Told]
    """What other dispatches say, newest first."""
    question_time: QuestionTime | None
    """The period named in the question that steered the search; null where none did."""
    citations: list[Citation]
    """Every place that says so, best first; empty when the answer is withheld."""
    alternatives: list[Alternative]
    passages: list[Passage]
    """What was found, best first; what is far behind the best is not read."""
    timings_ms: dict[str, float]
    """Milliseconds by stage: embed, retrieve, read, total."""


class Found(Shape):
    """Passages, best first."""

    question: str
    passages: list[Passage]


class Dispatch(Shape):
    """A whole dispatch."""

    dispatch: str
    source: str
    path: str
    encoding: str
    title: str
    date: str | None
    text: str
    """All of it: offsets of citations and passages count its characters."""


class Status(Shape):
    """The state of the index."""

    folder: str
    dispatches: int
    passages: int
    earliest: str | None
    """Date of the oldest dispatch, as precisely as known."""
    latest: str | None
    encoder: str
    reader: str
    bytes: int
    """Size on disk."""
    healthy: bool
    problems: list[str]
    """One line each; empty when healthy."""


class Refusal(Shape):
    """Why there is no answer to the request."""

    error: str
    """One line, for a person."""


def misfit(problems: Sequence[Mapping[str, Any]]) -> UserError:
    """The first of pydantic's findings as an error of ours: BadRequest, or UserError for a number out of
    range and for what is no JSON.
    """
    reasons: dict[str, tuple[type[UserError], str]] = {
        "json_invalid": (UserError, "request_body"),
        "greater_than_equal": (UserError, "request_low"),
        "less_than_equal": (UserError, "request_high"),
        "missing": (BadRequest, "request_missing"),
        "extra_forbidden": (BadRequest, "request_unknown"),
        "string_type": (BadRequest, "request_text"),
        "int_type": (BadRequest, "request_integer"),
        "int_parsing": (BadRequest, "request_integer"),
        "int_from_float": (BadRequest, "request_integer"),
        "float_type": (BadRequest, "request_number"),
        "float_parsing": (BadRequest, "request_number"),
        "bool_type": (BadRequest, "request_boolean"),
        "bool_parsing": (BadRequest, "request_boolean"),
    }
    problem = problems[0]
    names = [name for name in problem["loc"] if name not in ("body", "query")]
    # What is wrong with the body as a whole has no name.
    kind, key = reasons.get(problem["type"] if names else "", (BadRequest, "request_body"))
    return kind(key, name=names[-1] if names else "", **problem.get("ctx", {}))
