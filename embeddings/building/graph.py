"""Write a BERT body as an ONNX graph of fused operators, by hand.

Exporters trace hundreds of small operators; a CPU likes few large ones. Per layer this graph has one
query-key-value product, fused attention and a fused bias-GELU (operators of onnxruntime's
``com.microsoft`` domain). Linear layers are int8 (``DynamicQuantizeMatMul``: weights
symmetric per output channel, activations uint8 quantised when run, their channels evened out before:
``embeddings.building.smoothing``) or, for comparison, float32.

The word table is int8 with one scale a row and lies in a file of its own beside the models
(``WORDS``), so that encoder and reader share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

WORDS = "words.bin"
Weights = Literal["int8", "float32"]
Array = NDArray[Any]
_MS = "com.microsoft"
_OPSET = 17


@dataclass(frozen=True, slots=True)
class BertWeights:
    """Sizes and the state dict (transformers' names, float32) of a BertModel.

    ``smoothing`` has, by name of a linear layer in the graph, one factor for each of its inputs.
    """

    state: Mapping[str, NDArray[np.float32]]
    layers: int
    heads: int
    eps: float
    smoothing: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(slots=True)
class _Graph:
    kind: Weights
    smoothing: Mapping[str, NDArray[np.float32]]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    initializers: list[onnx.TensorProto] = field(default_factory=list)

    def add(self, op: str, inputs: Sequence[str], domain: str = "", **attributes: float) -> str:
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, domain=domain, **attributes))  # type: ignore[arg-type]
        return name

    def constant(self, name: str, value: Array) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def encoder_model(weights: BertWeights, kind: Weights) -> onnx.ModelProto:
    """ids, mask (batch, sequence) -> ``embedding`` (batch, hidden): mean over the mask, unit length."""
    graph = _Graph(kind, weights.smoothing)
    hidden = _body(graph, weights)
    mask = graph.add("Unsqueeze", ["mask_float", graph.constant("axis_last", np.array([2], np.int64))])
    kept = graph.add("Mul", [hidden, mask])
    axis = graph.constant("axis_tokens", np.array([1], np.int64))
    total = graph.add("ReduceSum", [kept, axis], keepdims=0)
    graph.nodes.append(
        helper.make_node("LpNormalization", [total], ["embedding"], name="normalize", axis=1, p=2)
    )
    return _model(
        graph, [_output("embedding", ["batch", weights.state["embeddings.LayerNorm.weight"].shape[0]])]
    )


def reader_model(
    weights: BertWeights, span_weight: Array, span_bias: Array, kind: Weights
) -> onnx.ModelProto:
    """ids, mask (batch, sequence) -> ``start`` and ``end`` logits (batch, sequence)."""
    graph = _Graph(kind, weights.smoothing)
    hidden = _body(graph, weights)
    product = graph.add("MatMul", [hidden, graph.constant("span_weight", span_weight.T)])
    logits = graph.add("Add", [product, graph.constant("span_bias", span_bias)])
    one = graph.constant("span_one", np.array([1, 1], np.int64))
    axis = graph.constant("span_axis", np.array([2], np.int64))
    graph.nodes.append(
        helper.make_node("Split", [logits, one], ["start3", "end3"], name="split_span", axis=2)
    )
    for name in ("start", "end"):
        graph.nodes.append(helper.make_node("Squeeze", [f"{name}3", axis], [name], name=f"squeeze_{name}"))
    return _model(graph, [_output("start", ["batch", "sequence"]), _output("end", ["batch", "sequence"])])


def quantize_rows(table: Array) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Symmetric int8 with one scale a row: table (n, dim) -> (n, dim) int8, (n, 1) float32."""
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-12) / 127.0
    return np.rint(table / scale).astype(np.int8), scale.astype(np.float32)


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write the model; its word table goes to (or must already equal) ``WORDS`` in the same folder."""
    words = next(i for i in model.graph.initializer if i.name == "words")
    raw = words.raw_data
    table = path.parent / WORDS
    if table.exists() and table.read_bytes() != raw:
        raise ValueError(
            f"{table}: another word table than the one of {path.name}; encoder and reader share one"
        )
    table.write_bytes(raw)
    words.ClearField("raw_data")
    words.data_location = TensorProto.EXTERNAL
    for key, value in (("location", WORDS), ("offset", "0"), ("length", str(len(raw)))):
        words.external_data.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())


def _body(graph: _Graph, weights: BertWeights) -> str:
    state = weights.state
    hidden = _embeddings(graph, state, weights.eps)
    for i in range(weights.layers):
        layer = {
            k.removeprefix(f"encoder.layer.{i}."): v
            for k, v in state.items()
            if k.startswith(f"encoder.layer.{i}.")
        }
        hidden = _layer(graph, f"l{i}", layer, hidden, weights)
    return hidden


def _embeddings(graph: _Graph, state: Mapping[str, Array], eps: float) -> str:
    table, scale = quantize_rows(state["embeddings.word_embeddings.weight"])
    rows = graph.add("Gather", [graph.constant("words", table), "input_ids"])
    scales = graph.add("Gather", [graph.constant("word_scales", scale), "input_ids"])
    words = graph.add("Mul", [graph.add("Cast", [rows], to=TensorProto.FLOAT), scales])
    # One token type only: its row is folded into the positions.
    positions = (
        state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][0]
    )
    length = graph.add(
        "Gather", [graph.add("Shape", ["input_ids"]), graph.constant("one_1d", np.array([1], np.int64))]
    )
    zero = graph.constant("zero_1d", np.array([0], np.int64))
    used = graph.add("Slice", [graph.constant("positions", positions), zero, length, zero])
    graph.nodes.append(
        helper.make_node("Cast", ["attention_mask"], ["mask_float"], name="mask_cast", to=TensorProto.FLOAT)
    )
    graph.nodes.append(
        helper.make_node("Cast", ["attention_mask"], ["mask_int"], name="mask_int", to=TensorProto.INT32)
    )
    total = graph.add("Add", [words, used])
    gamma = graph.constant("emb_gamma", state["embeddings.LayerNorm.weight"])
    beta = graph.constant("emb_beta", state["embeddings.LayerNorm.bias"])
    return graph.add("LayerNormalization", [total, gamma, beta], axis=-1, epsilon=eps)


def _layer(graph: _Graph, name: str, layer: Mapping[str, Array], hidden: str, weights: BertWeights) -> str:
    parts = [f"attention.self.{p}" for p in ("query", "key", "value")]
    qkv_weight = np.concatenate([layer[f"{p}.weight"] for p in parts])
    qkv_bias = np.concatenate([layer[f"{p}.bias"] for p in parts])
    product = _linear(graph, f"{name}_qkv", hidden, qkv_weight, qkv_bias)
    third = np.array([qkv_weight.shape[1]] * 3, np.int64)
    split = f"{name}_split"
    q, k, v = (f"{split}_{p}" for p in "qkv")
    graph.nodes.append(
        helper.make_node(
            "Split", [product, graph.constant(f"{name}_third", third)], [q, k, v], name=split, axis=2
        )
    )
    mixed = graph.add("MultiHeadAttention", [q, k, v, "", "mask_int"], _MS, num_heads=weights.heads)
    out = _linear(
        graph,
        f"{name}_ao",
        mixed,
        layer["attention.output.dense.weight"],
        layer["attention.output.dense.bias"],
    )
    hidden = _skip_norm(graph, f"{name}_aln", out, hidden, layer, "attention.output.LayerNorm", weights.eps)
    inner = _linear(graph, f"{name}_fi", hidden, layer["intermediate.dense.weight"], None)
    gelu = graph.add(
        "BiasGelu", [inner, graph.constant(f"{name}_fi_b", layer["intermediate.dense.bias"])], _MS
    )
    out = _linear(graph, f"{name}_fo", gelu, layer["output.dense.weight"], layer["output.dense.bias"])
    return _skip_norm(graph, f"{name}_oln", out, hidden, layer, "output.LayerNorm", weights.eps)


def _skip_norm(
    graph: _Graph, name: str, value: str, skip: str, layer: Mapping[str, Array], key: str, eps: float
) -> str:
    gamma = graph.constant(f"{name}_g", layer[f"{key}.weight"])
    beta = graph.constant(f"{name}_b", layer[f"{key}.bias"])
    # onnxruntime's SkipLayerNormalization is not vectorised: it alone took a fifth of a run.
    total = graph.add("Add", [value, skip])
    return graph.add("LayerNormalization", [total, gamma, beta], axis=-1, epsilon=eps)


def _linear(graph: _Graph, name: str, value: str, weight: Array, bias: Array | None) -> str:
    bias_input = [] if bias is None else [graph.constant(f"{name}_bias", bias)]
    if graph.kind == "float32":
        product = graph.add("MatMul", [value, graph.constant(f"{name}_w", weight.T)])
        return graph.add("Add", [product, *bias_input]) if bias_input else product
    if name in graph.smoothing:
        factors = graph.smoothing[name]
        value = graph.add("Mul", [value, graph.constant(f"{name}_i", 1 / factors)])
        weight = weight * factors
    quants, scale = quantize_rows(weight)
    inputs = [value, graph.constant(f"{name}_w", quants.T), graph.constant(f"{name}_s", scale[:, 0])]
    inputs += [graph.constant(f"{name}_z", np.zeros(len(scale), np.int8)), *bias_input]
    return graph.add("DynamicQuantizeMatMul", inputs, _MS)


def _output(name: str, shape: list[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(graph: _Graph, outputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "sequence"])
        for n in ("input_ids", "attention_mask")
    ]
    body = helper.make_graph(graph.nodes, "bert", inputs, outputs, graph.initializers)
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MS, 1)]
    return helper.make_model(body, opset_imports=opsets, ir_version=8, producer_name="depeches-qa")
