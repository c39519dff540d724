"""Every Embedder against its contract, and the default one against torch."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.hub_embedder import HubEmbedder
from embeddings.onnx_embedder import DEFAULT_MODEL, OnnxEmbedder
from tests.contracts.embedder import TEXTS, EmbedderContract
from tests.fakes import FakeEmbedder


class TestFake(EmbedderContract):
    @pytest.fixture
    def embedder(self):
        return FakeEmbedder()


@pytest.fixture(scope="module")
def through_onnx() -> OnnxEmbedder:
    return OnnxEmbedder()


@pytest.mark.models
class TestOnnx(EmbedderContract):
    @pytest.fixture
    def embedder(self, through_onnx):
        return through_onnx


@pytest.fixture(scope="module")
def through_torch() -> HubEmbedder:
    """``SentenceTransformer(folder)`` on the shipped folder; ``make setup`` derives its weights."""
    return HubEmbedder(str(DEFAULT_MODEL))


@pytest.mark.models
class TestHub(EmbedderContract):
    @pytest.fixture
    def embedder(self, through_torch):
        return through_torch


@pytest.mark.models
def test_onnx_and_sentence_transformers_give_the_same_vectors(through_torch, through_onnx):
    ours = through_onnx
    assert through_torch.spec.query_prefix == ours.spec.query_prefix
    assert through_torch.spec.passage_prefix == ours.spec.passage_prefix
    for embed in ("embed_passages", "embed_queries"):
        cosines = (getattr(ours, embed)(TEXTS) * getattr(through_torch, embed)(TEXTS)).sum(axis=1)
        assert cosines.min() >= 0.985
        assert np.mean(cosines) >= 0.99
