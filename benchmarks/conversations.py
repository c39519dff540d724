"""Follow-up questions: how often one is answered as the question written out would be.

    python -m benchmarks.conversations [--errors dev]

Indexes ``tests/conversations/dispatches`` and the seeds into a temporary folder and plays every conversation
of ``eval/questions/conversations.jsonl``. Rules were written on the half "dev"; ``--errors`` lists what
differs there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from eval.conversations import Played, Score, play, read_conversations, same, score
from qa.factory import SEEDS, open_indexer, open_pipeline
from qa.followups import Earlier, followup
from qa.settings import Settings
from qa.types import Reply

DISPATCHES = Path(__file__).resolve().parent.parent / "tests/conversations/dispatches"


class Remembering:
    """A pipeline that answers a question it has had before from memory."""

    def __init__(self, index: Path) -> None:
        self.ask = cache(self._ask)
        self._pipeline = open_pipeline(Settings(index))

    def _ask(self, question: str) -> Reply:
        return self._pipeline.ask(question)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("dev", "test"), action="append")
    parser.add_argument("--errors", choices=("dev",), help="list the differences of this half")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        open_indexer(Settings(index)).run([DISPATCHES, SEEDS])
        pipeline = Remembering(index)
        conversations = read_conversations()
        print("| half | follow-ups | as written out: rewritten | in its place | as typed | full left alone"
              " | right: typed | rewritten | written out |")  # fmt: skip
        print("|---|---|---|---|---|---|---|---|---|")
        for split in options.split or ("dev", "test"):
            played = [p for c in conversations if c.split == split for p in play(c, pipeline)]
            print(_row(split, score(played)))
            if split == options.errors:
                _list(played)
    print(f"{_speed():.2f} ms a question")


def _row(split: str, s: Score) -> str:
    shares = (s.as_standalone, s.in_its_place, s.typed_as_standalone, s.unchanged)
    right = (s.right_typed, s.right_rewritten, s.right_standalone)
    cells = [split, str(s.followups), *(f"{x:.3f}" for x in shares), *(f"{x:.3f}" for x in right)]
    return f"| {' | '.join(cells)} | ({s.full} full)"


def _list(played: Sequence[Played]) -> None:
    for p in played:
        differs = p.turn.followup and not same(p.resolved, p.standalone)
        if differs or (not p.turn.followup and p.rewritten != p.turn.question):
            print(f"{p.conversation} {p.turn.question}\n    -> {p.rewritten} = {p.resolved}")
            print(f"    .. {p.turn.standalone} = {p.standalone}")


def _speed() -> float:
    said = [Earlier("Où se tient le 5e Sommet des villes fluviales ?", "Valdorme", "Le sommet. " * 500)]
    began = time.perf_counter()
    for _ in range(200):
        followup("Et qui le copréside ?", said)
        followup("Qui dirige les opérations de secours ?", said)
    return 1e3 * (time.perf_counter() - began) / 400


if __name__ == "__main__":
    main()
