"""The builder: container, vocabulary cut and graph, on small models made here."""

from __future__ import annotations

import json
import struct
from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from embeddings.building.graph import BertWeights, encoder_model, quantize_rows, reader_model, save
from embeddings.building.layout import bert_state
from embeddings.building.quarry import decode_q4_0, parse_e5s1
from embeddings.building.smoothing import smoothed
from embeddings.building.vocabulary import cut_vocabulary, kept_rows

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def bert():
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=40, layer_norm_eps=1e-12, pad_token_id=1,
    )  # fmt: skip
    return transformers.BertModel(config, add_pooling_layer=False).eval()


@pytest.fixture(scope="module")
def weights(bert):
    return BertWeights({k: v.numpy() for k, v in bert.state_dict().items()}, 2, 4, 1e-12)


BATCH = {
    "input_ids": np.array([[0, 5, 9, 2], [0, 7, 2, 1]], np.int64),
    "attention_mask": np.array([[1, 1, 1, 1], [1, 1, 1, 0]], np.int64),
}


def hidden_of(bert):
    with torch.no_grad():
        return bert(**{k: torch.from_numpy(v) for k, v in BATCH.items()}).last_hidden_state.numpy()


@pytest.mark.parametrize(("kind", "tolerance"), [("float32", 2e-3), ("int8", 5e-2)])
def test_the_graph_computes_what_transformers_computes(bert, weights, tmp_path, kind, tolerance):
    save(encoder_model(weights, kind), tmp_path / "model.onnx")
    got = onnxruntime.InferenceSession(str(tmp_path / "model.onnx")).run(None, BATCH)[0]
    mask = BATCH["attention_mask"][..., None]
    want = (hidden_of(bert) * mask).sum(axis=1)
    want /= np.linalg.norm(want, axis=1, keepdims=True)
    np.testing.assert_allclose(got, want, atol=tolerance)


def outlying(weights):
    """The same function of float32, but one channel of each layer's GELU output is 60 times too large."""
    state = dict(weights.state)
    for i in range(weights.layers):
        name = f"encoder.layer.{i}.intermediate.dense.bias"
        state[name] = state[name] + 60 * (np.arange(64) == 3).astype(np.float32)
    return replace(weights, state=state)


def test_smoothing_spares_int8_the_error_of_an_outlying_channel(weights, tmp_path):
    def vectors(made, kind, folder):
        folder.mkdir()
        save(encoder_model(made, kind), folder / "model.onnx")
        return onnxruntime.InferenceSession(str(folder / "model.onnx")).run(None, BATCH)[0]

    rough = outlying(weights)
    even = smoothed(rough, [[0, 5, 9, 2], [0, 7, 2]])
    want = vectors(rough, "float32", tmp_path / "float")
    np.testing.assert_allclose(vectors(even, "float32", tmp_path / "even"), want)
    rough_error = np.abs(vectors(rough, "int8", tmp_path / "rough") - want).mean()
    assert np.abs(vectors(even, "int8", tmp_path / "smooth") - want).mean() < rough_error / 2


def test_smoothed_weights_come_back_out_of_the_graph(weights):
    even = smoothed(weights, [[0, 5, 9, 2], [0, 7, 2]])
    state = bert_state(encoder_model(even, "int8"))
    for name in ("encoder.layer.1.attention.self.value.weight", "encoder.layer.0.output.dense.weight"):
        np.testing.assert_allclose(state[name], weights.state[name], atol=2e-3)


def test_the_reader_graph_gives_one_start_and_end_a_token(bert, weights, tmp_path):
    rng = np.random.default_rng(0)
    span, bias = rng.normal(size=(2, 32)).astype(np.float32), np.array([0.5, -0.5], np.float32)
    save(reader_model(weights, span, bias, "float32"), tmp_path / "reader.onnx")
    start, end = onnxruntime.InferenceSession(str(tmp_path / "reader.onnx")).run(["start", "end"], BATCH)
    want = hidden_of(bert) @ span.T + bias
    np.testing.assert_allclose(start[0], want[0, :, 0], atol=6e-2)
    np.testing.assert_allclose(end[0], want[0, :, 1], atol=6e-2)


def test_encoder_and_reader_share_one_word_table(weights, tmp_path):
    save(encoder_model(weights, "int8"), tmp_path / "model.onnx")
    other = BertWeights(
        {**weights.state, "embeddings.word_embeddings.weight": np.ones((50, 32), np.float32)}, 2, 4, 1e-12
    )
    with pytest.raises(ValueError, match="share one"):
        save(encoder_model(other, "int8"), tmp_path / "reader.onnx")


def test_weights_come_back_out_of_the_graph(weights):
    state = bert_state(encoder_model(weights, "float32"))
    for name in ("encoder.layer.1.attention.self.value.weight", "encoder.layer.0.output.dense.bias"):
        np.testing.assert_array_equal(state[name], weights.state[name])
    folded = (
        weights.state["embeddings.position_embeddings.weight"]
        + weights.state["embeddings.token_type_embeddings.weight"][0]
    )
    np.testing.assert_allclose(state["embeddings.position_embeddings.weight"], folded)


def test_rows_are_quantised_within_half_a_step():
    table = np.random.default_rng(1).normal(size=(20, 16)).astype(np.float32)
    quants, scale = quantize_rows(table)
    assert np.abs(quants * scale - table).max() <= scale.max() / 2 + 1e-6


def test_q4_0_blocks_hold_low_nibbles_first():
    block = struct.pack("<e", 0.5) + bytes([0x8F, *[0x88] * 15])
    values = decode_q4_0(block)
    assert values.shape == (32,)
    assert values[0] == 3.5
    assert values[16] == 0.0
    assert not values[1:16].any()


def test_what_is_no_container_is_refused():
    with pytest.raises(ValueError, match="E5S1"):
        parse_e5s1(b"GGUF" + bytes(100))


def tokenizer_json(pieces):
    special = {"<s>": {"ids": [0]}, "</s>": {"ids": [2]}}
    return json.dumps(
        {
            "model": {
                "type": "Unigram",
                "unk_id": 3,
                "vocab": [[p, -float(i)] for i, p in enumerate(pieces)],
            },
            "added_tokens": [{"id": i, "content": p} for i, p in enumerate(pieces) if p.startswith("<")],
            "post_processor": {"special_tokens": special},
        }
    )


def test_the_cut_keeps_specials_characters_and_the_most_used():
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "rare", "é", "▁mot", "漢", "▁autre", "<mask>"]
    cut = cut_vocabulary(tokenizer_json(pieces), {6: 5.0, 8: 1.0, 4: 0.5}, size=7)
    kept = json.loads(cut.tokenizer_json)
    assert [p for p, _ in kept["model"]["vocab"]] == ["<s>", "<pad>", "</s>", "<unk>", "é", "▁mot", "<mask>"]
    assert cut.rows.tolist() == [0, 1, 2, 3, 5, 6, 9]
    assert {t["content"]: t["id"] for t in kept["added_tokens"]}["<mask>"] == 6
    assert kept_rows(tokenizer_json(pieces), cut.tokenizer_json).tolist() == cut.rows.tolist()
