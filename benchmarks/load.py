"""Many people at once: ``python -m benchmarks.load [--clients 20] [--asks 12] [--chat]``

Serves the chat over the shipped dispatches in a process of its own, as ``qa serve`` does, and asks its HTTP
API, or with ``--chat`` the chat by the events that its page sends, from as many threads as there are clients:
each sends its next question when the last was answered, without a pause, which no person does. Machines are
shared and noisy, so the figures come with their ratio to a single client asked in the same run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

HOST = "127.0.0.1"
QUESTIONS = Path(__file__).resolve().parent.parent / "eval/questions/seeds.jsonl"
START_SECONDS = 60.0
Ask = Callable[[http.client.HTTPConnection, str], None]


def main() -> None:
    """Print a line for one client and one for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--asks", type=int, default=12, help="questions a client asks")
    parser.add_argument("--chat", action="store_true", help="ask the chat in the place of the API")
    options = parser.parse_args()
    ask = ask_chat if options.chat else ask_api
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "index") as port:
        # Every sentence is embedded once: a server that has been up for a while.
        ask_all(ask, port, questions)
        alone = ask_all(ask, port, sample(questions, 0, 4 * options.asks))
        began = time.perf_counter()
        with ThreadPoolExecutor(options.clients) as clients:
            asked = [sample(questions, seed, options.asks) for seed in range(1, options.clients + 1)]
            together = [
                ms for times in clients.map(lambda some: ask_all(ask, port, some), asked) for ms in times
            ]
        rate = len(together) / (time.perf_counter() - began)
    report("1 client", alone, alone)
    report(f"{options.clients} clients", together, alone, f", {rate:.0f} answers a second")


@contextmanager
def serving(index: Path) -> Iterator[int]:
    """``qa serve`` on a free port, once it answers."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "qa", "serve", "--port", str(port), "--index", str(index)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    """Return when the server listens. Raises TimeoutError."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no answer on port {port} after {START_SECONDS:.0f} s")


def sample(questions: Sequence[str], seed: int, n: int) -> list[str]:
    """``n`` of the questions, in an order of the client's own."""
    return random.Random(seed).sample(list(questions), n)


def ask_all(ask: Ask, port: int, questions: Sequence[str]) -> list[float]:
    """Milliseconds of each answer, one after the other on one connection."""
    times = []
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as server:
        for question in questions:
            began = time.perf_counter()
            ask(server, question)
            times.append((time.perf_counter() - began) * 1000)
    return times


def ask_api(server: http.client.HTTPConnection, question: str) -> None:
    """Return when the whole answer is there. Raises RuntimeError where there is none."""
    server.request("GET", f"/ask?{urlencode({'question': question})}")
    read(server)


def ask_chat(server: http.client.HTTPConnection, question: str) -> None:
    """Put a question in the chat's queue, as its page does; return when the whole answer is there.

    A connection is a page: gradio keeps its session. Raises RuntimeError where there is no answer.
    """
    page = {"session_hash": session_of(server), "fn_index": event_of_asking(server.port)}
    asked = {**page, "data": [question, [], "", "", "", "", "", None, None]}
    server.request("POST", "/gradio_api/queue/join", json.dumps(asked), {"Content-Type": "application/json"})
    read(server)
    server.request("GET", f"/gradio_api/queue/data?session_hash={page['session_hash']}")
    if "qa-answer" not in read(server):
        raise RuntimeError(f"no answer to {question!r}")


@cache
def session_of(server: http.client.HTTPConnection) -> str:
    """The session of a page: the same for as long as its connection."""
    return uuid.uuid4().hex


@cache
def event_of_asking(port: int) -> int:
    """The number that the page gives to the event of asking."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as server:
        server.request("GET", "/config")
        events = json.loads(read(server))["dependencies"]
    return next(int(event["id"]) for event in events if event["api_name"] == "ask")


def read(server: http.client.HTTPConnection) -> str:
    """The body of what comes. Raises RuntimeError where the server refuses."""
    answer = server.getresponse()
    body = answer.read().decode()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {body}")
    return body


def report(who: str, times: Sequence[float], alone: Sequence[float], more: str = "") -> None:
    """p50, p95 and the ratio of both to a single client."""
    (p50, p95), (one50, one95) = percentiles(times), percentiles(alone)
    print(
        f"{who}: p50 {p50:.0f} ms, p95 {p95:.0f} ms"
        f" ({p50 / one50:.1f} and {p95 / one95:.1f} times one client's){more}"
    )


def percentiles(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    return statistics.median(times), sorted(times)[int(0.95 * len(times))]


if __name__ == "__main__":
    main()
