"""The HTTP API as another program meets it: a served chat, the real pipeline, stand-ins for the models."""

from __future__ import annotations

import json
import logging
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema
import pytest
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel
from serving import serving

import app
from embeddings.errors import ModelUnavailable
from qa import api, doors, messages, shapes
from qa.presenting import dispatch_json, reply_json, status_json
from qa.settings import Settings
from qa.wording import TABLE
from tests.qa.desk import Desk

QUESTION = "Quand la convention sera-t-elle signée ?"
SIGNING = "La convention sera signée le 25 octobre 2025 à Hanoï."
SHAPES: dict[str, type[BaseModel]] = {"/ask": shapes.Reply, "/search": shapes.Found, "/status": shapes.Status}


class Service:
    """A desk with two dispatches, served; ``http`` asks it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.write("mai.txt", SIGNING, "Les délégués se réjouissent.", date="2025-05-19")
        desk.write("mars.txt", "La réunion du 3 mars 2024 a porté sur la coopération.", date="2024-03")
        desk.write("double.txt", SIGNING, date="2025-06")
        desk.run()
        self.pipeline = desk.open()
        self.chat = app.page(self.pipeline, Settings.load(desk.index), desk.dispatches)
        self.http: httpx.Client


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with closing(Desk(tmp_path_factory.mktemp("service"))) as desk:
        served = Service(desk)
        with (
            serving(served.chat, served.pipeline) as address,
            httpx.Client(base_url=address, timeout=60) as served.http,
        ):
            yield served


@pytest.fixture(scope="module")
def http(service: Service) -> httpx.Client:
    return service.http


@pytest.fixture(scope="module")
def described(http: httpx.Client) -> dict[str, Any]:
    document: dict[str, Any] = http.get("/openapi.json").json()
    return document


def without_times(reply: dict[str, Any]) -> dict[str, Any]:
    return {**reply, "timings_ms": sorted(reply["timings_ms"])}


def error_of(answer: httpx.Response) -> str:
    """The line, and nothing else."""
    values = answer.json()
    assert set(values) == {"error"}
    assert "\n" not in values["error"]
    return str(values["error"])


def test_an_answer_is_what_the_command_line_prints(service: Service) -> None:
    got = service.http.get("/ask", params={"question": QUESTION})
    assert got.status_code == 200
    expected = json.loads(json.dumps(reply_json(service.pipeline.ask(QUESTION))))
    assert without_times(got.json()) == without_times(expected)
    assert got.json()["answer"] == "25 octobre 2025"
    assert "25 octobre 2025 à Hanoï" in got.text  # letters as they are, not escaped


def test_asking_by_post_is_asking_by_get(http: httpx.Client) -> None:
    asked = {"question": QUESTION, "since": "2025", "until": "2025-05", "top_k": 3, "threshold": 0.2}
    for path in ("/ask", "/search"):
        values = asked if path == "/ask" else {k: v for k, v in asked.items() if k != "threshold"}
        got, posted = http.get(path, params=values).json(), http.post(path, json=values).json()
        got.pop("timings_ms", None), posted.pop("timings_ms", None)
        assert got == posted
        assert {p["source"] for p in got["passages"]} == {"mai.txt"}


@pytest.mark.parametrize(
    ("options", "answered"),
    [({"threshold": 1.0}, False), ({"threshold": 0}, True), ({"until": "2023"}, False), ({"top_k": 1}, True)],
)
def test_options_reach_the_pipeline(http: httpx.Client, options: dict[str, Any], answered: bool) -> None:
    reply = http.get("/ask", params={"question": QUESTION, **options}).json()
    assert (reply["answer"] is not None) == answered == (reply["reason"] is None)
    assert len(reply["passages"]) <= options.get("top_k", 5)


def test_status_and_dispatch(service: Service) -> None:
    assert service.http.get("/status").json() == status_json(service.pipeline.status())
    cited = service.http.get("/ask", params={"question": QUESTION}).json()["citations"][0]
    whole = service.http.get(f"/dispatches/{cited['dispatch']}").json()
    assert whole == dispatch_json(service.pipeline.dispatch(cited["dispatch"]))
    assert whole["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert Path(whole["path"]).read_text(encoding=whole["encoding"]) == whole["text"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/ask", {"question": QUESTION}),
        ("/ask", {"question": QUESTION, "threshold": "1"}),
        ("/ask", {"question": "Qui ?", "until": "1999"}),
        ("/search", {"question": "réunion"}),
        ("/status", {}),
    ],
)
def test_answers_are_as_they_are_described(
    http: httpx.Client, described: dict[str, Any], path: str, params: dict[str, str]
) -> None:
    values = http.get(path, params=params).json()
    in_200 = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(values, {**in_200, "components": described["components"]})
    # No key but those described: the types drop what they do not know.
    assert SHAPES[path].model_validate(values).model_dump() == values


def test_a_dispatch_is_as_it_is_described(http: httpx.Client) -> None:
    found = http.get("/search", params={"question": QUESTION}).json()["passages"][0]
    values = http.get(f"/dispatches/{found['dispatch']}").json()
    assert shapes.Dispatch.model_validate(values).model_dump() == values


def test_the_description_is_openapi_and_says_each_path_key_and_error(described: dict[str, Any]) -> None:
    OpenAPI.model_validate(described)
    assert described["openapi"].startswith("3.")
    assert {path: set(methods) for path, methods in described["paths"].items()} == {
        "/ask": {"get", "post"},
        "/search": {"get", "post"},
        "/status": {"get"},
        "/timeline": {"get", "post"},
        "/dispatches/{id}": {"get"},
    }
    ask = described["paths"]["/ask"]["get"]
    assert {p["name"] for p in ask["parameters"] if p["description"]} == {
        "question", "since", "until", "as_of", "source", "language", "top_k", "threshold", "ignore_time",
    }  # fmt: skip
    assert {"200", "400", "422", "503"} <= set(ask["responses"])
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert described["components"]["schemas"]["Citation"]["properties"]["quote"]["description"]


@pytest.mark.parametrize(
    ("params", "status", "line"),
    [
        ({"question": "  "}, 400, "question vide"),
        ({"question": "é" * 2001}, 400, "question trop longue : 2001 caractères, 2000 au plus"),
        ({"question": "Qui ?", "since": "hier"}, 400, "date 'hier' : AAAA, AAAA-MM ou AAAA-MM-JJ attendu"),
        ({"question": "Qui ?", "since": ""}, 400, "date '' : AAAA, AAAA-MM ou AAAA-MM-JJ attendu"),
        ({"question": "Qui ?", "since": "2026", "until": "2025"}, 400, "période vide"),
        ({"question": "Qui ?", "top_k": "0"}, 400, "top_k : 1 au moins"),
        ({"question": "Qui ?", "top_k": "101"}, 400, "top_k : 100 au plus"),
        ({"question": "Qui ?", "threshold": "1.5"}, 400, "threshold : 1 au plus"),
        ({"question": "Qui ?", "threshold": "nan"}, 400, "threshold : "),
        ({"question": "Qui ?", "top_k": "cinq"}, 422, "top_k : nombre entier attendu"),
        ({"question": "Qui ?", "threshold": "haut"}, 422, "threshold : nombre attendu"),
        ({"question": "Qui ?", "treshold": "0.5"}, 422, "treshold : nom inconnu"),
        ({}, 422, "question : il manque"),
    ],
)
def test_what_cannot_be_asked_is_one_line(
    http: httpx.Client, params: dict[str, str], status: int, line: str
) -> None:
    answer = http.get("/ask", params=params)
    assert (answer.status_code, line) == (status, error_of(answer)[: len(line)])


@pytest.mark.parametrize(
    ("body", "status", "line"),
    [
        (b'{"question": "Qui ?", "top_k": "5"}', 422, "top_k : nombre entier attendu"),
        (b'{"question": "Qui ?", "top_k": true}', 422, "top_k : nombre entier attendu"),
        (b'{"question": "Qui ?", "threshold": "0.5"}', 422, "threshold : nombre attendu"),
        (b'{"question": 5}', 422, "question : texte attendu"),
        (rb'{"question": "Qui ?", "\ud800": 1}', 422, "corps de la requête : objet JSON attendu"),
        (b"[]", 422, "corps de la requête : objet JSON attendu"),
        (b"", 422, "corps de la requête : objet JSON attendu"),
        (b"{", 400, "corps de la requête : objet JSON attendu"),
        (b"[" * 50_000, 400, ""),
    ],
)
def test_a_body_that_is_no_question_is_one_line(
    http: httpx.Client, body: bytes, status: int, line: str
) -> None:
    answer = http.post("/ask", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, line) == (status, error_of(answer)[: len(line)])


def test_half_a_character_is_a_question_mark(http: httpx.Client) -> None:
    body = rb'{"question": "convention \ud800"}'
    for path in ("/ask", "/search"):
        answer = http.post(path, content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["question"]) == (200, "convention ?")


def test_a_form_is_no_question(http: httpx.Client) -> None:
    answer = http.post("/ask", data={"question": QUESTION})
    assert (answer.status_code, "Content-Type" in error_of(answer)) == (422, True)


@pytest.mark.parametrize("size", [doors.MOST_BYTES + 1, 5_000_000])
def test_a_body_of_any_size_is_refused_and_the_next_is_heard(http: httpx.Client, size: int) -> None:
    answer = http.post("/ask", json={"question": "a" * size})
    assert (answer.status_code, "65536 octets au plus" in error_of(answer)) == (413, True)
    assert http.get("/status").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "line"),
    [
        ("GET", "/dispatches/nulle-part", 404, "dépêche nulle-part : absente de l'index"),
        ("GET", "/dispatches", 404, "adresse inconnue : /dispatches"),
        ("GET", "/ask/autre", 404, "adresse inconnue : /ask/autre"),
        ("PUT", "/ask", 405, "PUT : GET"),
        ("POST", "/status", 405, "POST : GET attendu"),
    ],
)
def test_unknown_addresses_and_methods(
    http: httpx.Client, method: str, path: str, status: int, line: str
) -> None:
    answer = http.request(method, path)
    assert (answer.status_code, line) == (status, error_of(answer)[: len(line)])


def test_an_index_that_went_away_is_unavailable_and_one_that_comes_back_is_served(service: Service) -> None:
    aside = service.desk.index.with_name("aside")
    shutil.move(service.desk.index, aside)
    try:
        for path in ("/ask?question=Qui", "/search?question=Qui", "/status", "/dispatches/x"):
            answer = service.http.get(path)
            assert (answer.status_code, "pas d'index ici" in error_of(answer)) == (503, True)
    finally:
        shutil.move(aside, service.desk.index)
    assert service.http.get("/status").status_code == 200


def test_a_defect_is_a_line_there_and_a_traceback_here(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(service.desk.reader, "read", broken)
    with caplog.at_level(logging.ERROR):
        answer = service.http.get("/ask", params={"question": QUESTION})
    assert (answer.status_code, error_of(answer)) == (500, messages.say("unexpected_logged"))
    assert "secret" in caplog.text


def test_a_model_that_cannot_be_read_is_named(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise ModelUnavailable("model.onnx", "absent")

    monkeypatch.setattr(service.desk.reader, "read", missing)
    answer = service.http.get("/ask", params={"question": QUESTION})
    assert (answer.status_code, "model.onnx" in error_of(answer)) == (500, True)


def test_the_chat_is_still_there(http: httpx.Client) -> None:
    assert 'lang="fr"' in http.get("/").text
    assert http.get("/config").json()["title"] == TABLE["title"][0]
    assert "/ask" in http.get("/gradio_api/info").json()["named_endpoints"]


@pytest.mark.parametrize("path", ["/ask?question=Qui", "/status", "/", "/gradio_api/info"])
def test_a_page_made_to_point_here_learns_nothing(http: httpx.Client, path: str) -> None:
    for host in ("evil.example", "evil.example:7860", "localhost.evil.example", "192.168.1.7", "[::1", ""):
        answer = http.get(path, headers={"host": host})
        assert (answer.status_code, "hôte" in error_of(answer)) == (403, True)


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:1", "[::1]:7860", "LOCALHOST"])
def test_this_machine_may_use_its_own_names(http: httpx.Client, host: str) -> None:
    assert http.get("/status", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", "http://["])
def test_a_page_of_another_origin_gets_no_answer(http: httpx.Client, origin: str) -> None:
    for path in ("/ask?question=Qui", "/gradio_api/info"):
        answer = http.get(path, headers={"origin": origin, "sec-fetch-site": "cross-site"})
        assert (answer.status_code, origin in error_of(answer)) == (403, True)


def test_the_chats_own_page_gets_answers(http: httpx.Client) -> None:
    own = str(http.base_url).rstrip("/")
    assert http.get("/status", headers={"origin": own}).status_code == 200
    behind_a_proxy = {"origin": "https://depeches.example", "sec-fetch-site": "same-origin"}
    assert http.get("/status", headers=behind_a_proxy).status_code == 200


def test_served_to_a_network_every_name_is_known_but_no_other_origin(service: Service) -> None:
    chat = app.page(service.pipeline, Settings.load(service.desk.index), service.desk.dispatches)
    with serving(chat, service.pipeline, host="0.0.0.0") as address:
        url = f"http://127.0.0.1:{urlsplit(address).port}/status"
        named = {"host": "serveur.redaction.example"}
        assert httpx.get(url, headers=named).status_code == 200
        assert httpx.get(url, headers={**named, "origin": "https://evil.example"}).status_code == 403


def test_many_at_once_are_all_answered_a_few_at_a_time(service: Service) -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    full = threading.Barrier(api.AT_ONCE)

    def wait_for_the_others(*_: object) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        full.wait(timeout=30)  # a full house, or the test fails
        with lock:
            at_once -= 1

    service.desk.embedder.before_query = wait_for_the_others
    try:
        with ThreadPoolExecutor(4 * api.AT_ONCE) as people:
            url = f"{service.http.base_url}ask"
            asked = [
                people.submit(httpx.get, url, params={"question": QUESTION}, timeout=60)
                for _ in range(4 * api.AT_ONCE)
            ]
            answers = [a.result().json()["answer"] for a in asked]
    finally:
        service.desk.embedder.before_query = lambda: None
    assert answers == ["25 octobre 2025"] * (4 * api.AT_ONCE)
    assert most == api.AT_ONCE


def test_the_client_of_the_documentation_works(
    http: httpx.Client, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(app.__file__).parent / "docs/api.md").read_text(encoding="utf-8")
    (client,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    exec(client.replace("http://127.0.0.1:7860", str(http.base_url).rstrip("/")), {})
    assert "« 25 octobre 2025 », Titre de" in capsys.readouterr().out


def test_a_program_that_goes_away_is_no_trouble(service: Service) -> None:
    address = urlsplit(str(service.http.base_url))
    for request in (
        b"GET /ask?question=Qui HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST /ask HTTP/1.1\r\nHo",
    ):
        with socket.create_connection((address.hostname, address.port)) as gone:
            gone.sendall(request)
    assert service.http.get("/status").status_code == 200
