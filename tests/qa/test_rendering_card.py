"""A question and its card: escaped, marked by offsets, in the language of the call."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from qa.dates import PartialDate
from qa.errors import CitationMismatch
from qa.filters import Filters
from qa.messages import say, speaking
from qa.presenting import date_in_words
from qa.rendering.card import NEAREST_SHOWN, QUESTION_SHOWN, notice_html, question_html, reply_html
from qa.rendering.dispatch import dispatch_html
from qa.rendering.state import report_html
from qa.rendering.text import CONFIDENCE_WORDS, confidence_in_words, marked_paragraph
from qa.temporal.questions import QuestionTime
from qa.temporal.values import Interval
from qa.types import (
    Abstention,
    AbstentionReason,
    Answer,
    AnswerTime,
    Candidate,
    Failure,
    IndexReport,
    Reply,
    Told,
)
from qa.wording import percent, word
from tests.qa.pages import EVIL, Seen, answered, citation, hit


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2025", "2025"),
        ("2025-05", "mai 2025"),
        ("2025-05-19", "19 mai 2025"),
        ("2025-08-01", "1er août 2025"),
        ("2025-12-31T07:05", "31 décembre 2025 à 7 h 05"),
        ("2025-02-02T00:00", "2 février 2025 à 0 h 00"),
    ],
)
def test_dates_in_words(iso: str, words: str) -> None:
    assert date_in_words(PartialDate.parse(iso)) == words


def test_no_date_is_said() -> None:
    assert date_in_words(None) == "sans date"


def test_every_probability_has_a_word() -> None:
    words = [confidence_in_words(n / 100)[0] for n in range(101)]
    assert list(dict.fromkeys(reversed(words))) == [word(key) for _, key, _ in CONFIDENCE_WORDS]
    assert confidence_in_words(0.9)[0] == "très sûre"
    assert confidence_in_words(0.8999)[0] == "assez sûre"


@pytest.mark.parametrize(("value", "text"), [(0.974, "97"), (1.0, "99"), (0.9999, "99"), (0.0, "1")])
def test_percent_is_never_certain(value: float, text: str) -> None:
    assert percent(value) == f"{text}\u202f%"


def test_span_is_marked_where_it_stands_not_where_it_is_found_first() -> None:
    text = "Le 19 mai à Hanoï, puis le 19 mai à Vienne."
    html = marked_paragraph(citation(text, "19 mai", nth=1))
    before, after = html.split("<mark>")
    assert Seen(html).marked == ["19 mai"]
    assert "Hanoï" in before
    assert "Vienne" in after


def test_mark_keeps_the_paragraph_whole_when_characters_need_escaping() -> None:
    text = f"a & b < {EVIL} > l’été\u00a0: œ 😀 fin"
    seen = Seen(marked_paragraph(citation(text, "l’été\u00a0: œ 😀")))
    assert seen.text == f"«\u00a0{text}\u00a0»"
    assert seen.marked == ["l’été\u00a0: œ 😀"]


@pytest.mark.parametrize("text", ["tout", "tout entier"])
def test_span_at_the_ends_of_the_paragraph(text: str) -> None:
    assert Seen(marked_paragraph(citation(text, text, offset=0))).marked == [text]


@pytest.mark.parametrize(
    "changes",
    [
        {"start": 101, "end": 104},
        {"start": 90, "end": 93},
        {"start": 100, "end": 400},
        {"start": 103, "end": 100},
        {"passage_start": 0},
    ],
)
def test_offsets_that_do_not_give_the_quote_are_never_shown(changes: dict[str, object]) -> None:
    with pytest.raises(CitationMismatch, match=r"un\.txt"):
        marked_paragraph(citation("le chat dort", "le ", **changes))


def test_quote_that_differs_is_never_shown() -> None:
    with pytest.raises(CitationMismatch):
        marked_paragraph(replace(citation("le chat dort", "le "), quote="la "))


def test_answer_shows_text_confidence_paragraph_and_source() -> None:
    html = reply_html(answered(citation("Prévue les 25 et 26 octobre 2025.", "les 25 et 26 octobre 2025")))
    seen = Seen(html)
    assert "<strong>les 25 et 26 octobre 2025</strong>" in html
    assert seen.marked == ["les 25 et 26 octobre 2025"]
    assert "réponse très sûre" in seen.text
    assert ("title", "Probabilité que cette réponse soit juste\u00a0: 97\u202f%") in seen.attributes
    assert "Titre mai 2025 · un.txt, paragraphe 4" in seen.text
    assert ("data-percent", "97\u202f%") in seen.attributes
    assert "details" not in seen.tags


def test_other_places_and_other_answers_are_folded_away() -> None:
    text = "Le 19 mai ou le 20 mai."
    one, two = citation(text, "19 mai"), citation(text, "19 mai", source="deux.txt")
    other = Candidate("20 mai", 0.3, citation(text, "20 mai"))
    shown, *folded = reply_html(answered(one, two, others=(other,))).split("<details>")
    assert len(folded) == 2
    assert folded[0].startswith("<summary>Dit aussi ailleurs (1)</summary>")
    assert "deux.txt" in folded[0]
    assert "Autres réponses possibles (1)" in folded[1]
    assert "<strong>20 mai</strong>" in folded[1]
    assert "peu sûre" in folded[1]
    assert "20 mai</strong>" not in shown


def test_other_answers_that_are_hardly_possible_are_not_shown() -> None:
    text = "Le 19 mai ou le 20 mai."
    other = Candidate("20 mai", 0.04, citation(text, "20 mai"))
    assert "20 mai</strong>" not in reply_html(answered(citation(text, "19 mai"), others=(other,)))
    withheld = reply_html(Reply("?", Abstention("below_threshold", 0.4, (other,)), (hit("un"),), {}))
    assert "Pistes non confirmées" not in withheld


@pytest.mark.parametrize("reason", get_args(AbstentionReason))
def test_abstention_says_so_why_and_shows_the_nearest_passages(reason: str) -> None:
    hits = tuple(hit(f"passage {n}", n) for n in range(1, NEAREST_SHOWN + 3))
    abstention = Abstention(reason, 0.8, (Candidate("mai", 0.2, citation("en mai", "mai")),))  # type: ignore[arg-type]
    seen = Seen(reply_html(Reply("?", abstention, hits, {})))
    assert "Aucune réponse dans les dépêches." in seen.text
    assert word(f"why_{reason}") in seen.text
    assert "abstention assez sûre" in seen.text
    assert [f"passage {n}" in seen.text for n in (1, NEAREST_SHOWN, NEAREST_SHOWN + 1)] == [True, True, False]
    assert "Pistes non confirmées (1)" in seen.text


def test_abstention_without_passages_has_no_empty_heading() -> None:
    assert "proches" not in reply_html(Reply("?", Abstention("empty_index", 1.0), (), {}))


def test_the_header_line_is_not_called_paragraph_0() -> None:
    seen = Seen(reply_html(answered(citation("date 2025-05 Titre", "Titre", paragraph=0))))
    assert "un.txt, en-tête" in seen.text


def test_nothing_from_a_dispatch_becomes_markup() -> None:
    evil = citation(f"{EVIL} quote {EVIL}", f"quote {EVIL}", title=EVIL, source=EVIL)
    pages = [
        reply_html(answered(evil, evil, others=(Candidate(EVIL, 0.1, evil),))),
        reply_html(Reply(EVIL, Abstention("no_passage", 0.9), (hit(EVIL, title=EVIL),), {})),
        question_html(EVIL),
        notice_html(EVIL),
        report_html(IndexReport(failures=(Failure(EVIL, EVIL),))),
        dispatch_html(hit(EVIL, title=EVIL).dispatch, 0, 8),
    ]
    for page in pages:
        seen = Seen(page)
        assert EVIL in seen.text
        assert "script" not in seen.tags
        assert seen.open == []


@pytest.mark.parametrize("end", ["\n\n", "\r\n\r\n", "\u2028", "\u2029", "\x85", "\f", "\t"])
def test_html_is_one_line_and_loses_no_character(end: str) -> None:
    text = f"un{end}    deux"
    page = reply_html(answered(citation(text, text)))
    assert re.search("[\n\r\u2028\u2029]", page) is None
    assert Seen(page).marked == [text]


def test_long_question_is_cut_with_its_length() -> None:
    shown = Seen(question_html("é" * 100_000)).text
    assert shown == "é" * QUESTION_SHOWN + "… (100\u202f000 caractères)"


def test_a_card_acts_on_offsets_and_names_its_turn() -> None:
    shown = citation("Le 19 mai.", "19 mai")
    seen = Seen(reply_html(answered(shown), turn="7"))
    place = {"data-dispatch": "d1", "data-start": str(shown.start), "data-end": str(shown.end)}
    assert place.items() <= dict(seen.attributes).items()
    assert dict(seen.attributes)["data-turn"] == "7"
    assert dict(seen.attributes)["data-copy"] == "«\u00a019 mai\u00a0», un.txt, mai 2025"


def test_a_card_links_to_its_question_with_its_filters() -> None:
    reply = Reply("Où & quand ?", Answer("19 mai", 0.9, (citation("Le 19 mai.", "19 mai"),)), (), {})
    link = dict(Seen(reply_html(reply, Filters.typed("2025-05", "", 8))).attributes)["data-link"]
    assert link == "?q=O%C3%B9+%26+quand+%3F&since=2025-05&top_k=8"


def test_what_narrowed_a_question_stands_with_it() -> None:
    narrowed = Filters.typed("2025-05", "2025-06-01", 8, 0.7)
    assert "depuis mai 2025 jusqu’à 1er juin 2025 · 8 passages retenus · au moins 70\u202f%" in question_html(
        "Qui ?", narrowed
    )
    assert "small" not in Seen(question_html("Qui ?")).tags


def test_an_abstention_says_what_was_searched_and_how_to_ask_otherwise() -> None:
    hits = (hit("un"), hit("deux", 2))
    seen = Seen(
        reply_html(Reply("?", Abstention("no_answer_found", 0.8), hits, {}), Filters.typed("2025", ""))
    )
    assert "Cherché dans les dépêches parues depuis 2025\u00a0: 2 passages retenus de 1 dépêche." in seen.text
    assert "Poser la question autrement" in seen.text
    assert word("advice_period") in seen.text
    without = Seen(reply_html(Reply("?", Abstention("no_answer_found", 0.8), hits, {})))
    assert "Cherché dans toutes les dépêches" in without.text
    assert word("advice_period") not in without.text


def test_how_sure_is_said_only_where_something_was_searched() -> None:
    filters = Filters.typed("", "", source="zzz")
    nothing = reply_html(Reply("?", Abstention("no_passage", 1.0), (), {}), filters)
    assert "qa-confidence" not in nothing
    assert "Aucune dépêche ne correspond aux filtres." in nothing
    assert word("advice_source") in nothing
    assert "qa-confidence" in reply_html(Reply("?", Abstention("no_answer_found", 0.8), (hit("un"),), {}))


@pytest.mark.parametrize(("absence", "said"), [(0.5, "no_answer"), (0.49, "no_sure_answer")])
def test_where_there_may_well_be_an_answer_none_is_denied(absence: float, said: str) -> None:
    html = reply_html(Reply("?", Abstention("below_threshold", absence), (hit("un"),), {}))
    assert f"<strong>{say(said)}</strong>" in html


def test_an_empty_index_is_answered_by_where_to_add_dispatches() -> None:
    seen = Seen(reply_html(Reply("?", Abstention("empty_index", 1.0), (), {})))
    assert word("advice_add") in seen.text
    assert word("advice_name") not in seen.text


def test_the_card_speaks_the_language_of_the_call() -> None:
    reply = answered(citation("Le 1er mai.", "1er mai"))
    with speaking("en"):
        english = Seen(reply_html(reply))
    assert "very likely right" in english.text
    assert "May 2025 · un.txt, paragraph 4" in english.text
    assert dict(english.attributes)["data-copy"] == "“1er mai”, un.txt, May 2025"
    assert "réponse très sûre" in Seen(reply_html(reply)).text


def test_a_card_says_what_its_time_means_and_what_other_dispatches_said() -> None:
    spot = citation("Prévue cette année.", "cette année")
    early = replace(spot, dispatch_id="mars", source="mars.txt", published=PartialDate(2025, 3))
    year = Interval(PartialDate(2025), PartialDate(2025))
    told = Told(early.quote, "refined", early, AnswerTime(year, PartialDate(2025, 3)))
    answer = Answer(spot.quote, 0.9, (spot,), (), AnswerTime(year, PartialDate(2025, 5)), (told,))
    html = reply_html(Reply("Quand ?", answer, (), {}))
    assert "→ 2025, dépêche de mai 2025" in html
    assert "en mars 2025 : « cette année »" in html
    assert 'data-dispatch="mars"' in html


def test_the_period_understood_can_be_left_aside() -> None:
    asked = QuestionTime(
        0, 12, "en mars 2025", Interval(PartialDate(2025, 3), PartialDate(2025, 3)), "unsure"
    )
    html = reply_html(Reply("en mars 2025 ?", Abstention("no_passage", 1.0), (), {}, asked))
    assert "Période comprise" in html
    assert "time=off" in html
