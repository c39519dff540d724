"""BM25 over all passages: a tantivy index, derived from the archive.

Scoring is tantivy's BM25 (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75) over the terms of
``qa.lexical``; block-max WAND (Ding & Suel 2011) leaves out what cannot be among the best, so that a
question takes about a millisecond among a million passages. SQLite's FTS5 scores every match: among a
hundred thousand it takes six times as long to find the same ones (``benchmarks/scale.py``).

Documents are named by the passage's seq and dated by the days of its dispatch. Catching up adds what lies
past the watermark, each row after deleting it, so that a run cut in half can simply be made again.
A folder that cannot be used is replaced by an index in memory, or, where that would take minutes, by none.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from embeddings.errors import StoreDamaged
from qa.archive import Archive, Text, days
from qa.dates import Period
from qa.errors import QaError
from qa.lexical import question_terms, terms
from qa.manifest import FILE as MANIFEST
from qa.manifest import belongs, read_manifest
from qa.messages import say
from qa.scope import Scope

FOLDER = "lexical"
ASIDE = "lexical.part"
_HEAP = 50_000_000
_BLANKS = "blanks"
# A paragraph is about what its dispatch's title says, if less surely than about what it says itself.
_TITLE_WEIGHT = 0.3
# An index in memory of so many passages is made in a second or two.
_MADE_IN_MEMORY = 20_000
# Of a source that has none among so many best, the passages are listed, unless they are too many.
_DEEPEST = 3_200
_MOST_LISTED = 20_000


class LexicalIndex:
    """Search over the folder's index; follows it as it changes. ``problem``: why it is not in use."""

    def __init__(self, folder: Path, archive: Archive) -> None:
        self._folder = folder
        self._archive = archive
        self._lock = threading.Lock()
        self._seen: object = None
        self._index: tantivy.Index | None = None
        self.problem: str | None = None

    def search(self, question: str, k: int, scope: Scope) -> list[tuple[int, float]]:
        """At most ``k`` (seq, BM25) of passages within the scope, best (highest) first.

        Passages that are gone are left out; rows not caught up with yet are not found. Of a source or
        language with more than ``_MOST_LISTED`` passages, none of them among the ``_DEEPEST`` best of all,
        none is found.
        """
        wanted, index = question_terms(question), self._current()
        if index is None or not wanted:
            return []
        try:
            return self._found(index, wanted, k, scope)
        except StoreDamaged as error:
            self._set_aside(error)
            return []

    def _found(
        self, index: tantivy.Index, wanted: list[str], k: int, scope: Scope
    ) -> list[tuple[int, float]]:
        """Days are in the index; sources, which change when a file is moved, and languages are not."""
        undated = replace(scope, period=Period())
        with _explained():
            query = _query(index.schema, wanted, scope.period)
        asked = 2 * k
        while True:
            hits = _best(index, query, asked)
            live = self._archive.live([seq for seq, _ in hits], undated)
            kept = [(seq, score) for seq, score in hits if seq in live][:k]
            if len(kept) == k or len(hits) < asked or not undated:
                return kept
            if asked > _DEEPEST:
                return self._listed(index, query, k, scope) or kept
            asked *= 4

    def _listed(self, index: tantivy.Index, query: Query, k: int, scope: Scope) -> list[tuple[int, float]]:
        """The best of a scope that holds few passages."""
        seqs = self._archive.seqs_within(scope)
        if len(seqs) > _MOST_LISTED:
            return []
        with _explained():
            among = Query.const_score_query(Query.term_set_query(index.schema, "seq", seqs), 0.0)
            both = Query.boolean_query([(Occur.Must, query), (Occur.Must, among)])
        return _best(index, both, k)

    def warm(self) -> None:
        """Open the folder's index now; ``problem`` then says whether it was sound."""
        self._current()

    def _current(self) -> tantivy.Index | None:
        """The index as its folder holds it now: opened anew when a writer has committed to it."""
        with self._lock:
            stamp = _stamp(self._folder)
            if stamp != self._seen:
                self._seen = stamp
                self._load()
            return self._index

    def _load(self) -> None:
        try:
            if not belongs(read_manifest(self._folder), self._archive):
                raise StoreDamaged(say("other_archive"))
            self._index, self.problem = _open(self._folder / FOLDER), None
        except (OSError, StoreDamaged) as error:
            self._set_aside(error)

    def _set_aside(self, error: Exception) -> None:
        """Do without the folder's index, until it changes."""
        self._index = _in_memory(self._archive)
        self.problem = say("lexical_unreadable", reason=error)


def catch_up(folder: Path, archive: Archive) -> int:
    """Bring the folder's index up to what is archived; the new watermark. Holds the writers' lock.

    Raises QaError when the disk refuses.
    """
    manifest, path = read_manifest(folder), folder / FOLDER
    try:
        with _explained():
            if belongs(manifest, archive) and is_sound(folder):
                return _write(_open(path), archive, int(manifest["lexical_watermark"]))
            return _make_anew(path, archive)
    except StoreDamaged as error:
        full = "os error 28" in str(error) or "No space left" in str(error)
        raise QaError("storage", path=path, reason=say("disk_full") if full else error) from error


def _make_anew(path: Path, archive: Archive) -> int:
    """Written aside, so that what lies at the path is a whole index or none."""
    aside = path.with_name(ASIDE)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    watermark = _write(_with_tokenizer(tantivy.Index(_schema(), path=str(aside))), archive, 0)
    shutil.rmtree(path, ignore_errors=True)
    aside.rename(path)
    return watermark


def is_sound(folder: Path) -> bool:
    """Whether the folder holds an index that can be opened."""
    try:
        _open(folder / FOLDER)
    except (OSError, StoreDamaged):
        return False
    return True


def _write(index: tantivy.Index, archive: Archive, watermark: int) -> int:
    gone, last = archive.gone(), archive.last_seq()
    if last <= watermark and not gone:
        return last
    writer = index.writer(_HEAP, 1)
    for seq in gone:
        writer.delete_documents_by_term("seq", seq)
    for row in archive.texts_after(watermark):
        if watermark:
            writer.delete_documents_by_term("seq", row.seq)
        writer.add_document(_document(row))
    writer.commit()
    writer.wait_merging_threads()
    return last


def _in_memory(archive: Archive) -> tantivy.Index | None:
    if archive.rows_after(0) > _MADE_IN_MEMORY:
        return None
    index = _with_tokenizer(tantivy.Index(_schema()))
    with _explained():
        _write(index, archive, 0)
        index.reload()
    return index


def _stamp(folder: Path) -> tuple[tuple[int, int] | None, ...]:
    """What changes with each commit to the folder's index, and with the manifest that vouches for it."""
    return tuple(_changed(folder / name) for name in (f"{FOLDER}/meta.json", MANIFEST))


def _changed(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino


def _open(path: Path) -> tantivy.Index:
    """Raises StoreDamaged."""
    with _explained():
        if not path.is_dir() or os.access(path, os.W_OK):
            return _with_tokenizer(tantivy.Index.open(str(path)))
        return _open_read_only(path)


def _open_read_only(path: Path) -> tantivy.Index:
    """Tantivy locks the folder that it reads: give it one of ours, with links to the files."""
    ours = tempfile.mkdtemp(prefix="qa-lexical-")
    atexit.register(shutil.rmtree, ours, ignore_errors=True)
    for file in path.iterdir():
        if not file.name.endswith(".lock"):
            Path(ours, file.name).symlink_to(file.absolute())
    return _with_tokenizer(tantivy.Index.open(ours))


def _with_tokenizer(index: tantivy.Index) -> tantivy.Index:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_BLANKS, analyzer)
    return index


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Signed, since tantivy's Python binding takes a number to delete by for a signed one.
    builder.add_integer_field("seq", indexed=True, fast=True)
    for name in ("stems", "title"):
        builder.add_text_field(name, tokenizer_name=_BLANKS, index_option="freq")
    for name in ("first", "last"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


def _document(row: Text) -> tantivy.Document:
    document = tantivy.Document()
    document.add_integer("seq", row.seq)
    document.add_text("stems", terms(row.text))
    document.add_text("title", terms(row.title))
    if row.first_day and row.last_day:
        document.add_integer("first", _number(row.first_day))
        document.add_integer("last", _number(row.last_day))
    return document


def _best(index: tantivy.Index, query: Query, k: int) -> list[tuple[int, float]]:
    """At most ``k`` (seq, score), best (highest) first. Raises StoreDamaged."""
    with _explained():
        searcher = index.searcher()
        hits = searcher.search(query, k, count=False).hits
        seqs = searcher.fast_field_values("seq", [at for _, at in hits])
    return [(int(seq or 0), float(score or 0.0)) for seq, (score, _) in zip(seqs, hits, strict=True)]


def _query(schema: tantivy.Schema, wanted: list[str], period: Period) -> Query:
    """Any of the terms; undated passages have no days, so a period shuts them out."""
    inside = [Query.term_query(schema, "stems", t, "freq") for t in wanted]
    above = [Query.boost_query(Query.term_query(schema, "title", t, "freq"), _TITLE_WEIGHT) for t in wanted]
    any_term = Query.boolean_query([(Occur.Should, q) for q in (*inside, *above)])
    if not period:
        return any_term
    since, until = (_number(day) for day in days(period))
    within = [
        Query.range_query(schema, "last", FieldType.Integer, since, None),
        Query.range_query(schema, "first", FieldType.Integer, None, until),
    ]
    unscored = [(Occur.Must, Query.const_score_query(q, 0.0)) for q in within]
    return Query.boolean_query([(Occur.Must, any_term), *unscored])


def _number(day: str) -> int:
    """A day (ISO) or a year as a number that sorts as the text does."""
    return int(day.replace("-", "").ljust(8, "0"))


@contextmanager
def _explained() -> Iterator[None]:
    """Tantivy's errors as StoreDamaged; its panics, which damaged files cause, are no Exception."""
    try:
        yield
    except OSError:
        raise
    except BaseException as error:
        if isinstance(error, ValueError) or type(error).__name__ == "PanicException":
            raise StoreDamaged(str(error).splitlines()[0] if str(error) else "tantivy") from None
        raise
