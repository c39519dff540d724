"""A whole dispatch to read: nothing lost, the span marked where it stands."""

from __future__ import annotations

import re

import pytest

from qa.rendering.dispatch import MOST_SHOWN, PLACE, dispatch_html, gone_html
from tests.qa.hand import make_dispatch
from tests.qa.pages import Seen

BODY = " date 2025-05 Titre. Photo : ND\n\nLe 19 mai à Hanoï.\n  \n\nLe 19 mai à Vienne,\nle soir.- VNA/VI\n"


def test_every_word_of_the_file_is_shown() -> None:
    seen = Seen(dispatch_html(make_dispatch(BODY)))
    assert "".join(BODY.split()) in "".join(seen.text.split())
    assert seen.marked == []


def test_head_names_title_date_agency_and_file() -> None:
    assert "Titremai 2025 · VNA · d1.txtFermer" in Seen(dispatch_html(make_dispatch(BODY))).text


@pytest.mark.parametrize("nth", [0, 1])
def test_span_is_marked_where_it_stands(nth: int) -> None:
    start = [m.start() for m in re.finditer("19 mai", BODY)][nth]
    html = dispatch_html(make_dispatch(BODY), start, start + 6)
    assert Seen(html).marked == ["19 mai"]
    assert ("id", PLACE) in Seen(html).attributes
    assert html.split("</mark>")[1].startswith((" à Hanoï", " à Vienne")[nth])
    assert html.count("qa-here") == 1


def test_a_span_over_the_end_of_its_paragraph_is_marked_in_both() -> None:
    start, end = BODY.index("Hanoï"), BODY.index("Le 19 mai à Vienne") + 2
    assert Seen(dispatch_html(make_dispatch(BODY), start, end)).marked == ["Hanoï.", "Le"]


def test_an_endless_file_is_cut_around_the_span_and_says_so() -> None:
    body = "mot " * 200_000 + "ICI " + "mot " * 200_000
    html = dispatch_html(make_dispatch(body), 800_000, 800_003)
    assert Seen(html).marked == ["ICI"]
    assert len(html) < MOST_SHOWN + 2_000
    assert "200\u202f000 caractères sur 1\u202f600\u202f004 caractères" in html


def test_markup_is_text_and_the_page_is_one_line() -> None:
    html = dispatch_html(make_dispatch("<b>x</b>\nfin"), 0, 3)
    assert "b" not in Seen(html).tags
    assert "\n" not in html


def test_a_dispatch_that_went_is_said() -> None:
    assert "plus dans l’index" in Seen(gone_html()).text
