"""Files to index: only what changed, by content, and no bad file spoils the good ones."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from qa.archive import FILE
from qa.errors import (
    BadFile,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexProblem,
    NoDispatches,
    NoIndex,
    QaError,
)
from qa.indexing import Indexer, writers_lock
from qa.passages import Splitter
from qa.types import IndexReport, Progress
from tests.fakes import FakeEmbedder
from tests.qa.desk import Desk

CAT, DOG, RAIN, WIND = "Le chat dort.", "Le chien court.", "La pluie tombe.", "Le vent souffle."


def counts(report: IndexReport) -> tuple[int, int, int, int, int]:
    """Added, replaced, unchanged, removed, embedded."""
    return report.added, report.replaced, report.unchanged, report.removed, report.embedded


@pytest.fixture
def two(desk: Desk) -> Desk:
    """An index of two dispatches, three paragraphs."""
    desk.write("a.txt", CAT, DOG)
    desk.write("b.txt", RAIN)
    desk.run()
    return desk


# -- what changed -----------------------------------------------------------------------------------------


def test_a_first_run_adds_and_a_second_embeds_nothing(desk: Desk):
    desk.write("a.txt", CAT, DOG)
    desk.write("sub/b.txt", RAIN)
    assert counts(desk.run()) == (2, 0, 0, 0, 3)
    assert counts(desk.run()) == (0, 0, 2, 0, 0)
    assert desk.sources() == ["a.txt", "sub/b.txt"]
    # Under the title, which is the first sentence here.
    assert sorted(desk.embedder.embedded) == sorted([CAT, f"{CAT} {DOG}", RAIN])


def test_a_changed_dispatch_replaces_and_embeds_only_its_new_paragraph(two: Desk):
    two.write("a.txt", CAT, WIND)
    assert counts(two.run()) == (0, 1, 1, 0, 1)
    assert two.embedder.embedded[3:] == [f"{CAT} {WIND}"]
    assert two.found("le vent souffle")[0] == WIND
    assert DOG not in two.found("le chien court")


def test_a_change_of_date_alone_embeds_nothing(two: Desk):
    two.write("c.txt", WIND, date="2025-05")
    two.run()
    two.write("c.txt", WIND, date="2025-06")
    assert counts(two.run()) == (0, 1, 2, 0, 0)
    assert two.open().status().latest == "2025-06"


def test_vectors_no_longer_used_are_forgotten_and_made_again_when_needed(two: Desk):
    two.write("a.txt", CAT)
    two.run()
    two.write("a.txt", CAT, DOG)
    assert counts(two.run()) == (0, 1, 1, 0, 1)


def test_a_moved_file_costs_nothing_and_prune_forgets_where_it_was(two: Desk):
    (two.dispatches / "a.txt").rename(two.dispatches / "z.txt")
    assert counts(two.run(prune=True)) == (1, 0, 1, 1, 0)
    assert two.sources() == ["b.txt", "z.txt"]
    assert two.open().search("chat")[0].dispatch.source == "z.txt"


def test_the_same_content_under_two_names_is_one_dispatch(two: Desk):
    two.write("copy.txt", CAT, DOG)
    assert two.run().embedded == 0
    assert two.open().status().dispatches == 2
    assert two.found("le chat dort").count(CAT) == 1
    (two.dispatches / "a.txt").unlink()
    two.run(prune=True)
    assert two.open().search("le chat dort")[0].dispatch.source == "copy.txt"


def test_two_new_files_of_the_same_content_are_embedded_once(desk: Desk):
    desk.write("a.txt", CAT, DOG)
    desk.write("b.txt", CAT, DOG)
    assert desk.run().embedded == 2
    assert desk.open().status().dispatches == 1
    assert desk.sources() == ["a.txt", "b.txt"]


def test_a_paragraph_shared_by_two_dispatches_is_embedded_once_and_found_in_both(desk: Desk):
    desk.write("a.txt", CAT, DOG)
    desk.write("b.txt", CAT, RAIN)
    assert desk.run().embedded == 3
    best = desk.open().search("le chat dort")[0]
    assert {best.dispatch.source, *(d.source for _, d in best.copies)} == {"a.txt", "b.txt"}


def test_two_files_that_swap_their_contents(two: Desk):
    two.write("a.txt", RAIN)
    two.write("b.txt", CAT, DOG)
    report = two.run()
    # The first content has no name for a moment: whatever is done then, nothing may be lost.
    assert (report.replaced, report.embedded) == (2, 0)
    assert {h.dispatch.source: h.passage.text for h in two.open().search("la pluie tombe")[:1]} == {
        "a.txt": RAIN
    }
    assert two.open().search("le chat dort")[0].dispatch.source == "b.txt"
    assert two.open().status().dispatches == 2


@pytest.mark.parametrize("again", ["same", "folder and file", "relative"])
def test_a_path_given_twice_counts_once(desk: Desk, monkeypatch: pytest.MonkeyPatch, again: str):
    path = desk.write("a.txt", CAT)
    monkeypatch.chdir(desk.dispatches)
    second = {"same": path, "folder and file": desk.dispatches, "relative": Path("a.txt")}[again]
    assert counts(desk.run(path, second)) == (1, 0, 0, 0, 1)
    assert len(desk.sources()) == 1


def test_only_dispatches_are_taken_from_a_folder_but_any_file_that_is_named(desk: Desk):
    desk.write("a.TXT", CAT)
    desk.write(".hidden.txt", DOG)
    other = desk.write("b.md", RAIN)
    desk.run()
    assert desk.sources() == ["a.TXT"]
    desk.run(other)
    assert desk.sources() == ["a.TXT", "b.md"]


def test_indexing_one_file_leaves_the_others(two: Desk):
    path = two.write("c.txt", WIND)
    assert counts(two.run(path)) == (1, 0, 0, 0, 1)
    assert len(two.sources()) == 3


def test_progress_ends_with_all_that_was_new(desk: Desk):
    for i in range(3):
        desk.write(f"{i}.txt", *(f"Paragraphe {i} {j}." for j in range(40)))
    seen: list[Progress] = []
    desk.indexer().run([desk.dispatches], progress=seen.append)
    # 64 passages a transaction: the first two files fill one, the third the next.
    assert seen == [Progress(2, 3), Progress(3, 3)]
    seen.clear()
    desk.indexer().run([desk.dispatches], progress=seen.append)
    assert seen == []


# -- gone files -------------------------------------------------------------------------------------------


def test_without_prune_a_dispatch_whose_file_is_gone_still_answers(two: Desk):
    (two.dispatches / "a.txt").unlink()
    assert counts(two.run()) == (0, 0, 1, 0, 0)
    assert CAT in two.found("le chat dort")


def test_prune_drops_what_is_gone_wherever_it_was(two: Desk):
    (two.dispatches / "a.txt").unlink()
    other = two.index.parent / "c.txt"
    other.write_text(WIND, encoding="utf-8")
    assert counts(two.run(other, prune=True)) == (1, 0, 0, 1, 1)
    assert two.sources() == ["b.txt", "c.txt"]


def test_an_emptied_folder_with_prune_empties_the_index_which_then_says_so(two: Desk):
    for path in two.dispatches.iterdir():
        path.unlink()
    assert counts(two.run(prune=True)) == (0, 0, 0, 2, 0)
    reply = two.open().ask("Où dort le chat ?")
    assert reply.result.reason == "empty_index"
    assert two.open().status().healthy


def test_an_emptied_folder_without_prune_is_an_error_and_changes_nothing(two: Desk):
    for path in two.dispatches.iterdir():
        path.unlink()
    with pytest.raises(NoDispatches):
        two.run()
    assert two.sources() == ["a.txt", "b.txt"]


# -- bad files and paths ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "fichier vide"),
        (b" \n\t\n", "fichier vide"),
        (b"--- \n\n ...", "aucun texte dans ce fichier"),
        (b"PK\x03\x04\0\0binary", "fichier binaire, pas du texte"),
        ("texte".encode("utf-16"), "texte UTF-16 ; UTF-8, cp1252 ou latin-1 attendu"),
    ],
)
def test_a_bad_file_is_named_and_the_good_ones_are_indexed(desk: Desk, content: bytes, reason: str):
    desk.write("a.txt", CAT)
    bad = desk.dispatches / "bad.txt"
    bad.write_bytes(content)
    desk.write("z.txt", DOG)
    report = desk.run()
    assert [(f.path, f.reason) for f in report.failures] == [(str(bad), reason)]
    assert counts(report) == (2, 0, 0, 0, 2)
    assert desk.sources() == ["a.txt", "z.txt"]


def test_the_old_version_of_a_file_gone_bad_stays_answering(two: Desk):
    (two.dispatches / "a.txt").write_bytes(b"\0\0\0")
    report = two.run(prune=True)
    assert len(report.failures) == 1
    assert counts(report) == (0, 0, 1, 0, 0)
    assert two.found("le chat dort")[0] == CAT


def test_a_dangling_link_is_a_failure_and_not_a_crash(two: Desk):
    (two.dispatches / "link.txt").symlink_to(two.dispatches / "nowhere.txt")
    report = two.run()
    assert [(Path(f.path).name, f.reason) for f in report.failures] == [
        ("link.txt", "ni fichier ni dossier de ce nom")
    ]


def test_a_file_that_goes_between_the_two_looks_at_it_is_a_failure(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    desk.write("a.txt", CAT)
    gone = desk.write("b.txt", DOG)
    changed = Indexer._changed

    def then_remove(self: Indexer, *args: object) -> object:
        found = changed(self, *args)  # type: ignore[arg-type]
        gone.unlink()
        return found

    monkeypatch.setattr(Indexer, "_changed", then_remove)
    report = desk.run()
    assert [f.path for f in report.failures] == [str(gone)]
    assert desk.sources() == ["a.txt"]


def test_a_name_that_is_not_utf8_is_a_failure_and_not_a_crash(desk: Desk):
    desk.write("a.txt", CAT)
    name = os.fsencode(desk.dispatches) + b"/d\xe9p\xeache.txt"
    with open(name, "wb") as file:
        file.write(DOG.encode())
    report = desk.run()
    assert [(Path(f.path).name, f.reason) for f in report.failures] == [
        ("d?p?che.txt", "nom de fichier qui n'est pas de l'UTF-8")
    ]
    assert desk.sources() == ["a.txt"]


def test_an_empty_folder_is_an_error_that_leaves_no_index(desk: Desk):
    with pytest.raises(NoDispatches) as caught:
        desk.run()
    assert str(caught.value) == f"{desk.dispatches} : aucune dépêche trouvée (fichiers .txt)"
    assert not desk.index.exists()


def test_a_path_that_does_not_exist_is_named_and_nothing_is_indexed(desk: Desk):
    desk.write("a.txt", CAT)
    with pytest.raises(BadFile) as caught:
        desk.run(desk.dispatches, desk.dispatches / "nowhere")
    assert str(caught.value) == f"{desk.dispatches / 'nowhere'} : ni fichier ni dossier de ce nom"
    assert not desk.index.exists()


def test_prune_does_not_make_a_wrong_path_right(two: Desk):
    with pytest.raises(BadFile):
        two.run(two.dispatches / "nowhere", prune=True)
    assert two.sources() == ["a.txt", "b.txt"]


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_folder_whose_files_all_fail_leaves_no_index_behind(desk: Desk, rebuild: bool):
    (desk.dispatches / "bad.txt").write_bytes(b"\0")
    assert len(desk.run(rebuild=rebuild).failures) == 1
    assert not desk.index.exists() or list(desk.index.iterdir()) == []
    with pytest.raises(NoIndex):
        desk.open()
    assert desk.leftovers() == []


def test_an_encoder_that_fails_on_the_first_run_leaves_no_index_that_answers_nothing(desk: Desk):
    desk.write("a.txt", CAT)

    def fail(texts: object) -> None:
        raise RuntimeError("no model")

    desk.embedder.before_embedding = fail
    with pytest.raises(RuntimeError):
        desk.run()
    with pytest.raises(NoIndex):
        desk.open()
    desk.embedder.before_embedding = lambda texts: None
    assert counts(desk.run()) == (1, 0, 0, 0, 1)


# -- rebuild ----------------------------------------------------------------------------------------------


def test_rebuild_with_paths_holds_those_alone(two: Desk):
    report = two.run(two.write("c.txt", WIND), rebuild=True)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert two.sources() == ["c.txt"]
    assert two.leftovers() == []


def test_rebuild_without_paths_keeps_the_known_files_and_their_names(desk: Desk):
    desk.write("sub/a.txt", CAT)
    other = desk.index.parent / "elsewhere.txt"
    other.write_text(DOG, encoding="utf-8")
    desk.run(desk.dispatches, other)
    desk.write("new.txt", RAIN)  # never indexed: a rebuild does not look for more
    report = desk.indexer().run(None, rebuild=True)
    assert counts(report) == (2, 0, 0, 0, 2)
    assert desk.sources() == ["elsewhere.txt", "sub/a.txt"]


def test_rebuild_without_paths_leaves_out_what_is_gone(two: Desk):
    (two.dispatches / "a.txt").unlink()
    two.indexer().run(None, rebuild=True)
    assert two.sources() == ["b.txt"]


def test_rebuild_without_paths_refuses_when_every_known_file_is_gone(two: Desk):
    two.dispatches.rename(two.dispatches.with_name("unmounted"))
    with pytest.raises(NoDispatches, match=str(two.dispatches)):
        two.indexer().run(None, rebuild=True)
    assert two.found("le chat dort")[0] == CAT


def test_rebuild_without_paths_nor_index_takes_the_default_ones(desk: Desk):
    desk.write("a.txt", CAT)
    assert counts(desk.indexer().run(None, rebuild=True)) == (1, 0, 0, 0, 1)


def test_a_rebuild_of_which_no_file_can_be_read_keeps_the_old_index(two: Desk):
    bad = two.index.parent / "bad.txt"
    bad.write_bytes(b"\0")
    assert len(two.run(bad, rebuild=True).failures) == 1
    assert two.found("le chat dort")[0] == CAT
    assert two.leftovers() == []


@pytest.mark.parametrize("garbage", [b"garbage " * 1000, b""])
def test_rebuild_replaces_a_damaged_archive(two: Desk, garbage: bytes):
    (two.index / FILE).write_bytes(garbage)
    assert counts(two.run(rebuild=True)) == (2, 0, 0, 0, 3)
    assert two.open().status().healthy


def test_an_update_of_a_damaged_archive_is_refused(two: Desk):
    (two.index / FILE).write_bytes(b"garbage " * 1000)
    with pytest.raises(IndexDamaged):
        two.run()


def test_rebuild_with_another_encoder_is_the_way_out_of_a_mismatch(two: Desk):
    other = FakeEmbedder(32, "other")
    with pytest.raises(IndexMismatch):
        two.indexer(other).run(None)
    assert counts(two.indexer(other).run(None, rebuild=True)) == (2, 0, 0, 0, 3)
    assert two.open(other).status().encoder == "other@1 (32)"


def test_another_splitter_is_a_mismatch_that_names_both(two: Desk):
    indexer = Indexer(two.index, two.embedder, splitter=Splitter(max_tokens=64))
    with pytest.raises(IndexMismatch, match=r"'max_tokens': 256.*'max_tokens': 64"):
        indexer.run([two.dispatches])


@pytest.mark.parametrize(
    "foreign", ["notes.txt", "vectors-mine.zip", "manifest.json.bak", "archive.sqlite.old", ".DS_Store"]
)
def test_rebuild_refuses_a_folder_with_foreign_files_and_deletes_nothing(two: Desk, foreign: str):
    (two.index / foreign).write_text("mine")
    before = contents(two.index)
    with pytest.raises(IndexProblem, match="n'est pas un dossier d'index"):
        two.run(rebuild=True)
    assert contents(two.index) == before
    assert two.leftovers() == []


def test_an_archive_of_an_older_schema_is_rebuilt_from_the_files_it_knows(two: Desk):
    with contextlib.closing(sqlite3.connect(two.index / FILE)) as db, db:
        db.execute("PRAGMA user_version = 1")
    (vectors,) = two.index.glob("vectors-*")
    vectors.rename(two.index / "vectors-3.faiss")  # as it was called then
    shutil.rmtree(two.index / "lexical")
    with pytest.raises(IndexProblem, match="schéma 1") as caught:
        two.open()
    assert f"qa index --rebuild --index {two.index}" in str(caught.value)
    assert two.indexer().run(rebuild=True).added == 2
    assert two.sources() == ["a.txt", "b.txt"]
    assert two.open().status().healthy


def contents(folder: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", ["vectors-1.faiss", "lexical/mine"])
def test_rebuild_refuses_a_folder_with_folders_in_it(two: Desk, name: str):
    (two.index / name).mkdir()
    with pytest.raises(IndexProblem):
        two.run(rebuild=True)
    assert two.sources() == ["a.txt", "b.txt"]


def test_an_index_folder_that_is_a_file_is_one_line_and_stays(desk: Desk):
    desk.write("a.txt", CAT)
    desk.index.write_text("mine")
    for rebuild in (False, True):
        with pytest.raises(QaError) as caught:
            desk.run(rebuild=rebuild)
        assert str(caught.value).startswith(f"{desk.index} : ")
    assert desk.index.read_text() == "mine"


def test_an_index_below_a_file_is_one_line(desk: Desk, tmp_path: Path):
    desk.write("a.txt", CAT)
    (tmp_path / "file").touch()
    with pytest.raises(QaError) as caught:
        Indexer(tmp_path / "file" / "index", desk.embedder).run([desk.dispatches])
    assert len(str(caught.value).splitlines()) == 1


# -- two writers, full disks ------------------------------------------------------------------------------


def test_a_second_writer_is_told_who_the_first_is(two: Desk):
    with writers_lock(two.index), pytest.raises(IndexLocked) as caught:
        two.run()
    assert str(caught.value) == (
        f"{two.index} : une autre indexation est en cours (processus {os.getpid()}) ; "
        "réessayez quand elle aura fini"
    )
    assert counts(two.run())[2] == 2


def test_readers_answer_while_a_writer_holds_the_lock(two: Desk):
    with writers_lock(two.index):
        assert two.found("le chat dort")[0] == CAT


def test_the_lock_is_given_back_after_an_error(two: Desk):
    with pytest.raises(BadFile):
        two.run(two.dispatches / "nowhere")
    assert counts(two.run())[2] == 2
    assert two.leftovers() == []


def test_the_old_state_is_read_while_new_dispatches_are_embedded(two: Desk):
    pipeline = two.open()
    seen: list[list[str]] = []

    def searched(texts: object) -> None:
        two.embedder.before_embedding = lambda texts: None  # a search embeds sentences itself
        seen.append([h.passage.text for h in pipeline.search("le vent souffle")])

    two.embedder.before_embedding = searched
    two.write("c.txt", WIND)
    two.run()
    assert WIND not in seen[0]
    assert pipeline.search("le vent souffle")[0].passage.text == WIND


def test_a_disk_full_during_a_rebuild_leaves_the_old_index(two: Desk, monkeypatch: pytest.MonkeyPatch):
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(QaError) as caught:
        patch.setattr("qa.vectors.write_aside", full)
        two.run(two.write("c.txt", WIND), rebuild=True)
    assert str(caught.value) == f"{two.index} : disque plein ; ce qui était enregistré le reste"
    assert two.sources() == ["a.txt", "b.txt"]
    assert two.leftovers() == []


def test_forgetting_drops_the_files_named_and_no_others(desk: Desk):
    kept, gone, missing = (desk.write(f"{name}.txt", f"Texte {name}.") for name in "abc")
    desk.run()
    gone.unlink(), missing.unlink()
    report = desk.indexer().forget([gone, desk.dispatches / "inconnu.txt"])
    assert (report.removed, desk.sources()) == (1, ["a.txt", "c.txt"])
    assert "Texte b." not in desk.found("Texte b")
    assert desk.open().status().healthy
    assert kept.exists()
