"""The folder that the chat adds dispatches to and takes them from; the index follows it.

Promises: a file is there whole or not at all; one of the same name and other content is never written over;
what is taken out lies in a hidden folder beside, and comes back by being moved back. Raises BadFile (path and
reason) and what indexing raises. Called by the chat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from qa.blocks import lay_out
from qa.dates import PartialDate
from qa.dispatches import SUFFIXES, SourceFile, is_dispatch, parse, read_bytes
from qa.errors import BadFile, QaError
from qa.indexing import Indexer
from qa.manifest import write_aside
from qa.messages import os_reason, say
from qa.types import IndexReport, ProgressSink

TRASH = ".corbeille"
# How many seconds an addition waits for an indexing that is under way.
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file was understood as, and the name that it would be stored under.

    ``problem``: why it cannot be one (the rest is then empty). ``known``: the folder holds it already.
    """

    file: Path
    name: str
    title: str = ""
    published: PartialDate | None = None
    paragraphs: int = 0
    known: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Library:
    """``folder``: where dispatches are put. ``others``: folders that are read too, and never written to."""

    folder: Path
    others: tuple[Path, ...]
    indexer: Callable[[], Indexer]

    def understand(self, files: Sequence[Path]) -> list[Understood]:
        """What the files are, before anything is stored; one that is no dispatch says why."""
        return [self._understand(file) for file in files]

    def add(self, files: Sequence[Path], progress: ProgressSink | None = None) -> IndexReport:
        """Store those that are dispatches, and index them. Raises QaError when the disk refuses."""
        stored = [self._store(u) for u in self.understand(files) if u.problem is None]
        only = {path.absolute() for path in stored}
        return self.indexer().run([self.folder], only=only, progress=progress, wait=_PATIENCE)

    def renew(self, progress: ProgressSink | None = None) -> IndexReport:
        """Index what came or changed in all the folders."""
        folders = [folder for folder in (*self.others, self.folder) if folder.is_dir()]
        return self.indexer().run(folders, progress=progress)

    def remove(self, paths: Sequence[Path]) -> IndexReport:
        """Move the files of a dispatch to the hidden folder, and drop it from the index.

        Raises BadFile, before anything is moved, for a file that lies elsewhere.
        """
        for path in paths:
            if self.folder.absolute() not in path.parents:
                raise BadFile(path, say("file_elsewhere", folder=self.folder))
        moved = [(path, self._throw(path)) for path in paths if path.exists()]
        try:
            return self.indexer().forget(paths, wait=_PATIENCE)
        except QaError:
            for path, thrown in moved:
                thrown.rename(path)
            raise

    def _understand(self, file: Path) -> Understood:
        try:
            if not is_dispatch(file):
                raise BadFile(file.name, say("file_kind", suffixes=", ".join(sorted(SUFFIXES))))
            data = read_bytes(SourceFile(file, file.name))
            dispatch = parse(data, SourceFile(file, file.name))
            name, known = self._place(file.name, data)
        except BadFile as error:
            return Understood(file, file.name, problem=error.reason)
        paragraphs = len(lay_out(dispatch.body).blocks)
        return Understood(file, name, dispatch.title, dispatch.published, paragraphs, known)

    def _place(self, name: str, data: bytes) -> tuple[str, bool]:
        """The first name that is free, or whose file holds the same; and whether it does."""
        stem, suffix = Path(name).stem, Path(name).suffix
        for n in count(1):
            tried = name if n == 1 else f"{stem}-{n}{suffix}"
            path = self.folder / tried
            if not path.exists():
                return tried, False
            if read_bytes(SourceFile(path, tried)) == data:
                return tried, True
        raise AssertionError

    def _store(self, understood: Understood) -> Path:
        data = read_bytes(SourceFile(understood.file, understood.name))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Looked for again: two files of one drop may have the same name.
            name, known = self._place(understood.file.name, data)
            if not known:
                write_aside(self.folder / name, data)
        except OSError as error:
            raise QaError("storage", path=self.folder, reason=os_reason(error)) from error
        return self.folder / name

    def _throw(self, path: Path) -> Path:
        trash = self.folder / TRASH
        try:
            trash.mkdir(exist_ok=True)
            names = (path.name if n == 1 else f"{path.stem}-{n}{path.suffix}" for n in count(1))
            thrown = next(trash / name for name in names if not (trash / name).exists())
            return path.rename(thrown)
        except OSError as error:
            raise QaError("storage", path=path, reason=os_reason(error)) from error
