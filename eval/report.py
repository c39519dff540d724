"""A run as files to keep: ``report.md`` to read, ``summary.json`` to compare with the next run.

Called by ``qa eval --report``. The report holds the metrics, their breakdown by language and tag, the
reliability bins, and the worst errors with what was asked, expected and given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from eval.metrics.ece import Bin
from eval.records import Evaluation, Record
from eval.summary import reliability_bins, summarise
from eval.tables import Row, breakdown_rows, metric_rows, percent
from qa.errors import UserError
from qa.messages import os_reason

WORST = 20
_NO_GROUP = "–"

_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "title": "Évaluation",
        "mode": "Mode :",
        "metrics": "Mesures",
        "lang": "Par langue",
        "tag": "Par étiquette",
        "reliability": "Fiabilité de la confiance",
        "errors": "Erreurs les plus graves",
        "perfect": "Aucune erreur.",
        "unmeasured": "Aucune confiance à juger.",
        "withheld": "(abstention)",
        "nothing": "(pas de réponse attendue)",
        "absent": "(absent)",
        "rank": "rang",
    },
    "en": {
        "title": "Evaluation",
        "mode": "Mode:",
        "metrics": "Metrics",
        "lang": "By language",
        "tag": "By tag",
        "reliability": "Reliability of the confidence",
        "errors": "Worst errors",
        "perfect": "No error.",
        "unmeasured": "No confidence to judge.",
        "withheld": "(abstention)",
        "nothing": "(no answer expected)",
        "absent": "(absent)",
        "rank": "rank",
    },
}
_BIN_HEADING: dict[str, Row] = {
    "fr": ("Confiance", "n", "Confiance moyenne", "Part juste"),
    "en": ("Confidence", "n", "Mean confidence", "Share right"),
}
_ERROR_HEADING: dict[str, Row] = {
    "fr": ("id", "Question", "Attendu", "Donné", "Confiance", "F1"),
    "en": ("id", "Question", "Expected", "Given", "Confidence", "F1"),
}


def write_report(folder: Path, evaluation: Evaluation, lang: str = "fr") -> Path:
    """Write ``report.md`` and ``summary.json`` into ``folder``, made if need be; return the report's path.

    Files of that name are replaced. Raises UserError when the folder cannot be written.
    """
    summary = summarise(evaluation.records)
    report = folder / "report.md"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(summary, ensure_ascii=False, indent=2)
        (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
        report.write_text(as_markdown(evaluation, lang), encoding="utf-8")
    except OSError as error:
        raise UserError("storage", path=folder, reason=os_reason(error)) from None
    return report


def as_markdown(evaluation: Evaluation, lang: str = "fr") -> str:
    """Return the report as Markdown; any ``lang`` but ``en`` is French."""
    lang = lang if lang in _WORDS else "fr"
    words, records = _WORDS[lang], evaluation.records
    bins = [_bin_row(b, lang) for b in reliability_bins(records)]
    errors = [_error_row(r, lang) for r in worst_errors(records)]
    parts = [
        f"# {words['title']}\n\n{words['mode']} `{evaluation.mode}`",
        _section(words["metrics"], metric_rows(summarise(records), lang)),
        _section(words["lang"], breakdown_rows(records, "lang", lang), _NO_GROUP),
        _section(words["tag"], breakdown_rows(records, "tag", lang), _NO_GROUP),
        _section(words["reliability"], [_BIN_HEADING[lang], *bins], words["unmeasured"]),
        _section(words["errors"], [_ERROR_HEADING[lang], *errors], words["perfect"]),
    ]
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


def _error_row(record: Record, lang: str) -> Row:
    words = _WORDS[lang]
    expected = " / ".join(record.answers) or words["nothing"]
    confidence, f1 = percent(record.confidence, lang), percent(record.f1, lang)
    return (record.id, record.question, expected, _given(record, words), confidence, f1)


def _given(record: Record, words: dict[str, str]) -> str:
    if record.right is None:
        return f"{words['rank']} {min(record.ranks)}" if record.ranks else words["absent"]
    if record.answer is not None:
        return record.answer
    return f"{words['withheld']} {record.best}" if record.best else words["withheld"]


def _section(title: str, rows: Sequence[Row], when_empty: str = "") -> str:
    if len(rows) == 1 and when_empty:
        return f"## {title}\n\n{when_empty}"
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return f"## {title}\n\n" + "\n".join(lines)


def _cell(text: str) -> str:
    """Keep a cell on its line and in its column, and its text from being read as markup."""
    plain = " ".join(text.split()) if "\n" in text or "\r" in text else text
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
