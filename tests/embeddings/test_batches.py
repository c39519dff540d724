"""Batching by length: nothing lost, nothing over the budget but what is alone."""

from __future__ import annotations

import random

import numpy as np

from embeddings.embedder import batches_by_length
from embeddings.onnx_embedder import pad


def test_every_index_once_and_padded_size_within_the_budget():
    rng = random.Random(3)
    lengths = [rng.randint(1, 300) for _ in range(500)]
    batches = list(batches_by_length(lengths, tokens=1000))
    assert sorted(i for b in batches for i in b) == list(range(500))
    assert all(len(b) * max(lengths[i] for i in b) <= 1000 for b in batches)


def test_a_text_over_the_budget_goes_alone():
    assert list(batches_by_length([5, 900, 7], tokens=100)) == [[0, 2], [1]]


def test_no_texts_no_batches():
    assert list(batches_by_length([])) == []


def test_padding_is_masked():
    ids, mask = pad([[0, 7, 2], [0, 2]])
    np.testing.assert_array_equal(ids, [[0, 7, 2], [0, 2, 1]])
    np.testing.assert_array_equal(mask, [[1, 1, 1], [1, 1, 0]])
