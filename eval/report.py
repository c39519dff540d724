"""A run as files to keep: a report to look at, and its records to compare the next run with.

Called by ``qa eval --report DIR``. Into DIR go ``report.md`` and ``report.html`` (the same text; the page
holds its pictures), the pictures as SVG, ``summary.json``, ``records.jsonl`` to compare the next run with and
the worst errors as ``errors.json``, which the chat shows. The report has the metrics, their breakdown by
language and tag, reliability, risk against coverage, times, what changed since an earlier run, and the worst
errors with what was asked, expected, given and read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.comparison import RECORDS, Change, Comparison
from eval.metrics.ece import Bin
from eval.page import as_page
from eval.plots import latency_plot, reliability_plot, risk_plot
from eval.records import Evaluation, Record
from eval.summary import reliability_bins, risk_points, summarise
from eval.tables import Row, breakdown_rows, gain_rows, metric_rows, percent
from qa.errors import UserError
from qa.messages import os_reason

WORST = 20
_CHANGES = 20
_NO_GROUP = "–"

_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Évaluation",
        "mode": "Mode :",
        "metrics": "Mesures",
        "lang": "Par langue",
        "tag": "Par étiquette",
        "reliability": "Fiabilité de la confiance",
        "risk": "Risque et couverture",
        "latency": "Durées",
        "comparison": "Depuis l'évaluation précédente",
        "compared": "{n} questions comparées, {apart} dans une seule des deux.",
        "better": "Mieux",
        "worse": "Moins bien",
        "unchanged": "Rien n'a changé.",
        "errors": "Erreurs les plus graves",
        "perfect": "Aucune erreur.",
        "unmeasured": "Aucune confiance à juger.",
        "withheld": "(abstention)",
        "nothing": "(pas de réponse attendue)",
        "absent": "(absent)",
        "rank": "rang",
        "expected": "Attendu :",
        "given": "Donné :",
        "confidence": "confiance",
        "reliability_alt": "Part juste selon la confiance annoncée",
        "risk_alt": "Part fausse des réponses selon la part des questions répondues",
        "latency_alt": "Répartition des durées",
    },
    "en": {
        "title": "Evaluation",
        "mode": "Mode:",
        "metrics": "Metrics",
        "lang": "By language",
        "tag": "By tag",
        "reliability": "Reliability of the confidence",
        "risk": "Risk and coverage",
        "latency": "Times",
        "comparison": "Since the earlier evaluation",
        "compared": "{n} questions compared, {apart} in only one of the two.",
        "better": "Better",
        "worse": "Worse",
        "unchanged": "Nothing changed.",
        "errors": "Worst errors",
        "perfect": "No error.",
        "unmeasured": "No confidence to judge.",
        "withheld": "(abstention)",
        "nothing": "(no answer expected)",
        "absent": "(absent)",
        "rank": "rank",
        "expected": "Expected:",
        "given": "Given:",
        "confidence": "confidence",
        "reliability_alt": "Share right by stated confidence",
        "risk_alt": "Share of the answers wrong by share of the questions answered",
        "latency_alt": "Distribution of the times",
    },
}
_BIN_HEADING: dict[str, Row] = {
    "fr": ("Confiance", "n", "Confiance moyenne", "Part juste"),
    "en": ("Confidence", "n", "Mean confidence", "Share right"),
}
_RISK_HEADING: dict[str, Row] = {
    "fr": ("Questions répondues", "Part fausse", "Confiance la plus basse"),
    "en": ("Questions answered", "Share wrong", "Lowest confidence"),
}
_CHANGE_HEADING: dict[str, Row] = {
    "fr": ("id", "Question", "Avant", "Après", "F1"),
    "en": ("id", "Question", "Before", "After", "F1"),
}


def write_report(
    folder: Path, evaluation: Evaluation, lang: str = "fr", comparison: Comparison | None = None
) -> Path:
    """Write the report's files into ``folder``, made if need be; return the path of ``report.md``.

    Files of those names are replaced. Raises UserError when the folder cannot be written.
    """
    lang = lang if lang in _WORDS else "fr"
    text = as_markdown(evaluation, lang, comparison)
    pictures = draw(evaluation, lang)
    summary = json.dumps(summarise(evaluation.records), ensure_ascii=False, indent=2)
    files = {
        **pictures,
        "summary.json": f"{summary}\n",
        RECORDS: "".join(_line(r) for r in evaluation.records),
        "errors.json": json.dumps(
            [_error_json(r) for r in worst_errors(evaluation.records) if r.right is False]
        )
        + "\n",
        "report.html": as_page(text, _WORDS[lang]["title"], lang, pictures),
        "report.md": text,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UserError("storage", path=folder, reason=os_reason(error)) from None
    return folder / "report.md"


def draw(evaluation: Evaluation, lang: str) -> dict[str, str]:
    """The pictures of the report by file name, as SVG; none of what was not measured."""
    records, pictures = evaluation.records, {}
    bins, points = reliability_bins(records), risk_points(records)
    if bins:
        pictures["reliability.svg"] = reliability_plot(bins, lang)
    if points:
        answered = sum(r.answer is not None for r in records) / len(points)
        pictures["risk.svg"] = risk_plot(points, answered, lang)
    if records:
        pictures["latency.svg"] = latency_plot([r.latency_ms for r in records], lang)
    return pictures


def as_markdown(evaluation: Evaluation, lang: str = "fr", comparison: Comparison | None = None) -> str:
    """Return the report as Markdown, its pictures beside it; any ``lang`` but ``en`` is French."""
    lang = lang if lang in _WORDS else "fr"
    words, records = _WORDS[lang], evaluation.records
    bins = [_bin_row(b, lang) for b in reliability_bins(records)]
    parts = [
        f"# {words['title']}\n\n{words['mode']} `{evaluation.mode}`",
        _section(words["metrics"], metric_rows(summarise(records), lang)),
        _section(words["lang"], breakdown_rows(records, "lang", lang), _NO_GROUP),
        _section(words["tag"], breakdown_rows(records, "tag", lang), _NO_GROUP),
        _section(words["reliability"], [_BIN_HEADING[lang], *bins], words["unmeasured"]),
    ]
    if bins:
        parts += [
            _picture("reliability", lang),
            _section(words["risk"], [_RISK_HEADING[lang], *_risk_rows(records, lang)]),
            _picture("risk", lang),
        ]
    if records:
        parts += [f"## {words['latency']}", _picture("latency", lang)]
    if comparison:
        parts += _comparison_parts(comparison, lang)
    parts += [f"## {words['errors']}", *_errors(records, lang)]
    return "\n\n".join(parts) + "\n"


def worst_errors(records: Sequence[Record], limit: int = WORST) -> list[Record]:
    """Return at most ``limit`` errors, the worst first.

    Where answers were read, an error is an output that is not right (``Record.right``), the more confident
    the worse. Where passages were only searched, it is a relevant passage that is not first, the further
    down the worse.
    """
    wrong = [r for r in records if r.right is False]
    misplaced = [r for r in records if r.right is None and r.ranks is not None and 1 not in r.ranks]
    wrong.sort(key=lambda r: (-(r.confidence or 0.0), r.f1 or 0.0))
    misplaced.sort(key=lambda r: -min(r.ranks or (), default=float("inf")))
    return (wrong + misplaced)[:limit]


def _bin_row(one: Bin, lang: str) -> Row:
    low, high = percent(one.low, lang), percent(one.high, lang)
    return (f"{low} – {high}", str(one.count), percent(one.confidence, lang), percent(one.accuracy, lang))


def _risk_rows(records: Sequence[Record], lang: str) -> list[Row]:
    """The curve where a quarter, half, three quarters and all of the questions are answered."""
    points = risk_points(records)
    marks = [points[max(0, round(len(points) * share) - 1)] for share in (0.25, 0.5, 0.75, 1.0)]
    return [tuple(percent(v, lang) for v in (p.coverage, p.risk, p.confidence)) for p in marks]


def _picture(name: str, lang: str) -> str:
    return f"![{_WORDS[lang][f'{name}_alt']}]({name}.svg)"


def _comparison_parts(comparison: Comparison, lang: str) -> list[str]:
    words = _WORDS[lang]
    counts = words["compared"].format(n=comparison.compared, apart=comparison.apart)
    parts = [_section(words["comparison"], gain_rows(comparison, lang), _NO_GROUP), counts]
    for title, changes in (("better", comparison.better), ("worse", comparison.worse)):
        shown = [_change_row(c, lang) for c in changes[:_CHANGES]]
        if shown:
            parts += [f"### {words[title]} ({len(changes)})", _table([_CHANGE_HEADING[lang], *shown])]
    return parts if comparison.better or comparison.worse else [*parts, words["unchanged"]]


def _change_row(change: Change, lang: str) -> Row:
    words, after = _WORDS[lang], change.after
    before, now = percent(change.before.f1, lang), percent(after.f1, lang)
    return (
        after.id,
        after.question,
        _given(change.before, words),
        _given(after, words),
        f"{before} → {now}",
    )


def _errors(records: Sequence[Record], lang: str) -> list[str]:
    errors = [_error(r, lang) for r in worst_errors(records)]
    return errors or [_WORDS[lang]["perfect"]]


def _error(record: Record, lang: str) -> str:
    words = _WORDS[lang]
    expected = " / ".join(record.answers) or words["nothing"]
    given = _plain(_given(record, words))
    if record.confidence is not None:
        given += f" ({words['confidence']} {percent(record.confidence, lang)}, F1 {percent(record.f1, lang)})"
    lines = [
        f"### {_plain(record.question)}",
        f"`{record.id}`\n\n- {words['expected']} {_plain(expected)}\n- {words['given']} {given}",
    ]
    if record.passage:
        lines.append(f"> {_plain(record.passage)}")
    return "\n\n".join(lines)


def _error_json(record: Record) -> dict[str, object]:
    """What the chat shows of an error; ``given`` None: withheld, and ``best`` is what was."""
    return {
        "question": record.question,
        "expected": list(record.answers),
        "given": record.answer,
        "best": record.best,
        "confidence": record.confidence,
        "passage": record.passage,
    }


def _given(record: Record, words: dict[str, str]) -> str:
    if record.right is None:
        return f"{words['rank']} {min(record.ranks)}" if record.ranks else words["absent"]
    if record.answer is not None:
        return record.answer
    return f"{words['withheld']} {record.best}" if record.best else words["withheld"]


def _section(title: str, rows: Sequence[Row], when_empty: str = "") -> str:
    if len(rows) == 1 and when_empty:
        return f"## {title}\n\n{when_empty}"
    return f"## {title}\n\n{_table(rows)}"


def _table(rows: Sequence[Row]) -> str:
    lines = ["| " + " | ".join(_plain(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Keep a text on its line and in its column, and from being read as markup."""
    line = " ".join(text.split()) if "\n" in text or "\r" in text else text
    for mark in "\\`*_[]|":
        line = line.replace(mark, f"\\{mark}")
    return line.replace("<", "&lt;")


def _line(record: Record) -> str:
    return json.dumps(asdict(record), ensure_ascii=False) + "\n"
