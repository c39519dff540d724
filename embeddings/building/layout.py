"""The files around the ONNX graph: spec, tokenizer settings, and what sentence-transformers reads.

``model.safetensors`` is derived from ``model.onnx`` (``make setup`` writes it, git ignores it): twice
the same weights would double the repository. It lets plain ``SentenceTransformer(folder)`` load the
folder with torch, an independent witness of what the ONNX graph computes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from embeddings.building.graph import BertWeights
from embeddings.types import EmbeddingSpec

_MODULES = "sentence_transformers.models"


def write_configs(folder: Path, spec: EmbeddingSpec, weights: BertWeights) -> None:
    """Write every small JSON file of the model folder."""
    hidden, feed_forward = spec.dimension, len(weights.state["encoder.layer.0.intermediate.dense.bias"])
    files: dict[str, Any] = {
        "spec.json": spec.as_dict(),
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": len(weights.state["embeddings.word_embeddings.weight"]),
            "hidden_size": hidden,
            "num_hidden_layers": weights.layers,
            "num_attention_heads": weights.heads,
            "intermediate_size": feed_forward,
            "max_position_embeddings": len(weights.state["embeddings.position_embeddings.weight"]),
            "type_vocab_size": len(weights.state["embeddings.token_type_embeddings.weight"]),
            "layer_norm_eps": weights.eps,
            "hidden_act": "gelu",
            "pad_token_id": 1,
            "dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 512,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{_MODULES}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{_MODULES}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{_MODULES}.Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": spec.query_prefix, "passage": spec.passage_prefix},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True},
        "2_Normalize/config.json": {},
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_torch_weights(folder: Path) -> Path:
    """Write ``model.safetensors`` (float16) from ``model.onnx``; does nothing if it is newer already."""
    from safetensors.numpy import save_file

    source, target = folder / "model.onnx", folder / "model.safetensors"
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return target
    state = bert_state(onnx.load(str(source)))
    aside = target.with_suffix(".part")
    save_file({k: np.ascontiguousarray(v, np.float16) for k, v in state.items()}, aside, {"format": "pt"})
    aside.replace(target)
    return target


def bert_state(model: onnx.ModelProto) -> dict[str, NDArray[np.float32]]:
    """The state dict (transformers' names) of a graph written by ``embeddings.building.graph``."""
    values = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    hidden = values["emb_gamma"].shape[0]
    state = {
        "embeddings.word_embeddings.weight": values["words"].astype(np.float32) * values["word_scales"],
        "embeddings.position_embeddings.weight": values["positions"],
        # The graph folds the one token type into the positions.
        "embeddings.token_type_embeddings.weight": np.zeros((2, hidden), np.float32),
        "embeddings.LayerNorm.weight": values["emb_gamma"],
        "embeddings.LayerNorm.bias": values["emb_beta"],
        # Unused by mean pooling, but transformers warns when it is missing.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    layers = sum(name.endswith("_qkv_bias") for name in values)
    for i in range(layers):
        state |= {f"encoder.layer.{i}.{k}": v for k, v in _layer_state(values, f"l{i}").items()}
    return state


def _layer_state(values: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[np.float32]]:
    def weight(part: str) -> NDArray[np.float32]:
        raw = values[f"{name}_{part}_w"].astype(np.float32)
        scale = values.get(f"{name}_{part}_s", np.float32(1))
        return np.asarray((raw * scale).T * values.get(f"{name}_{part}_i", np.float32(1)), np.float32)

    state = {
        "attention.output.dense.weight": weight("ao"),
        "attention.output.dense.bias": values[f"{name}_ao_bias"],
        "intermediate.dense.weight": weight("fi"),
        "intermediate.dense.bias": values[f"{name}_fi_b"],
        "output.dense.weight": weight("fo"),
        "output.dense.bias": values[f"{name}_fo_bias"],
    }
    for part, key in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
        state[f"{key}.weight"], state[f"{key}.bias"] = values[f"{name}_{part}_g"], values[f"{name}_{part}_b"]
    thirds = np.split(weight("qkv"), 3), np.split(values[f"{name}_qkv_bias"], 3)
    for part, w, b in zip(("query", "key", "value"), *thirds, strict=True):
        state[f"attention.self.{part}.weight"], state[f"attention.self.{part}.bias"] = w, b
    return state
