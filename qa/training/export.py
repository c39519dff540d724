"""A trained reader as ``reader.onnx`` beside the encoder, whose word table it shares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from embeddings.building.graph import BertWeights, Weights, reader_model, save
from qa.onnx_reader import FILE

LAYERS, HEADS, EPS = 12, 12, 1e-12


def load_state(checkpoint: Path) -> dict[str, torch.Tensor]:
    """The model's state dict out of a training checkpoint or a bare state dict."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    found: dict[str, torch.Tensor] = state.get("model", state)
    return found


def export_reader(state: Mapping[str, torch.Tensor], folder: Path, kind: Weights, name: str = FILE) -> Path:
    """Write the ONNX file. Raises ValueError when its word table is not the folder's."""
    arrays = {k: v.float().numpy() for k, v in state.items()}
    body = {k.removeprefix("encoder."): v for k, v in arrays.items() if k.startswith("encoder.")}
    weights = BertWeights(body, LAYERS, HEADS, EPS)
    save(reader_model(weights, arrays["span.weight"], arrays["span.bias"], kind), folder / name)
    return folder / name
