"""Question and passage as token windows."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from qa.windows import (
    BOS,
    EOS,
    MAX_ANSWER_TOKENS,
    MAX_GROUNDS_TOKENS,
    MAX_QUESTION_TOKENS,
    TokenizedText,
    assemble,
    assemble_claim,
    room_for_context,
    sliding_windows,
    tokenize,
)
from tests.qa.hand import word_tokenizer


def tokens(n: int, first: int = 100) -> TokenizedText:
    """``n`` tokens with ids from ``first`` on, three characters each."""
    offsets = [(4 * i, 4 * i + 3) for i in range(n)]
    return TokenizedText(
        np.arange(first, first + n, dtype=np.int32), np.array(offsets, np.int32).reshape(-1, 2)
    )


def test_offsets_leave_out_the_blank_that_a_token_takes_with_it() -> None:
    text = "Le 19 mai,\xa0à\tHanoï"
    tokenized = tokenize(word_tokenizer(text), [text])[0]
    assert tokenized.offsets.dtype == tokenized.ids.dtype == np.int32
    words = [text[a:b] for a, b in tokenized.offsets]
    assert "".join(words).replace("\xa0", "").replace("\t", "") == "Le19mai,àHanoï"
    assert not any(word[:1].isspace() for word in words)


@pytest.mark.parametrize("text", ["", " "])
def test_a_text_without_words_has_no_character_in_its_tokens(text: str) -> None:
    tokenized = tokenize(word_tokenizer("mot"), [text])[0]
    assert tokenized.offsets.shape == (len(tokenized.ids), 2)
    assert all(a == b for a, b in tokenized.offsets)


def test_texts_come_back_in_order() -> None:
    tokenizer = word_tokenizer("un deux trois")
    assert [len(t.ids) for t in tokenize(tokenizer, ["un", "deux trois", "un"])] == [1, 2, 1]


def test_the_layout_of_a_window() -> None:
    window = assemble(tokens(2, 50), tokens(5), 1, 4)
    assert window.ids.tolist() == [BOS, 50, 51, EOS, EOS, 101, 102, 103, EOS]
    assert window.ids.dtype == np.int32
    assert window.context_at == 5
    assert window.ids[window.context_at] == 101
    assert window.offsets.tolist() == [[4, 7], [8, 11], [12, 15]]


def test_a_long_question_is_cut_and_leaves_room() -> None:
    window = assemble(tokens(200, 1000), tokens(3), 0, 3)
    assert window.context_at == MAX_QUESTION_TOKENS + 3
    assert window.ids[1 : MAX_QUESTION_TOKENS + 1].tolist() == list(range(1000, 1000 + MAX_QUESTION_TOKENS))
    assert room_for_context(tokens(200), 384) == 384 - MAX_QUESTION_TOKENS - 4
    assert room_for_context(tokens(5), 384) == 375


@pytest.mark.parametrize(
    ("length", "spans"),
    [
        (0, [(0, 0)]),
        (1, [(0, 1)]),
        (10, [(0, 10)]),
        (11, [(0, 10), (6, 11)]),
        (16, [(0, 10), (6, 16)]),
        (17, [(0, 10), (6, 16), (12, 17)]),
    ],
)
def test_where_windows_of_ten_that_share_four_begin_and_end(
    length: int, spans: list[tuple[int, int]]
) -> None:
    context = tokens(length)
    windows = list(sliding_windows(tokens(2), context, max_tokens=16, overlap=4))
    assert [w.offsets.tolist() for w in windows] == [context.offsets[a:b].tolist() for a, b in spans]


def test_windows_cover_every_token_in_order_share_the_overlap_and_keep_the_limit() -> None:
    chance = random.Random(6)
    for _ in range(200):
        question, context = tokens(chance.randint(0, 80), 5000), tokens(chance.randint(0, 300))
        limit, overlap = chance.randint(80, 130), chance.randint(0, 40)
        room = room_for_context(question, limit)
        pieces = []
        for window in sliding_windows(question, context, limit, overlap):
            assert len(window.ids) <= limit
            assert len(window.ids) == window.context_at + len(window.offsets) + 1
            pieces.append(window.ids[window.context_at : -1].tolist())
        shared = min(overlap, room - 1)
        joined = pieces[0] + [i for piece in pieces[1:] for i in piece[shared:]]
        assert joined == context.ids.tolist()
        for left, right in pairwise(pieces):
            assert len(left) == room
            assert shared == 0 or left[-shared:] == right[:shared]


def test_an_overlap_as_wide_as_the_window_still_ends() -> None:
    windows = list(sliding_windows(tokens(2), tokens(12), max_tokens=16, overlap=50))
    assert [int(w.ids[w.context_at]) for w in windows] == [100, 101, 102]


def test_a_claim_is_question_answer_and_grounds() -> None:
    window = assemble_claim(tokens(2), tokens(1, 200), tokens(3, 300))
    assert window.ids.tolist() == [BOS, 100, 101, EOS, 200, EOS, 300, 301, 302, EOS]
    assert window.context_at == 6
    assert len(window.offsets) == 3


def test_of_a_long_claim_the_end_of_its_grounds_is_kept() -> None:
    window = assemble_claim(tokens(90), tokens(90, 200), tokens(200, 300))
    assert len(window.ids) == MAX_QUESTION_TOKENS + MAX_ANSWER_TOKENS + MAX_GROUNDS_TOKENS + 4
    assert window.ids[window.context_at] == 300 + 200 - MAX_GROUNDS_TOKENS
    assert window.ids[-2] == 499
    assert window.offsets[-1].tolist() == [4 * 199, 4 * 199 + 3]
