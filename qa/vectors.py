"""The vector index beside the archive: derived, checked, replaceable, never ahead of the truth.

``vectors-<watermark>-<digest>.faiss`` holds the passages up to a watermark; the manifest names it with its
checksum. A search asks it and, for the rows past the watermark, the archive itself. A missing or
damaged file is rebuilt in memory from the archive: derived data cannot make a question fail.

The file is written again when what it lacks, or should not have, is a twentieth of it; until then a new
dispatch costs its own rows and no more. A large file is memory-mapped: its checksum is verified by
``qa status``, not at each opening.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from embeddings.errors import StoreDamaged
from embeddings.faiss_store import FaissStore, SealedStore, seal
from embeddings.types import EmbeddingSpec, ScoredId, Vectors
from qa.archive import Archive
from qa.manifest import FILE as MANIFEST
from qa.manifest import belongs, read_manifest, write_aside
from qa.messages import os_reason, say
from qa.scope import Scope

SEALED = ("vectors_file", "vectors_bytes", "vectors_sha256", "watermark")
_UNSOUND = (OSError, ValueError, TypeError, KeyError, StoreDamaged)
_BATCH = 50_000
_MAPPED_FROM = 100_000_000
# A smaller file is written whole at each run: that takes no time, and searches have no tail to fetch.
_SMALL = 10_000
_STALE = 0.05
# When so many times more than asked for do not hold enough of a scope, its passages are listed.
_FEW_WITHIN = 32
# The nearest by approximate scores of which the nearest by exact ones are taken.
_RESCORED = 64
_ALL = Scope()


def seal_vectors(folder: Path, archive: Archive, dimension: int) -> dict[str, Any]:
    """Write the vectors of all that is archived; what the manifest says of them."""
    data, watermark = _sealed(archive, dimension)
    digest = hashlib.sha256(data).hexdigest()
    # A name of its own, so that the manifest there is never names another content.
    name = f"vectors-{watermark}-{digest[:8]}.faiss"
    write_aside(folder / name, data)
    return dict(zip(SEALED, (name, len(data), digest, watermark), strict=True))


def _sealed(archive: Archive, dimension: int, *, at_once: bool = False) -> tuple[bytes, int]:
    """The bytes of a sealed store of everything archived, and its watermark."""
    counts = archive.counts()

    def batches() -> Iterator[tuple[Sequence[int], Vectors]]:
        at = 0
        while at < counts.watermark:
            seqs, vectors = archive.vectors_after(at, _BATCH)
            if not seqs:
                return
            yield seqs, vectors
            at = seqs[-1]

    return seal(batches, counts.passages, dimension, at_once=at_once).tobytes(), counts.watermark


def worth_keeping(folder: Path, made: Mapping[str, Any], archive: Archive) -> bool:
    """Whether the vectors file is sound, and so nearly complete that the archive can serve the rest."""
    try:
        size = len(_open_sound(folder, made, archive))
        stale = archive.rows_after(int(made["watermark"])) + len(archive.gone())
    except _UNSOUND:
        return False
    return stale == 0 or (size > _SMALL and stale < _STALE * size)


class VectorIndex:
    """Search over the derived file and the archive's tail; follows the archive as it changes."""

    def __init__(self, folder: Path, archive: Archive, spec: EmbeddingSpec) -> None:
        self._folder = folder
        self._archive = archive
        self._dimension = spec.dimension
        self._lock = threading.Lock()
        self._sealed: SealedStore | None = None
        self._tail = FaissStore(spec.dimension)
        self._watermark = 0
        self._file: str | None = None
        self.problem: str | None = None

    def search(self, query: Vectors, k: int, scope: Scope = _ALL) -> list[tuple[int, float]]:
        """At most ``k`` (seq, cosine), best first, of passages that are stored and within the scope."""
        asked = max(2 * k, _RESCORED)
        while True:
            found = self._nearest(query, asked)
            live = self._archive.live([f.id for f in found], scope)
            kept = [f for f in found if f.id in live]
            # What is gone stays in the file for a while; ask for more until enough are left.
            if len(kept) >= k or len(found) < asked:
                break
            asked *= 4
            if scope and asked > _FEW_WITHIN * max(k, _RESCORED):
                kept = self._nearest(query, 2 * k, self._archive.seqs_within(scope))
                break
        return self._exact(query, kept)[:k]

    def cosines(self, query: Vectors, seqs: Sequence[int]) -> list[tuple[int, float]]:
        """(seq, cosine), best first, of those of ``seqs`` that are stored."""
        known, vectors = self._archive.vectors_of(seqs)
        if not known:
            return []
        cosines = (vectors @ query[0]).tolist()
        return sorted(zip(known, cosines, strict=True), key=lambda pair: (-pair[1], pair[0]))

    def warm(self) -> None:
        """Load the derived file now; ``problem`` then says whether it was sound."""
        with self._lock:
            self._current()

    def verify(self) -> str | None:
        """What is wrong with the derived file, read whole; None when it is sound."""
        self.warm()
        try:
            _open_sound(self._folder, read_manifest(self._folder), self._archive, thorough=True)
        except _UNSOUND as error:
            return self.problem or _reason(error)
        return self.problem

    def _nearest(self, query: Vectors, k: int, among: Sequence[int] | None = None) -> list[ScoredId]:
        with self._lock:  # FAISS does not search while another thread adds
            sealed = self._current()
            tail = self._tail.search(query, k, among)[0]
        # A rewritten row would have another seq, so no seq is in both.
        found = [*sealed.search(query, k, among)[0], *tail]
        return sorted(found, key=lambda f: (-f.score, f.id))[:k]

    def _exact(self, query: Vectors, found: Sequence[ScoredId]) -> list[tuple[int, float]]:
        if self._sealed is None or self._sealed.exact:
            return [(f.id, f.score) for f in found]
        return self.cosines(query, [f.id for f in found])

    def _current(self) -> SealedStore:
        """The sealed store, the tail caught up with the archive. Called with the lock held."""
        if self._sealed is None:
            self._load()
        elif self._archive.last_seq() > self._watermark:
            self._adopt()
        if self._archive.last_seq() > self._watermark:
            seqs, vectors = self._archive.vectors_after(self._watermark)
            self._tail.upsert(seqs, vectors)
            self._watermark = max([self._watermark, *seqs])
        assert self._sealed is not None
        return self._sealed

    def _adopt(self) -> None:
        """Take a newer file in the place of the old one and its tail, if there is one and it is sound."""
        manifest = read_manifest(self._folder)
        if manifest.get("vectors_file") != self._file:
            with contextlib.suppress(*_UNSOUND):
                self._take(_open_sound(self._folder, manifest, self._archive), manifest)

    def _load(self) -> None:
        manifest = read_manifest(self._folder)
        try:
            self._take(_open_sound(self._folder, manifest, self._archive), manifest)
        except _UNSOUND as error:
            if read_manifest(self._folder) != manifest:  # a writer has put a newer file there meanwhile
                return self._load()
            self.problem = _reason(error)
            data, watermark = _sealed(self._archive, self._dimension, at_once=True)
            self._take(SealedStore.from_bytes(data), {"watermark": watermark})

    def _take(self, store: SealedStore, manifest: Mapping[str, Any]) -> None:
        self._sealed, self._watermark = store, int(manifest["watermark"])
        self._file = manifest.get("vectors_file")
        self._tail = FaissStore(self._dimension)


def _reason(error: BaseException) -> str:
    reason = os_reason(error) if isinstance(error, OSError) else f"{MANIFEST}, {error}"
    return say("vectors_unreadable", reason=reason)


def _open_sound(
    folder: Path, manifest: Mapping[str, Any], archive: Archive, *, thorough: bool = False
) -> SealedStore:
    """The vectors file, verified. Raises StoreDamaged, or as a wrong manifest has it."""
    path, size = folder / str(manifest["vectors_file"]), int(manifest["vectors_bytes"])
    if not belongs(manifest, archive):
        raise StoreDamaged(say("other_archive"))
    if path.stat().st_size != size or (thorough and _digest(path) != manifest["vectors_sha256"]):
        raise StoreDamaged(say("checksum_differs"))
    if size > _MAPPED_FROM:
        return SealedStore.mapped(path)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != manifest["vectors_sha256"]:
        raise StoreDamaged(say("checksum_differs"))
    return SealedStore.from_bytes(data)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
