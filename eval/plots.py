"""The pictures of a report as SVG text: reliability, risk against coverage, latency.

The only module of ``eval`` that imports matplotlib, when the first picture is drawn. Text stays text in the
SVG, so it can be read aloud and searched; the same values give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from eval.metrics.ece import Bin
from eval.metrics.latency import latency
from eval.metrics.risk_coverage import Point

_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "confidence": "Confiance annoncée",
        "right": "Part juste",
        "ideal": "idéal",
        "measured": "mesuré",
        "coverage": "Part des questions répondues",
        "risk": "Part fausse des réponses",
        "default": "seuil par défaut",
        "ms": "Durée d'une réponse (ms)",
        "questions": "Questions",
        "median": "médiane",
        "p95": "95e centile",
    },
    "en": {
        "confidence": "Stated confidence",
        "right": "Share right",
        "ideal": "ideal",
        "measured": "measured",
        "coverage": "Share of the questions answered",
        "risk": "Share of the answers wrong",
        "default": "default threshold",
        "ms": "Time of an answer (ms)",
        "questions": "Questions",
        "median": "median",
        "p95": "95th percentile",
    },
}
_BLUE, _GREY, _ORANGE = "#1f5fa8", "#767676", "#b34700"  # 4.5:1 on white, and apart for the colour-blind
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "qa",
    "font.family": "sans-serif",
    "font.size": 9,
}


def reliability_plot(bins: Sequence[Bin], lang: str) -> str:
    """Return the share right by stated confidence; the nearer the diagonal the better. Dots by count."""
    words, total = _WORDS[lang], sum(b.count for b in bins)

    def draw(axes: Any) -> None:  # noqa: ANN401
        axes.plot([0, 1], [0, 1], "--", color=_GREY, label=words["ideal"])
        xs, ys = [b.confidence for b in bins], [b.accuracy for b in bins]
        axes.plot(xs, ys, "-", color=_BLUE, linewidth=1, label=words["measured"])
        axes.scatter(xs, ys, s=[20 + 400 * b.count / total for b in bins], color=_BLUE, alpha=0.75)
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel=words["confidence"], ylabel=words["right"])
        axes.legend(loc="upper left")

    return _svg(draw)


def risk_plot(points: Sequence[Point], answered: float, lang: str) -> str:
    """Return risk by coverage; lower is better. ``answered``: the share answered at the threshold used."""
    words = _WORDS[lang]

    def draw(axes: Any) -> None:  # noqa: ANN401
        axes.plot([p.coverage for p in points], [p.risk for p in points], color=_BLUE)
        axes.axvline(answered, color=_ORANGE, linestyle="--", label=words["default"])
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel=words["coverage"], ylabel=words["risk"])
        axes.legend(loc="upper left")

    return _svg(draw)


def latency_plot(milliseconds: Sequence[float], lang: str) -> str:
    """Return the histogram of the times (at least one), with the median and the 95th percentile."""
    words, marks = _WORDS[lang], latency(milliseconds)

    def draw(axes: Any) -> None:  # noqa: ANN401
        axes.hist(milliseconds, bins=30, color=_BLUE)
        axes.axvline(marks.p50, color=_ORANGE, linestyle="--", label=words["median"])
        axes.axvline(marks.p95, color=_ORANGE, linestyle=":", label=words["p95"])
        axes.set(xlabel=words["ms"], ylabel=words["questions"])
        axes.legend(loc="upper right")

    return _svg(draw)


def _svg(draw: Callable[[Any], None]) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(4.6, 3.4), layout="constrained")
        axes = figure.add_subplot()
        axes.grid(alpha=0.3)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return text[text.index("<svg") :].strip() + "\n"
