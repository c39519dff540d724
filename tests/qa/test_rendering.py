"""What the chat shows, as HTML: escaped, marked by offsets, in French."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from qa.dates import PartialDate
from qa.errors import CitationMismatch
from qa.rendering import (
    CONFIDENCE_WORDS,
    NEAREST_SHOWN,
    QUESTION_SHOWN,
    REASONS,
    STYLE,
    confidence_in_words,
    date_in_words,
    marked_paragraph,
    notice_html,
    percent,
    progress_html,
    question_html,
    reply_html,
    report_html,
    report_in_words,
    state_html,
    status_in_words,
)
from qa.types import (
    Abstention,
    Answer,
    Candidate,
    Citation,
    Dispatch,
    Failure,
    Hit,
    IndexReport,
    IndexStatus,
    Passage,
    Progress,
    Reply,
)

EVIL = "<script>alert(1)</script> & \"x\" 'y'"


class Seen(HTMLParser):
    """The tags and the text that a browser would see, and the text inside ``<mark>``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.marked: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked[-1] += data


def citation(text: str, quote: str, nth: int = 0, *, offset: int = 100, **changes: object) -> Citation:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    values: dict[str, object] = {
        "dispatch_id": "d1", "source": "un.txt", "path": "dossier/un.txt", "encoding": "utf-8",
        "title": "Titre", "published": PartialDate(2025, 5), "paragraph": 4,
        "start": offset + start, "end": offset + start + len(quote), "quote": quote,
        "passage_start": offset, "passage_text": text,
    }  # fmt: skip
    return Citation(**{**values, **changes})  # type: ignore[arg-type]


def answered(*citations: Citation, confidence: float = 0.97, others: tuple[Candidate, ...] = ()) -> Reply:
    return Reply("?", Answer(citations[0].quote, confidence, citations, others), (), {})


def hit(text: str, n: int = 1, title: str = "Titre") -> Hit:
    dispatch = Dispatch("d1", "un.txt", "un.txt", title, PartialDate(2025, 3), text)
    return Hit(Passage(f"p{n}", "d1", n, 0, len(text), text), dispatch, 0.1, 0.8, n, n)


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
    assert list(dict.fromkeys(reversed(words))) == [word for _, word, _ in CONFIDENCE_WORDS]
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
    assert ("title", "Probabilité que cette réponse soit juste : 97\u202f%") in seen.attributes
    assert "Titre mai 2025 · un.txt, paragraphe 4" in seen.text
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


@pytest.mark.parametrize("reason", REASONS)
def test_abstention_says_so_why_and_shows_the_nearest_passages(reason: str) -> None:
    hits = tuple(hit(f"passage {n}", n) for n in range(1, NEAREST_SHOWN + 3))
    abstention = Abstention(reason, 0.8, (Candidate("mai", 0.2, citation("en mai", "mai")),))  # type: ignore[arg-type]
    seen = Seen(reply_html(Reply("?", abstention, hits, {})))
    assert "Aucune réponse dans les dépêches." in seen.text
    assert REASONS[reason] in seen.text  # type: ignore[index]
    assert "abstention assez sûre" in seen.text
    assert [f"passage {n}" in seen.text for n in (1, NEAREST_SHOWN, NEAREST_SHOWN + 1)] == [True, True, False]
    assert "Réponses écartées (1)" in seen.text


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
        state_html(IndexStatus("", 1, 1, None, None, "", "", 1, True), EVIL),
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


def test_status_in_words() -> None:
    def words(dispatches: int, earliest: str | None, latest: str | None) -> str:
        return status_in_words(IndexStatus("", dispatches, 9, earliest, latest, "", "", 1, True))

    assert words(0, None, None) == "Aucune dépêche"
    assert words(1, None, None) == "1 dépêche"
    assert words(1, "2025-05", "2025-05") == "1 dépêche, mai 2025"
    assert words(1234, "2025-03", "2025-05-19") == "1\u202f234 dépêches, de mars au 19 mai 2025"
    assert words(2, "2025-04", "2025-10") == "2 dépêches, d’avril à octobre 2025"
    assert words(2, "2025-05-19", "2026") == "2 dépêches, du 19 mai 2025 à 2026"
    assert words(2, "2024-03", "2025-05") == "2 dépêches, de mars 2024 à mai 2025"


def test_report_names_what_happened_and_each_failure() -> None:
    report = IndexReport(1, 2, 3, 1, failures=(Failure("a.txt", "vide"), Failure("b.txt", "illisible")))
    assert report_in_words(report) == (
        "Index à jour : 1 dépêche ajoutée, 2 dépêches remplacées, 3 dépêches inchangées,"
        " 1 dépêche retirée, 2 échecs."
    )
    assert "a.txt : vide" in Seen(report_html(report)).text
    assert "b.txt : illisible" in Seen(report_html(report)).text


def test_report_leaves_out_what_did_not_happen() -> None:
    assert report_in_words(IndexReport(unchanged=2)) == "Index à jour : 2 dépêches inchangées."
    assert report_in_words(IndexReport()) == "Index à jour : aucune dépêche."
    assert "<ul>" not in report_html(IndexReport(unchanged=2))


def test_progress() -> None:
    assert "Lecture du dossier" in progress_html(None)
    assert "Lecture du dossier" in progress_html(Progress(0, 0))
    page = progress_html(Progress(12, 40))
    assert ("value", "12") in Seen(page).attributes
    assert ("max", "40") in Seen(page).attributes
    assert "12 sur 40 dépêches" in page
    assert "1 sur 1 dépêche<" in progress_html(Progress(2, 1))


def test_style_asks_for_nothing_from_elsewhere() -> None:
    assert "@import" not in STYLE
    assert "url(" not in STYLE
    assert "//" not in STYLE
