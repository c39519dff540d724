"""``manifest.json``: what an index was made with, and which derived files belong to its archive."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings.types import EmbeddingSpec
from qa.archive import Archive
from qa.passages import Splitter

FILE = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index in a folder was made with and holds."""

    schema: int
    encoder: EmbeddingSpec
    splitter: Splitter
    dispatches: int
    passages: int
    vectors_file: str
    vectors_bytes: int
    vectors_sha256: str
    watermark: int
    lexical_watermark: int
    archive: str | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest's values; empty when there is none or it is unreadable (it is derived)."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def belongs(manifest: Mapping[str, Any], archive: Archive) -> bool:
    """Whether the derived files were made from this archive, and not from another or a later state of it.

    An archive put back from a backup has the same stamp, but never held the rows that were indexed.
    """
    marks = [manifest.get(name) for name in ("watermark", "lexical_watermark")]
    known = archive.highest_seq_ever()
    return manifest.get("archive") == archive.stamp and all(isinstance(m, int) and m <= known for m in marks)


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
