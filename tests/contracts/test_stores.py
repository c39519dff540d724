"""Every VectorStore against its contract, and what is FAISS' own: its bytes."""

from __future__ import annotations

import pytest

from embeddings.errors import StoreDamaged
from embeddings.faiss_store import FaissStore
from tests.contracts.store import A, B, C, VectorStoreContract, unit


class TestFaiss(VectorStoreContract):
    @pytest.fixture
    def store(self):
        return FaissStore(4)


class TestFaissReadBack(VectorStoreContract):
    """A store that has been through bytes is a store like any other."""

    @pytest.fixture
    def store(self):
        return FaissStore.from_bytes(FaissStore(4).to_bytes())


def test_bytes_keep_ids_and_vectors_after_deletions():
    store = FaissStore(4)
    store.upsert(["a", "b\n", "c"], unit(A, B, C))
    store.delete(["a"])
    again = FaissStore.from_bytes(store.to_bytes())
    again.upsert(["d"], unit(A))
    assert [f.id for f in again.search(unit(A), 5)[0]] == ["d", "c", "b\n"]


@pytest.mark.parametrize("data", [b"", b"nonsense" * 20, FaissStore(4).to_bytes()[:-1]])
def test_damaged_bytes_are_refused(data):
    with pytest.raises(StoreDamaged):
        FaissStore.from_bytes(data)
