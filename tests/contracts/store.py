"""What every VectorStore promises. Subclass and give an empty ``store`` of dimension 4 as a fixture."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.store import VectorStore
from embeddings.types import Vectors


def unit(*rows: tuple[float, ...]) -> Vectors:
    array = np.array(rows, np.float32)
    return np.asarray(array / np.linalg.norm(array, axis=1, keepdims=True), np.float32)


A, B, C = (1, 0, 0, 0), (0, 1, 0, 0), (1, 1, 0, 0)


class VectorStoreContract:
    def test_scores_are_cosines_best_first(self, store: VectorStore):
        store.upsert([1, 2, 3], unit(A, B, C))
        (found,) = store.search(unit(A), 3)
        assert [f.id for f in found] == [1, 3, 2]
        assert [f.score for f in found] == pytest.approx([1, 2**-0.5, 0], abs=1e-6)

    def test_at_most_k_and_one_list_a_query(self, store: VectorStore):
        store.upsert([1, 2, 3], unit(A, B, C))
        assert [[f.id for f in row] for row in store.search(unit(A, B), 1)] == [[1], [2]]
        assert store.search(unit(A), 0) == [[]]

    def test_an_empty_store_finds_nothing(self, store: VectorStore):
        assert len(store) == 0
        assert store.search(unit(A, B), 5) == [[], []]

    def test_upsert_replaces(self, store: VectorStore):
        store.upsert([1, 2], unit(A, B))
        store.upsert([1], unit(B))
        assert len(store) == 2
        assert {f.id: round(f.score) for f in store.search(unit(B), 5)[0]} == {1: 1, 2: 1}

    def test_a_repeated_id_keeps_its_last_vector(self, store: VectorStore):
        store.upsert([1, 1], unit(A, B))
        assert len(store) == 1
        assert store.search(unit(B), 1)[0][0].score == pytest.approx(1)

    def test_delete_ignores_unknown_and_repeated_ids(self, store: VectorStore):
        store.upsert([1, 2], unit(A, B))
        store.delete([1, 1, 99])
        assert [f.id for f in store.search(unit(A), 5)[0]] == [2]
        assert len(store) == 1

    def test_among_limits_the_search_exactly(self, store: VectorStore):
        store.upsert([1, 2, 3], unit(A, B, C))
        assert [f.id for f in store.search(unit(A), 2, among=[2, 3, 99])[0]] == [3, 2]
        assert store.search(unit(A), 2, among=[]) == [[]]

    def test_any_number_is_an_id(self, store: VectorStore):
        ids = [0, 7, 2**31, 2**40]
        store.upsert(ids, unit(A, B, C, A))
        assert {f.id for f in store.search(unit(A), 9)[0]} == set(ids)

    def test_mismatches_name_both_values(self, store: VectorStore):
        with pytest.raises(ValueError, match=r"2 != 1"):
            store.upsert([1, 2], unit(A))
        with pytest.raises(ValueError, match=r"3.*4"):
            store.upsert([1], np.ones((1, 3), np.float32))
        assert len(store) == 0
