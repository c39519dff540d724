"""How fast an answer is: from a cold process, and warm. ``python benchmarks/latency.py [--runs 7]``

Machines are shared and noisy, so each figure comes with its ratio to a baseline of the same run: the cold
start to a Python that only imports numpy and onnxruntime, the warm answer to embedding its question.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qa.factory import SEEDS, open_indexer, open_pipeline
from qa.settings import Settings

QUESTIONS = Path(__file__).resolve().parent.parent / "eval/questions/seeds.jsonl"


def main() -> None:
    """Print both lines."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        open_indexer(Settings(index)).run([SEEDS])
        cold(index, runs)
        warm(index)


def cold(index: Path, runs: int) -> None:
    """Seconds of whole processes, the two kinds in turn."""
    question = "Quand est prévue la signature de la Convention de Hanoï ?"
    ask = [sys.executable, "-m", "qa", "ask", question, "--index", str(index)]
    bare = [sys.executable, "-c", "import numpy, onnxruntime"]
    asked, imported = [], []
    for _ in range(runs):
        imported.append(_seconds(bare))
        asked.append(_seconds(ask))
    a, b = statistics.median(asked), statistics.median(imported)
    print(f"cold: qa ask {a:.2f} s, importing numpy and onnxruntime {b:.2f} s, ratio {a / b:.1f}")


def warm(index: Path) -> None:
    """Milliseconds of every seed question, the first pass (sentences not embedded yet) and the second."""
    questions = [json.loads(line)["question"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    pipeline = open_pipeline(Settings(index))
    pipeline.ask(questions[0])
    for name in ("first pass", "second pass"):
        timings = [pipeline.ask(q).timings_ms for q in questions]
        total = sorted(t["total"] for t in timings)
        p50, p95 = statistics.median(total), total[int(0.95 * len(total))]
        embed = statistics.median(t["embed"] for t in timings)
        stages = ", ".join(
            f"{s} {statistics.median(t[s] for t in timings):.1f}" for s in ("embed", "retrieve", "read")
        )
        print(
            f"warm, {name}: p50 {p50:.0f} ms, p95 {p95:.0f} ms ({stages});"
            f" ratio to embedding {p50 / embed:.1f}"
        )


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
