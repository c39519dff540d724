"""Models that are not there or broken: one line that names the file."""

from __future__ import annotations

import pytest

from embeddings.errors import ModelUnavailable
from embeddings.hub_embedder import HubEmbedder
from embeddings.onnx_embedder import Graph, OnnxEmbedder


def test_a_missing_folder_names_the_file(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"spec\.json"):
        OnnxEmbedder(tmp_path)


def test_a_damaged_graph_names_the_file(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelUnavailable, match=r"model\.onnx") as caught:
        _ = Graph(tmp_path / "model.onnx").session
    assert "\n" not in str(caught.value)


@pytest.mark.models
def test_a_model_that_cannot_be_fetched_says_that_the_default_works_offline(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match=r"nobody/nothing.*default works offline"):
        HubEmbedder("nobody/nothing")
