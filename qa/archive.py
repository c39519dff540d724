"""The truth about dispatches: one SQLite file (WAL) with texts, offsets, terms and vectors.

Dispatches are kept by content: a file is a path that points at one, so the same bytes under two
paths are one dispatch, and a moved file costs nothing. Vectors are kept by the hash of what was
embedded, so an unchanged paragraph is never embedded again. ``passages.seq`` only grows; derived
indexes remember the highest they hold (their watermark).

A dispatch comes, changes or goes in one transaction. Readers see the last one committed and are never
blocked by the one writer.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import uuid
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.types import Vectors
from qa.dates import PartialDate, Period
from qa.dispatches import SourceFile
from qa.errors import IndexDamaged, NoIndex, QaError
from qa.messages import say
from qa.types import Dispatch, Passage

FILE = "archive.sqlite"
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE dispatches (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, published TEXT, first_day TEXT, last_day TEXT,
    language TEXT NOT NULL, kind TEXT NOT NULL, supersedes TEXT, encoding TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE files (
    path TEXT PRIMARY KEY, source TEXT NOT NULL, dispatch_id TEXT NOT NULL REFERENCES dispatches(id));
CREATE INDEX files_by_dispatch ON files(dispatch_id);
CREATE TABLE passages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    dispatch_id TEXT NOT NULL REFERENCES dispatches(id),
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, kind TEXT NOT NULL,
    vector_key TEXT NOT NULL);
CREATE INDEX passages_by_dispatch ON passages(dispatch_id);
CREATE INDEX passages_by_vector ON passages(vector_key);
CREATE TABLE vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE terms USING fts5(stems, tokenize = "unicode61 remove_diacritics 0");
"""
_LOOKUP_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A dispatch ready to be stored: its passages, what is embedded of each, and their search terms."""

    file: SourceFile
    dispatch: Dispatch
    passages: tuple[Passage, ...]
    vector_keys: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals for status and manifest, and the span of publication days (ISO) where known."""

    dispatches: int
    passages: int
    watermark: int
    earliest: str | None
    latest: str | None


def vector_key(embedded_text: str) -> str:
    """The key under which the vector of this text is kept."""
    return hashlib.sha256(embedded_text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors as one line that names the file."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        reason = say("disk_full") if "full" in str(error) else str(error)
        # "Malformed" and "not a database" are of the base class itself; locks and full disks are not.
        if type(error) is sqlite3.DatabaseError:
            raise IndexDamaged("index_damaged", path=path, folder=path.parent, reason=reason) from error
        raise QaError("storage", path=path, reason=reason) from error


class _Held:
    """A thread's connection, closed when the thread ends: servers come and go through many threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Archive:
    """The archive in a folder. Open one for reading anywhere; one writer at a time holds the lock."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self.path = folder / FILE
        self._writable = writable
        self._local = threading.local()
        self._held: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._first: _Held | None = None
        if writable:
            folder.mkdir(parents=True, exist_ok=True)
        elif not self.path.is_file():
            raise NoIndex("no_index", folder=folder)
        try:
            self._check_schema(folder)
        except BaseException:
            self.close()
            raise

    def _check_schema(self, folder: Path) -> None:
        with _explained(self.path):
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and self._writable:
                self._create()
            elif version not in (0, SCHEMA_VERSION):
                values = {"found": version, "known": SCHEMA_VERSION}
                raise IndexDamaged("index_schema", path=self.path, folder=folder, **values)
            elif not self._writable and (version == 0 or self.never_held()):
                # A first indexing was killed, or failed, before its first dispatch was stored.
                raise NoIndex("no_index", folder=folder)

    @property
    def _db(self) -> sqlite3.Connection:
        """A connection of the calling thread: SQLite's own locking then serves all threads alike."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is None:
            held = _Held(_connect(self.path) if self._writable else _connect_read_only(self.path))
            self._local.held = held
            self._held.add(held)
            # One stays open as long as we do: no other file is given this one's inode meanwhile.
            self._first = self._first or held
        return held.connection

    def close(self) -> None:
        """Close every thread's connection."""
        for held in list(self._held):
            held.connection.close()
        self._first = None
        self._local = threading.local()

    def discard(self) -> None:
        """Delete the file: for an archive in which nothing could be stored."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _create(self) -> None:
        stamp = f"INSERT INTO meta VALUES ('stamp', '\"{uuid.uuid4().hex}\"');"
        self._db.executescript(
            f"BEGIN IMMEDIATE;{_SCHEMA}{stamp}PRAGMA user_version={SCHEMA_VERSION};COMMIT;"
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: commits at the end, rolls back on any error."""
        with _explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    # -- meta ---------------------------------------------------------------------------------------

    def get_meta(self, key: str) -> Any:  # noqa: ANN401
        """A JSON value kept under ``key``, or None."""
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return json.loads(row[0]) if row else None

    @property
    def stamp(self) -> str | None:
        """What tells this archive from every other; derived files carry it."""
        value: str | None = self.get_meta("stamp")
        return value

    def set_meta(self, key: str, value: Any) -> None:  # noqa: ANN401
        """Keep a JSON value under ``key``."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))

    # -- writing, inside a transaction ----------------------------------------------------------------

    def put(self, entry: Entry) -> None:
        """Store a dispatch under its file's path, replacing what that path pointed at before."""
        if not self.has_dispatch(entry.dispatch.id):
            self._insert(entry)
        self.point(entry.file, entry.dispatch.id)

    def put_vectors(self, keys: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors (n, dimension) by key."""
        rows = ((k, v.astype(np.float32).tobytes()) for k, v in zip(keys, vectors, strict=True))
        self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def point(self, file: SourceFile, dispatch_id: str) -> None:
        """Let a path point at a dispatch that is stored already."""
        previous = self._one("SELECT dispatch_id FROM files WHERE path = ?", str(file.path))
        self._db.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (str(file.path), file.source, dispatch_id)
        )
        if previous and previous[0] != dispatch_id:
            self._drop_if_orphan(previous[0])

    def forget(self, path: str) -> None:
        """Drop a path, and its dispatch unless another path points at it."""
        row = self._one("SELECT dispatch_id FROM files WHERE path = ?", path)
        if row:
            self._db.execute("DELETE FROM files WHERE path = ?", (path,))
            self._drop_if_orphan(row[0])

    def drop_unused_vectors(self) -> None:
        """Forget vectors that no passage uses any more."""
        self._db.execute("DELETE FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)")

    def _insert(self, entry: Entry) -> None:
        d = entry.dispatch
        days = (d.published.first.isoformat(), d.published.last.isoformat()) if d.published else (None, None)
        published = str(d.published) if d.published else None
        values = (d.id, d.title, published, *days, d.language, d.kind, d.supersedes, d.encoding, d.body)
        self._db.execute("INSERT INTO dispatches VALUES (?,?,?,?,?,?,?,?,?,?)", values)
        for passage, key, terms in zip(entry.passages, entry.vector_keys, entry.terms, strict=True):
            row = (passage.id, d.id, passage.ordinal, passage.start, passage.end, passage.kind, key)
            cursor = self._db.execute(
                "INSERT INTO passages (id, dispatch_id, ordinal, start, end, kind, vector_key)"
                " VALUES (?,?,?,?,?,?,?)",
                row,
            )
            self._db.execute("INSERT INTO terms (rowid, stems) VALUES (?, ?)", (cursor.lastrowid, terms))

    def _drop_if_orphan(self, dispatch_id: str) -> None:
        if self._one("SELECT 1 FROM files WHERE dispatch_id = ?", dispatch_id):
            return
        self._db.execute(
            "DELETE FROM terms WHERE rowid IN (SELECT seq FROM passages WHERE dispatch_id = ?)",
            (dispatch_id,),
        )
        self._db.execute("DELETE FROM passages WHERE dispatch_id = ?", (dispatch_id,))
        self._db.execute("DELETE FROM dispatches WHERE id = ?", (dispatch_id,))

    # -- reading --------------------------------------------------------------------------------------

    def files(self) -> dict[str, tuple[str, str]]:
        """Path -> (source, dispatch id)."""
        return {p: (s, d) for p, s, d in self._all("SELECT path, source, dispatch_id FROM files")}

    def has_dispatch(self, dispatch_id: str) -> bool:
        """Whether these bytes are stored."""
        return self._one("SELECT 1 FROM dispatches WHERE id = ?", dispatch_id) is not None

    def missing_vectors(self, keys: Iterable[str]) -> set[str]:
        """Those of ``keys`` that have no vector yet."""
        wanted = list(dict.fromkeys(keys))
        known: set[str] = set()
        for i in range(0, len(wanted), _LOOKUP_CHUNK):
            chunk = wanted[i : i + _LOOKUP_CHUNK]
            known |= {
                k for (k,) in self._all(f"SELECT key FROM vectors WHERE key IN ({_marks(chunk)})", *chunk)
            }
        return set(wanted) - known

    def dispatch(self, dispatch_id: str) -> Dispatch:
        """A stored dispatch, its source the first path that points at it. Raises KeyError."""
        row = self._one(
            "SELECT d.id, f.source, f.path, d.title, d.published, d.body, d.language, d.kind, d.encoding,"
            " d.supersedes FROM dispatches d JOIN files f ON f.dispatch_id = d.id WHERE d.id = ?"
            " ORDER BY f.path LIMIT 1",
            dispatch_id,
        )
        if row is None:
            raise KeyError(dispatch_id)
        identity, source, path, title, published, *rest = row
        return Dispatch(
            identity, source, path, title, PartialDate.parse(published) if published else None, *rest
        )

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Dispatch]]:
        """Those of ``ids`` that are stored, with their dispatches; deleted ones are left out."""
        found: dict[str, tuple[Passage, Dispatch]] = {}
        dispatches: dict[str, Dispatch] = {}
        query = f"SELECT id, dispatch_id, ordinal, start, end, kind FROM passages WHERE id IN ({_marks(ids)})"
        for identity, dispatch_id, ordinal, start, end, kind in self._all(query, *ids):
            if dispatch_id not in dispatches:
                try:
                    dispatches[dispatch_id] = self.dispatch(dispatch_id)
                except KeyError:  # a writer removed it since the query above
                    continue
            text = dispatches[dispatch_id].body[start:end]
            passage = Passage(identity, dispatch_id, ordinal, start, end, text, kind)
            found[identity] = (passage, dispatches[dispatch_id])
        return found

    def vectors_after(self, watermark: int) -> tuple[list[str], Vectors, int]:
        """Passage ids, vectors (n, dimension) and the last seq of all rows past the watermark, in order."""
        rows = self._all(
            "SELECT p.id, v.vector, p.seq FROM passages p JOIN vectors v ON v.key = p.vector_key"
            " WHERE p.seq > ? ORDER BY p.seq",
            watermark,
        )
        if not rows:
            return [], np.zeros((0, 0), np.float32), watermark
        return [r[0] for r in rows], np.stack([np.frombuffer(r[1], np.float32) for r in rows]), rows[-1][2]

    def ids_within(self, period: Period) -> set[str]:
        """Ids of passages whose dispatch may have been published within the period.

        A date known to the month matches any day of that month; an undated dispatch matches none.
        """
        rows = self._all(
            "SELECT p.id FROM passages p JOIN dispatches d ON d.id = p.dispatch_id"
            " WHERE d.last_day >= ? AND d.first_day <= ?",
            *_days(period),
        )
        return {i for (i,) in rows}

    def search_terms(self, expression: str, k: int, period: Period) -> list[tuple[str, float]]:
        """At most ``k`` (passage id, BM25) for an FTS5 expression, best (highest) first."""
        condition, values = "", []
        if period:
            condition = " AND d.last_day >= ? AND d.first_day <= ?"
            values = _days(period)
        rows = self._all(
            "SELECT p.id, -bm25(terms) AS score FROM terms JOIN passages p ON p.seq = terms.rowid"
            f" JOIN dispatches d ON d.id = p.dispatch_id WHERE terms MATCH ?{condition}"
            " ORDER BY bm25(terms), p.seq LIMIT ?",
            expression,
            *values,
            k,
        )
        return [(i, float(s)) for i, s in rows]

    def counts(self) -> Counts:
        """Totals of what is stored now."""
        row = self._one(
            "SELECT (SELECT count(*) FROM dispatches), (SELECT count(*) FROM passages),"
            " (SELECT coalesce(max(seq), 0) FROM passages),"
            " (SELECT min(published) FROM dispatches), (SELECT max(published) FROM dispatches)"
        )
        return Counts(*row)  # type: ignore[misc]

    def last_seq(self) -> int:
        """The highest seq stored; cheap enough to ask before each question."""
        row = self._one("SELECT coalesce(max(seq), 0) FROM passages")
        return int(row[0]) if row else 0

    def highest_seq_ever(self) -> int:
        """The highest seq ever given, also to passages that are gone; 0 when nothing was ever stored."""
        row = self._one("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(row[0]) if row else 0

    def never_held(self) -> bool:
        """Whether nothing was ever stored; False for an archive that was emptied."""
        return self.highest_seq_ever() == 0

    def live(self, passage_ids: Sequence[str]) -> set[str]:
        """Those of the ids that are still stored."""
        found: set[str] = set()
        for i in range(0, len(passage_ids), _LOOKUP_CHUNK):
            chunk = passage_ids[i : i + _LOOKUP_CHUNK]
            found |= {
                p for (p,) in self._all(f"SELECT id FROM passages WHERE id IN ({_marks(chunk)})", *chunk)
            }
        return found

    def check(self) -> list[str]:
        """What SQLite's own integrity check and the texts' offsets say; empty when sound."""
        with _explained(self.path):
            problems = [r for (r,) in self._db.execute("PRAGMA quick_check(5)") if r != "ok"]
            query = (
                "SELECT count(*) FROM passages p LEFT JOIN vectors v ON v.key = p.vector_key"
                " WHERE v.key IS NULL"
            )
            without = self._db.execute(query).fetchone()[0]
        return problems + ([say("passages_without_vector", n=without)] if without else [])

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with _explained(self.path):
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return row

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _explained(self.path):
            return self._db.execute(query, values).fetchall()


def _connect(path: Path) -> sqlite3.Connection:
    """The writer's connection."""
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _connect_read_only(path: Path) -> sqlite3.Connection:
    """A reader's connection; on a read-only medium, where WAL cannot be opened, an immutable one."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        # A file that is locked is being written: reading it as immutable would give torn pages.
        if not isinstance(error, sqlite3.OperationalError) or "locked" in str(error):
            raise
        connection = sqlite3.connect(
            f"{uri}&immutable=1", uri=True, isolation_level=None, check_same_thread=False
        )
    return connection


def _days(period: Period) -> list[str]:
    """First and last day of the period, ISO; open ends sort before and after every day."""
    since = period.since.first.isoformat() if period.since else "0000"
    return [since, period.until.last.isoformat() if period.until else "9999"]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
