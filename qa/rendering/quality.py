"""Quality: the buttons to judge an answer, the figures of the last evaluation, what was judged so far."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.judgements import Judgement
from qa.rendering.text import button, escape, folded
from qa.wording import counted, percent, share, word

SUMMARY = "summary.json"
ERRORS = "errors.json"
_PLOTS = ("reliability", "risk")
# Where each figure stands in the summary, and whether it is a share.
_FIGURES = (
    ("questions", ("n",), False),
    ("f1", ("answerable", "f1"), True),
    ("em", ("answerable", "em"), True),
    ("withheld_right", ("abstention", "recall"), True),
    ("citation_accuracy", ("citation_accuracy",), True),
    ("recall_5", ("recall@5",), True),
    ("calibration_error", ("ece",), True),
    ("median_ms", ("latency_ms", "p50"), False),
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What ``qa eval --report`` left in a folder: its summary, plots (SVG) and worst errors."""

    folder: Path
    summary: dict[str, Any]
    plots: dict[str, bytes]
    errors: Sequence[dict[str, Any]] = ()


def last_evaluation(folders: Sequence[Path]) -> Evaluation | None:
    """The newest report of those in the folders; None when none can be read."""
    found = [folder for folder in folders if (folder / SUMMARY).is_file()]
    for folder in sorted(found, key=lambda f: (f / SUMMARY).stat().st_mtime, reverse=True):
        try:
            summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
            files = {name: folder / f"{name}.svg" for name in _PLOTS}
            plots = {name: file.read_bytes() for name, file in files.items() if file.is_file()}
        except (OSError, ValueError):
            continue
        if isinstance(summary, dict):
            return Evaluation(folder, summary, plots, _listed_errors(folder / ERRORS))
    return None


def _listed_errors(path: Path) -> list[dict[str, Any]]:
    """None where an older report has no such file, or it cannot be read."""
    with suppress(OSError, ValueError):
        errors = json.loads(path.read_text(encoding="utf-8"))
        return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return []


def judge_html() -> str:
    """Right or wrong, and what would be right."""
    verdicts = "".join(
        button(word(verdict), data_judge=verdict, aria_pressed="false") for verdict in ("right", "wrong")
    )
    better = f'<label>{escape(word("better"))} <input type="text" maxlength="2000"></label>'
    none = f'<label><input type="checkbox"> {escape(word("unanswerable"))}</label>'
    save = button(word("save"), data_judge="wrong", data_save=True)
    return (
        f'<div class="qa-judge"><span>{escape(word("is_it_right"))}</span>{verdicts}'
        f'<span class="qa-judged"></span><div class="qa-right" hidden>{better}{none}{save}</div></div>'
    )


def figures_html(evaluation: Evaluation | None, suggested: Path) -> str:
    """The figures and plots, or how to have some."""
    if evaluation is None:
        return f'<p class="qa-note">{escape(word("no_report", folder=suggested))}</p>'
    rows = "".join(
        f"<div><dt>{escape(word(f'figure_{key}'))}</dt><dd>{escape(value)}</dd></div>"
        for key, value in _figures(evaluation.summary)
    )
    plots = "".join(
        f'<img alt="{escape(word(f"plot_{name}"))}" src="data:image/svg+xml;base64,{_base64(svg)}">'
        for name, svg in evaluation.plots.items()
    )
    source = f'<p class="qa-note">{escape(word("report_in", folder=evaluation.folder))}</p>'
    return (
        f'<dl class="qa-figures">{rows}</dl><div class="qa-plots">{plots}</div>{_errors(evaluation)}{source}'
    )


def _errors(evaluation: Evaluation) -> str:
    """The worst errors, folded; an answer that was withheld may be the error."""
    if not evaluation.errors:
        return ""
    heading = word("worst_errors", n=len(evaluation.errors))
    return folded(heading, map(_error, evaluation.errors), kind="qa-errors")


def _error(error: dict[str, Any]) -> str:
    expected = " / ".join(map(str, error.get("expected") or ())) or word("nothing_expected")
    given, best = error.get("given"), error.get("best")
    said = given or (word("withheld_best", best=best) if best else word("withheld_plainly"))
    sure = error.get("confidence")
    if isinstance(sure, int | float):
        said = f"{said} ({word('confidence', percent=percent(sure))})"
    rows = "".join(
        f"<div><dt>{escape(word(key))}</dt><dd>{escape(str(value))}</dd></div>"
        for key, value in (("expected", expected), ("given", said))
    )
    read = f"<blockquote>{escape(str(error['passage']))}</blockquote>" if error.get("passage") else ""
    question = escape(str(error.get("question", "")))
    return f'<div class="qa-error"><p>{question}</p><dl>{rows}</dl>{read}</div>'


def judged_html(judgements: Sequence[Judgement], path: Path) -> str:
    """How many judgements there are, and where they are kept."""
    right = sum(judgement.verdict == "right" for judgement in judgements)
    line = word("judged_so_far", all=counted(len(judgements), "judgement"), right=right, path=path)
    return f'<p class="qa-note">{escape(line)}</p>'


def _figures(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of the figures that the summary has."""
    shown = []
    for key, path, is_share in _FIGURES:
        value: Any = summary
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, int | float):
            shown.append((key, share(value) if is_share else f"{value:.0f}"))
    return shown


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
