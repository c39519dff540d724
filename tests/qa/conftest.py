"""What the tests of this room share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import faiss
import pytest

from qa import messages
from qa.dates import PartialDate, Period
from tests.qa.desk import REPOSITORY, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    at = Desk(tmp_path)
    yield at
    at.close()


@pytest.fixture(autouse=True, scope="session")
def one_thread_a_search() -> None:
    """A handful of vectors is searched at once; threads would only wait for each other on a busy machine."""
    faiss.omp_set_num_threads(1)


@pytest.fixture(autouse=True)
def french_without_index_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Messages in French, and no test touches the index or the settings of whoever runs it."""
    monkeypatch.setattr(messages, "_current", "fr")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("QA_INDEX", "QA_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def period() -> Callable[[str | None, str | None], Period]:
    """A period from the texts of its two dates."""

    def make(since: str | None, until: str | None) -> Period:
        return Period(*(None if d is None else PartialDate.parse(d) for d in (since, until)))

    return make


@pytest.fixture
def python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run Python in the repository in another process; text out, text err and exit code come back."""

    def run(arguments: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run
