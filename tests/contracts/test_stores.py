"""Every VectorStore against its contract, and what is a sealed one's own: its bytes, its recall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from embeddings import faiss_store
from embeddings.errors import StoreDamaged
from embeddings.faiss_store import FaissStore, SealedStore, seal
from embeddings.types import Vectors
from tests.contracts.store import A, B, C, VectorStoreContract, unit

IDS = [10, 20, 30]
VECTORS = unit(A, B, C)


class TestFaiss(VectorStoreContract):
    @pytest.fixture
    def store(self):
        return FaissStore(4)


def sealed(ids: Sequence[int] = IDS, vectors: Vectors = VECTORS, step: int = 2) -> bytes:
    def batches() -> Iterator[tuple[Sequence[int], Vectors]]:
        for at in range(0, len(ids), step):
            yield ids[at : at + step], vectors[at : at + step]

    return seal(batches, len(ids), vectors.shape[1]).tobytes()


def test_a_sealed_store_finds_what_was_put_into_it():
    store = SealedStore.from_bytes(sealed())
    assert [f.id for f in store.search(unit(A), 5)[0]] == [10, 30, 20]
    assert [f.id for f in store.search(unit(A), 2, among=[20, 30, 99])[0]] == [30, 20]
    assert store.search(unit(A), 2, among=[]) == [[]]
    assert store.search(unit(A), 0) == [[]]
    assert (len(store), store.exact) == (3, True)


def test_an_empty_sealed_store_finds_nothing():
    store = SealedStore.from_bytes(sealed([], np.zeros((0, 4), np.float32)))
    assert store.search(unit(A), 3) == [[]]


def many(n: int) -> Vectors:
    """Vectors in clusters, as those of texts are."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(n // 50, 64))
    vectors = centres[rng.integers(0, len(centres), n)] + 0.7 * rng.normal(size=(n, 64))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Vectors, SealedStore]:
    """A store over the limit (which is lowered), mapped from its file; ids are ten times the rows."""
    vectors = many(4_000)
    limit, faiss_store.FLAT_LIMIT = faiss_store.FLAT_LIMIT, 1_000
    try:
        data = sealed([10 * i for i in range(len(vectors))], vectors, 700)
    finally:
        faiss_store.FLAT_LIMIT = limit
    path = tmp_path_factory.mktemp("store") / "vectors"
    path.write_bytes(data)
    assert len(data) < vectors.nbytes / 2
    return vectors, SealedStore.mapped(path)


def test_a_large_store_finds_nearly_all_that_an_exact_search_finds(large: tuple[Vectors, SealedStore]):
    vectors, store = large
    assert not store.exact
    found = 0
    for query in vectors[::40]:
        nearest = set((10 * np.argsort(-vectors @ query)[:10]).tolist())
        found += len(nearest & {f.id for f in store.search(query[None], 20)[0]})
    assert found >= 0.98 * 10 * len(vectors[::40])


def test_a_large_store_looks_at_every_id_it_is_given(large: tuple[Vectors, SealedStore]):
    vectors, store = large
    among = list(range(5, 40_000, 35))  # every other one is an id
    own = [i for i in among if i % 10 == 0]
    assert {f.id for f in store.search(vectors[:1], 5_000, among)[0]} == set(own)


def test_asked_for_all_a_large_store_gives_all(large: tuple[Vectors, SealedStore]):
    vectors, store = large
    assert len(store.search(vectors[:1], 10_000)[0]) == len(vectors)


@pytest.mark.parametrize("data", [b"", b"nonsense" * 20, sealed()[:-1]])
def test_damaged_bytes_are_refused(data: bytes, tmp_path: Path):
    with pytest.raises(StoreDamaged):
        SealedStore.from_bytes(data)
    (tmp_path / "vectors").write_bytes(data)
    with pytest.raises(StoreDamaged):
        SealedStore.mapped(tmp_path / "vectors")
