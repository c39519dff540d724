"""Tables for the terminal: labels, figures, alignment."""

from __future__ import annotations

import pytest

from eval.records import Evaluation, Record
from eval.summary import summarise
from eval.tables import aligned, breakdown_rows, metric_rows, milliseconds, percent, render

RECORDS = (
    Record(
        "a",
        "fr",
        ("when", "typo"),
        "Quand ?",
        ("mai",),
        10.0,
        "mai",
        "mai",
        0.9,
        0.9,
        em=1.0,
        f1=1.0,
        ranks=(1,),
    ),
    Record("b", "fr", ("when",), "Quand donc ?", ("juin",), 20.0, confidence=0.6, em=0.0, f1=0.0, ranks=(3,)),
    Record("c", "en", ("who",), "Who?", (), 30.0, confidence=0.8, em=1.0, f1=1.0),
)


def test_figures_in_both_languages() -> None:
    assert (percent(0.725), percent(0.725, "en"), percent(None)) == ("72,5\u00a0%", "72.5%", "–")
    assert (milliseconds(41.26), milliseconds(41.26, "en")) == ("41,3\u00a0ms", "41.3\u00a0ms")
    assert milliseconds(None, "en") == "–"
    assert percent(0.0) == "0,0\u00a0%"
    assert percent(1.0, "de") == percent(1.0, "fr")


def test_every_metric_has_its_row() -> None:
    summary = summarise(RECORDS)
    rows = metric_rows(summary)
    flat = [v for value in summary.values() for v in (value.values() if isinstance(value, dict) else [value])]
    assert [value for _, value in rows[2:-2]] == [percent(v) for v in flat[1:-2]]
    assert rows[:3] == [("Mesure", "Valeur"), ("Questions", "3"), ("Correspondance exacte", "66,7\u00a0%")]
    assert rows[-2:] == [("Latence médiane", "20,0\u00a0ms"), ("Latence, 95e centile", "29,0\u00a0ms")]


def test_english_labels() -> None:
    rows = dict(metric_rows(summarise(RECORDS), "en"))
    assert (rows["Exact match"], rows["Recall at 1"], rows["Median latency"]) == (
        "66.7%",
        "50.0%",
        "20.0\u00a0ms",
    )


def test_breakdown_by_tag_and_language() -> None:
    assert breakdown_rows(RECORDS, "tag", "en") == [
        ("Tag", "n", "EM", "F1", "Recall at 1", "Recall at 5", "Citations"),
        ("when", "2", "50.0%", "50.0%", "50.0%", "100.0%", "–"),
        ("typo", "1", "100.0%", "100.0%", "100.0%", "100.0%", "–"),
        ("who", "1", "100.0%", "100.0%", "–", "–", "–"),
    ]
    assert [row[:2] for row in breakdown_rows(RECORDS, "lang")] == [("Langue", "n"), ("fr", "2"), ("en", "1")]


def test_columns_are_aligned() -> None:
    table = aligned([("Clé", "n"), ("longue", "7"), ("é", "1234")])
    assert table.splitlines() == ["Clé        n", "──────  ────", "longue     7", "é       1234"]


@pytest.mark.parametrize(("lang", "heading"), [("fr", "Étiquette"), ("en", "Tag")])
def test_render_has_the_three_tables(lang: str, heading: str) -> None:
    first, second, third = render(Evaluation("ask", RECORDS), lang).split("\n\n")
    assert len({len(line) for line in first.splitlines()[1:]}) == 1
    assert len(second.splitlines()) == 2 + 2
    assert third.startswith(heading)


def test_render_of_nothing_is_the_metrics_alone() -> None:
    text = render(Evaluation("ask", ()))
    assert "\n\n" not in text
    assert text.count("–") == 21
