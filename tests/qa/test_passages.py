"""Dispatches to passages: literal, disjoint, complete, never cut inside a word."""

from __future__ import annotations

import random

import pytest

from qa.dispatches import find_files, parse, read_bytes
from qa.factory import SEEDS
from qa.passages import Splitter, divide, split_passages
from tests.fakes import FakeEmbedder
from tests.qa.hand import make_dispatch


def count_words(text: str) -> int:
    return len(text.split())


def cut(text: str, most: int) -> list[str]:
    return [text[a:b] for a, b in divide(text, most, count_words)]


def test_a_passage_a_paragraph_with_offsets_identity_and_kind() -> None:
    body = "date 2025-05 Titre. Photo : ND\n\n  Le corps.\n\nFin.- VNA/VI"
    passages = split_passages(make_dispatch(body), Splitter(), count_words)
    assert [(p.id, p.ordinal, p.text, p.kind) for p in passages] == [
        ("d1:13-19", 0, "Titre.", "caption"),
        ("d1:34-43", 1, "Le corps.", "paragraph"),
        ("d1:45-49", 2, "Fin.", "paragraph"),
    ]
    assert {p.dispatch_id for p in passages} == {"d1"}


def test_the_seeds_are_not_divided() -> None:
    embedder = FakeEmbedder()
    counts = []
    for file in find_files([SEEDS]):
        dispatch = parse(read_bytes(file), file)
        passages = split_passages(dispatch, Splitter(), embedder.count_tokens)
        assert all(p.text == dispatch.body[p.start : p.end] for p in passages)
        counts.append([p.ordinal for p in passages])
    assert counts == [list(range(8)), list(range(10))]


@pytest.mark.parametrize(
    ("text", "most", "parts"),
    [
        ("Un deux trois.", 3, ["Un deux trois."]),
        ("Un deux. Trois quatre. Cinq six.", 4, ["Un deux. Trois quatre.", "Cinq six."]),
        ("Un deux. Trois quatre cinq.  Six.", 3, ["Un deux.", "Trois quatre cinq.", "Six."]),
        ("Oui. Un deux trois quatre cinq. Non.", 2, ["Oui. Un", "deux trois", "quatre cinq.", "Non."]),
        ("un\ndeux\xa0trois\tquatre", 2, ["un\ndeux", "trois\tquatre"]),
        ("Vu par M. Dupont. Fin.", 4, ["Vu par M. Dupont.", "Fin."]),
        ("Il vaut 3.5 euros. Fin.", 4, ["Il vaut 3.5 euros.", "Fin."]),
        ("", 2, [""]),
    ],
)
def test_division_at_sentences_else_at_words(text: str, most: int, parts: list[str]) -> None:
    assert cut(text, most) == parts


def test_a_text_no_longer_than_the_limit_in_characters_is_not_counted() -> None:
    def counting(text: str) -> int:
        raise AssertionError(text)

    assert divide("a b c d e", 9, counting) == [(0, 9)]


def test_a_paragraph_of_three_thousand_words_gives_full_passages() -> None:
    text = " ".join(f"mot{n}" for n in range(3000))
    passages = split_passages(make_dispatch(text), Splitter(max_tokens=256), count_words)
    assert [count_words(p.text) for p in passages] == [256] * 11 + [184]
    assert {p.ordinal for p in passages} == {1}
    assert " ".join(p.text for p in passages) == text


@pytest.mark.parametrize("around", [("", ""), ("Avant ", " après")])
def test_a_word_of_ten_thousand_characters_stays_whole(around: tuple[str, str]) -> None:
    word = "x" * 10_000
    parts = [part.split() for part in cut_characters(f"{around[0]}{word}{around[1]}")]
    assert [w for part in parts for w in part] == [*around[0].split(), word, *around[1].split()]
    assert [word] in parts


def cut_characters(text: str) -> list[str]:
    return [text[a:b] for a, b in divide(text, 256, len)]


def random_paragraph(chance: random.Random) -> str:
    words = [
        "Le",
        "ministre",
        "a",
        "M.",
        "J.",
        "12,5",
        "3.5",
        "l’ONU",
        "«\xa0oui\xa0»",
        "(AIEA)",
        "Hanoï",
        "x" * 40,
        "É",
    ]
    blanks = [" ", " ", "  ", "\xa0", "\u202f", "\t", "\n"]
    ends = ["", "", "", ".", " ?", "…", ","]
    pieces = [
        chance.choice(words) + chance.choice(ends) + chance.choice(blanks)
        for _ in range(chance.randint(1, 60))
    ]
    return "".join(pieces).strip()


def test_passages_of_any_text_are_literal_disjoint_complete_and_end_at_words() -> None:
    chance = random.Random(3)
    for _ in range(150):
        paragraphs = [random_paragraph(chance) for _ in range(chance.randint(1, 6))]
        # Without the last one, "… . (AIEA)" at the end would be a signature.
        body = "\n\n".join([*paragraphs, "Fin."])
        most = chance.choice([1, 3, 10, 50])
        passages = split_passages(make_dispatch(body), Splitter(max_tokens=most), count_words)
        assert [w for p in passages for w in p.text.split()] == body.split()
        at, ordinal = 0, 0
        for p in passages:
            assert p.text == body[p.start : p.end] == p.text.strip()
            assert body[at : p.start].isspace() or p.start == at == 0
            assert count_words(p.text) <= most
            assert p.ordinal >= ordinal
            at, ordinal = p.end, p.ordinal
        assert at == len(body)
        assert len({p.id for p in passages}) == len(passages)
