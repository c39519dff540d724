"""The default reader: our span model in onnxruntime, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import onnxruntime
from tokenizers import Tokenizer

from embeddings.onnx_embedder import open_session, open_tokenizer, pad
from qa.reader import WindowReader, window_batches
from qa.spans import Logits
from qa.windows import Window

FILE = "reader.onnx"
_TOKENS_A_BATCH = 1024


class OnnxSpanModel:
    """SpanModel over ``reader.onnx``: ids and mask in, ``start`` and ``end`` logits out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        return open_session(self._path)

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        found: dict[int, tuple[Logits, Logits]] = {}
        for batch in window_batches(windows, _TOKENS_A_BATCH):
            ids, mask = pad([windows[i].ids.tolist() for i in batch])
            starts, ends = self._session.run(["start", "end"], {"input_ids": ids, "attention_mask": mask})
            for row, i in enumerate(batch):
                n = len(windows[i].ids)
                found[i] = (starts[row, :n], ends[row, :n])
        return [found[i] for i in range(len(windows))]


def open_onnx_reader(folder: Path, tokenizer: Tokenizer | None = None) -> WindowReader:
    """The reader of a model folder; ``tokenizer`` spares reading the same file twice."""
    return WindowReader(folder.name, tokenizer or open_tokenizer(folder), OnnxSpanModel(folder / FILE))
