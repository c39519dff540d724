"""The folder that the chat adds to: whole files, nothing written over, and the index in step."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import BadFile, IndexLocked
from qa.indexing import writers_lock
from qa.library import TRASH, Library
from tests.qa.desk import Desk


@pytest.fixture
def library(desk: Desk, tmp_path: Path) -> Library:
    return Library(tmp_path / "ajouts", (desk.dispatches,), desk.indexer)


def drop(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_added_is_stored_and_indexed_and_nothing_else_is_read(
    library: Library, desk: Desk, tmp_path: Path
) -> None:
    desk.write("ancienne.txt", "Un paragraphe.")
    good = drop(tmp_path / "depot", "neuve.txt", "date 2025-05 Titre\n\nUn autre.")
    bad = drop(tmp_path / "depot", "vide.txt", "")
    seen: list[object] = []
    report = library.add([good, bad], seen.append)
    assert (report.added, report.unchanged, report.failures) == (1, 0, ())
    assert desk.sources() == ["neuve.txt"]
    assert (library.folder / "neuve.txt").read_bytes() == good.read_bytes()
    assert seen
    assert library.renew().added == 1
    assert desk.sources() == ["ancienne.txt", "neuve.txt"]


def test_another_file_of_the_same_name_is_never_written_over(library: Library, tmp_path: Path) -> None:
    first = drop(tmp_path / "un", "a.txt", "Premier texte.")
    second = drop(tmp_path / "deux", "a.txt", "Second texte.")
    library.add([first, second])
    assert {p.name: p.read_text() for p in library.folder.glob("*.txt")} == {
        "a.txt": "Premier texte.",
        "a-2.txt": "Second texte.",
    }
    again, other = library.understand([second, drop(tmp_path / "trois", "a.txt", "Tiers texte.")])
    assert (again.name, again.known) == ("a-2.txt", True)
    assert (other.name, other.known) == ("a-3.txt", False)
    assert library.add([second]).unchanged == 1


def test_what_was_understood(library: Library, tmp_path: Path) -> None:
    file = drop(tmp_path / "un", "a.txt", "date 2025-05 Titre\n\nUn.\n\nDeux.")
    (understood,) = library.understand([file])
    assert (understood.title, str(understood.published), understood.paragraphs) == ("Titre", "2025-05", 3)
    assert [
        u.problem for u in library.understand([file.with_suffix(".pdf"), file.with_name("rien.txt")])
    ] == [
        "fichiers .txt attendus",
        "ni fichier ni dossier de ce nom",
    ]


def test_what_is_taken_out_is_kept_aside_and_not_read_again(
    library: Library, desk: Desk, tmp_path: Path
) -> None:
    library.add([drop(tmp_path / "un", "a.txt", "Premier."), drop(tmp_path / "un", "b.txt", "Second.")])
    report = library.remove([library.folder / "a.txt"])
    assert report.removed == 1
    assert desk.sources() == ["b.txt"]
    assert (library.folder / TRASH / "a.txt").read_text() == "Premier."
    desk.write("ancienne.txt", "Un paragraphe.")
    library.renew()
    assert desk.sources() == ["ancienne.txt", "b.txt"]
    library.add([drop(tmp_path / "un", "a.txt", "Autre.")])
    library.remove([library.folder / "a.txt"])
    assert (library.folder / TRASH / "a-2.txt").read_text() == "Autre."


def test_a_dispatch_of_other_folders_stays(library: Library, desk: Desk, tmp_path: Path) -> None:
    library.add([drop(tmp_path / "un", "a.txt", "Premier.")])
    elsewhere = desk.write("ancienne.txt", "Un paragraphe.")
    library.renew()
    with pytest.raises(BadFile, match="hors du dossier"):
        library.remove([library.folder / "a.txt", elsewhere])
    assert (library.folder / "a.txt").exists()
    assert desk.sources() == ["a.txt", "ancienne.txt"]


def test_a_file_comes_back_when_the_index_cannot_be_changed(
    library: Library, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.library._PATIENCE", 0.0)
    library.add([drop(tmp_path / "un", "a.txt", "Premier.")])
    with writers_lock(desk.index), pytest.raises(IndexLocked):
        library.remove([library.folder / "a.txt"])
    assert (library.folder / "a.txt").read_text() == "Premier."
