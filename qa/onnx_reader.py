"""The default reader: our span model in onnxruntime, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import onnxruntime
from tokenizers import Tokenizer

from embeddings.onnx_embedder import cores, open_session, open_tokenizer, pad
from qa.reader import WindowReader
from qa.spans import Logits
from qa.windows import Window

FILE = "reader.onnx"


class OnnxSpanModel:
    """SpanModel over ``reader.onnx``: ids and mask in, ``start`` and ``end`` logits out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        return open_session(self._path, threads=1)

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(cores(), "reader")

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        # One window a run: int8 activations have one scale a run, so in a batch the margins of a passage
        # would hang on its neighbours; and without padding five passages take 62 ms and not 82. A core a run:
        # threads that share one wait for each other at every operator (five on 2 cores: 62 ms, and 57 so,
        # of 122 and 105 ms of CPU), the longest first, so that no core is left waiting for the last.
        session = self._session  # loaded once, and not by each worker
        longest_first = sorted(range(len(windows)), key=lambda i: -len(windows[i].ids))
        found = self._workers.map(lambda i: _one(session, windows[i]), longest_first)
        by_window = dict(zip(longest_first, found, strict=True))
        return [by_window[i] for i in range(len(windows))]


def _one(session: onnxruntime.InferenceSession, window: Window) -> tuple[Logits, Logits]:
    ids, mask = pad([window.ids.tolist()])
    starts, ends = session.run(["start", "end"], {"input_ids": ids, "attention_mask": mask})
    return starts[0], ends[0]


def open_onnx_reader(folder: Path, tokenizer: Tokenizer | None = None) -> WindowReader:
    """The reader of a model folder; ``tokenizer`` spares reading the same file twice."""
    return WindowReader(folder.name, tokenizer or open_tokenizer(folder), OnnxSpanModel(folder / FILE))
