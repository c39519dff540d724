"""The chat without a browser: its handlers, its start and its way to the network."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import gradio as gr
import httpx
import pytest
from serving import HOST, serving
from stand_ins import HANOI, NASTY, StandInIndexer, StandInPipeline

import app
from chat.chronicle import Chronicle
from chat.handlers import EXAMPLES, Handlers
from chat.quality import Quality
from chat.serving import POLICY, SpokenAndOffline, language_of
from chat.shelf import Shelf
from qa import factory
from qa.dates import PartialDate, Period
from qa.errors import NoIndex, UserError
from qa.filters import Filters, permalink
from qa.settings import Settings
from qa.types import IndexStatus, Reply
from qa.wording import word

Headers = Sequence[tuple[bytes, bytes]]


@pytest.fixture
def on(pipeline: StandInPipeline) -> app.Handlers:
    return app.Handlers(pipeline)


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as taken:
        yield taken.getsockname()[1]


def test_question_is_shown_before_its_answer(on: app.Handlers) -> None:
    (box, asked), (_, answered) = on.ask(HANOI, [])
    assert box == ""
    assert [m["role"] for m in asked] == ["user"]
    assert [m["role"] for m in answered] == ["user", "assistant"]
    assert "<mark>les 25 et 26 octobre 2025</mark>" in answered[1]["content"]


def test_conversation_grows(on: app.Handlers) -> None:
    *_, (_, first) = on.ask(HANOI, [])
    *_, (_, second) = on.ask("Qui a gagné ?", first)
    assert second[:2] == first
    assert "Aucune réponse dans les dépêches." in second[3]["content"]


@pytest.mark.parametrize(("question", "message"), [("  ", "question vide"), ("é" * 100_000, "trop longue")])
def test_bad_question_is_a_line_in_the_chat(on: app.Handlers, question: str, message: str) -> None:
    *_, (_, history) = on.ask(question, [])
    assert message in history[-1]["content"]
    assert "qa-notice" in history[-1]["content"]
    assert len(history[0]["content"]) < 1000


def test_two_users_are_answered_each_in_their_language(on: app.Handlers) -> None:
    english = gr.Request(headers={"accept-language": "en"})
    french = gr.Request(headers={"accept-language": "fr"})
    one, two = on.ask("Qui ?", [], request=english), on.ask("Qui ?", [], request=french)
    next(one), next(two)
    assert "No answer in the dispatches." in next(one)[1][-1]["content"]
    assert "Aucune réponse dans les dépêches." in next(two)[1][-1]["content"]


def test_filters_reach_the_pipeline_and_are_shown(on: app.Handlers, pipeline: StandInPipeline) -> None:
    *_, (_, history) = on.ask("Qui ?", [], "", "2025-04", "2025-05", "", "vna", 5, 50)
    *_, (_, narrowed) = on.ask("Qui ?", [], "", "", "", "", "", 8, 70)
    period = Period(PartialDate(2025, 4), PartialDate(2025, 5))
    assert pipeline.narrowed == [(period, None, None), (Period(), 8, 0.7)]
    assert pipeline.sources == ["vna", ""]
    assert "depuis avril 2025 jusqu’à mai 2025 · source «\u00a0vna\u00a0»" in history[0]["content"]
    assert "8 passages retenus · au moins 70" in narrowed[0]["content"]


def test_a_date_that_is_none_is_a_line(on: app.Handlers, pipeline: StandInPipeline) -> None:
    *_, (_, history) = on.ask("Qui ?", [], "", "hier")
    assert "AAAA, AAAA-MM ou AAAA-MM-JJ attendu" in history[-1]["content"]
    assert pipeline.asked == []
    *_, (_, history) = on.ask("Qui ?", [], "", "", "", "", "", 0)
    assert "Passages retenus 0 : entre 1 et 100" in history[-1]["content"]
    summary, note = on.narrow("hier", "", "", "", 5, 50, gr.Request(headers={"accept-language": "en"}))
    assert "label" not in summary
    assert "expected YYYY, YYYY-MM or YYYY-MM-DD" in note


def test_filters_in_force_are_named_until_reset(on: app.Handlers) -> None:
    request = gr.Request(headers={})
    summary, note = on.narrow("2025-04", "", "", "", 5, 50, request)
    assert (summary["label"], note) == ("Filtres actifs\u00a0: depuis avril 2025", "")
    *fields, summary, note = on.reset(request)
    assert fields == ["", "", "", "", 5, 50]
    assert (summary["label"], note) == ("Filtres", "")


def opened(on: app.Handlers, talk: str = "", query: str = "", **headers: str) -> tuple[Any, ...]:
    class Asked(gr.Request):
        query_params = dict(parse_qsl(query))  # noqa: RUF012

    return on.open(talk, Asked(headers=headers))


def test_a_page_opened_again_shows_the_conversation_in_the_language_now_chosen(on: app.Handlers) -> None:
    list(on.ask(HANOI, [], "t"))
    list(on.ask("é" * 3000, [], "t"))
    thread, *_ = opened(on, "t", cookie="qa-lang=en")
    assert [m["role"] for m in thread["value"]] == ["user", "assistant"] * 2
    assert "very likely right" in thread["value"][1]["content"]
    assert "question too long" in thread["value"][3]["content"]
    assert thread["examples"][0]["text"] == EXAMPLES["en"][0]
    on.clear("t")
    assert opened(on, "t")[0]["value"] == []


def test_a_permalink_asks_its_question_with_its_filters_once(
    on: app.Handlers, pipeline: StandInPipeline
) -> None:
    query = permalink(HANOI, Filters.typed("2025-05", "", 8)).removeprefix("?")
    _, question, *fields, summary, _ = opened(on, "t", query)
    assert (question, fields) == (HANOI, ["2025-05", "", "", "", 8, 50])
    assert "depuis mai 2025" in summary["label"]
    *_, (_, history) = on.ask_of_address(question, [], "t", *fields, gr.Request(headers={}))
    assert "<mark>" in history[-1]["content"]
    assert opened(on, "t", query)[1] == ""
    assert list(on.ask_of_address("", [], "t", *fields, gr.Request(headers={}))) == [(gr.skip(), gr.skip())]
    assert pipeline.asked == [HANOI]


def test_a_permalink_that_is_wrong_is_a_line(on: app.Handlers) -> None:
    _, _, *fields, _, note = opened(on, "", "q=Qui&since=hier")
    assert fields == ["", "", "", "", 5, 50]
    assert "attendu" in note


def test_the_conversation_is_exported_in_the_language_of_the_page(on: app.Handlers) -> None:
    list(on.ask(HANOI, [], "t"))
    saved = on.export(["t", "md"], gr.Request(headers={"accept-language": "en"}))
    assert saved["name"] == "conversation.md"
    assert "les 25 et 26 octobre 2025”, VNA, May 2025" in base64.b64decode(saved["data"]).decode()


def test_a_follow_up_is_asked_as_it_stands_alone_and_says_so(
    on: app.Handlers, pipeline: StandInPipeline
) -> None:
    list(on.ask(HANOI, [], "t"))
    *_, (_, history) = on.ask("Et en 2026 ?", [], "t")
    alone = "Quand est prévue la signature de la Convention de Hanoï en 2026 ?"
    assert pipeline.asked == [HANOI, alone]
    bubble = history[0]["content"]
    assert bubble.startswith('<div class="qa-question">Et en 2026 ?')
    assert f"Compris comme\u00a0: {alone}" in bubble
    assert f'data-edit="{alone}"' in bubble
    assert 'data-typed="Et en 2026 ?"' in bubble
    again = opened(on, "t", cookie="qa-lang=en")[0]["value"][2]["content"]
    assert f"Understood as: {alone}" in again
    assert on.talks.turns("t")[1].question == alone


def test_a_follow_up_may_be_asked_as_typed(on: app.Handlers, pipeline: StandInPipeline) -> None:
    list(on.ask(HANOI, [], "t"))
    chosen = gr.EventData(None, {"value": {"text": "Et en 2026 ?"}})
    *_, (_, history) = on.ask_shown([], "t", "", "", "", "", 5, 50, chosen, gr.Request(headers={}))
    assert pipeline.asked == [HANOI, "Et en 2026 ?"]
    assert "Compris comme" not in history[0]["content"]


def test_a_full_question_and_another_conversation_are_left_alone(
    on: app.Handlers, pipeline: StandInPipeline
) -> None:
    list(on.ask(HANOI, [], "t"))
    list(on.ask("Qui est le ministre de la Santé de la Thaïlande ?", [], "t"))
    list(on.ask("Et en 2026 ?", [], "u"))
    list(on.ask("Et en 2026 ?", []))
    assert pipeline.asked[1:] == ["Qui est le ministre de la Santé de la Thaïlande ?", *["Et en 2026 ?"] * 2]


def test_a_dispatch_is_read_at_its_span(on: app.Handlers, pipeline: StandInPipeline) -> None:
    cited = pipeline.replies[HANOI].result.citation  # type: ignore[union-attr]
    place = [cited.dispatch_id, cited.start, cited.end]
    html = on.read(place, gr.Request(headers={}))
    assert '<mark id="qa-place">les 25 et 26 octobre 2025</mark>' in html
    assert "Fermer" in html
    assert "no longer in the index" in on.read(["x", 0, 1], gr.Request(headers={"accept-language": "en"}))


def test_markup_in_a_question_is_text(on: app.Handlers) -> None:
    (_, history), _ = on.ask(NASTY, [])
    assert "<script>" not in history[0]["content"]
    assert "&lt;script&gt;" in history[0]["content"]


def test_unexpected_error_is_a_line_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(StandInPipeline):
        def ask(self, question: str, **narrowed: Any) -> Reply:
            raise RuntimeError("boum")

        def status(self) -> IndexStatus:
            raise RuntimeError("boum")

    on = app.Handlers(Broken())
    with caplog.at_level(logging.ERROR):
        assert word("unexpected") in on.answer("Qui ?")
        assert word("unexpected") in on.state()
    assert "boum" in caplog.text


def test_first_example_is_the_convention_of_hanoi() -> None:
    assert EXAMPLES["fr"][0] == HANOI


def test_missing_index_is_made_from_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pipeline: StandInPipeline, indexer: StandInIndexer
) -> None:
    def open_pipeline(settings: Settings) -> StandInPipeline:
        if not indexer.ran:
            raise NoIndex("no_index", folder=settings.index)
        return pipeline

    monkeypatch.setattr(factory, "open_pipeline", open_pipeline)
    monkeypatch.setattr(factory, "open_indexer", lambda settings: indexer)
    settings = Settings(index=tmp_path)
    assert isinstance(app.build(settings), gr.Blocks)
    assert isinstance(app.build(settings, tmp_path), gr.Blocks)
    assert indexer.ran == [[factory.SEEDS]]


def test_dispatches_are_added_beside_the_index_unless_a_folder_is_named(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index")
    beside, named = app.library(settings, None), app.library(settings, tmp_path / "ici")
    assert (beside.folder, beside.others) == (tmp_path / "index-depeches", (factory.SEEDS,))
    assert (named.folder, named.others) == (tmp_path / "ici", ())


def test_busy_port_is_named_before_anything_is_opened(busy_port: int, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"port {busy_port} déjà pris") as caught:
        app.serve(HOST, busy_port, Settings(index=tmp_path))
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # gradio's own trial of the port
def test_port_taken_since_it_was_claimed(
    busy_port: int, pipeline: StandInPipeline, shelf: Shelf, quality: Quality
) -> None:
    chat = app.layout(app.Handlers(pipeline), shelf, quality)
    with pytest.raises(UserError, match=str(busy_port)):
        app.launch(chat, HOST, busy_port)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_impossible_port_is_named(port: int) -> None:
    with pytest.raises(UserError, match=str(port)):
        app.claim_port(HOST, port)


def test_unknown_host_is_named() -> None:
    with pytest.raises(UserError, match=r"300\.0\.0\.1"):
        app.claim_port("300.0.0.1", 7860)


def test_program_ends_with_one_line_when_the_port_is_busy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("QA_INDEX", str(tmp_path))
    monkeypatch.setenv("GRADIO_SERVER_NAME", HOST)
    with socket.socket() as taken:
        with suppress(OSError):  # or it is busy already: as good
            taken.bind((HOST, 7860))
            taken.listen()
        with pytest.raises(SystemExit) as ended:
            app.main()
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", f"port 7860 déjà pris sur {HOST}\n")


def ask_over_http(url: str, question: str) -> str:
    """The last message of the conversation that the ``ask`` endpoint gives back."""
    call = f"{url}gradio_api/call/ask"
    event = httpx.post(call, json={"data": [question, [], "", "", "", "", "", 5, 50]}).json()["event_id"]
    *_, complete = httpx.get(f"{call}/{event}", timeout=60).text.strip().split("\n\n")
    _, history = json.loads(complete.removeprefix("event: complete\ndata: "))
    return str(history[-1]["content"][0]["text"])


def test_starting_and_asking_call_no_other_machine(
    hosts_called: list[str], pipeline: StandInPipeline, shelf: Shelf, quality: Quality
) -> None:
    with serving(app.layout(app.Handlers(pipeline), shelf, quality)) as url:
        assert "<mark>les 25 et 26 octobre 2025</mark>" in ask_over_http(url, HANOI)
    assert hosts_called
    assert {host.strip("b'") for host in hosts_called} <= {HOST, "localhost"}


def test_starts_although_a_proxy_is_set(
    monkeypatch: pytest.MonkeyPatch, pipeline: StandInPipeline, shelf: Shelf, quality: Quality
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(app.layout(app.Handlers(pipeline), shelf, quality)) as url:
        assert httpx.get(url, trust_env=False).status_code == 200


def test_page_is_french_by_default_and_names_no_other_host(
    pipeline: StandInPipeline, shelf: Shelf, quality: Quality
) -> None:
    with serving(app.layout(app.Handlers(pipeline), shelf, quality)) as url:
        page = httpx.get(url)
    assert 'lang="fr"' in page.text
    assert "https://" not in page.text
    assert "connect-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'self'")


def respond(kind: bytes, *chunks: bytes, headers: Headers = ()) -> list[dict[str, Any]]:
    """What the filter sends for an application that answers with these chunks."""
    sent: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", kind), (b"content-length", b"%d" % sum(map(len, chunks)))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for n, chunk in enumerate(chunks, 1):
            await send({"type": "http.response.body", "body": chunk, "more_body": n < len(chunks)})

    async def receive() -> Any:
        raise AssertionError

    async def send(event: Any) -> None:
        sent.append(event)

    asyncio.run(SpokenAndOffline(inner)({"type": "http", "headers": headers}, receive, send))
    return sent


def test_filter_rewrites_a_page_that_comes_in_parts() -> None:
    start, body = respond(
        b"text/html; charset=utf-8", b'<html lang="', b'en"><head><meta prop', b'="og:url" x></head>'
    )
    assert b'lang="fr"' in body["body"]
    assert b"og:" not in body["body"]
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    assert POLICY in start["headers"]


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "fr"),
        ({"accept-language": "en-US,en;q=0.9,fr;q=0.8"}, "en"),
        ({"accept-language": "vi,fr-CA;q=0.9,en;q=0.8"}, "fr"),
        ({"accept-language": "fr;q=0.4, EN-gb;q=0.5"}, "en"),
        ({"accept-language": "en;q=0,fr;q=0.1"}, "fr"),
        ({"accept-language": "de;q=x,,;q=,en"}, "en"),
        ({"accept-language": "vi,zh"}, "fr"),
        ({"accept-language": "fr", "cookie": "a=b; qa-lang=en"}, "en"),
        ({"accept-language": "en", "cookie": "qa-lang=xx"}, "en"),
        ({"accept-language": "en", "cookie": "qa-lang=fr; qa=\x01"}, "fr"),
    ],
)
def test_the_language_of_a_request(headers: dict[str, str], language: str) -> None:
    assert language_of(headers) == language


def test_filter_speaks_the_language_asked_for() -> None:
    start, body = respond(
        b"text/html", b'<html lang="en"><head></head>', headers=[(b"accept-language", b"en-GB")]
    )
    assert b'<html lang="en"><head><script>' in body["body"]
    assert b"'language', 'en'" in body["body"]
    assert dict(start["headers"])[b"vary"] == b"cookie, accept-language"


def test_filter_leaves_other_answers_alone() -> None:
    start, *parts = respond(b"text/event-stream", b'lang="en"', b"<head>")
    assert [part["body"] for part in parts] == [b'lang="en"', b"<head>"]
    assert POLICY in start["headers"]


def test_the_as_of_date_and_the_dropped_period_reach_the_pipeline() -> None:
    pipeline = StandInPipeline()
    on = Handlers(pipeline)
    list(on.ask("Qui ?", [], "", "", "", "2025-04", "", 5, 50, use_time=False))
    as_of, use_time = pipeline.known[-1]
    assert (str(as_of), use_time) == ("2025-04", False)


@pytest.mark.parametrize(("topic", "said"), [("", "question vide"), ("Hanoï", "Aucun fait daté")])
def test_a_timeline_without_events_is_a_line(topic: str, said: str) -> None:
    request = gr.Request(headers={"accept-language": "fr"})
    pipeline = StandInPipeline()
    html, *files = Chronicle(pipeline).show(topic, "", " vna ", request)
    assert pipeline.sources == ["vna"]
    assert said in html
    assert [file["visible"] for file in files] == [False] * 3
