"""Readers by name or folder: the contract, and what cannot be one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embeddings.errors import ModelNotFetched, ModelUnavailable
from qa.hub_reader import HubReader
from tests.contracts.reader import QUESTION, TEXTS, ReaderContract, passages
from tests.tiny import encoder_folder, reader_folder, tokenizer_of

TAUGHT = [
    (QUESTION, TEXTS[0], "25 octobre 2025"),
    (QUESTION, TEXTS[1], ""),
    (QUESTION, TEXTS[2], ""),
    (QUESTION, TEXTS[3], ""),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return reader_folder(tmp_path_factory.mktemp("reader"), TAUGHT)


@pytest.fixture(scope="module")
def by_folder(folder: Path) -> HubReader:
    return HubReader(str(folder))


class TestHub(ReaderContract):
    @pytest.fixture
    def reader(self, by_folder: HubReader) -> HubReader:
        return by_folder


def test_a_long_passage_is_read_to_its_end(by_folder: HubReader) -> None:
    padding = "Le chat dort sur le canapé. " * 80
    best = max(by_folder.read(QUESTION, passages(padding + TEXTS[0])), key=lambda s: s.margin)
    assert best.start >= len(padding)


def test_a_question_longer_than_the_model_leaves_room_for_the_passage(by_folder: HubReader) -> None:
    assert by_folder.read(QUESTION * 100, passages(TEXTS[0]))


def test_several_threads_may_read_at_once(by_folder: HubReader) -> None:
    asked = passages(*TEXTS) * 5
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: by_folder.read(QUESTION, asked), range(16)))
    assert all(a == answers[0] for a in answers)


def test_its_name_is_what_was_asked_for(by_folder: HubReader, folder: Path) -> None:
    assert by_folder.name == str(folder)


def test_a_model_without_span_layer_is_no_reader(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="span layer is missing"):
        HubReader(str(encoder_folder(tmp_path, TEXTS)))


def test_an_empty_folder_is_one_line_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=str(tmp_path)) as caught:
        HubReader(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_windows_that_do_not_begin_with_the_null_token_are_refused(folder: Path, tmp_path: Path) -> None:
    from tokenizers import processors
    from transformers import AutoModelForQuestionAnswering

    tokenizer = tokenizer_of([t for row in TAUGHT for t in row[:2]])
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        "$A [SEP] [CLS]", "$A [SEP] $B:1 [SEP]:1 [CLS]", [("[CLS]", 2), ("[SEP]", 3)]
    )
    AutoModelForQuestionAnswering.from_pretrained(folder).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    with pytest.raises(ModelUnavailable, match="no answer"):
        HubReader(str(tmp_path))


def test_a_name_that_is_no_folder_could_not_be_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelNotFetched, match=r"nobody/nothing.*works offline"):
        HubReader("nobody/nothing")
