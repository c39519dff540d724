"""The index of words: BM25, exact periods, follows the archive, and no damage makes a question fail."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qa import lexical_index
from qa.archive import FILE as ARCHIVE
from qa.dates import PartialDate, Period
from qa.errors import QaError
from qa.lexical_index import FOLDER, LexicalIndex
from qa.manifest import read_manifest
from qa.scope import Scope
from tests.qa.desk import Desk

ALL = Scope()


@pytest.fixture
def indexed(desk: Desk) -> Desk:
    desk.write("a.txt", "Le mot rare.", "Le chien court.", date="2025-05-19")
    desk.write("b.txt", "Rare, rare et rare.", date="2025-03")
    desk.write("c.txt", "Un mot, un mot, un mot.")
    desk.run()
    return desk


def found(desk: Desk, question: str, k: int = 5, scope: Scope = ALL) -> list[str]:
    """Texts of the passages found by an index opened for this question."""
    return texts(desk, LexicalIndex(desk.index, desk.archive()), question, k, scope)


def texts(desk: Desk, index: LexicalIndex, question: str, k: int = 5, scope: Scope = ALL) -> list[str]:
    stored = desk.archive()
    return [stored.passages([seq])[seq][0].text for seq, _ in index.search(question, k, scope)]


def test_passages_are_scored_higher_is_better_and_cut_at_k(indexed: Desk):
    index = LexicalIndex(indexed.index, indexed.archive())
    hits = index.search("rare", 5, ALL)
    assert texts(indexed, index, "rare") == ["Rare, rare et rare.", "Le mot rare."]
    assert hits[0][1] > hits[1][1] > 0
    assert index.search("rare", 1, ALL) == hits[:1]
    assert index.search("inconnu", 5, ALL) == []
    assert index.problem is None


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025", None, {"Le mot rare.", "Rare, rare et rare."}),
        ("2025-04", None, {"Le mot rare."}),
        (None, "2025-03-01", {"Rare, rare et rare."}),
        ("2025-03-31", "2025-05-18", {"Rare, rare et rare."}),
        ("2026", None, set()),
        (None, "2024", set()),
    ],
)
def test_a_period_shuts_out_other_dates_and_the_undated(
    indexed: Desk,
    period: Callable[[str | None, str | None], Period],
    since: str | None,
    until: str | None,
    expected: set[str],
):
    assert set(found(indexed, "mot rare", 5, Scope(period(since, until)))) == expected


def test_a_source_shuts_out_other_files(indexed: Desk):
    assert found(indexed, "mot rare", 5, Scope(source="A.TXT")) == ["Le mot rare."]
    assert found(indexed, "mot rare", 5, Scope(source="d.txt")) == []


@pytest.mark.parametrize("listed", [0, 1_000])
def test_a_source_far_behind_in_score_is_found_unless_it_is_too_large(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, listed: int
):
    monkeypatch.setattr(lexical_index, "_DEEPEST", 1)
    monkeypatch.setattr(lexical_index, "_MOST_LISTED", listed)
    for n in range(30):
        desk.write(f"near{n}.txt", f"Rare, rare, {n}.")
    behind = "Un mot rare parmi tant d'autres mots qui ne le sont pas."
    desk.write("far.txt", behind, date="2025-03")
    desk.run()
    assert found(desk, "rare", 3, Scope(source="far")) == ([behind] if listed else [])
    assert found(desk, "rare", 3, Scope(Period(PartialDate(2026)), "far")) == []


def test_a_title_speaks_for_its_paragraphs_and_does_not_come_before_them(desk: Desk):
    path = desk.dispatches / "a.txt"
    path.write_text("date 2025-05 Incendie à Marseille\n\nLes pompiers de Marseille sont venus.\n\nIl pleut.")
    desk.write("b.txt", "Les pompiers sont venus à Lyon.")
    desk.run()
    assert found(desk, "pompiers Marseille") == [
        "Les pompiers de Marseille sont venus.",
        "Les pompiers sont venus à Lyon.",
        "Incendie à Marseille",
        "Il pleut.",
    ]


def test_an_open_index_follows_what_comes_changes_and_goes(indexed: Desk):
    index = LexicalIndex(indexed.index, indexed.archive())
    assert texts(indexed, index, "chien") == ["Le chien court."]
    indexed.write("d.txt", "Un chien de plus.")
    indexed.write("a.txt", "Le chat dort.")
    indexed.run()
    assert texts(indexed, index, "chien") == ["Un chien de plus."]
    (indexed.dispatches / "d.txt").unlink()
    indexed.run(prune=True)
    assert texts(indexed, index, "chien chat") == ["Le chat dort."]


def test_a_rebuild_is_followed(indexed: Desk):
    index = LexicalIndex(indexed.index, indexed.archive())
    index.warm()
    indexed.write("d.txt", "Un éléphant.")
    indexed.run(rebuild=True)
    again = LexicalIndex(indexed.index, indexed.archive())
    assert texts(indexed, again, "éléphant") == ["Un éléphant."]


def test_a_run_killed_before_its_manifest_is_made_again_without_doubles(
    indexed: Desk, monkeypatch: pytest.MonkeyPatch
):
    before = read_manifest(indexed.index)
    indexed.write("d.txt", "Un éléphant.")
    with monkeypatch.context() as patch:
        patch.setattr("qa.derived.write_aside", lambda *args: None)
        indexed.run()
    assert read_manifest(indexed.index) == before
    indexed.run()
    assert found(indexed, "éléphant") == ["Un éléphant."]


def test_a_question_between_the_words_and_the_manifest_is_made_up_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    desk.write("a.txt", "Le mot rare.")
    desk.run()
    (desk.index / "manifest.json").unlink()
    monkeypatch.setattr(lexical_index, "_MADE_IN_MEMORY", 0)
    index = LexicalIndex(desk.index, desk.archive())
    assert index.search("rare", 5, ALL) == []
    desk.run()
    assert texts(desk, index, "rare") == ["Le mot rare."]
    assert index.problem is None


def test_an_archive_put_back_and_added_to_is_not_read_with_the_words_of_its_future(
    indexed: Desk, tmp_path: Path
):
    shutil.copy(indexed.index / ARCHIVE, tmp_path / "backup")
    for n in range(4):
        indexed.write(f"late{n}.txt", f"Une nouvelle tardive numéro {n}.")
    indexed.run()
    for path in [*indexed.dispatches.glob("late*"), *indexed.index.glob(f"{ARCHIVE}-*")]:
        path.unlink()
    shutil.copy(tmp_path / "backup", indexed.index / ARCHIVE)
    for n in range(6):
        indexed.write(f"other{n}.txt", f"Un autre texte, éléphant {n}.")
    indexed.run()
    assert found(indexed, "tardive") == []
    assert found(indexed, "éléphant 2", 1) == ["Un autre texte, éléphant 2."]
    assert indexed.open().status().healthy


def test_a_folder_that_cannot_be_written_to_is_read(indexed: Desk):
    """tantivy takes a lock to read; root may write anywhere, so the way around it is tried by itself."""
    folder = indexed.index / FOLDER
    before = sorted(p.name for p in folder.iterdir())
    index = lexical_index._open_read_only(folder)
    assert index.searcher().num_docs == 6
    assert sorted(p.name for p in folder.iterdir()) == before


def test_damage_met_by_a_search_is_told_and_the_vectors_answer(indexed: Desk):
    index = LexicalIndex(indexed.index, indexed.archive())
    index.warm()

    class Damaged:
        schema = lexical_index._schema()

        def searcher(self) -> object:
            raise ValueError("Data corrupted")

    index._index = Damaged()  # type: ignore[assignment]
    assert index.search("rare", 5, ALL) == []
    assert index.problem is not None
    assert texts(indexed, index, "rare") == ["Rare, rare et rare.", "Le mot rare."]


def test_a_disk_full_while_words_are_written_is_one_line_and_loses_nothing(
    indexed: Desk, monkeypatch: pytest.MonkeyPatch
):
    def full(*args: object) -> int:
        raise ValueError("An IO error occurred: 'No space left on device (os error 28)'")

    indexed.write("d.txt", "Un éléphant.")
    with monkeypatch.context() as patch, pytest.raises(QaError) as caught:
        patch.setattr(lexical_index, "_write", full)
        indexed.run()
    where = indexed.index / FOLDER
    assert str(caught.value) == f"{where} : disque plein ; ce qui était enregistré le reste"
    assert indexed.found("un éléphant")[0] == "Un éléphant."
    assert indexed.run().unchanged == 4
    assert found(indexed, "éléphant") == ["Un éléphant."]


def missing(folder: Path) -> None:
    shutil.rmtree(folder)


def no_meta(folder: Path) -> None:
    (folder / "meta.json").unlink()


def meta_of_something_else(folder: Path) -> None:
    (folder / "meta.json").write_text("{}")


def cut_short(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name == "meta.json":
            continue
        os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("damage", [missing, no_meta, meta_of_something_else, cut_short])
def test_damage_is_told_served_from_the_archive_and_put_right(indexed: Desk, damage: Callable[[Path], None]):
    damage(indexed.index / FOLDER)
    pipeline = indexed.open()
    hits = pipeline.search("rare")
    assert [h.lexical_rank for h in hits if "are" in h.passage.text][:1] == [1]
    (problem,) = pipeline.status().problems
    assert problem.startswith("index des mots illisible (")
    assert indexed.run().unchanged == 3
    assert indexed.open().status().healthy
    assert found(indexed, "rare") == ["Rare, rare et rare.", "Le mot rare."]


def test_a_damaged_index_too_large_to_make_in_memory_leaves_the_vectors(
    indexed: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lexical_index, "_MADE_IN_MEMORY", 2)
    missing(indexed.index / FOLDER)
    assert found(indexed, "rare") == []
    hits = indexed.open().search("Titre de a. Le mot rare.")
    assert (hits[0].passage.text, hits[0].lexical_rank) == ("Le mot rare.", None)


def test_no_question_is_an_error(indexed: Desk):
    index = LexicalIndex(indexed.index, indexed.archive())
    chance = random.Random(4)
    signs = [*"aé’'\"*()-+:^_{}[]<>~|&\\/.,;?!%œ²٣日\u0301\xa0 1\n", "OR", "NOT", "NEAR(", "l'", "stems:"]
    for _ in range(200):
        index.search("".join(chance.choice(signs) for _ in range(chance.randint(1, 12))), 3, ALL)
