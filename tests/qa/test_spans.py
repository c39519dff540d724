"""Span decoding on hand-made logits."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from qa.spans import ScoredSpan, article_start, best_spans, top_pairs, trim
from tests.qa.hand import LOW, logits_over, window_over

TEXT = "La signature est prévue les 25 et 26 octobre 2025, à Hanoï."
#       0  1         2   3      4   5  6  7  8       9   10 11 12   13


def decode(
    start: dict[int, float],
    end: dict[int, float],
    *,
    text: str = TEXT,
    n: int = 3,
    most: int = 40,
) -> list[tuple[str, float]]:
    """Texts and margins of the best spans of one window whose null score is 0."""
    window = window_over(text)
    found = best_spans([window], [logits_over(window, start)], [logits_over(window, end)], text, n, most)
    return [(text[s.start : s.end], s.score - s.null_score) for s in found]


def first(start: int, end: int, text: str) -> str:
    return decode({start: 5.0}, {end: 5.0}, text=text, n=1)[0][0]


def test_the_best_span_with_its_score_and_null_score() -> None:
    window = window_over(TEXT)
    starts, ends = logits_over(window, {5: 5.0}, 1.5), logits_over(window, {9: 3.0}, 0.5)
    # "les" before the span belongs to it.
    assert best_spans([window], [starts], [ends], TEXT, 1) == [ScoredSpan(24, 49, 8.0, 2.0)]
    assert TEXT[24:49] == "les 25 et 26 octobre 2025"


def test_the_best_start_after_the_best_end_gives_another_pair() -> None:
    assert decode({11: 9.0, 5: 4.0}, {5: 9.0, 11: 2.0}, n=1) == [("25", 13.0)]


def test_an_answer_is_no_longer_than_the_bound() -> None:
    assert decode({5: 9.0}, {5: 1.0, 7: 3.0, 8: 9.0}, most=3, n=1) == [("les 25 et 26", 12.0)]
    assert decode({5: 9.0}, {5: 1.0, 7: 3.0, 8: 9.0}, most=4, n=1) == [("les 25 et 26 octobre", 18.0)]


def test_nothing_of_the_question_nor_the_special_tokens_can_be_an_answer() -> None:
    window = window_over(TEXT)
    starts = logits_over(window, {12: 1.0})
    starts[: window.context_at], starts[-1] = 50.0, 50.0
    found = best_spans([window], [starts], [starts], TEXT, 1)
    assert [(TEXT[s.start : s.end], s.score, s.null_score) for s in found] == [("Hanoï", 2.0, 100.0)]


def test_other_cuts_of_the_same_words_are_no_other_answers() -> None:
    found = decode({5: 5.0, 7: 4.0, 12: 1.0}, {9: 5.0, 8: 4.5, 12: 1.0}, n=3)
    assert found[0] == ("les 25 et 26 octobre 2025", 10.0)
    assert [text for text, _ in found].count("Hanoï") == 1
    assert len(found) == len({text for text, _ in found})


def test_as_many_spans_as_asked_best_first() -> None:
    peaks = {1: 3.0, 12: 5.0, 9: 4.0}
    assert decode(peaks, peaks, n=2, most=1) == [("Hanoï", 10.0), ("2025", 8.0)]
    assert decode(peaks, peaks, n=3, most=1)[2] == ("La signature", 6.0)
    assert decode(peaks, peaks, n=0) == []


def test_a_span_found_in_two_windows_counts_once_with_the_better_margin() -> None:
    windows = [window_over(TEXT, 0, 13), window_over(TEXT, 10)]
    # The second window's score is higher, its margin is not: its "no answer" is likelier too.
    starts = [logits_over(windows[0], {12: 4.0}, 0.0), logits_over(windows[1], {2: 5.0}, 3.0)]
    expected = ScoredSpan(53, 58, 8.0, 0.0)
    assert best_spans(windows, starts, starts, TEXT, 1) == [expected]
    assert best_spans(windows[::-1], starts[::-1], starts[::-1], TEXT, 1) == [expected]


def test_windows_are_compared_by_margin() -> None:
    windows = [window_over(TEXT, 0, 9), window_over(TEXT, 9)]
    starts = [logits_over(windows[0], {1: 6.0}, 5.0), logits_over(windows[1], {3: 3.0}, 0.0)]
    found = best_spans(windows, starts, starts, TEXT, 2)
    assert [(TEXT[s.start : s.end], s.score - s.null_score) for s in found] == [
        ("Hanoï", 6.0),
        ("La signature", 2.0),
    ]


def test_each_window_needs_its_logits() -> None:
    window = window_over(TEXT)
    with pytest.raises(ValueError, match="zip"):
        best_spans([window, window], [logits_over(window, {})], [logits_over(window, {})], TEXT, 1)


def test_a_window_without_context_has_no_spans() -> None:
    assert decode({}, {}, text="") == []
    assert best_spans([], [], [], TEXT, 3) == []


def test_punctuation_alone_is_no_answer() -> None:
    texts = [text for text, _ in decode({10: 9.0}, {10: 9.0}, n=20, most=1)]
    assert len(texts) > 5
    assert "," not in texts
    assert decode({0: 9.0}, {3: 9.0}, text="« … »!") == []


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("Il va à Hanoï, dit-il.", 3, 4, "Hanoï"),
        ("« Oui », dit-il", 0, 3, "Oui"),
        ("Il cite « la paix ».", 2, 6, "la paix"),
        ("Il cite (AIEA).", 2, 5, "AIEA"),
        ("dirige l’Agence (AIEA).", 1, 7, "l’Agence (AIEA)"),
        ("l’Agence (AIEA), à Vienne", 2, 6, "l’Agence (AIEA)"),
        ("le texte [sic] suit", 1, 4, "le texte [sic]"),
        ("le mot « oui » suit", 1, 4, "le mot « oui »"),
        ("— Vu Lê –", 0, 3, "Vu Lê"),
        ("“Vu”...", 0, 5, "Vu"),
        ("20 %, dit-il", 0, 2, "20 %"),
        ("Il paie 20 €.", 2, 4, "20 €"),
    ],
)
def test_edges_are_trimmed(text: str, start: int, end: int, expected: str) -> None:
    assert first(start, end, text) == expected


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("les autorités vietnamiennes", (6, 9), "autorités"),
        ("les autorités vietnamiennes", (4, 16), "autorités vietnamiennes"),
        ("en 2025.", (4, 5), "2025"),
        ("mot", (1, 2), "mot"),
        ("vice-ministre", (7, 9), "ministre"),
        # Decomposed: the accents are characters of their own.
        ("à Hanoi\u0308.", (2, 7), "Hanoi\u0308"),
        ("pre\u0301sident", (0, 2), "pre\u0301sident"),
        ("e\u0301te\u0301 a", (0, 1), "e\u0301te\u0301"),
        ("  mot  ", (0, 7), "mot"),
        ("\xa0mot\u202f!", (0, 6), "mot"),
        ("a", (0, 1), "a"),
        ("fini d’ici mardi", (7, 16), "d’ici mardi"),
        ("dès aujourd'hui.", (4, 12), "aujourd'hui"),
        ("dès aujourd'hui.", (13, 16), "aujourd'hui"),
        ("et d'Icihara", (5, 12), "Icihara"),
    ],
)
def test_a_span_grows_to_the_edges_of_its_words(text: str, span: tuple[int, int], expected: str) -> None:
    trimmed = trim(text, *span)
    assert trimmed is not None
    assert text[slice(*trimmed)] == expected


@pytest.mark.parametrize("text", ["", " ", "«\xa0»", "(…)", "%", "€ !"])
def test_what_holds_no_word_trims_to_nothing(text: str) -> None:
    assert trim(text, 0, len(text)) is None


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("prévue les ", "les "), ("Les ", "Les "), ("de l’", "l’"), ("de l'", "l'"), ("L’", "L’"),
        ("dans la ", "la "), ("avec une ", "une "), ("un ", "un "), ("le\xa0", "le\xa0"), ("(le ", "le "),
        ("“l’", "l’"), ("quelqu’un ", "un "), ("elle a ", ""), ("elle ", ""), ("celle ", ""), ("voilà ", ""),
        ("chacune ", ""), ("du ", ""), ("au ", ""), ("des ", ""), ("d’", ""), ("qu’", ""), ("avril’", ""),
        ("les", ""), ("les  ", ""), ("les\n", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_article_before_an_answer_belongs_to_it(before: str, kept: str) -> None:
    text = f"{before}20"
    assert text[article_start(text, len(before)) :] == f"{kept}20"


def test_spans_that_meet_when_they_grow_are_one_answer() -> None:
    # Two pieces of the same word, as a subword model may give them.
    window = window_over("un mot")
    window.offsets[:] = [[3, 4], [4, 6]]
    peaks = logits_over(window, {0: 2.0, 1: 2.0})
    assert [(s.start, s.end) for s in best_spans([window], [peaks], [peaks], "un mot", 3, 1)] == [(0, 6)]


def test_top_pairs_are_those_of_a_plain_search() -> None:
    chance = random.Random(7)
    for _ in range(100):
        size, most, n = chance.randint(0, 8), chance.randint(1, 8), chance.randint(0, 12)
        start, end = (np.array([chance.randint(-9, 9) for _ in range(size)], np.float32) for _ in "ab")
        pairs = [(i, j) for i, j in itertools.product(range(size), repeat=2) if i <= j < i + most]
        best = sorted((float(start[i] + end[j]) for i, j in pairs), reverse=True)[:n]
        found = top_pairs(start, end, n, most)
        assert [score for _, _, score in found] == best
        assert all((i, j) in pairs and score == start[i] + end[j] for i, j, score in found)
        assert len(set(found)) == len(found)


def test_spans_of_any_logits_are_trimmed_disjoint_and_best_first() -> None:
    chance = random.Random(8)
    pieces = [
        "Le",
        "l’",
        "mot",
        "12,5",
        "(AIEA)",
        "«",
        "»",
        "...",
        "Hanoï",
        "n’",
        "—",
        "e\u0301te\u0301",
        "les",
    ]
    for _ in range(200):
        text = "".join(chance.choice(pieces) + chance.choice([" ", " ", "", "\xa0"]) for _ in range(12))
        window = window_over(text)
        starts, ends = (np.array([chance.uniform(LOW, 9) for _ in window.ids], np.float32) for _ in "ab")
        spans = best_spans([window], [starts], [ends], text, 4)
        margins = [s.score - s.null_score for s in spans]
        assert margins == sorted(margins, reverse=True)
        assert len(spans) <= 4
        taken: set[int] = set()
        for span in spans:
            assert 0 <= span.start < span.end <= len(text)
            assert not text[span.start].isspace()
            assert not text[span.end - 1].isspace()
            assert trim(text, span.start, span.end) == (span.start, span.end)
            assert not taken & set(range(span.start, span.end))
            taken |= set(range(span.start, span.end))


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("Les 1.150 riverains ont été confinés.", 1, 3, "1.150"),
        ("Les 1.150 riverains ont été confinés.", 0, 3, "1.150"),
        ("Les 1.150 riverains ont été confinés.", 1, 4, "Les 1.150 riverains"),
        ("Ce sera le 25 ou jamais.", 3, 3, "le 25"),
    ],
)
def test_a_bare_number_takes_no_article_of_what_is_counted(
    text: str, start: int, end: int, expected: str
) -> None:
    assert first(start, end, text) == expected


def test_what_is_read_as_context_begins_no_span() -> None:
    text = "Sommet à Nice. La ville l'accueille."
    window = window_over(text)
    starts, ends = logits_over(window, {2: 9.0, 5: 2.0}), logits_over(window, {2: 9.0, 5: 3.0})
    found = best_spans([window], [starts], [ends], text, 1, context=15)
    assert [text[s.start : s.end] for s in found] == ["La ville"]
    assert [text[s.start : s.end] for s in best_spans([window], [starts], [ends], text, 1)] == ["Nice"]
