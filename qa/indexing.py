"""Files to archive to derived indexes: only what changed, nothing lost on the way.

One run holds the writers' lock. It stores dispatches in transactions of a few each, so a kill leaves
every dispatch whole and the next run goes on from there. A rebuild works in a folder aside and swaps
it in at the end; the old index answers until then, and comes back if the swap is cut in half.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from embeddings.embedder import Embedder
from qa.archive import FILE as ARCHIVE_FILE
from qa.archive import Archive, Entry, files_of_any_schema, vector_key
from qa.context import under_title
from qa.derived import check_made_with, is_current, renew
from qa.dispatches import SourceFile, content_id, find_files, no_dispatches, parse, read_bytes
from qa.errors import BadFile, IndexLocked, IndexMismatch, IndexProblem, QaError
from qa.lexical_index import ASIDE as LEXICAL_ASIDE
from qa.lexical_index import FOLDER as LEXICAL
from qa.manifest import FILE as MANIFEST
from qa.manifest import belongs, read_manifest
from qa.messages import os_reason
from qa.passages import Splitter, split_passages
from qa.types import Failure, IndexReport, Progress, ProgressSink

_PASSAGES_A_TRANSACTION = 64
_OURS = re.compile(
    rf"{re.escape(ARCHIVE_FILE)}(-wal|-shm|-journal)?|({re.escape(MANIFEST)}|vectors-\d+(-[0-9a-f]+)?\.faiss)(\.part)?"
)


@dataclass(slots=True)
class _Tally:
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.added or self.replaced or self.removed)


@dataclass(frozen=True, slots=True)
class Indexer:
    """Writes one index folder."""

    folder: Path
    embedder: Embedder
    default_paths: tuple[Path, ...] = ()
    splitter: Splitter = field(default_factory=Splitter)

    def run(
        self,
        paths: Sequence[Path] | None = None,
        *,
        rebuild: bool = False,
        prune: bool = False,
        progress: ProgressSink | None = None,
        wait: float = 0.0,
        only: Collection[Path] | None = None,
    ) -> IndexReport:
        """Bring the index up to date with the files named.

        ``paths`` None means the default ones; with ``rebuild``, what the index holds now. ``wait`` is how
        many seconds another writer may take to finish. ``only``: of the files below ``paths``, those that
        are known to have changed (absolute paths); the others are not read. Raises NoDispatches, BadFile
        (a path that does not exist), IndexLocked, IndexMismatch, IndexDamaged, and QaError when the disk
        refuses. A file that cannot be read is reported, not raised.
        """
        began = time.monotonic()
        try:
            with writers_lock(self.folder, timeout=wait):
                recover_swap(self.folder)
                files = self._files(paths, rebuild=rebuild, prune=prune)
                if only is not None:
                    files = [f for f in files if f.path in only]
                tally = self._rebuild(files, progress) if rebuild else self._update(files, prune, progress)
        except OSError as error:
            raise QaError("storage", path=self.folder, reason=os_reason(error)) from error
        values = {k: v for k, v in asdict(tally).items() if k != "failures"}
        return IndexReport(**values, failures=tuple(tally.failures), seconds=time.monotonic() - began)

    def forget(self, paths: Collection[Path], *, wait: float = 0.0) -> IndexReport:
        """Drop what the index holds of these files (absolute paths) and of no others, whether they are there.

        Raises as ``run``.
        """
        began = time.monotonic()
        tally = _Tally()
        try:
            with writers_lock(self.folder, timeout=wait):
                recover_swap(self.folder)
                with contextlib.closing(Archive(self.folder, writable=True)) as archive:
                    self._check(archive, self.folder)
                    known = archive.files()
                    for path in known.keys() & {str(p) for p in paths}:
                        with archive.transaction():
                            archive.forget(path)
                        tally.removed += 1
                    self._finish(archive, tally)
        except OSError as error:
            raise QaError("storage", path=self.folder, reason=os_reason(error)) from error
        return IndexReport(removed=tally.removed, seconds=time.monotonic() - began)

    def _files(self, paths: Sequence[Path] | None, *, rebuild: bool, prune: bool) -> list[SourceFile]:
        if paths is None and rebuild:
            known = _known_files(self.folder)
            if known is not None:
                return known
        chosen = self.default_paths if paths is None else paths
        try:
            return find_files(chosen)
        except QaError:
            # Emptying a folder and pruning is a way to drop its dispatches.
            if prune and not rebuild and all(p.is_dir() for p in chosen):
                return []
            raise

    def _update(self, files: Sequence[SourceFile], prune: bool, progress: ProgressSink | None) -> _Tally:
        with contextlib.closing(Archive(self.folder, writable=True)) as archive:
            self._check(archive, self.folder)
            # Before new rows are stored: they would pass the marks of files made from a later state.
            if not belongs(read_manifest(self.folder), archive):
                (self.folder / MANIFEST).unlink(missing_ok=True)
            tally = _Tally()
            self._store(archive, files, tally, progress)
            if archive.never_held():
                # No index is better than an empty one that would hide the shipped dispatches.
                archive.discard()
                return tally
            if prune:
                self._prune(archive, tally)
            self._finish(archive, tally)
        return tally

    def _finish(self, archive: Archive, tally: _Tally) -> None:
        if tally.replaced or tally.removed:
            with archive.transaction():
                archive.drop_spare_vectors()
        if tally.changed or not is_current(self.folder, archive):
            renew(self.folder, archive, self.embedder.spec, self.splitter)

    def _rebuild(self, files: Sequence[SourceFile], progress: ProgressSink | None) -> _Tally:
        aside = _sibling(self.folder, "rebuild")
        shutil.rmtree(aside, ignore_errors=True)
        check_only_ours(self.folder)
        try:
            with contextlib.closing(Archive(aside, writable=True)) as archive:
                self._check(archive, aside)
                tally = _Tally()
                self._store(archive, files, tally, progress)
                if archive.never_held():
                    # Not one file could be read: the index there is stays.
                    return tally
                renew(aside, archive, self.embedder.spec, self.splitter)
            swap_in(aside, self.folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return tally

    def _check(self, archive: Archive, folder: Path) -> None:
        """The index is made with our encoder and splitter, or is new and now says so."""
        check_made_with(folder, archive, self.embedder.spec)
        made, now = archive.get_meta("splitter"), asdict(self.splitter)
        if made is None:
            with archive.transaction():
                archive.set_meta("encoder", self.embedder.spec.as_dict())
                archive.set_meta("splitter", now)
        elif made != now:
            raise IndexMismatch("index_splitter", folder=folder, made=made, now=now)

    def _store(
        self, archive: Archive, files: Sequence[SourceFile], tally: _Tally, progress: ProgressSink | None
    ) -> None:
        known = archive.files()
        changed = self._changed(archive, known, files, tally)
        pending: list[Entry] = []
        for done, file in enumerate(changed, start=1):
            try:
                pending.append(self._entry(file))
            except BadFile as error:
                tally.failures.append(Failure(error.path, error.reason))
            if sum(len(e.passages) for e in pending) >= _PASSAGES_A_TRANSACTION or done == len(changed):
                self._commit(archive, pending, known, tally)
                pending = []
                if progress is not None:
                    progress(Progress(done, len(changed)))

    def _changed(
        self,
        archive: Archive,
        known: Mapping[str, tuple[str, str]],
        files: Sequence[SourceFile],
        tally: _Tally,
    ) -> list[SourceFile]:
        """Files whose bytes are not archived yet; paths of archived bytes are only noted."""
        changed = []
        for file in files:
            try:
                identity = content_id(read_bytes(file))
            except BadFile as error:
                tally.failures.append(Failure(error.path, error.reason))
                continue
            source, held = known.get(str(file.path), ("", None))
            if held == identity and source == file.source:
                tally.unchanged += 1
            elif archive.has_dispatch(identity):
                with archive.transaction():
                    archive.point(file, identity)
                tally.unchanged += held == identity
                tally.replaced += held not in (None, identity)
                tally.added += held is None
            else:
                changed.append(file)
        return changed

    def _entry(self, file: SourceFile) -> Entry:
        dispatch = parse(read_bytes(file), file)
        passages = tuple(split_passages(dispatch, self.splitter, self.embedder.count_tokens))
        keys = tuple(vector_key(under_title(dispatch.title, p)) for p in passages)
        return Entry(file, dispatch, passages, keys)

    def _commit(
        self, archive: Archive, entries: Sequence[Entry], known: Collection[str], tally: _Tally
    ) -> None:
        texts = {
            k: under_title(e.dispatch.title, p)
            for e in entries
            for k, p in zip(e.vector_keys, e.passages, strict=True)
        }
        missing = sorted(archive.missing_vectors(texts))
        vectors = self.embedder.embed_passages([texts[k] for k in missing])
        with archive.transaction():
            archive.put_vectors(missing, vectors)
            for entry in entries:
                archive.put(entry)
        replaced = sum(str(e.file.path) in known for e in entries)
        tally.replaced += replaced
        tally.added += len(entries) - replaced
        tally.embedded += len(missing)

    def _prune(self, archive: Archive, tally: _Tally) -> None:
        for path in archive.files():
            if not os.path.lexists(path):
                with archive.transaction():
                    archive.forget(path)
                tally.removed += 1


@contextmanager
def writers_lock(folder: Path, timeout: float = 0) -> Iterator[None]:
    """Exclude other writers of the folder; the lock dies with its process. Raises IndexLocked."""
    path = _sibling(folder, "lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=timeout)
    owner = path.with_suffix(".pid")
    try:
        lock.acquire()
    except Timeout:
        raise IndexLocked("index_locked", folder=folder, pid=_read(owner)) from None
    try:
        with contextlib.suppress(OSError):
            owner.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip() or "?"
    except OSError:
        return "?"


def _sibling(folder: Path, suffix: str) -> Path:
    absolute = folder.absolute()
    return absolute.parent / f".{absolute.name}.{suffix}"


def check_only_ours(folder: Path) -> None:
    """Raise IndexProblem when the folder holds anything but an index: a swap would delete it."""
    if folder.exists() and not all(_is_ours(p) for p in folder.iterdir()):
        raise IndexProblem("index_path", folder=folder)


def _is_ours(path: Path) -> bool:
    if path.name in (LEXICAL, LEXICAL_ASIDE):
        return path.is_dir() and all(p.is_file() for p in path.iterdir())
    return path.is_file() and _OURS.fullmatch(path.name) is not None


def swap_in(aside: Path, folder: Path) -> None:
    """Put ``aside`` in the place of ``folder``; ``recover_swap`` undoes a swap cut in half."""
    old = _sibling(folder, "old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def recover_swap(folder: Path) -> None:
    """Bring back the old index when a rebuild was killed between its two renames. Holds the lock."""
    old = _sibling(folder, "old")
    if old.is_dir() and not folder.exists():
        old.rename(folder)
    elif old.is_dir():
        shutil.rmtree(old, ignore_errors=True)


def recover_if_needed(folder: Path) -> None:
    """What a reader does when it finds no index: wait for a swap to end, or undo one that never will."""
    if folder.exists() or not _sibling(folder, "old").is_dir():
        return
    with contextlib.suppress(IndexLocked), writers_lock(folder, timeout=5):
        recover_swap(folder)


def _known_files(folder: Path) -> list[SourceFile] | None:
    """Files that the index knows and that are still there; None when it knows none or cannot be read.

    Raises NoDispatches when all are gone: an unmounted disk is no reason to drop what was read from it.
    """
    known = files_of_any_schema(folder)
    if known is None:
        return None
    files = [SourceFile(Path(p), source) for p, source in sorted(known.items()) if Path(p).exists()]
    if known and not files:
        raise no_dispatches([Path(p) for p in sorted({os.path.dirname(p) for p in known})])
    return files or None
