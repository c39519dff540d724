"""The truth about dispatches: one SQLite file (WAL) with texts, offsets and vectors.

Dispatches are kept by content: a file is a path that points at one, so the same bytes under two
paths are one dispatch, and a moved file costs nothing. Vectors are kept by the hash of what was
embedded, so an unchanged paragraph is never embedded again; as float16, which costs a cosine less than
0.0001. ``passages.seq`` names a passage to the derived indexes and only grows: they remember the highest
they hold (their watermark), and ``gone`` the ones that they hold and should not.

A dispatch comes, changes or goes in one transaction. Readers see the last one committed and are never
blocked by the one writer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
import threading
import unicodedata
import uuid
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embeddings.types import Vectors
from qa.dates import PartialDate, Period
from qa.dispatches import SourceFile
from qa.errors import IndexDamaged, NoIndex, QaError
from qa.messages import say
from qa.scope import Scope
from qa.types import Dispatch, Passage

FILE = "archive.sqlite"
SCHEMA_VERSION = 3
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE dispatches (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, published TEXT, first_day TEXT, last_day TEXT,
    language TEXT NOT NULL, kind TEXT NOT NULL, supersedes TEXT, encoding TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX dispatches_by_published ON dispatches(published);
CREATE INDEX dispatches_by_day ON dispatches(first_day, last_day);
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
CREATE TABLE vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE gone (seq INTEGER PRIMARY KEY);
CREATE TABLE spare (key TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_LOOKUP_CHUNK = 500
_STORED = np.float16


@dataclass(frozen=True, slots=True)
class Entry:
    """A dispatch ready to be stored: its passages, and the key of what is embedded of each."""

    file: SourceFile
    dispatch: Dispatch
    passages: tuple[Passage, ...]
    vector_keys: tuple[str, ...]


class Text(NamedTuple):
    """What the index of words holds of a passage; days of publication are ISO, None when undated.

    ``text`` is empty for a header line, whose words are the title's.
    """

    seq: int
    text: str
    title: str
    first_day: str | None
    last_day: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dispatches to list: those of the scope with each word in title or text.

    Case and accents do not count. Empty: all of them.
    """

    words: str = ""
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class Listed:
    """A dispatch without its text."""

    id: str
    title: str
    published: PartialDate | None
    source: str


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


class ArchiveReplaced(Exception):
    """Another archive lies at the path now: a connection would see rows that nothing here belongs to."""


def identity_of(path: Path) -> tuple[int, int] | None:
    """Which file lies at the path; None when there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


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
        self._identity: tuple[int, int] | None = None
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
            self._check_identity()
            held.connection.create_function("fold", 1, _quick_fold, deterministic=True)
            held.connection.create_function("place", 2, _place, deterministic=True)
            self._local.held = held
            self._held.add(held)
            # One stays open as long as we do: no other file is given this one's inode meanwhile.
            self._first = self._first or held
        return held.connection

    def _check_identity(self) -> None:
        """Raise ArchiveReplaced when the path holds another file than at our first connection.

        While the first is open no other file is given its inode, so asking after connecting is enough: had it
        been swapped before, it would still be so now.
        """
        found = identity_of(self.path)
        if self._first is None:
            self._identity = found
        elif found != self._identity:
            raise ArchiveReplaced

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
        rows = ((k, v.astype(_STORED).tobytes()) for k, v in zip(keys, vectors, strict=True))
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

    def _insert(self, entry: Entry) -> None:
        d = entry.dispatch
        days = (d.published.first.isoformat(), d.published.last.isoformat()) if d.published else (None, None)
        published = str(d.published) if d.published else None
        values = (d.id, d.title, published, *days, d.language, d.kind, d.supersedes, d.encoding, d.body)
        self._db.execute("INSERT INTO dispatches VALUES (?,?,?,?,?,?,?,?,?,?)", values)
        self._db.executemany(
            "INSERT INTO passages (id, dispatch_id, ordinal, start, end, kind, vector_key)"
            " VALUES (?,?,?,?,?,?,?)",
            (
                (p.id, d.id, p.ordinal, p.start, p.end, p.kind, key)
                for p, key in zip(entry.passages, entry.vector_keys, strict=True)
            ),
        )

    def _drop_if_orphan(self, dispatch_id: str) -> None:
        if self._one("SELECT 1 FROM files WHERE dispatch_id = ?", dispatch_id):
            return
        of_it = "FROM passages WHERE dispatch_id = ?"
        self._db.execute(f"INSERT INTO gone SELECT seq {of_it}", (dispatch_id,))
        self._db.execute(f"INSERT OR IGNORE INTO spare SELECT vector_key {of_it}", (dispatch_id,))
        self._db.execute(f"DELETE {of_it}", (dispatch_id,))
        self._db.execute("DELETE FROM dispatches WHERE id = ?", (dispatch_id,))

    def drop_spare_vectors(self) -> None:
        """Forget the vectors of passages that are gone, unless another passage says the same.

        At the end of a run, since a text that went with one file may come again with another.
        """
        said = "SELECT 1 FROM passages WHERE vector_key = spare.key"
        unused = f"SELECT key FROM spare WHERE NOT EXISTS ({said})"
        self._db.execute(f"DELETE FROM vectors WHERE key IN ({unused})")
        self._db.execute("DELETE FROM spare")

    def forget_gone(self) -> None:
        """No derived index holds rows that are gone; stop remembering them."""
        self._db.execute("DELETE FROM gone")

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
        known = {k for (k,) in self._in_chunks("SELECT key FROM vectors WHERE key IN ({marks})", wanted)}
        return set(wanted) - known

    def dispatch(self, dispatch_id: str, source: str = "") -> Dispatch:
        """A stored dispatch, its source the first path, of those with ``source`` if any. Raises KeyError."""
        row = self._one(
            "SELECT d.id, f.source, f.path, d.title, d.published, d.body, d.language, d.kind, d.encoding,"
            " d.supersedes FROM dispatches d JOIN files f ON f.dispatch_id = d.id WHERE d.id = ?"
            f" ORDER BY {_FROM_SOURCE} DESC, f.path LIMIT 1",
            dispatch_id,
            _plain(source),
        )
        if row is None:
            raise KeyError(dispatch_id)
        identity, source, path, title, published, *rest = row
        return Dispatch(
            identity, source, path, title, PartialDate.parse(published) if published else None, *rest
        )

    def browse(self, wanted: Wanted, first: int, most: int) -> tuple[int, list[Listed]]:
        """How many of those wanted there are, and ``most`` of them from ``first`` on, the newest first."""
        conditions, values = _listed(wanted)
        rows = self._all(
            "SELECT d.id, d.title, d.published, min(f.source), count(*) OVER ()"
            f" FROM dispatches d JOIN files f ON f.dispatch_id = d.id WHERE {conditions}"
            " GROUP BY d.id ORDER BY d.last_day DESC, d.title, d.id LIMIT ? OFFSET ?",
            *values,
            most,
            first,
        )
        if not rows and first:
            return self.browse(wanted, 0, 1)[0], []
        listed = [
            Listed(i, title, PartialDate.parse(day) if day else None, s) for i, title, day, s, _ in rows
        ]
        return (rows[0][-1] if rows else 0), listed

    def paths_of(self, dispatch_id: str) -> list[str]:
        """The files that hold a dispatch; none for one that is not stored."""
        query = "SELECT path FROM files WHERE dispatch_id = ? ORDER BY path"
        return [path for (path,) in self._all(query, dispatch_id)]

    def passages(self, seqs: Sequence[int], source: str = "") -> dict[int, tuple[Passage, Dispatch]]:
        """Those of ``seqs`` that are stored, with their dispatches as in ``dispatch``."""
        found: dict[int, tuple[Passage, Dispatch]] = {}
        dispatches: dict[str, Dispatch] = {}
        query = (
            "SELECT seq, id, dispatch_id, ordinal, start, end, kind FROM passages"
            f" WHERE seq IN ({_marks(seqs)})"
        )
        for seq, identity, dispatch_id, ordinal, start, end, kind in self._all(query, *seqs):
            if dispatch_id not in dispatches:
                try:
                    dispatches[dispatch_id] = self.dispatch(dispatch_id, source)
                except KeyError:  # a writer removed it since the query above
                    continue
            text = dispatches[dispatch_id].body[start:end]
            passage = Passage(identity, dispatch_id, ordinal, start, end, text, kind)
            found[seq] = (passage, dispatches[dispatch_id])
        return found

    def vectors_after(self, watermark: int, limit: int = -1) -> tuple[list[int], Vectors]:
        """Seqs and vectors (n, dimension) of at most ``limit`` rows past the watermark, in order."""
        rows = self._all(
            "SELECT p.seq, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key"
            " WHERE p.seq > ? ORDER BY p.seq LIMIT ?",
            watermark,
            limit,
        )
        return [seq for seq, _ in rows], _vectors([v for _, v in rows])

    def vectors_of(self, seqs: Sequence[int]) -> tuple[list[int], Vectors]:
        """Those of ``seqs`` that are stored, in order, with their vectors (n, dimension)."""
        rows = self._in_chunks(
            "SELECT p.seq, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key"
            " WHERE p.seq IN ({marks})",
            seqs,
        )
        rows.sort(key=lambda row: row[0])
        return [seq for seq, _ in rows], _vectors([v for _, v in rows])

    def texts_after(self, watermark: int) -> Iterator[Text]:
        """All rows past the watermark, in order."""
        body_of, body, title = "", "", ""
        rows = (
            "SELECT p.seq, p.dispatch_id, p.ordinal, p.start, p.end, d.first_day, d.last_day FROM passages p"
            " JOIN dispatches d ON d.id = p.dispatch_id WHERE p.seq > ? ORDER BY p.seq"
        )
        with _explained(self.path):
            for seq, dispatch_id, ordinal, start, end, first, last in self._db.execute(rows, (watermark,)):
                if dispatch_id != body_of:
                    query = "SELECT body, title FROM dispatches WHERE id = ?"
                    body, title = self._one(query, dispatch_id) or ("", "")
                    body_of = dispatch_id
                # A few words score so high in BM25 that the paragraphs below them would come second.
                yield Text(seq, body[start:end] if ordinal else "", title, first, last)

    def seqs_within(self, scope: Scope) -> list[int]:
        """Passages whose dispatch is within the scope.

        A date known to the month matches any day of that month; an undated dispatch is in no period. The last
        scope's are remembered until the archive changes: both indexes list it, and so does the next question.
        """
        state = (scope, self._one("PRAGMA data_version"), self._db.total_changes)
        if getattr(self._local, "listed_of", None) != state:
            self._local.listed, self._local.listed_of = self._list(scope), state
        listed: list[int] = self._local.listed
        return listed

    def _list(self, scope: Scope) -> list[int]:
        conditions, values = _within(scope, _OF_ALL_FILES)
        rows = self._all(
            "SELECT p.seq FROM passages p JOIN dispatches d ON d.id = p.dispatch_id"
            f" WHERE {conditions} ORDER BY p.seq",
            *values,
        )
        return [seq for (seq,) in rows]

    def live(self, seqs: Sequence[int], scope: Scope) -> set[int]:
        """Those of ``seqs`` that are still stored and within the scope."""
        conditions, values = _within(scope, _OF_ITS_FILES)
        dispatches = " JOIN dispatches d ON d.id = p.dispatch_id" if scope else ""
        query = f"SELECT p.seq FROM passages p{dispatches} WHERE p.seq IN ({{marks}}) AND {conditions}"
        return {seq for (seq,) in self._in_chunks(query, seqs, *values)}

    def gone(self) -> list[int]:
        """Rows that were deleted since the vectors were last written whole."""
        return [seq for (seq,) in self._all("SELECT seq FROM gone ORDER BY seq")]

    def rows_after(self, watermark: int) -> int:
        """How many rows lie past the watermark."""
        return int((self._one("SELECT count(*) FROM passages WHERE seq > ?", watermark) or (0,))[0])

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

    def _in_chunks(self, query: str, values: Sequence[object], *others: object) -> list[tuple[Any, ...]]:
        """Rows of a query with ``{marks}``, asked for some of the values at a time; then come the others."""
        rows: list[tuple[Any, ...]] = []
        for i in range(0, len(values), _LOOKUP_CHUNK):
            chunk = values[i : i + _LOOKUP_CHUNK]
            rows += self._all(query.format(marks=_marks(chunk)), *chunk, *others)
        return rows

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with _explained(self.path):
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return row

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with _explained(self.path):
            return self._db.execute(query, values).fetchall()


def files_of_any_schema(folder: Path) -> dict[str, str] | None:
    """Path -> source of every file, also of an archive of another schema; None when it cannot be read."""
    if not (folder / FILE).is_file():
        return None
    try:
        with contextlib.closing(_connect_read_only(folder / FILE)) as connection:
            return dict(connection.execute("SELECT path, source FROM files"))
    except sqlite3.DatabaseError:
        return None


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


def days(period: Period) -> tuple[str, str]:
    """First and last day of the period, ISO; open ends sort before and after every day."""
    since = period.since.first.isoformat() if period.since else "0000"
    return since, period.until.last.isoformat() if period.until else "9999"


# SQL on a file ``f``, given the source as ``_plain`` has it; an empty one is in every place. For the files of
# one dispatch ``d`` when it is asked of few, for all files at once when of all.
_FROM_SOURCE = "instr(place(f.path, f.source), ?) > 0"
_OF_ITS_FILES = f"EXISTS (SELECT 1 FROM files f WHERE f.dispatch_id = d.id AND {_FROM_SOURCE})"
_OF_ALL_FILES = f"d.id IN (SELECT f.dispatch_id FROM files f WHERE {_FROM_SOURCE})"
_COMBINING = re.compile("[\u0300-\u036f]")
# Letters that folding makes of others, and so may stand for them.
_ACCENTED = str.maketrans(dict.fromkeys("aceinouyds'", "_"))
_UNFOLDED = (("œ", "oe"), ("æ", "ae"), ("đ", "d"), ("’", "'"), ("ß", "ss"))


_LIGATURE = re.compile("oe|ae|ss")


def _escaped(text: str) -> str:
    """Text that LIKE takes letter by letter."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _quick_fold(text: str) -> str:
    """What ``qa.lexical.fold`` makes of Latin script, ten times as fast; other scripts are left out."""
    text = text.lower()
    for letter, folded in _UNFOLDED:
        text = text.replace(letter, folded)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _within(scope: Scope, of_files: str) -> tuple[str, list[str]]:
    """SQL on a dispatch ``d``, and its values."""
    conditions, values = _published(scope.period)
    if scope.source:
        conditions += f" AND {of_files}"
        values.append(_plain(scope.source))
    if scope.language:
        conditions += " AND d.language = ?"
        values.append(scope.language)
    return conditions, values


def _published(period: Period) -> tuple[str, list[str]]:
    """SQL on a dispatch ``d``, and its values."""
    return ("d.last_day >= ? AND d.first_day <= ?", list(days(period))) if period else ("1", [])


def _place(path: str, source: str) -> str:
    """The folder that was indexed and the path in it, as ``_plain`` has them: ``afp/2025/a.txt``."""
    above = path.removesuffix(source) if path.endswith(source) else ""
    folder = above.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return _plain(f"{folder}/{source}" if folder else source)


def _plain(text: str) -> str:
    """Without case and accents, in any script; a name may be composed or not."""
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text.strip().casefold()))
    for letter, folded in _UNFOLDED:
        text = text.replace(letter, folded)
    return text


def _listed(wanted: Wanted) -> tuple[str, list[str]]:
    """SQL on a dispatch ``d`` and its file ``f``, and its values.

    Folding all texts would take long: only where a spelling of the word may stand.
    """
    published, values = _published(wanted.scope.period)
    conditions = [published]
    if wanted.scope.source:
        conditions.append(_FROM_SOURCE)
        values.append(_plain(wanted.scope.source))
    for word in unicodedata.normalize("NFC", wanted.words).split():
        folded = _quick_fold(word)
        if len(folded) < len(word):  # another script: letter by letter
            conditions.append("(instr(d.title, ?) OR instr(d.body, ?))")
            values += [word, word]
            continue
        pattern = f"%{_LIGATURE.sub('%', _escaped(folded)).translate(_ACCENTED)}%"
        spelt = "(d.title LIKE ? ESCAPE '\\' OR d.body LIKE ? ESCAPE '\\')"
        conditions.append(f"({spelt} OR {spelt} AND instr(fold(d.title || ' ' || d.body), ?))")
        values += [f"%{_escaped(word)}%"] * 2 + [pattern] * 2 + [folded]
    return " AND ".join(conditions), values


def _vectors(blobs: Sequence[bytes]) -> Vectors:
    if not blobs:
        return np.zeros((0, 0), np.float32)
    rows = np.frombuffer(b"".join(blobs), _STORED).reshape(len(blobs), -1).astype(np.float32)
    # Rounding has moved their length from 1 by some thousandths.
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
