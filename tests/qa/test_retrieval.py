"""Hybrid search over real archives: two sides, one score, filters that are exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from qa.dates import Period
from qa.lexical_index import LexicalIndex
from qa.retrieval import Retriever, worth_reading
from qa.scope import Scope
from qa.types import Hit
from qa.vectors import VectorIndex
from tests.qa.desk import Desk
from tests.qa.hand import make_hit

ALL = Scope()
Search = Callable[..., tuple[Hit, ...]]

BUDGET = "Le budget de l'État augmente de 3 000 euros."
SUMMIT = "Les ambassadeurs se réunissent à Vienne."
STORM = "La tempête approche des côtes."


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """Search three dispatches: budget in May, summit on the 19th of May, storm undated."""
    desk = Desk(tmp_path_factory.mktemp("retrieval"))
    desk.write("budget.txt", BUDGET, date="2025-05")
    desk.write("sommet.txt", SUMMIT, date="2025-05-19")
    desk.write("tempete.txt", STORM)
    desk.run()
    archive = desk.archive()
    index = VectorIndex(desk.index, archive, desk.embedder.spec)
    words = LexicalIndex(desk.index, archive)

    def run(
        question: str, k: int = 5, scope: Scope = ALL, *, floor: float = 0.0, **options: float
    ) -> tuple[Hit, ...]:
        query = desk.embedder.embed_queries([question])
        retriever = Retriever(archive, index, words, query[0] * floor, **options)  # type: ignore[arg-type]
        return retriever.search(question, query, k, scope)

    yield run
    desk.close()


def sources(hits: tuple[Hit, ...]) -> set[str]:
    return {h.dispatch.source for h in hits}


def test_the_best_comes_first_with_both_ranks(search: Search):
    best, *others = search(STORM)
    assert best.passage.text == STORM
    assert (best.dense_rank, best.lexical_rank) == (1, 1)
    assert best.cosine == pytest.approx(1.0, abs=1e-6)
    assert best.score == pytest.approx(1.0, abs=1e-6)
    assert all(best.score > h.score for h in others)


def test_scores_never_rise(search: Search):
    scores = [h.score for h in search("Le budget de Vienne approche")]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(("k", "found"), [(1, 1), (2, 2), (5, 5), (100, 5)])
def test_at_most_k_hits(search: Search, k: int, found: int):
    assert len(search("budget", k)) == found  # three paragraphs and two headers


def test_a_passage_without_any_word_of_the_question_has_no_lexical_rank(search: Search):
    hits = search("tempête")
    assert [h.lexical_rank for h in hits] == [1, None, None, None, None]
    assert sorted(h.dense_rank for h in hits) == [1, 2, 3, 4, 5]


def test_a_question_of_no_known_word_still_has_its_nearest(search: Search):
    hits = search("xylophone")
    assert len(hits) == 5
    assert {h.lexical_rank for h in hits} == {None}


def test_what_only_words_found_is_judged_by_its_cosine_too(search: Search):
    # Stop-words draw the dense side to the summit; the lexical side does not see them.
    question = "les se à les se à tempête"
    (dense,) = search(question, 1, candidates=1, dense_weight=1.0)
    (lexical,) = search(question, 1, candidates=1, dense_weight=0.0)
    assert (dense.passage.text, dense.lexical_rank) == (SUMMIT, None)
    assert (lexical.passage.text, lexical.dense_rank) == (STORM, None)
    assert lexical.cosine == pytest.approx(0.373, abs=0.001)


def test_dense_weight_is_the_share_of_the_dense_side(search: Search):
    words_only = search("tempête", dense_weight=0.0)
    assert [h.score for h in words_only] == [1.0, 0.0, 0.0, 0.0, 0.0]
    dense_only = search(STORM, dense_weight=1.0)
    for hit in dense_only:
        assert hit.score == pytest.approx(max(0.0, hit.cosine))


def test_cosines_count_from_what_an_ordinary_passage_has(search: Search):
    above = search(STORM, dense_weight=1.0, floor=0.6)
    assert above[0].score == pytest.approx(1.0, abs=1e-5)
    for hit in above:
        assert hit.score == pytest.approx(max(0.0, (hit.cosine - 0.6) / 0.4), abs=1e-5)
    assert 0.0 in [h.score for h in above]


def test_ties_come_in_the_same_order_each_time(search: Search):
    once = [h.passage.id for h in search("xylophone", floor=0.6)]
    assert [h.passage.id for h in search("xylophone", floor=0.6)] == once


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025", None, {"budget.txt", "sommet.txt"}),
        ("2025-05-20", None, {"budget.txt"}),  # known to the month: it may be of the 20th or later
        (None, "2025-05-18", {"budget.txt"}),
        ("2025-05-19", "2025-05-19", {"budget.txt", "sommet.txt"}),
        ("2025-06", None, set()),
        (None, "2025-04-30", set()),
    ],
)
@pytest.mark.parametrize("question", [BUDGET, "xylophone"])
def test_periods_hold_for_both_sides(
    search: Search,
    period: Callable[[str | None, str | None], Period],
    question: str,
    since: str | None,
    until: str | None,
    expected: set[str],
):
    assert sources(search(question, 5, Scope(period(since, until)))) == expected


@pytest.mark.parametrize(
    "question",
    [
        '"tempête"',
        "tempête AND",
        "AND OR NOT NEAR tempête",
        "NEAR(tempête côtes, 2)",
        "tempête*",
        "^tempête",
        "(tempête",
        "tempête)))",
        "stems:tempête",
        "{stems} : tempête",
        "+tempête -budget",
        "tempête ' OR 1=1 --",
        "la\0tempête\0",
        "« tempête » ?",
        "_ tempête",
        "TEMPÊTES !",
        "tempe\u0302te",
    ],
)
def test_signs_that_mean_something_to_the_full_text_search_mean_nothing_here(search: Search, question: str):
    assert STORM in [h.passage.text for h in search(question) if h.lexical_rank]


@pytest.mark.parametrize("question", ["_", "2", "²", "le la les", "à", "😀", "ễ"])
def test_questions_of_next_to_nothing_do_not_break_the_full_text_search(search: Search, question: str):
    assert len(search(question)) == 5


def test_the_longest_question_of_different_words(search: Search):
    words = " ".join(f"m{i:x}" for i in range(500))
    assert search(f"{words} tempête")[0].passage.text == STORM


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("l’ambassadeur", SUMMIT),
        ("L'AMBASSADEUR", SUMMIT),
        ("d'ambassadeurs", SUMMIT),
        ("cote", STORM),
        ("3000", BUDGET),
        ("3\u202f000", BUDGET),
        ("l'etat", BUDGET),
    ],
)
def test_french_words_are_found_in_their_other_forms(search: Search, question: str, text: str):
    hits = search(question, dense_weight=0.0)
    assert (hits[0].passage.text, hits[0].lexical_rank) == (text, 1)


def test_passages_far_behind_the_best_are_not_worth_reading():
    best, near, far = (make_hit(f"Texte {n}.", f"p{n}", score=n) for n in (0.9, 0.66, 0.64))
    assert worth_reading([near, far, best]) == (near, best)
    assert worth_reading([far]) == (far,)
    assert worth_reading([]) == ()
