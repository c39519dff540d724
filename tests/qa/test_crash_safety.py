"""Killed at any moment: what was stored is there, the index before answers, the next run goes on."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.archive import FILE
from qa.errors import NoIndex
from qa.indexing import writers_lock
from tests.qa.desk import Desk

Python = Callable[..., subprocess.CompletedProcess[str]]

# Kills itself, as no handler can prevent, at the nth call of: the encoder, a write of a derived file
# once it is in place, a rename of a folder (before it).
KILLED = """
import os, signal, sys
from pathlib import Path
from qa import vectors
from qa.indexing import Indexer
from tests.fakes import FakeEmbedder

index, dispatches, where, nth, rebuild = sys.argv[1:]
calls = 0

def reached(*args):
    global calls
    calls += 1
    if calls == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)

def then_reached(function):
    return lambda *args: (function(*args), reached())[0]

def after_reached(function):
    return lambda *args: (reached(), function(*args))[1]

embedder = FakeEmbedder()
if where == "embed":
    embedder.before_embedding = reached
elif where == "write":
    vectors.write_aside = then_reached(vectors.write_aside)
else:
    Path.rename = after_reached(Path.rename)
Indexer(Path(index), embedder).run([Path(dispatches)], rebuild=rebuild == "rebuild")
"""


def killed(python: Python, desk: Desk, where: str, nth: int, rebuild: str = "") -> None:
    """Index in another process that is killed there."""
    done = python(["-c", KILLED, str(desk.index), str(desk.dispatches), where, str(nth), rebuild])
    assert done.returncode == -signal.SIGKILL, done.stderr


def write_three(desk: Desk) -> None:
    """Three dispatches of 40 paragraphs: the first two fill one transaction."""
    for name in "abc":
        desk.write(f"{name}.txt", *(f"La dépêche {name} dit la chose {i}." for i in range(40)))


def test_killed_before_the_first_dispatch_was_stored_there_is_no_index(desk: Desk, python: Python):
    write_three(desk)
    killed(python, desk, "embed", 1)
    with pytest.raises(NoIndex):
        desk.open()
    assert desk.run().added == 3
    assert desk.open().status().healthy


def test_killed_half_way_what_was_stored_answers_and_is_not_embedded_again(desk: Desk, python: Python):
    write_three(desk)
    killed(python, desk, "embed", 2)
    assert desk.sources() == ["a.txt", "b.txt"]
    assert desk.found("la chose 7 de la dépêche b")[0] == "La dépêche b dit la chose 7."
    desk.embedder.embedded.clear()  # the search has embedded sentences
    report = desk.run()
    assert (report.added, report.unchanged, report.embedded) == (1, 2, 40)
    assert len(desk.embedder.embedded) == 40
    assert desk.open().status().healthy
    assert desk.leftovers() == []


def test_killed_between_the_vectors_and_their_manifest_both_old_and_new_answer(desk: Desk, python: Python):
    desk.write("a.txt", "Le chat dort.")
    desk.run()
    desk.write("b.txt", "Le vent souffle.")
    killed(python, desk, "write", 1)
    marks = sorted(p.name.split("-")[1] for p in desk.index.glob("vectors-*"))
    assert marks == ["1", "2"]
    assert desk.found("le chat dort")[0] == "Le chat dort."
    assert desk.found("le vent souffle")[0] == "Le vent souffle."
    assert desk.open().status().healthy
    assert desk.run().embedded == 0
    assert [p.name.split("-")[1] for p in desk.index.glob("vectors-*")] == ["2"]


def test_killed_while_a_damaged_index_of_words_is_made_again_nothing_of_it_is_lost(
    desk: Desk, python: Python
):
    desk.write("a.txt", "Le chat dort.")
    desk.run()
    (desk.index / "lexical/meta.json").write_text("{}")
    desk.write("b.txt", "Le vent souffle.")
    killed(python, desk, "rename", 1)
    assert desk.found("le chat dort")[0] == "Le chat dort."
    desk.run()
    assert not (desk.index / "lexical.part").exists()
    for word, text in (("chat", "Le chat dort."), ("vent", "Le vent souffle.")):
        best = desk.open().search(word)[0]
        assert (best.passage.text, best.lexical_rank) == (text, 1)


def test_killed_during_a_rebuild_the_old_index_answers_and_the_next_rebuild_cleans_up(
    desk: Desk, python: Python
):
    desk.write("a.txt", "Le chat dort.")
    desk.run()
    desk.write("b.txt", "Le vent souffle.")
    killed(python, desk, "embed", 1, "rebuild")
    assert desk.found("le chat dort") == ["Le chat dort."]
    assert ".index.rebuild" in desk.leftovers()
    assert desk.run(rebuild=True).added == 2
    assert desk.leftovers() == []


@pytest.mark.parametrize("next_comes", ["a reader", "a writer"])
def test_killed_between_the_two_renames_of_a_swap_the_old_index_comes_back(
    desk: Desk, python: Python, next_comes: str
):
    desk.write("a.txt", "Le chat dort.")
    desk.run()
    if next_comes == "a reader":
        killed(python, desk, "rename", 3, "rebuild")  # the first is the index of words
    else:  # the same state, without another process
        desk.index.rename(desk.index.with_name(".index.old"))
    assert not desk.index.exists()
    assert ".index.old" in desk.leftovers()
    if next_comes == "a reader":
        assert desk.found("le chat dort") == ["Le chat dort."]
    else:
        assert desk.run().unchanged == 1
    assert ".index.old" not in desk.leftovers()
    assert desk.run(rebuild=True).added == 1
    assert desk.leftovers() == []


def test_killed_after_the_swap_the_new_index_stays_and_the_old_one_goes(desk: Desk):
    desk.write("a.txt", "Le chat dort.")
    desk.run()
    shutil.copytree(desk.index, desk.index.with_name(".index.old"))
    desk.write("a.txt", "Le vent souffle.")
    assert desk.run().replaced == 1
    assert desk.leftovers() == []
    assert desk.found("le vent souffle") == ["Le vent souffle."]


def test_a_reader_that_finds_a_swap_under_way_waits_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The old index must not come back under the writer that is putting the new one in its place."""
    desk.write("a.txt", "Le chat dort.")
    desk.run()
    old = desk.index.with_name(".index.old")
    desk.index.rename(old)
    acquired: list[Path] = []

    def the_writer_ends_first(folder: Path, timeout: float = 0):
        shutil.copytree(old, folder)
        acquired.append(folder)
        return writers_lock(folder, timeout)

    monkeypatch.setattr("qa.indexing.writers_lock", the_writer_ends_first)
    assert desk.found("le chat dort") == ["Le chat dort."]
    assert acquired == [desk.index]
    assert desk.leftovers() == []


def test_the_lock_of_a_process_that_died_does_not_stay(desk: Desk):
    desk.write("a.txt", "Le chat dort.")
    for name in ("lock", "pid"):
        desk.index.with_name(f".index.{name}").write_text("99999999")
    assert desk.run().added == 1
    assert desk.leftovers() == []


def test_an_exception_in_the_middle_stores_whole_transactions_only(desk: Desk):
    write_three(desk)

    def interrupt_the_second(texts: object) -> None:
        if desk.embedder.embedded:
            raise KeyboardInterrupt

    desk.embedder.before_embedding = interrupt_the_second
    with pytest.raises(KeyboardInterrupt):
        desk.run()
    assert desk.sources() == ["a.txt", "b.txt"]
    assert desk.open().status().passages == 80
    assert (desk.index / FILE).exists()
