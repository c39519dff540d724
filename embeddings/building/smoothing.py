"""Even out the inputs of linear layers, so that one int8 scale for all of them loses little.

SmoothQuant (Xiao et al. 2023, equation 4): dividing input channel j by s_j and multiplying its weights by
s_j changes nothing in float32; with s_j = max|x_j|^a / max|W_j|^(1-a) no channel is so large that the
others round to nothing. Here the outputs of GELU need it most: one channel is twenty times the median.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from embeddings.building.graph import BertWeights, encoder_model, save
from embeddings.onnx_embedder import Graph

_ALPHA = 0.7  # 0.65 to 0.75 lose the same, 0.5 and 0.9 more


def smoothed(weights: BertWeights, rows: Sequence[Sequence[int]]) -> BertWeights:
    """The weights with smoothing factors for each linear layer; ``rows`` are token ids of typical texts."""
    model = encoder_model(weights, "float32")
    inputs = {n.input[1]: n.input[0] for n in model.graph.node if n.op_type == "MatMul"}
    constants = {i.name: i for i in model.graph.initializer if i.name in inputs}
    ranges = _ranges(model, list(inputs.values()), rows)
    factors = {
        name.removesuffix("_w"): _factors(ranges[value], numpy_helper.to_array(constants[name]))
        for name, value in inputs.items()
    }
    return replace(weights, smoothing=factors)


def _ranges(
    model: ModelProto, values: Sequence[str], rows: Sequence[Sequence[int]]
) -> dict[str, NDArray[np.float32]]:
    """The largest magnitude of each channel of each value, over all tokens of the rows."""
    for value in values:
        model.graph.node.append(helper.make_node("Abs", [value], [f"{value}_abs"]))
        reduce = helper.make_node("ReduceMax", [f"{value}_abs"], [f"{value}_max"], axes=[0, 1], keepdims=0)
        model.graph.node.append(reduce)
        model.graph.output.append(helper.make_tensor_value_info(f"{value}_max", TensorProto.FLOAT, [None]))
    with tempfile.TemporaryDirectory() as folder:
        save(model, Path(folder) / "observed.onnx")
        session = Graph(Path(folder) / "observed.onnx").session
    names = [f"{value}_max" for value in values]
    largest: list[NDArray[np.float32]] = []
    for row in rows:
        ids = np.array([row], np.int64)
        found = session.run(names, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        largest = [np.maximum(a, b) for a, b in zip(largest, found, strict=True)] if largest else found
    return dict(zip(values, largest, strict=True))


def _factors(ranges: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """One factor an input; ``weight`` is (inputs, outputs)."""
    heaviest = np.maximum(np.abs(weight).max(axis=1), 1e-5)
    factors = np.maximum(ranges, 1e-3) ** _ALPHA / heaviest ** (1 - _ALPHA)
    # Only their ratios matter; a mean of 1 keeps numbers in a comfortable range.
    return np.asarray(factors / np.exp(np.log(factors).mean()), np.float32)
