"""A trained reader or verifier as an ONNX file beside the encoder, whose word table it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from embeddings.building.graph import BertWeights, Weights, reader_model, save
from embeddings.building.smoothing import smoothed
from embeddings.onnx_embedder import open_tokenizer
from qa.onnx_reader import FILE
from qa.windows import assemble, room_for_context, tokenize

LAYERS, HEADS, EPS = 12, 12, 1e-12
MAX_WINDOW = 256


def load_state(checkpoint: Path) -> dict[str, torch.Tensor]:
    """The model's state dict out of a training checkpoint or a bare state dict."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    found: dict[str, torch.Tensor] = state.get("model", state)
    return found


def export_reader(
    state: Mapping[str, torch.Tensor],
    folder: Path,
    kind: Weights,
    typical: Sequence[tuple[str, str]] = (),
    name: str = FILE,
) -> Path:
    """Write the ONNX file. Raises ValueError when its word table is not the folder's.

    ``typical`` questions and passages tell how large activations get, which int8 needs to know.
    """
    arrays = {k: v.float().numpy() for k, v in state.items()}
    body = {k.removeprefix("encoder."): v for k, v in arrays.items() if k.startswith("encoder.")}
    weights = BertWeights(body, LAYERS, HEADS, EPS)
    if typical:
        weights = smoothed(weights, _windows(folder, typical))
    save(reader_model(weights, arrays["span.weight"], arrays["span.bias"], kind), folder / name)
    return folder / name


def _windows(folder: Path, pairs: Sequence[tuple[str, str]]) -> list[list[int]]:
    tokenizer = open_tokenizer(folder)
    questions, passages = (tokenize(tokenizer, list(texts)) for texts in zip(*pairs, strict=True))
    return [
        assemble(question, passage, 0, room_for_context(question, MAX_WINDOW)).ids.tolist()
        for question, passage in zip(questions, passages, strict=True)
    ]
