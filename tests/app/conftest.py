"""What the tests of the chat share: stand-ins, and a watch over the network."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_ins import StandInIndexer, StandInPipeline, pipeline_of_the_seeds

from chat.quality import Quality
from chat.shelf import Shelf
from qa.judgements import Judgements
from qa.library import Library
from qa.talk import Talks

_calls: list[str] | None = None


def _watch(event: str, args: tuple[object, ...]) -> None:
    if _calls is None or event not in ("socket.connect", "socket.getaddrinfo"):
        return
    address = args[1] if event == "socket.connect" else args[0]
    _calls.append(str(address[0] if isinstance(address, tuple) else address))


sys.addaudithook(_watch)  # hooks cannot be taken back: this one is idle outside of the fixture


@pytest.fixture
def hosts_called() -> Iterator[list[str]]:
    """The hosts that this process looks up or connects to during the test."""
    global _calls
    _calls = []
    yield _calls
    _calls = None


@pytest.fixture(scope="session", autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Gradio opens an event loop for each of its locks and never closes it (no lock has needed one since
    Python 3.10, and warnings are errors here); starting the chat sets the proxy variables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gradio.utils.safe_get_lock", asyncio.Lock)
        patch.setattr("gradio.queueing.safe_get_lock", asyncio.Lock)
        patch.setattr("gradio.utils.safe_get_stop_event", asyncio.Event)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, os.environ.get(name, ""))
        yield


@pytest.fixture
def pipeline() -> StandInPipeline:
    return pipeline_of_the_seeds()


@pytest.fixture
def indexer() -> StandInIndexer:
    return StandInIndexer()


@pytest.fixture
def shelf(pipeline: StandInPipeline, indexer: StandInIndexer, tmp_path: Path) -> Shelf:
    return Shelf(pipeline, Library(tmp_path / "depeches", (), lambda: indexer))  # type: ignore[arg-type, return-value]


@pytest.fixture
def quality(tmp_path: Path) -> Quality:
    return Quality(Talks(), Judgements(tmp_path / "avis.jsonl"), (tmp_path / "rapport",))
