"""Finding and resolving time expressions: ours, and dateparser where it is installed, on hand-made labels.

    python -m benchmarks.time_expressions --corpus press_sample.jsonl.gz

Prints a table of precision, recall and F1 of finding (relaxed match), strict F1, and the share of exact
intervals among those found, for both halves; and the time of our own per thousand characters. ``pip install
dateparser`` adds the baseline, which gives days only.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from eval.time_expressions import Excerpt, Label, Score, System, ours, read_excerpts, score
from qa.dates import PartialDate


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    corpus = parser.parse_args().corpus
    print("| system | half | dates | precision | recall | F1 | strict F1 | exact interval |")
    print("|---|---|---|---|---|---|---|---|")
    for name, system in _systems():
        for split in ("dev", "test"):
            print(_row(name, split, score(read_excerpts(corpus, split), system)))
    print(f"{_speed(read_excerpts(corpus, 'dev')):.1f} ms a thousand characters (ours)")


def _systems() -> Sequence[tuple[str, System]]:
    try:
        from dateparser.search import search_dates
    except ImportError:
        return [("qa.temporal", ours)]

    def baseline(text: str, published: PartialDate) -> list[Label]:
        base = datetime(published.year, published.month or 1, published.day or 1)
        found = search_dates(text, languages=["fr"], settings={"RELATIVE_BASE": base}) or []
        labels, at = [], 0
        for words, moment in found:
            start = text.find(words, at)
            at = start + len(words)
            labels.append(Label(start, at, moment.date().isoformat()))
        return labels

    return [("qa.temporal", ours), ("dateparser", baseline)]


def _row(name: str, split: str, s: Score) -> str:
    shares = " | ".join(f"{x:.3f}" for x in (s.precision, s.recall, s.f1, s.strict, s.exact))
    return f"| {name} | {split} | {s.n} | {shares} |"


def _speed(excerpts: Sequence[Excerpt]) -> float:
    began = time.perf_counter()
    for excerpt in excerpts:
        ours(excerpt.text, excerpt.published)
    return 1e6 * (time.perf_counter() - began) / sum(len(e.text) for e in excerpts)


if __name__ == "__main__":
    main()
