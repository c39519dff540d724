"""The default reader, and the verifier after it: our span models in onnxruntime, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from embeddings.onnx_embedder import Graph, open_tokenizer
from qa.reader import WindowReader
from qa.spans import Logits
from qa.verifying import SpanVerifier
from qa.windows import Window

FILE, VERIFIER = "reader.onnx", "verifier.onnx"


class OnnxSpanModel:
    """SpanModel over an ONNX file: ids and mask in, ``start`` and ``end`` logits out."""

    def __init__(self, path: Path) -> None:
        self._graph = Graph(path)

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]:
        # One window a run: int8 activations have one scale a run, so in a batch the margins of a passage
        # would hang on its neighbours; and without padding five passages take 62 ms and not 82.
        found = self._graph.run_each([[w.ids.tolist()] for w in windows], ["start", "end"])
        return [(starts[0], ends[0]) for starts, ends in found]


def open_onnx_reader(folder: Path, tokenizer: Tokenizer | None = None) -> WindowReader:
    """The reader of a model folder; ``tokenizer`` spares reading the same file twice."""
    return WindowReader(folder.name, tokenizer or open_tokenizer(folder), OnnxSpanModel(folder / FILE))


def open_onnx_verifier(folder: Path, tokenizer: Tokenizer) -> SpanVerifier:
    """The verifier of a model folder, with the folder's tokenizer."""
    return SpanVerifier(tokenizer, OnnxSpanModel(folder / VERIFIER))
