"""Folders followed: what comes, changes and goes, in batches; the index follows until told to end."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.watching import Batch, batches
from tests.qa.desk import REPOSITORY, Desk

_PATIENCE = 30.0  # seconds; what is waited for comes within two


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Callable[[], Batch]]:
    """The next batch of ``tmp_path / "depeches"``."""
    folder, stop = tmp_path / "depeches", threading.Event()
    folder.mkdir()
    found: queue.Queue[Batch] = queue.Queue()

    def follow() -> None:
        for batch in batches([folder], stop):
            found.put(batch)

    thread = threading.Thread(target=follow)
    thread.start()
    assert found.get(timeout=_PATIENCE) == Batch(None, gone=True)
    yield lambda: found.get(timeout=_PATIENCE)
    stop.set()
    thread.join()


def test_files_that_come_together_are_one_batch(seen: Callable[[], Batch], tmp_path: Path) -> None:
    folder = tmp_path / "depeches"
    (folder / "sous").mkdir()
    for name in ("b.txt", "a.txt", "notes.pdf", ".cache.txt"):
        (folder / name).write_text("Texte.", encoding="utf-8")
    assert seen() == Batch((folder / "a.txt", folder / "b.txt"), gone=False)


def test_a_file_that_went_is_told(seen: Callable[[], Batch], tmp_path: Path) -> None:
    path = tmp_path / "depeches" / "a.txt"
    path.write_text("Texte.", encoding="utf-8")
    assert seen() == Batch((path,), gone=False)
    path.unlink()
    assert seen() == Batch((), gone=True)


def test_only_what_changed_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("sous/a.txt", "Premier texte.")
    other = desk.write("b.txt", "Autre texte.")
    desk.run()
    changed = desk.write("sous/a.txt", "Texte corrigé.")
    other.write_text("Changé aussi, mais ce n'est pas dit.", encoding="utf-8")
    report = desk.indexer().run([desk.dispatches], only={changed})
    assert (report.replaced, report.added, report.unchanged) == (1, 0, 0)
    assert {s for s, _ in desk.archive().files().values()} == {"sous/a.txt", "b.txt"}


@pytest.mark.models
def test_the_command_follows_a_folder_until_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "depeches"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "qa", "index", str(folder), "--index", str(tmp_path / "index")]
    process = subprocess.Popen(
        [*command, "--watch", "--prune", "--json"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        # A shell that runs the tests in the background has its children ignore interruptions.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout and process.stderr
    try:
        assert _next_report(process)["added"] == 0
        assert "dossiers suivis : " in process.stderr.readline()
        path = folder / "a.txt"
        path.write_text("Le pont a été ouvert le 3 mai 2025.", encoding="utf-8")
        assert _next_report(process)["added"] == 1
        path.write_text("Le pont a été ouvert le 4 mai 2025.", encoding="utf-8")
        assert _next_report(process)["replaced"] == 1
        (folder / "vide.txt").touch()
        assert "vide.txt : fichier vide" in process.stderr.readline()
        assert _next_report(process)["added"] == 0
        path.unlink()
        assert _next_report(process)["removed"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE) == 0
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()


def _next_report(process: subprocess.Popen[str]) -> dict[str, int]:
    assert process.stdout
    report: dict[str, int] = json.loads(process.stdout.readline())
    return report
