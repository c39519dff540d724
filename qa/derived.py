"""What is derived from the archive, kept up with it: the index of words, the vectors, the manifest.

Each is written before the manifest that names it, so a kill leaves an old manifest with files that are at
worst ahead of it, which catching up can be done again on.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from embeddings.onnx_embedder import DEFAULT_MODEL
from embeddings.types import EmbeddingSpec
from qa import lexical_index
from qa.archive import SCHEMA_VERSION, Archive
from qa.errors import IndexMismatch
from qa.manifest import FILE, Manifest, read_manifest, write_aside
from qa.passages import Splitter
from qa.vectors import SEALED, seal_vectors, worth_keeping


def renew(folder: Path, archive: Archive, spec: EmbeddingSpec, splitter: Splitter) -> Manifest:
    """Bring the derived indexes up to what is archived, write the manifest, drop older files."""
    made = read_manifest(folder)
    lexical = lexical_index.catch_up(folder, archive)
    keep = worth_keeping(folder, made, archive)
    sealed = {k: made[k] for k in SEALED} if keep else seal_vectors(folder, archive, spec.dimension)
    counts = archive.counts()
    manifest = Manifest(
        schema=SCHEMA_VERSION,
        encoder=spec,
        splitter=splitter,
        dispatches=counts.dispatches,
        passages=counts.passages,
        lexical_watermark=lexical,
        archive=archive.stamp,
        **sealed,
    )
    write_aside(folder / FILE, json.dumps(manifest.as_dict(), indent=2).encode("utf-8"))
    if not keep:
        with archive.transaction():
            archive.forget_gone()
    for old in folder.glob("vectors-*.faiss*"):
        if old.name != manifest.vectors_file:
            with contextlib.suppress(OSError):
                old.unlink()
    return manifest


def is_current(folder: Path, archive: Archive) -> bool:
    """Whether the derived files are whole and, with the archive's tail, hold what is archived now."""
    manifest, counts = read_manifest(folder), archive.counts()
    held = (counts.dispatches, counts.passages, counts.watermark)
    if tuple(manifest.get(k) for k in ("dispatches", "passages", "lexical_watermark")) != held:
        return False
    return worth_keeping(folder, manifest, archive) and lexical_index.is_sound(folder)


def check_made_with(folder: Path, archive: Archive, spec: EmbeddingSpec) -> None:
    """Raise IndexMismatch, naming both, when the index was made by another encoder."""
    for recorded in (archive.get_meta("encoder"), read_manifest(folder).get("encoder")):
        if isinstance(recorded, dict) and recorded != spec.as_dict():
            made = f"{recorded.get('model')}@{recorded.get('revision')} ({recorded.get('dimension')})"
            # The shipped encoder needs no option.
            option = "" if spec.model == DEFAULT_MODEL.name else " --encoder …"
            raise IndexMismatch("index_mismatch", folder=folder, made=made, spec=spec, option=option)
