"""A trained reader or verifier as an ONNX file beside the encoder, whose word table it shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from embeddings.building.graph import BertWeights, Weights, reader_model, save
from embeddings.building.layout import bert_state
from embeddings.building.smoothing import smoothed
from embeddings.onnx_embedder import open_tokenizer
from qa.onnx_reader import FILE
from qa.windows import assemble, room_for_context, tokenize

LAYERS, HEADS, EPS = 12, 12, 1e-12
MAX_WINDOW = 256


def load_state(checkpoint: Path) -> dict[str, torch.Tensor]:
    """The model's state dict out of a training checkpoint, a bare state dict or a file that was exported."""
    if checkpoint.suffix == ".onnx":
        return _exported(checkpoint)
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    found: dict[str, torch.Tensor] = state.get("model", state)
    return found


def _exported(path: Path) -> dict[str, torch.Tensor]:
    """Float32 again, but what int8 rounded away stays away."""
    model = onnx.load(str(path))
    span = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer if i.name.startswith("span_")}
    body = {f"encoder.{k}": v for k, v in bert_state(model).items() if not k.startswith("pooler.")}
    body |= {"span.weight": span["span_weight"].T, "span.bias": span["span_bias"]}
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in body.items()}


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
