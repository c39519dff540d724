"""The texts that the builders look at: rows of the data folder, and typical ones of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

_TYPICAL = {"train.fr": 48, "train.en": 8, "train.xx": 8}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The objects of one ``.jsonl.gz``."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def typical_pairs(data: Path) -> list[tuple[str, str]]:
    """Questions with their paragraphs, mostly French, evenly out of the training data."""
    pairs = []
    for name, count in _TYPICAL.items():
        rows = read_rows(data / f"reader/{name}.jsonl.gz")
        pairs += [(r["question"], r["context"]) for r in rows[:: len(rows) // count][:count]]
    return pairs
