"""Every Reader against its contract."""

from __future__ import annotations

import pytest

from embeddings.onnx_embedder import DEFAULT_MODEL
from qa.onnx_reader import open_onnx_reader
from tests.contracts.reader import ReaderContract
from tests.fakes import FakeReader


class TestFake(ReaderContract):
    @pytest.fixture
    def reader(self):
        return FakeReader(pattern=r"25 octobre 2025")


@pytest.fixture(scope="module")
def shipped_reader():
    return open_onnx_reader(DEFAULT_MODEL)


@pytest.mark.models
class TestOnnx(ReaderContract):
    @pytest.fixture
    def reader(self, shipped_reader):
        return shipped_reader
