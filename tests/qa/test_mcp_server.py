"""The MCP server, asked by the client of the ``mcp`` library: the real pipeline, stand-ins for the models."""

from __future__ import annotations

import logging
import sys
from typing import Any

import anyio
import jsonschema
import pytest
from mcp.client.client import Client
from mcp.types import CallToolResult, Tool
from pydantic import BaseModel

from embeddings.errors import ModelUnavailable
from qa import cli, messages, shapes
from qa.mcp_server import create
from qa.pipeline import Pipeline
from qa.presenting import dispatch_json, found_json, reply_json
from tests.qa.desk import Desk

QUESTION = "Quand la convention sera-t-elle signée ?"
SIGNING = "La convention sera signée le 25 octobre 2025 à Hanoï."
SHAPES: dict[str, type[BaseModel]] = {
    "ask": shapes.Reply,
    "search": shapes.Found,
    "timeline": shapes.Timeline,
    "read_dispatch": shapes.Dispatch,
}


@pytest.fixture
def pipeline(desk: Desk) -> Pipeline:
    desk.write("mai.txt", SIGNING, "Les délégués se réjouissent.", date="2025-05-19")
    desk.write("mars.txt", "La réunion du 3 mars 2024 a porté sur la coopération.", date="2024-03")
    desk.run()
    return desk.open()


def tools(pipeline: Pipeline) -> dict[str, Tool]:
    async def listed() -> list[Tool]:
        async with Client(create(pipeline)) as client:
            return (await client.list_tools()).tools

    return {tool.name: tool for tool in anyio.run(listed)}


def call(pipeline: Pipeline, name: str, **arguments: Any) -> CallToolResult:
    async def called() -> CallToolResult:
        async with Client(create(pipeline)) as client:
            return await client.call_tool(name, arguments)

    return anyio.run(called)


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def test_an_answer_is_the_json_of_the_command_line_and_lines_with_the_reference(pipeline: Pipeline) -> None:
    result = call(pipeline, "ask", question=QUESTION)
    assert not result.is_error
    expected = reply_json(pipeline.ask(QUESTION))
    assert {**result.structured_content, "timings_ms": {}} == {**expected, "timings_ms": {}}
    cited = expected["citations"][0]
    lines = text(result).splitlines()
    assert lines[0].startswith("25 octobre 2025")
    assert f"  « {SIGNING} »" in lines
    assert f"Titre de mai · 19 mai 2025 · mai.txt, paragraphe 1, {cited['start']}-{cited['end']}" in text(
        result
    )
    assert f"mai.txt : dépêche {cited['dispatch']}" in lines


def test_abstaining_is_a_result(pipeline: Pipeline) -> None:
    result = call(pipeline, "ask", question=QUESTION, threshold=1)
    assert (result.is_error, result.structured_content["answer"]) == (False, None)
    assert messages.say("no_sure_answer") in text(result)


def test_search_and_the_filters(pipeline: Pipeline) -> None:
    result = call(pipeline, "search", question="réunion", since="2024", until="2024-03", top_k=1)
    (passage,) = result.structured_content["passages"]
    assert passage["source"] == "mars.txt"
    whole = found_json("réunion", pipeline.search("réunion"))
    assert call(pipeline, "search", question="réunion").structured_content == whole
    assert text(result).splitlines()[-1] == f"mars.txt : dépêche {passage['dispatch']}"


def test_nothing_found_is_said(pipeline: Pipeline) -> None:
    result = call(pipeline, "search", question="réunion", until="1999")
    assert (result.structured_content["passages"], text(result)) == ([], "Aucun passage.")


def test_a_dispatch_is_read_whole(pipeline: Pipeline) -> None:
    cited = call(pipeline, "ask", question=QUESTION).structured_content["citations"][0]
    result = call(pipeline, "read_dispatch", dispatch=cited["dispatch"])
    assert result.structured_content == dispatch_json(pipeline.dispatch(cited["dispatch"]))
    assert text(result)[cited["start"] : cited["end"]] == cited["quote"]


def test_results_are_as_the_tools_describe_them(pipeline: Pipeline) -> None:
    described = tools(pipeline)
    assert set(described) == set(SHAPES)
    some = pipeline.search(QUESTION)[0].dispatch.id
    for name, arguments in (
        ("ask", {"question": QUESTION}),
        ("ask", {"question": QUESTION, "threshold": 1}),
        ("search", {"question": QUESTION}),
        ("timeline", {"topic": "convention signée à Hanoï"}),
        ("read_dispatch", {"dispatch": some}),
    ):
        jsonschema.validate(arguments, described[name].input_schema)
        values = call(pipeline, name, **arguments).structured_content
        jsonschema.validate(values, described[name].output_schema)
        assert SHAPES[name].model_validate(values).model_dump() == values
    assert all(tool.description and tool.annotations.read_only_hint for tool in described.values())


@pytest.mark.parametrize(
    ("name", "arguments", "line"),
    [
        ("ask", {"question": ""}, "question vide"),
        ("ask", {"question": "Qui ?", "since": "hier"}, "date 'hier' : AAAA, AAAA-MM ou AAAA-MM-JJ attendu"),
        ("ask", {"question": "Qui ?", "top_k": 0}, "top_k : 1 au moins"),
        ("ask", {"question": "Qui ?", "top_k": "cinq"}, "top_k : nombre entier attendu"),
        ("ask", {"question": "Qui ?", "from": "2025"}, "from : nom inconnu"),
        ("ask", {}, "question : il manque"),
        ("search", {"question": "Qui ?", "threshold": 0.5}, "threshold : nom inconnu"),
        ("read_dispatch", {"dispatch": "nulle-part"}, "dépêche nulle-part : absente de l'index"),
        ("read_dispatch", {"dispatch": "\ud800"}, "dépêche ? : absente de l'index"),
        ("summarise", {}, "outil summarise inconnu (connus : ask, search, timeline, read_dispatch)"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    pipeline: Pipeline, name: str, arguments: dict[str, Any], line: str
) -> None:
    result = call(pipeline, name, **arguments)
    assert (result.is_error, result.structured_content, text(result)) == (True, None, line)


def test_a_defect_is_a_line_there_and_a_traceback_here(
    pipeline: Pipeline, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(desk.reader, "read", broken)
    with caplog.at_level(logging.ERROR):
        result = call(pipeline, "ask", question=QUESTION)
    assert (result.is_error, text(result)) == (True, messages.say("unexpected_logged"))
    assert "secret" in caplog.text


def test_a_model_that_cannot_be_read_is_named(
    pipeline: Pipeline, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise ModelUnavailable("model.onnx", "absent")

    monkeypatch.setattr(desk.reader, "read", missing)
    result = call(pipeline, "ask", question=QUESTION)
    assert (result.is_error, "model.onnx" in text(result)) == (True, True)


def test_without_the_extra_the_command_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "qa.mcp_server")
    for name in [n for n in sys.modules if n.partition(".")[0] == "mcp"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert cli.main(["mcp"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        "qa: qa mcp : paquets absents ; pour les installer : pip install 'depeches-qa[mcp]'\n",
    )
