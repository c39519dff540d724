"""A summary as text for the terminal: aligned tables, French labels or English ones.

Shares show as percentages, times in milliseconds, what was not measured as a dash. Called by ``qa eval`` and
by ``eval.report``; prints nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from eval.comparison import Comparison
from eval.records import Evaluation, Record
from eval.summary import Summary, summarise

By = Literal["tag", "lang"]
Row = tuple[str, ...]

_NONE = "–"
# Key in the summary, inner key if any, label in French and in English, and whether it is a time.
_METRICS: tuple[tuple[str, str, str, str, bool], ...] = (
    ("em", "", "Correspondance exacte", "Exact match", False),
    ("f1", "", "F1", "F1", False),
    ("answerable", "em", "Correspondance exacte, avec réponse", "Exact match, answerable", False),
    ("answerable", "f1", "F1, avec réponse", "F1, answerable", False),
    ("abstention", "precision", "Abstention, précision", "Abstention precision", False),
    ("abstention", "recall", "Abstention, rappel", "Abstention recall", False),
    ("abstention", "f1", "Abstention, F1", "Abstention F1", False),
    ("citation_accuracy", "", "Citations exactes", "Citation accuracy", False),
    ("recall@1", "", "Rappel à 1", "Recall at 1", False),
    ("recall@5", "", "Rappel à 5", "Recall at 5", False),
    ("recall@10", "", "Rappel à 10", "Recall at 10", False),
    ("mrr@10", "", "MRR à 10", "MRR at 10", False),
    ("ndcg@10", "", "nDCG à 10", "nDCG at 10", False),
    ("ece", "", "Erreur de calibration", "Calibration error", False),
    ("aurc", "", "Aire risque-couverture", "Risk-coverage area", False),
    ("time", "current", "Réponse actuelle juste", "Current answer right", False),
    ("time", "as_of", "Réponse à une date juste", "Answer as of a date right", False),
    ("time", "relation", "Relation nommée juste", "Relation named right", False),
    ("time", "edtf", "Valeur de temps juste", "Time value right", False),
    ("latency_ms", "p50", "Latence médiane", "Median latency", True),
    ("latency_ms", "p95", "Latence, 95e centile", "Latency, 95th percentile", True),
)
_HEADINGS: dict[str, Row] = {
    "fr": ("n", "EM", "F1", "Rappel à 1", "Rappel à 5", "Citations"),
    "en": ("n", "EM", "F1", "Recall at 1", "Recall at 5", "Citations"),
}
_GROUPS: dict[tuple[str, By], str] = {
    ("fr", "tag"): "Étiquette",
    ("fr", "lang"): "Langue",
    ("en", "tag"): "Tag",
    ("en", "lang"): "Language",
}
_MEASURE: dict[str, Row] = {"fr": ("Mesure", "Valeur"), "en": ("Metric", "Value")}
_GAINS: dict[str, Row] = {
    "fr": ("Mesure", "Écart", "Intervalle à 95\u00a0%", "Mieux", "Moins bien"),
    "en": ("Metric", "Difference", "95% interval", "Better", "Worse"),
}
_GROUPED: dict[By, Callable[[Record], Sequence[str]]] = {
    "tag": lambda record: record.tags,
    "lang": lambda record: (record.lang,),
}


def render(evaluation: Evaluation, lang: str = "fr") -> str:
    """Return the metrics and the breakdowns by language and by tag, one table under the other.

    A breakdown without groups is left out.
    """
    by_group: tuple[By, ...] = ("lang", "tag")
    tables = [breakdown_rows(evaluation.records, by, lang) for by in by_group]
    tables.insert(0, metric_rows(summarise(evaluation.records), lang))
    return "\n\n".join(aligned(rows) for rows in tables if len(rows) > 1) + "\n"


def metric_rows(summary: Summary, lang: str = "fr") -> list[Row]:
    """Return the heading and one row (label, value) a metric; KeyError when ``summary`` lacks one."""
    rows = [_MEASURE[_known(lang)], ("Questions", str(summary["n"]))]
    for key, inner, french, english, is_time in _METRICS:
        value = _value(summary, key, inner)
        shown = milliseconds(value, lang) if is_time else percent(value, lang)
        rows.append((english if _known(lang) == "en" else french, shown))
    return rows


def breakdown_rows(records: Sequence[Record], by: By, lang: str = "fr") -> list[Row]:
    """Return the heading and one row a tag or language, the largest group first; a record may be in many."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        for name in _GROUPED[by](record):
            groups.setdefault(name, []).append(record)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    heading = (_GROUPS[_known(lang), by], *_HEADINGS[_known(lang)])
    return [heading, *(_group_row(name, members, lang) for name, members in ordered)]


def gain_rows(comparison: Comparison, lang: str = "fr") -> list[Row]:
    """Return the heading and what EM and F1 gained since the earlier run, if anything was compared."""
    counts = str(len(comparison.better)), str(len(comparison.worse))
    rows = [_GAINS[_known(lang)]]
    for name, gain in (("EM", comparison.em), ("F1", comparison.f1)):
        if gain:
            low, high = percent(gain.low, lang), percent(gain.high, lang)
            rows.append((name, percent(gain.mean, lang), f"{low} … {high}", *counts))
    return rows


def aligned(rows: Sequence[Row]) -> str:
    """Return ``rows`` as lines: first column to the left, others to the right, a rule under the heading."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(w) if at else cell.ljust(w)
            for at, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def percent(share: float | None, lang: str = "fr") -> str:
    """Return 0.725 as ``72,5 %`` (``72.5%`` in English), None as a dash."""
    if share is None:
        return _NONE
    text = f"{100 * share:.1f}"
    return f"{text}%" if _known(lang) == "en" else f"{text.replace('.', ',')}\u00a0%"


def milliseconds(value: float | None, lang: str = "fr") -> str:
    """Return 41.26 as ``41,3 ms`` (``41.3 ms`` in English), None as a dash."""
    if value is None:
        return _NONE
    text = f"{value:.1f}\u00a0ms"
    return text if _known(lang) == "en" else text.replace(".", ",")


def _value(summary: Summary, key: str, inner: str) -> float | None:
    value = summary[key]
    return value[inner] if isinstance(value, dict) else value


def _group_row(name: str, members: Sequence[Record], lang: str) -> Row:
    summary = summarise(members)
    keys = ("em", "f1", "recall@1", "recall@5", "citation_accuracy")
    return (name, str(len(members)), *(percent(_value(summary, key, ""), lang) for key in keys))


def _known(lang: str) -> str:
    return lang if lang in _MEASURE else "fr"
