"""Encoders by folder: their own pooling and prefixes, and what cannot be one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from embeddings.errors import ModelUnavailable
from embeddings.hub_embedder import HubEmbedder
from tests.contracts.embedder import TEXTS
from tests.tiny import encoder_folder

WORDS = ["question : passage : le conseil a voté la loi .", *TEXTS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first token's vector, with prefixes of the model's own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    root = tmp_path_factory.mktemp("encoder")
    transformer = Transformer(str(encoder_folder(root / "plain", WORDS)))
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="cls")
    prompts = {"query": "question : ", "document": "passage : "}
    SentenceTransformer(modules=[transformer, pooling], prompts=prompts, device="cpu").save(str(root / "st"))
    return root / "st"


def first_token(folder: Path, text: str) -> np.ndarray:
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    with torch.inference_mode():
        vector = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0, 0].numpy()
    return np.asarray(vector / np.linalg.norm(vector))


def test_pooling_and_prefixes_are_the_models_own(folder: Path) -> None:
    embedder = HubEmbedder(str(folder))
    assert (embedder.spec.query_prefix, embedder.spec.passage_prefix) == ("question : ", "passage : ")
    assert embedder.spec.dimension == 32
    query, passage = embedder.embed_queries(["le conseil"]), embedder.embed_passages(["le conseil"])
    np.testing.assert_allclose(query[0], first_token(folder, "question : le conseil"), atol=1e-5)
    np.testing.assert_allclose(passage[0], first_token(folder, "passage : le conseil"), atol=1e-5)


def test_a_folder_is_told_by_its_weights_and_not_by_its_place(folder: Path, tmp_path: Path) -> None:
    same, other = tmp_path / "st", tmp_path / "other" / "st"
    shutil.copytree(folder, same)
    shutil.copytree(folder, other)
    (weights,) = other.rglob("*.safetensors")
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    specs = [HubEmbedder(str(f)).spec for f in (folder, same, other)]
    assert specs[0] == specs[1] != specs[2]


def test_an_empty_folder_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=str(tmp_path)) as caught:
        HubEmbedder(str(tmp_path))
    assert "\n" not in str(caught.value)
