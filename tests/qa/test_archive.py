"""The archive: whole dispatches or none, exact periods, readers that are never blocked."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa import archive as archive_module
from qa.archive import FILE, Archive, Entry, Wanted, vector_key
from qa.dates import PartialDate, Period
from qa.dispatches import SourceFile
from qa.errors import IndexDamaged, NoIndex, QaError
from qa.scope import Scope
from qa.types import Dispatch, Passage
from tests.qa.desk import Desk

ALL = Scope()


def entry(name: str, body: str, published: str | None = None, identity: str | None = None) -> Entry:
    """A dispatch of one passage."""
    identity = identity or f"id-{name}"
    date = PartialDate.parse(published) if published else None
    dispatch = Dispatch(identity, name, f"/d/{name}", name, date, body)
    passage = Passage(f"{identity}:0-{len(body)}", identity, 1, 0, len(body), body)
    return Entry(SourceFile(Path(f"/d/{name}"), name), dispatch, (passage,), (vector_key(body),))


def put(archive: Archive, *entries: Entry) -> None:
    with archive.transaction():
        for e in entries:
            archive.put_vectors(e.vector_keys, np.eye(1, 4, dtype=np.float32))
            archive.put(e)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def archive(folder: Path):
    opened = Archive(folder, writable=True)
    yield opened
    opened.close()


def test_a_dispatch_comes_back_as_it_was_put(archive: Archive):
    e = entry("a.txt", "Œuvre d’art\n\xa0« signée » 😀", "2025-05-19T10:30")
    put(archive, e)
    assert archive.dispatch("id-a.txt") == e.dispatch
    assert archive.passages([1]) == {1: (e.passages[0], e.dispatch)}


def test_an_unknown_dispatch_is_a_key_error_and_an_unknown_passage_is_left_out(archive: Archive):
    with pytest.raises(KeyError):
        archive.dispatch("nothing")
    assert archive.passages([77]) == {}
    assert archive.passages([]) == {}


def test_replacing_what_a_path_points_at_drops_the_old_dispatch(archive: Archive):
    put(archive, entry("a.txt", "avant", identity="old"))
    put(archive, entry("a.txt", "après", identity="new"))
    assert not archive.has_dispatch("old")
    assert [row.text for row in archive.texts_after(0)] == ["après"]
    assert archive.gone() == [1]
    with archive.transaction():
        archive.forget_gone()
    assert archive.gone() == []


def test_a_dispatch_lives_until_its_last_path_is_forgotten(archive: Archive):
    put(archive, entry("a.txt", "texte", identity="same"), entry("b.txt", "texte", identity="same"))
    assert archive.counts().dispatches == 1
    with archive.transaction():
        archive.forget("/d/a.txt")
    assert archive.dispatch("same").source == "b.txt"
    with archive.transaction():
        archive.forget("/d/b.txt")
    assert archive.counts().passages == 0
    assert not archive.has_dispatch("same")


def test_pointing_a_path_elsewhere_drops_what_nothing_points_at(archive: Archive):
    put(archive, entry("a.txt", "un", identity="one"), entry("b.txt", "deux", identity="two"))
    with archive.transaction():
        archive.point(SourceFile(Path("/d/a.txt"), "a.txt"), "two")
    assert archive.files() == {"/d/a.txt": ("a.txt", "two"), "/d/b.txt": ("b.txt", "two")}
    assert not archive.has_dispatch("one")


def test_unused_vectors_are_dropped_and_used_ones_stay(archive: Archive):
    put(archive, entry("a.txt", "un"), entry("b.txt", "deux"))
    with archive.transaction():
        archive.forget("/d/a.txt")
        archive.drop_spare_vectors()
    wanted = [vector_key("un"), vector_key("deux")]
    assert archive.missing_vectors(wanted) == {vector_key("un")}


def test_seq_only_grows_so_no_watermark_is_met_twice(archive: Archive):
    put(archive, entry("a.txt", "un"))
    with archive.transaction():
        archive.forget("/d/a.txt")
    assert (archive.last_seq(), archive.highest_seq_ever()) == (0, 1)
    put(archive, entry("b.txt", "deux"))
    assert archive.last_seq() == 2
    assert archive.vectors_after(1)[0] == [2]


def test_vectors_come_in_order_after_a_watermark_and_by_seq(archive: Archive):
    put(archive, entry("a.txt", "un"), entry("b.txt", "deux"), entry("c.txt", "trois"))
    assert archive.vectors_after(0, 2)[0] == [1, 2]
    seqs, vectors = archive.vectors_after(1)
    assert (seqs, vectors.tolist()) == ([2, 3], [[1.0, 0.0, 0.0, 0.0]] * 2)
    assert archive.vectors_after(3)[0] == []
    assert archive.vectors_of([3, 77, 1])[0] == [1, 3]
    assert archive.vectors_of([])[0] == []
    assert (archive.rows_after(1), archive.rows_after(3)) == (2, 0)


def test_a_vector_comes_back_as_long_as_it_was_and_pointing_the_same_way(archive: Archive):
    vector = np.random.default_rng(0).normal(size=(1, 384)).astype(np.float32)
    vector /= np.linalg.norm(vector)
    e = entry("a.txt", "un")
    with archive.transaction():
        archive.put_vectors(e.vector_keys, vector)
        archive.put(e)
    back = archive.vectors_of([1])[1]
    assert np.linalg.norm(back) == pytest.approx(1, abs=1e-6)
    assert float(back[0] @ vector[0]) > 0.99999


def test_lookups_of_many_ids_at_once(archive: Archive):
    put(archive, entry("a.txt", "un"))
    many = [f"none:{i}" for i in range(1_201)]
    assert archive.live([*range(2, 1_201), 1], ALL) == {1}
    assert archive.missing_vectors([*many, vector_key("un")]) == set(many)


# -- periods --------------------------------------------------------------------------------------------

PUBLISHED = {"year": "2025", "month": "2025-05", "day": "2025-05-19", "minute": "2025-05-19T23:59"}


@pytest.mark.parametrize(
    ("since", "until", "matching"),
    [
        ("2025", None, "year month day minute"),
        ("2026", None, ""),
        (None, "2024", ""),
        ("2025-05-31", None, "year month"),
        ("2025-06-01", None, "year"),
        ("2025-05-19", "2025-05-19", "year month day minute"),
        ("2025-05-20", "2025-05-20", "year month"),
        (None, "2025-05-18", "year month"),
        (None, "2025-05-01", "year month"),
        (None, "2025-04-30", "year"),
        ("2025-05", "2025-05", "year month day minute"),
        (None, "2025-01-01", "year"),
        ("2025-12-31", None, "year"),
    ],
)
def test_a_period_matches_what_may_have_been_published_in_it(
    archive: Archive,
    period: Callable[[str | None, str | None], Period],
    since: str | None,
    until: str | None,
    matching: str,
):
    put(archive, entry("undated", "mot undated"), *(entry(n, f"mot {n}", d) for n, d in PUBLISHED.items()))
    within = Scope(period(since, until))
    expected = {1 + ["undated", *PUBLISHED].index(n) for n in matching.split()}
    assert set(archive.seqs_within(within)) == expected
    assert archive.live([*range(9)], within) == expected


@pytest.mark.parametrize(
    ("source", "matching"),
    [
        ("afp", {1, 2}),
        ("AFP/É", {1}),
        ("depeche", {1}),
        ("œu", {2}),
        ("oeu", {2}),
        ("вести", {3}),
        ("ВЕСТИ", {3}),
        ("De\u0301pe\u0302che", {1}),
        ("DÉPÊCHE", {1}),
        ("œ日", set()),
        ("d/afp", {1, 2}),
        ("/d", set()),
        ("ве", {3}),
        ("日本", set()),
        ("b%", set()),
        (" ", {1, 2, 3}),
    ],
)
def test_a_source_matches_part_of_a_path_whatever_its_case_and_accents(
    archive: Archive, source: str, matching: set[int]
):
    put(archive, *(entry(n, f"mot {n}") for n in ("afp/É dépêche.txt", "AFP/œuvre.txt", "вести/b.txt")))
    assert set(archive.seqs_within(Scope(source=source))) == matching
    assert archive.live([*range(9)], Scope(source=source)) == matching


def test_the_file_of_the_source_is_the_one_that_is_cited(archive: Archive):
    put(archive, entry("afp/a.txt", "un", identity="one"), entry("vna/a.txt", "un", identity="one"))
    for source, cited in (("vna", "vna/a.txt"), ("AFP", "afp/a.txt"), ("", "afp/a.txt"), ("x", "afp/a.txt")):
        ((_, dispatch),) = archive.passages([1], source).values()
        assert dispatch.source == cited


def test_a_scope_listed_before_is_listed_anew_when_the_archive_has_changed(archive: Archive, folder: Path):
    put(archive, entry("afp/a.txt", "un"))
    reader, afp = Archive(folder), Scope(source="afp")
    assert reader.seqs_within(afp) == archive.seqs_within(afp) == [1]
    put(archive, entry("afp/b.txt", "deux"), entry("vna/c.txt", "trois"))
    assert reader.seqs_within(afp) == archive.seqs_within(afp) == [1, 2]
    assert reader.seqs_within(Scope(source="vna")) == [3]
    with archive.transaction():
        archive.forget("/d/afp/a.txt")
    assert reader.seqs_within(afp) == archive.seqs_within(afp) == [2]
    reader.close()


def test_a_source_and_a_period_must_both_match(archive: Archive):
    put(archive, entry("afp/a.txt", "un", "2025-03"), entry("vna/b.txt", "deux", "2025-03"))
    assert archive.seqs_within(Scope(Period(PartialDate(2025)), "vna")) == [2]
    assert archive.seqs_within(Scope(Period(PartialDate(2026)), "vna")) == []


def test_a_text_under_two_paths_belongs_to_both_sources(archive: Archive):
    put(archive, entry("afp/a.txt", "un", identity="one"), entry("vna/a.txt", "un", identity="one"))
    assert archive.live([1], Scope(source="afp")) == archive.live([1], Scope(source="vna")) == {1}
    with archive.transaction():
        archive.forget("/d/afp/a.txt")
    assert archive.live([1], Scope(source="afp")) == set()


# -- transactions ---------------------------------------------------------------------------------------


def test_an_error_inside_a_transaction_leaves_nothing_of_it(archive: Archive):
    put(archive, entry("a.txt", "un"))
    with pytest.raises(ZeroDivisionError), archive.transaction():
        archive.put(entry("b.txt", "deux"))
        raise ZeroDivisionError
    assert list(archive.files()) == ["/d/a.txt"]
    put(archive, entry("b.txt", "deux"))
    assert len(archive.files()) == 2


def test_a_reader_sees_the_old_state_while_a_transaction_is_open(archive: Archive, folder: Path):
    put(archive, entry("a.txt", "un", identity="one"))
    reader = Archive(folder)
    with archive.transaction():
        archive.put(entry("a.txt", "deux", identity="two"))
        assert reader.has_dispatch("one")
        assert not reader.has_dispatch("two")
    assert not reader.has_dispatch("one")
    assert reader.has_dispatch("two")
    reader.close()


def test_a_dispatch_removed_between_two_queries_of_a_reader_is_left_out(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    put(archive, entry("a.txt", "un"), entry("b.txt", "deux"))
    reader = Archive(folder)
    whole = reader.dispatch

    def removed_meanwhile(identity: str, source: str = "") -> Dispatch:
        if "/d/a.txt" in archive.files():
            with archive.transaction():
                archive.forget("/d/a.txt")
        return whole(identity)

    monkeypatch.setattr(reader, "dispatch", removed_meanwhile)
    assert list(reader.passages([1, 2])) == [2]
    reader.close()


def test_a_full_disk_is_one_line_and_rolls_back(archive: Archive, folder: Path):
    put(archive, entry("a.txt", "un"))
    archive._db.execute("PRAGMA max_page_count = 1")  # SQLite takes it as: no page more than now
    with pytest.raises(QaError) as caught:
        put(archive, entry("b.txt", "x" * 100_000))
    assert str(caught.value) == f"{folder / FILE} : disque plein ; ce qui était enregistré le reste"
    assert list(archive.files()) == ["/d/a.txt"]
    assert archive.check() == []


# -- opening --------------------------------------------------------------------------------------------


def test_reading_where_there_is_none(folder: Path):
    with pytest.raises(NoIndex, match="pas d'index ici"):
        Archive(folder)
    assert not folder.exists()


@pytest.mark.parametrize("content", [b"", None], ids=["empty file", "nothing ever stored"])
def test_an_archive_that_never_held_a_dispatch_is_no_index(folder: Path, content: bytes | None):
    if content is None:
        Archive(folder, writable=True).close()
    else:
        folder.mkdir()
        (folder / FILE).write_bytes(content)
    with pytest.raises(NoIndex):
        Archive(folder)


def test_an_archive_that_was_emptied_is_an_index(archive: Archive, folder: Path):
    put(archive, entry("a.txt", "un"))
    with archive.transaction():
        archive.forget("/d/a.txt")
    reader = Archive(folder)
    assert reader.counts().dispatches == 0
    reader.close()


@pytest.mark.parametrize("writable", [False, True])
@pytest.mark.parametrize("garbage", [b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_garbage_is_one_line_that_says_what_to_do(folder: Path, writable: bool, garbage: bytes):
    folder.mkdir()
    (folder / FILE).write_bytes(garbage)
    with pytest.raises(IndexDamaged) as caught:
        Archive(folder, writable=writable)
    assert str(caught.value).splitlines() == [str(caught.value)]
    assert str(folder / FILE) in str(caught.value)
    assert f"qa index CHEMIN --rebuild --index {folder}" in str(caught.value)
    assert (folder / FILE).read_bytes() == garbage


def test_a_truncated_archive_is_damaged_and_not_a_crash(desk: Desk):
    desk.write("a.txt", *(f"Paragraphe numéro {i} de la dépêche." for i in range(60)))
    desk.run()
    path = desk.index / FILE
    os.truncate(path, path.stat().st_size // 3)
    with pytest.raises(QaError) as caught:
        desk.open().search("paragraphe")
    assert len(str(caught.value).splitlines()) == 1


def test_another_schema_names_both(folder: Path):
    Archive(folder, writable=True).close()
    with sqlite3.connect(folder / FILE) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(IndexDamaged, match="schéma 99, ce programme lit le schéma 3"):
        Archive(folder)


def test_a_folder_whose_name_is_full_of_uri_signs(tmp_path: Path):
    folder = tmp_path / "index ? #1 %20 été"
    writer = Archive(folder, writable=True)
    put(writer, entry("a.txt", "un"))
    reader = Archive(folder)
    assert reader.counts().dispatches == 1
    reader.close()
    writer.close()


def test_where_the_log_cannot_be_opened_the_archive_is_read_as_immutable(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    put(archive, entry("a.txt", "un"))
    archive.close()
    asked = refuse_first(monkeypatch, "unable to open database file")
    reader = Archive(folder)
    assert reader.counts().dispatches == 1
    assert [uri.endswith("&immutable=1") for uri in asked] == [False, True]
    reader.close()


def test_a_locked_archive_is_never_read_as_immutable(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    put(archive, entry("a.txt", "un"))
    asked = refuse_first(monkeypatch, "database is locked")
    with pytest.raises(QaError, match="database is locked"):
        Archive(folder)
    assert len(asked) == 1


def refuse_first(monkeypatch: pytest.MonkeyPatch, reason: str) -> list[str]:
    """Let the first connection refuse its first query; gives the URIs as they are opened."""
    asked: list[str] = []
    connect = sqlite3.connect

    class Refusing(sqlite3.Connection):
        def execute(self, *args: object) -> sqlite3.Cursor:  # type: ignore[override]
            raise sqlite3.OperationalError(reason)

    def connect_first_refusing(path: str, **options: object) -> sqlite3.Connection:
        asked.append(path)
        factory = Refusing if len(asked) == 1 else sqlite3.Connection
        return connect(path, factory=factory, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(archive_module.sqlite3, "connect", connect_first_refusing)
    return asked


def test_a_thread_that_ends_leaves_no_connection_open(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    put(archive, entry("a.txt", "un"))
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def recorded(*args: object, **options: object) -> sqlite3.Connection:
        opened.append(connect(*args, **options))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(archive_module.sqlite3, "connect", recorded)
    reader = Archive(folder)
    for _ in range(3):
        thread = threading.Thread(target=reader.counts)
        thread.start()
        thread.join()
    ours, *of_threads = opened
    assert len(of_threads) == 3
    for connection in of_threads:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    assert ours.execute("SELECT 1").fetchone() == (1,)
    reader.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        ours.execute("SELECT 1")


def test_the_file_stays_open_when_the_thread_that_opened_it_has_ended(
    archive: Archive, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else its inode may be given to a rebuilt archive, which would then be taken for this one."""
    put(archive, entry("a.txt", "un"))
    readers: list[Archive] = []
    thread = threading.Thread(target=lambda: readers.append(Archive(folder)))
    thread.start()
    thread.join()
    assert [held.connection.execute("SELECT 1").fetchone() for held in readers[0]._held] == [(1,)]
    readers[0].close()


def test_check_counts_passages_without_a_vector(archive: Archive):
    put(archive, entry("a.txt", "un"))
    assert archive.check() == []
    with archive.transaction():
        archive._db.execute("DELETE FROM vectors")
    assert archive.check() == ["1 passage(s) sans vecteur"]


def test_discarding_leaves_no_file(folder: Path):
    opened = Archive(folder, writable=True)
    opened.discard()
    assert list(folder.iterdir()) == []


def listed(
    archive: Archive, scope: Scope = ALL, *, words: str = "", first: int = 0, most: int = 20
) -> tuple[int, list[str]]:
    total, rows = archive.browse(Wanted(words, scope), first, most)
    return total, [row.source for row in rows]


def test_dispatches_are_listed_newest_first_by_pages(archive: Archive):
    put(
        archive,
        entry("a.txt", "un", "2025-03"),
        entry("b.txt", "deux"),
        entry("c.txt", "trois", "2025-05-19"),
    )
    assert listed(archive) == (3, ["c.txt", "a.txt", "b.txt"])
    assert listed(archive, first=1, most=1) == (3, ["a.txt"])
    assert listed(archive, first=3) == (3, [])
    assert archive.browse(Wanted(), 0, 1)[1][0].published == PartialDate(2025, 5, 19)


def test_a_dispatch_of_two_files_is_listed_once(archive: Archive):
    put(archive, entry("b.txt", "texte", identity="same"), entry("a.txt", "texte", identity="same"))
    assert listed(archive) == (1, ["a.txt"])
    assert archive.paths_of("same") == ["/d/a.txt", "/d/b.txt"]
    assert archive.paths_of("other") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hanoi", ["a.txt"]),
        ("HANOÏ école", ["a.txt"]),
        ("ecole", ["a.txt"]),
        ("oeuvre", ["a.txt"]),
        ("œuvre", ["a.txt"]),
        ("l'école", ["a.txt"]),
        ("đà nẵng", ["b.txt"]),
        ("50% _x_", ["b.txt"]),
        ("50%", ["b.txt"]),
        ("hanoi nang", []),
        ("b.txt", ["b.txt"]),
        ("  ", ["a.txt", "b.txt"]),
        ("日本", ["b.txt"]),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(archive: Archive, words: str, found: list[str]):
    put(archive, entry("a.txt", "L’École de Hanoï, une ŒUVRE"), entry("b.txt", "Đà Nẵng 50% _x_ 日本"))
    assert listed(archive, words=words)[1] == found


def test_source_and_period_narrow_the_list(archive: Archive):
    put(archive, entry("AFP/é.txt", "un", "2025-03"), entry("vna/b.txt", "deux", "2025-05"))
    assert listed(archive, Scope(source=" afp/E ")) == (1, ["AFP/é.txt"])
    assert listed(archive, Scope(Period(PartialDate(2025, 4)))) == (1, ["vna/b.txt"])
    assert listed(archive, Scope(Period(PartialDate(2025, 4))), words="un") == (0, [])
