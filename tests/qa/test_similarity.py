"""Sentences around spans, and their vectors."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest

from qa import similarity
from qa.similarity import SentenceVectors, sentence_around
from tests.fakes import FakeEmbedder

TEXT = "M. Dupont vit à Hanoï.  Elle vit à Vienne ! «\xa0Ah.\xa0» Fin"

FOUR = "Il est venu. La réunion a commencé à Hanoï. Elle finira lundi. Tous sont là."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("Dupont", "M. Dupont vit à Hanoï."),
        ("M. Dupont vit à Hanoï.", "M. Dupont vit à Hanoï."),
        ("Elle", "Elle vit à Vienne !"),
        ("Vienne !", "Elle vit à Vienne !"),
        ("Ah", "«\xa0Ah.\xa0»"),
        ("Fin", "Fin"),
        ("Hanoï.  Elle", "M. Dupont vit à Hanoï.  Elle vit à Vienne !"),
        (TEXT, TEXT),
    ],
)
def test_the_sentences_that_hold_a_span(words: str, sentence: str) -> None:
    start = TEXT.index(words)
    assert sentence_around(TEXT, start, start + len(words)) == sentence


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("venu", "Il est venu."),
        ("Hanoï", "Il est venu. La réunion a commencé à Hanoï."),
        ("lundi", "La réunion a commencé à Hanoï. Elle finira lundi."),
        ("Hanoï. Elle", "Il est venu. La réunion a commencé à Hanoï. Elle finira lundi."),
        (FOUR, FOUR),
    ],
)
def test_the_sentences_that_hold_a_span_and_the_one_before(words: str, sentences: str) -> None:
    start = FOUR.index(words)
    assert sentence_around(FOUR, start, start + len(words), before=1) == sentences


def test_a_text_without_sentence_end_is_its_own_sentence() -> None:
    assert sentence_around("un mot", 3, 6) == "un mot"
    assert sentence_around("mot", 0, 3) == "mot"


def test_any_span_lies_in_its_sentence() -> None:
    chance = random.Random(9)
    for _ in range(200):
        text = "".join(
            chance.choice(["Un", " mot", ". ", "A", "\n", " !", " «\xa0", "É", "3", "…"]) for _ in range(20)
        )
        start = chance.randrange(len(text))
        end = chance.randint(start + 1, len(text))
        sentence = sentence_around(text, start, end)
        assert text[start:end].strip() in sentence
        assert sentence in text


def query(embedder: FakeEmbedder, text: str) -> np.ndarray:
    return embedder.embed_queries([text])


def test_cosines_in_the_order_of_the_sentences() -> None:
    embedder = FakeEmbedder()
    asked = query(embedder, "la paix à Hanoï")
    near, far = SentenceVectors(embedder).cosines(asked, ["la paix à Hanoï", "douze poissons rouges"])
    assert near == pytest.approx(1.0, abs=1e-6)
    assert far < 0.5


def test_each_sentence_is_embedded_once() -> None:
    embedder = FakeEmbedder()
    vectors = SentenceVectors(embedder)
    asked = query(embedder, "un")
    first = vectors.cosines(asked, ["un", "deux", "un"])
    assert embedder.embedded == ["un", "deux"]
    assert first[0] == first[2]
    assert vectors.cosines(asked, ["deux", "trois", "un"])[::2] == first[1::-1]
    assert embedder.embedded == ["un", "deux", "trois"]


def test_no_sentences() -> None:
    embedder = FakeEmbedder()
    assert SentenceVectors(embedder).cosines(query(embedder, "un"), []) == []
    assert embedder.embedded == []


def test_the_least_recently_used_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "_KEPT", 2)
    embedder = FakeEmbedder()
    vectors = SentenceVectors(embedder)
    asked = query(embedder, "un")
    for sentences in (["un"], ["deux"], ["un"], ["trois"]):
        vectors.cosines(asked, sentences)
    embedder.embedded.clear()
    vectors.cosines(asked, ["un", "trois"])
    assert embedder.embedded == []
    vectors.cosines(asked, ["deux"])
    assert embedder.embedded == ["deux"]


def test_more_sentences_at_once_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "_KEPT", 2)
    embedder = FakeEmbedder()
    sentences = ["un", "deux", "trois", "quatre"]
    cosines = SentenceVectors(embedder).cosines(query(embedder, "trois"), sentences)
    assert cosines[2] == max(cosines) == pytest.approx(1.0, abs=1e-6)


def test_threads_that_ask_at_once_all_get_their_cosines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "_KEPT", 3)
    embedder = FakeEmbedder()
    vectors = SentenceVectors(embedder)
    together = threading.Barrier(4)
    # All four are inside at once: none holds a lock while it embeds.
    embedder.before_embedding = lambda texts: together.wait(timeout=20) and None
    found: dict[int, list[float]] = {}

    def ask(n: int) -> None:
        found[n] = vectors.cosines(query(embedder, f"mot{n}"), [f"mot{n}", "autre"])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n][0] for n in range(4)] == pytest.approx([1.0] * 4, abs=1e-6)
