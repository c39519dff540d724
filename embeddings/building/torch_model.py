"""The encoder as a transformers ``BertModel``, float32, from the quarry's tensors."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from embeddings.building.quarry import Quarry

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_TABLES = {
    "emb.word": "word_embeddings",
    "emb.pos": "position_embeddings",
    "emb.type": "token_type_embeddings",
}


def build_bert(quarry: Quarry, rows: NDArray[np.int64] | None = None) -> BertModel:
    """The uncut encoder, or the one whose word embeddings are ``rows`` of the uncut table."""
    shape = quarry.shape
    config = BertConfig(
        vocab_size=shape.vocabulary if rows is None else len(rows),
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )
    model = BertModel(config, add_pooling_layer=False)
    state = {_name(k): torch.from_numpy(v) for k, v in quarry.tensors.items()}
    shaped = {
        k: state[k].reshape(v.shape) for k, v in model.state_dict().items() if k in state and v.dim() == 1
    }
    for key, value in model.state_dict().items():
        if key in state and value.dim() == 2:
            table = state[key].reshape(-1, value.shape[1])
            cut = rows is not None and key.endswith("word_embeddings.weight")
            shaped[key] = table[torch.from_numpy(rows)] if cut else table
    missing, unexpected = model.load_state_dict(shaped, strict=False)
    left = [k for k in missing if not k.endswith(("position_ids", "token_type_ids"))] + list(unexpected)
    if left or len(shaped) != len(quarry.tensors):
        raise ValueError(f"weights do not match the model: {left or set(state) - set(shaped)}")
    model.train(False)
    return model


def _name(e5s1: str) -> str:
    if e5s1 in _TABLES:
        return f"embeddings.{_TABLES[e5s1]}.weight"
    head, part, kind = e5s1.split(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    if head == "emb":
        return f"embeddings.LayerNorm.{suffix}"
    return f"encoder.layer.{head[1:]}.{_LAYER_NAMES[part]}.{suffix}"
