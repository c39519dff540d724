"""The vector index beside the archive: derived, checked, replaceable, never ahead of the truth.

``vectors-<watermark>.faiss`` holds the passages up to a watermark; ``manifest.json`` names it with its
checksum. A search asks it and, for the rows past the watermark, the archive itself. A missing or
damaged file is rebuilt in memory from the archive: derived data cannot make a question fail.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import StoreDamaged
from embeddings.faiss_store import FaissStore
from embeddings.types import EmbeddingSpec, Vectors
from qa.archive import SCHEMA_VERSION, Archive
from qa.errors import IndexMismatch
from qa.passages import Splitter

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index in a folder was made with and holds."""

    schema: int
    encoder: EmbeddingSpec
    splitter: Splitter
    dispatches: int
    passages: int
    vectors_file: str
    vectors_sha256: str
    watermark: int

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def write_aside(path: Path, data: bytes) -> None:
    """Write, sync, rename: the path holds the old bytes or the new ones, never a part."""
    aside = path.with_name(path.name + ".part")
    try:
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def renew(folder: Path, archive: Archive, spec: EmbeddingSpec, splitter: Splitter) -> Manifest:
    """Write the vector index of all that is archived, then the manifest, then drop older ones."""
    counts = archive.counts()
    store, watermark = _build(archive, spec.dimension)
    data = store.to_bytes()
    name = f"vectors-{watermark}.faiss"
    write_aside(folder / name, data)
    manifest = Manifest(
        SCHEMA_VERSION,
        spec,
        splitter,
        counts.dispatches,
        counts.passages,
        name,
        hashlib.sha256(data).hexdigest(),
        watermark,
    )
    write_aside(folder / MANIFEST, json.dumps(manifest.as_dict(), indent=2).encode("utf-8"))
    for old in folder.glob("vectors-*.faiss"):
        if old.name != name:
            with contextlib.suppress(OSError):
                old.unlink()
    return manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest's values; empty when there is none or it is unreadable (it is derived)."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def check_made_with(folder: Path, archive: Archive, spec: EmbeddingSpec) -> None:
    """Raise IndexMismatch, naming both, when the index was made by another encoder."""
    for recorded in (archive.get_meta("encoder"), read_manifest(folder).get("encoder")):
        if recorded is not None and recorded != spec.as_dict():
            made = f"{recorded.get('model')}@{recorded.get('revision')} ({recorded.get('dimension')})"
            raise IndexMismatch("index_mismatch", folder=folder, made=made, spec=spec)


class VectorIndex:
    """Search over the derived file and the archive's tail; follows the archive as it changes."""

    def __init__(self, folder: Path, archive: Archive, spec: EmbeddingSpec) -> None:
        self._folder = folder
        self._archive = archive
        self._dimension = spec.dimension
        self._lock = threading.Lock()
        self._store: FaissStore | None = None
        self._watermark = 0
        self.problem: str | None = None

    def search(self, query: Vectors, k: int, among: Collection[str] | None = None) -> list[tuple[str, float]]:
        """At most ``k`` (passage id, cosine), best first, of live passages only."""
        store, asked = self._current(), k
        while True:
            found = store.search(query, asked, among)[0]
            live = self._archive.live([f.id for f in found])
            kept = [(f.id, f.score) for f in found if f.id in live]
            # Deleted rows stay in the store until it is renewed; ask for more until enough are live.
            if len(kept) >= k or len(found) < asked:
                return kept[:k]
            asked *= 2

    def warm(self) -> None:
        """Load the derived file now; ``problem`` then says whether it was sound."""
        self._current()

    def _current(self) -> FaissStore:
        with self._lock:
            if self._store is None:
                self._store, self._watermark = self._load()
            if self._archive.last_seq() > self._watermark:
                ids, vectors, self._watermark = self._archive.vectors_after(self._watermark)
                self._store.upsert(ids, vectors)
            return self._store

    def _load(self) -> tuple[FaissStore, int]:
        manifest = read_manifest(self._folder)
        try:
            data = (self._folder / str(manifest["vectors_file"])).read_bytes()
            if hashlib.sha256(data).hexdigest() != manifest["vectors_sha256"]:
                raise StoreDamaged("checksum differs from the manifest's")
            return FaissStore.from_bytes(data), int(manifest["watermark"])
        except (OSError, KeyError, StoreDamaged) as error:
            self.problem = f"vector index unreadable ({error}); served from the archive"
            return _build(self._archive, self._dimension)


def _build(archive: Archive, dimension: int) -> tuple[FaissStore, int]:
    """A store of everything archived, and its watermark."""
    store = FaissStore(dimension)
    ids, vectors, watermark = archive.vectors_after(0)
    store.upsert(ids, vectors)
    return store, watermark
