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
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings.errors import StoreDamaged
from embeddings.faiss_store import FaissStore
from embeddings.onnx_embedder import DEFAULT_MODEL
from embeddings.types import EmbeddingSpec, Vectors
from qa.archive import SCHEMA_VERSION, Archive
from qa.errors import IndexMismatch
from qa.messages import os_reason, say
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
    archive: str | None

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
        archive.stamp,
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


def is_current(folder: Path, archive: Archive) -> bool:
    """Whether the derived files are whole and hold what is archived now."""
    manifest, counts = read_manifest(folder), archive.counts()
    held = (counts.dispatches, counts.passages, counts.watermark)
    if tuple(manifest.get(k) for k in ("dispatches", "passages", "watermark")) != held:
        return False
    try:
        _read_sound(folder, manifest, archive)
    except (OSError, ValueError, TypeError, KeyError, StoreDamaged):
        return False
    return True


def check_made_with(folder: Path, archive: Archive, spec: EmbeddingSpec) -> None:
    """Raise IndexMismatch, naming both, when the index was made by another encoder."""
    for recorded in (archive.get_meta("encoder"), read_manifest(folder).get("encoder")):
        if isinstance(recorded, dict) and recorded != spec.as_dict():
            made = f"{recorded.get('model')}@{recorded.get('revision')} ({recorded.get('dimension')})"
            # The shipped encoder needs no option.
            option = "" if spec.model == DEFAULT_MODEL.name else " --encoder …"
            raise IndexMismatch("index_mismatch", folder=folder, made=made, spec=spec, option=option)


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
        asked = k
        while True:
            with self._lock:  # FAISS does not search while another thread adds
                found = self._current().search(query, asked, among)[0]
            live = self._archive.live([f.id for f in found])
            kept = [(f.id, f.score) for f in found if f.id in live]
            # Deleted rows stay in the store until it is renewed; ask for more until enough are live.
            if len(kept) >= k or len(found) < asked:
                return kept[:k]
            asked *= 2

    def warm(self) -> None:
        """Load the derived file now; ``problem`` then says whether it was sound."""
        with self._lock:
            self._current()

    def _current(self) -> FaissStore:
        """The store, caught up with the archive. Called with the lock held."""
        if self._store is None:
            self._store, self._watermark = self._load()
        if self._archive.last_seq() > self._watermark:
            ids, vectors, self._watermark = self._archive.vectors_after(self._watermark)
            self._store.upsert(ids, vectors)
        return self._store

    def _load(self) -> tuple[FaissStore, int]:
        manifest = read_manifest(self._folder)
        try:
            data = _read_sound(self._folder, manifest, self._archive)
            return FaissStore.from_bytes(data), int(manifest["watermark"])
        except (OSError, ValueError, TypeError, KeyError, StoreDamaged) as error:
            reason = os_reason(error) if isinstance(error, OSError) else f"{MANIFEST}, {error}"
            self.problem = say("vectors_unreadable", reason=reason)
            return _build(self._archive, self._dimension)


def _read_sound(folder: Path, manifest: Mapping[str, Any], archive: Archive) -> bytes:
    """The vectors file, verified. Raises StoreDamaged, or as a wrong manifest has it."""
    data = (folder / str(manifest["vectors_file"])).read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest["vectors_sha256"]:
        raise StoreDamaged(say("checksum_differs"))
    # An archive put back from a backup: rows up to the watermark are not those that were indexed.
    if manifest.get("archive") != archive.stamp or int(manifest["watermark"]) > archive.highest_seq_ever():
        raise StoreDamaged(say("other_archive"))
    return data


def _build(archive: Archive, dimension: int) -> tuple[FaissStore, int]:
    """A store of everything archived, and its watermark."""
    store = FaissStore(dimension)
    ids, vectors, watermark = archive.vectors_after(0)
    store.upsert(ids, vectors)
    return store, watermark
