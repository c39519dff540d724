"""The vector index: derived, checked, replaceable, and never ahead of or behind the archive."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings.types import Vectors
from qa import manifest as manifest_module
from qa import vectors as vectors_module
from qa.archive import FILE
from qa.context import under_title
from qa.dates import Period
from qa.derived import check_made_with, is_current
from qa.errors import IndexMismatch, QaError
from qa.manifest import FILE as MANIFEST
from qa.manifest import read_manifest, write_aside
from qa.scope import Scope
from qa.vectors import VectorIndex
from tests.fakes import FakeEmbedder
from tests.qa.desk import Desk


def vectors_file(desk: Desk) -> Path:
    (file,) = desk.index.glob("vectors-*.faiss")
    return file


def change_manifest(desk: Desk, **values: object) -> None:
    path = desk.index / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def nearest(desk: Desk, index: VectorIndex, text: str, k: int = 1) -> list[str]:
    """Texts of the nearest passages."""
    archive = desk.archive()
    found = [i for i, _ in index.search(desk.embedder.embed_queries([text]), k)]
    return [archive.passages([i])[i][0].text for i in found]


@pytest.fixture
def indexed(desk: Desk) -> Desk:
    desk.write("a.txt", "Le chat dort.", "Le chien court.")
    desk.write("b.txt", "La pluie tombe.")
    desk.run()
    return desk


# -- following the archive --------------------------------------------------------------------------------


def test_the_nearest_comes_first_with_its_cosine(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    query = indexed.embedder.embed_queries(["Le chat dort."])
    (best, cosine), (_, second) = index.search(query, 2)
    assert indexed.archive().passages([best])[best][0].text == "Le chat dort."
    assert cosine == pytest.approx(1.0, abs=1e-6)
    assert second < cosine
    assert index.problem is None


def test_rows_added_after_the_index_was_loaded_are_found(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    index.warm()
    indexed.write("c.txt", "Le vent souffle.")
    indexed.run()
    assert nearest(indexed, index, "le vent souffle") == ["Le vent souffle."]


def test_rows_in_the_archive_past_the_files_watermark_are_found(
    indexed: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("qa.indexing.renew", lambda *args: None)  # as if killed before the file is renewed
    indexed.write("c.txt", "Le vent souffle.")
    indexed.run()
    assert read_manifest(indexed.index)["watermark"] == 3
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    assert nearest(indexed, index, "le vent souffle") == ["Le vent souffle."]
    assert index.problem is None


def test_deleted_rows_are_not_returned_and_do_not_cost_live_ones_their_place(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    index.warm()
    (indexed.dispatches / "a.txt").unlink()
    indexed.run(prune=True)
    # The two nearest to this question are gone; asking for one must still find the third.
    assert nearest(indexed, index, "Le chat dort. Le chien court.", 1) == ["La pluie tombe."]
    assert nearest(indexed, index, "Le chat dort.", 5) == ["La pluie tombe."]


def test_a_dispatch_removed_and_sent_again_is_found_once(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    index.warm()
    path = indexed.dispatches / "b.txt"
    path.unlink()
    indexed.run(prune=True)
    indexed.write("b.txt", "La pluie tombe.")
    indexed.run()
    assert nearest(indexed, index, "la pluie tombe", 5).count("La pluie tombe.") == 1


def test_cosines_of_given_rows_leave_out_what_is_gone(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    query = indexed.embedder.embed_queries(["Le chat dort."])
    assert [i for i, _ in index.cosines(query, [3, 1, 77])] == [1, 3]
    assert index.cosines(query, []) == []


def test_a_period_of_few_passages_is_searched_exactly(
    desk: Desk, period: Callable[[str | None, str | None], Period]
):
    for n in range(40):
        desk.write(f"near{n}.txt", f"Le chat dort, dit-on, {n}.", date="2025-05-19")
    (desk.dispatches / "far.txt").write_text("date 2020\n\nLa pluie tombe.", encoding="utf-8")
    desk.run()
    index = VectorIndex(desk.index, desk.archive(), desk.embedder.spec)
    query = desk.embedder.embed_queries(["Le chat dort."])
    ((seq, _),) = index.search(query, 1, Scope(period(None, "2021")))
    assert desk.archive().passages([seq])[seq][0].text == "La pluie tombe."
    assert index.search(query, 1, Scope(period("2026", None))) == []


def test_a_source_of_few_passages_is_searched_exactly(desk: Desk):
    for n in range(40):
        desk.write(f"near{n}.txt", f"Le chat dort, dit-on, {n}.")
    desk.write("far.txt", "La pluie tombe.")
    desk.run()
    index = VectorIndex(desk.index, desk.archive(), desk.embedder.spec)
    query = desk.embedder.embed_queries(["Le chat dort."])
    ((seq, _),) = index.search(query, 1, Scope(source="far"))
    assert desk.archive().passages([seq])[seq][0].text == "La pluie tombe."


def test_a_large_index_is_mapped_and_its_cosines_are_exact(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("embeddings.faiss_store.FLAT_LIMIT", 50)
    monkeypatch.setattr(vectors_module, "_MAPPED_FROM", 1_000)
    for n in range(30):
        desk.write(f"{n}.txt", *(f"Texte {n} {m} {n * m} mots {n % 7}." for m in range(4)))
    desk.run()
    index = VectorIndex(desk.index, desk.archive(), desk.embedder.spec)
    query = desk.embedder.embed_queries(["Texte 3 0 0 mots 3. Texte 3 2 6 mots 3."])
    (_, cosine), *others = index.search(query, 10)
    assert cosine == pytest.approx(1, abs=1e-5)
    assert [c for _, c in others] == sorted((c for _, c in others), reverse=True)
    assert index.problem is None
    assert index.verify() is None
    one_bit_flipped(desk)
    assert "somme de contrôle" in str(index.verify())


def test_an_open_index_takes_a_newer_file_in_the_place_of_its_tail(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    index.warm()
    for word in ("vent", "phare", "budget"):
        indexed.write(f"{word}.txt", f"Voici le {word}.")
        indexed.run()
        assert nearest(indexed, index, f"Voici le {word}.") == [f"Voici le {word}."]
    assert len(index._tail) == 0


def test_a_large_index_without_its_file_is_searched_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("embeddings.faiss_store.FLAT_LIMIT", 10)
    for n in range(30):
        desk.write(f"{n}.txt", f"Texte {n}.")
    desk.run()
    missing(desk)
    index = VectorIndex(desk.index, desk.archive(), desk.embedder.spec)
    assert nearest(desk, index, "Texte 7.") == ["Texte 7."]
    assert index.problem is not None


def test_what_went_last_is_forgotten_too(indexed: Desk):
    (indexed.dispatches / "b.txt").unlink()
    indexed.run(prune=True)
    assert indexed.archive().gone() == []
    before = vectors_file(indexed).stat().st_mtime_ns
    indexed.run()
    assert vectors_file(indexed).stat().st_mtime_ns == before


def test_a_large_file_is_left_while_little_has_changed(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(vectors_module, "_SMALL", 10)
    for n in range(60):
        desk.write(f"{n}.txt", f"Texte {n}.")
    desk.run()
    desk.write("new.txt", "Le vent souffle.")
    (desk.dispatches / "7.txt").unlink()
    desk.run(prune=True)
    assert vectors_file(desk).name.startswith("vectors-60-")
    assert desk.found("le vent souffle")[0] == "Le vent souffle."
    assert "Texte 7." not in desk.found("Texte 7.")
    assert desk.open().status().healthy
    assert is_current(desk.index, desk.archive())
    for n in range(60, 70):
        desk.write(f"{n}.txt", f"Texte {n}.")
    desk.run()
    assert vectors_file(desk).name.startswith("vectors-71-")
    assert desk.archive().gone() == []


def test_an_emptied_index_finds_nothing_and_fills_again(indexed: Desk):
    index = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    for path in indexed.dispatches.iterdir():
        path.unlink()
    indexed.run(prune=True)
    assert nearest(indexed, index, "chat", 3) == []
    indexed.write("d.txt", "Un chat revient.")
    indexed.run()
    assert nearest(indexed, index, "chat", 3) == ["Un chat revient."]
    fresh = VectorIndex(indexed.index, indexed.archive(), indexed.embedder.spec)
    assert nearest(indexed, fresh, "chat", 3) == ["Un chat revient."]
    assert fresh.problem is None


# -- damage -----------------------------------------------------------------------------------------------


def missing(desk: Desk) -> None:
    vectors_file(desk).unlink()


def truncated(desk: Desk) -> None:
    os.truncate(vectors_file(desk), 40)


def one_bit_flipped(desk: Desk) -> None:
    data = bytearray(vectors_file(desk).read_bytes())
    data[-1] ^= 1
    # Another file in its place: threads of FAISS may still read the one that is mapped.
    path = vectors_file(desk)
    aside = path.with_suffix(".damaged")
    aside.write_bytes(data)
    aside.replace(path)


def no_manifest(desk: Desk) -> None:
    (desk.index / MANIFEST).unlink()


def manifest_cut_short(desk: Desk) -> None:
    os.truncate(desk.index / MANIFEST, 50)


def manifest_of_another_shape(desk: Desk) -> None:
    (desk.index / MANIFEST).write_text('["vectors"]')


def manifest_with_nonsense(desk: Desk) -> None:
    change_manifest(desk, watermark=None, encoder="none", vectors_file=3)


def manifest_without_a_watermark(desk: Desk) -> None:
    change_manifest(desk, watermark=None)


def manifest_not_utf8(desk: Desk) -> None:
    (desk.index / MANIFEST).write_bytes(b"\xff\xfe{}")


DAMAGES = [
    missing,
    truncated,
    one_bit_flipped,
    no_manifest,
    manifest_cut_short,
    manifest_of_another_shape,
    manifest_with_nonsense,
    manifest_without_a_watermark,
    manifest_not_utf8,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_derived_files_is_answered_over_reported_and_healed(indexed: Desk, damage):
    damage(indexed)
    pipeline = indexed.open()
    assert pipeline.search("le chat dort")[0].passage.text == "Le chat dort."
    status = pipeline.status()
    assert not status.healthy
    problem = status.problems[0]  # without a manifest the index of words is not believed either
    assert problem.startswith("index vectoriel illisible (")
    assert problem.endswith("servi depuis l'archive, refait au prochain qa index")

    embedded = len(indexed.embedder.embedded)
    assert indexed.run().unchanged == 2
    assert indexed.open().status().healthy
    assert indexed.embedder.embedded[embedded:] == []


def test_an_archive_put_back_from_an_older_copy_is_not_believed_to_be_indexed(indexed: Desk, tmp_path: Path):
    """Rows given out again after the copy would stand below the file's watermark and never be found."""
    shutil.copy(indexed.index / FILE, tmp_path / "copy")
    indexed.write("c.txt", "Le vent souffle.", "La neige fond.")
    indexed.run()
    shutil.copy(tmp_path / "copy", indexed.index / FILE)
    pipeline = indexed.open()
    assert "fait d'une autre archive" in pipeline.status().problems[0]
    (indexed.dispatches / "c.txt").unlink()
    indexed.write("d.txt", "Le soleil brille.")
    indexed.run()
    assert pipeline.search("le soleil brille")[0].dense_rank == 1


def test_the_archive_of_another_index_is_not_believed_to_be_indexed(indexed: Desk, tmp_path: Path):
    (tmp_path / "other").mkdir()
    other = Desk(tmp_path / "other")
    other.write("x.txt", "Un texte.", "Deux textes.", "Trois textes.")
    other.run()
    shutil.copy(other.index / FILE, indexed.index / FILE)
    hits = indexed.open().search("deux textes")
    assert (hits[0].passage.text, hits[0].dense_rank) == ("Deux textes.", 1)
    assert not indexed.open().status().healthy


def test_is_current_follows_every_change(indexed: Desk):
    archive = indexed.archive(writable=True)
    assert is_current(indexed.index, archive)
    with archive.transaction():
        archive.forget(str(indexed.dispatches / "a.txt"))  # the highest seq stays: counts tell
    assert not is_current(indexed.index, archive)


# -- who made it ------------------------------------------------------------------------------------------


def test_another_encoders_archive_names_both(indexed: Desk):
    other = FakeEmbedder(32, "other")
    with pytest.raises(IndexMismatch) as caught:
        indexed.open(other)
    assert str(caught.value) == (
        f"{indexed.index} : index fait avec l'encodeur fake@1 (64), mais l'encodeur en service est "
        f"other@1 (32) ; pour le refaire : qa index --rebuild --index {indexed.index} --encoder … ; sinon, "
        "un autre dossier ou l'encodeur d'origine (--index, --encoder)"
    )


def test_another_encoders_manifest_names_both_as_well(indexed: Desk):
    change_manifest(indexed, encoder=FakeEmbedder(32, "other").spec.as_dict())
    with pytest.raises(IndexMismatch, match=r"l'encodeur other@1 \(32\).* fake@1 \(64\)"):
        check_made_with(indexed.index, indexed.archive(), indexed.embedder.spec)


def test_the_same_name_with_another_prefix_is_another_encoder(indexed: Desk):
    spec = {**indexed.embedder.spec.as_dict(), "query_prefix": "question: "}
    change_manifest(indexed, encoder=spec)
    with pytest.raises(IndexMismatch):
        indexed.open()


def test_another_encoder_writes_nothing_into_the_index(indexed: Desk):
    before = sorted(p.name for p in indexed.index.iterdir())
    with pytest.raises(IndexMismatch):
        indexed.indexer(FakeEmbedder(32, "other")).run([indexed.dispatches])
    assert sorted(p.name for p in indexed.index.iterdir()) == before
    assert indexed.open().status().healthy


# -- writing ----------------------------------------------------------------------------------------------


def test_the_manifest_says_what_is_there(indexed: Desk):
    manifest = read_manifest(indexed.index)
    assert manifest["encoder"] == indexed.embedder.spec.as_dict()
    assert (manifest["schema"], manifest["dispatches"], manifest["passages"]) == (3, 2, 3)
    assert manifest["vectors_file"] == vectors_file(indexed).name


def test_older_vector_files_go_and_no_part_stays(indexed: Desk):
    indexed.write("c.txt", "Le vent souffle.")
    indexed.run()
    assert sorted(p.name for p in indexed.index.iterdir()) == [
        FILE, "lexical", MANIFEST, vectors_file(indexed).name,
    ]  # fmt: skip


@pytest.mark.parametrize("step", ["write", "replace"])
def test_a_failed_write_leaves_the_old_bytes_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((manifest_module.os, "fsync") if step == "write" else (Path, "replace")), full)
    with pytest.raises(OSError, match="No space left"):
        write_aside(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_a_disk_full_while_vectors_are_written_loses_nothing(indexed: Desk, monkeypatch: pytest.MonkeyPatch):
    before = vectors_file(indexed).read_bytes()
    indexed.write("c.txt", "Le vent souffle.")

    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(QaError) as caught:
        patch.setattr(vectors_module, "write_aside", full)
        indexed.run()
    assert str(caught.value) == f"{indexed.index} : disque plein ; ce qui était enregistré le reste"
    assert caught.value.exit_code == 1
    assert vectors_file(indexed).read_bytes() == before
    assert indexed.found("le vent souffle")[0] == "Le vent souffle."
    assert indexed.open().status().healthy

    report = indexed.run()
    assert (report.unchanged, report.embedded) == (3, 0)
    assert vectors_file(indexed).name.startswith("vectors-4-")


def test_vectors_are_kept_as_they_were_embedded(indexed: Desk):
    seqs, kept = indexed.archive().vectors_after(0)
    stored = indexed.archive().passages(seqs)
    embedded: Vectors = FakeEmbedder().embed_passages(
        [under_title(stored[i][1].title, stored[i][0]) for i in seqs]
    )
    assert np.allclose(kept, embedded, atol=1e-3)
