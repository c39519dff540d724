"""From a checkpoint to an ONNX file, and back where the checkpoint is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from embeddings.building.graph import BertWeights, Weights, reader_model, save
from qa.training.export import load_state
from qa.training.model import SpanReader


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=40, layer_norm_eps=1e-12, pad_token_id=1,
    )  # fmt: skip
    return SpanReader(BertModel(config, add_pooling_layer=False)).train(False)


def written(reader: SpanReader, kind: Weights, folder: Path) -> Path:
    arrays = {k: v.numpy() for k, v in reader.state_dict().items()}
    body = {k.removeprefix("encoder."): v for k, v in arrays.items() if k.startswith("encoder.")}
    graph = reader_model(BertWeights(body, 2, 4, 1e-12), arrays["span.weight"], arrays["span.bias"], kind)
    save(graph, folder / "reader.onnx")
    return folder / "reader.onnx"


@pytest.mark.parametrize(("kind", "tolerance"), [("float32", 0.01), ("int8", 0.1)])
def test_an_exported_reader_can_be_trained_on(
    reader: SpanReader, kind: Weights, tolerance: float, tmp_path: Path
) -> None:
    again = SpanReader(BertModel(reader.encoder.config, add_pooling_layer=False)).train(False)
    again.load_state_dict(load_state(written(reader, kind, tmp_path)))
    ids = torch.tensor([[0, 5, 9, 2, 2, 7, 8, 30, 2]])
    with torch.no_grad():
        got, want = (model(ids, torch.ones_like(ids)).numpy() for model in (again, reader))
    np.testing.assert_allclose(got, want, atol=tolerance)


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_checkpoint_may_hold_more_than_the_model(reader: SpanReader, wrapped: bool, tmp_path: Path) -> None:
    state = reader.state_dict()
    torch.save({"model": state, "step": 3} if wrapped else state, tmp_path / "reader.pt")
    assert load_state(tmp_path / "reader.pt").keys() == state.keys()
