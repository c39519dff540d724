"""Searching and adding among many passages. ``python -m benchmarks.scale --corpus FILE [--sizes N …]``

``FILE`` is ``press_sample.jsonl.gz``; archives are made of it by ``press_archive``, in ``--folder`` if given
(they are kept there: a million passages take some minutes), else in a temporary one. For each size: what
the index takes on disk and in memory, the time to open it, search and whole answer (p50, p95, and the
ratio to the smallest size), adding a dispatch until it is found, and of the nearest ten by exact search
the share that is found.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from benchmarks.press_archive import article_vectors, describe, fill, read_articles
from embeddings.embedder import Embedder
from embeddings.onnx_embedder import OnnxEmbedder
from qa.archive import FILE, Archive
from qa.derived import renew
from qa.factory import open_indexer, open_pipeline
from qa.lexical import question_terms
from qa.lexical_index import LexicalIndex
from qa.passages import Splitter
from qa.scope import Scope
from qa.settings import Settings
from qa.vectors import VectorIndex

QUESTIONS = Path(__file__).resolve().parent.parent / "eval/questions/seeds.jsonl"
_NEW = "date 2025-05-19 Essai\n\nLe phare de Kéréon a été rallumé mardi par les gardiens du Finistère.\n"
_ARTICLES = 1_200


def main() -> None:
    """Print the lines of each size; each is measured in a process of its own, whose memory it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.measure)
        return
    with _folder(args.folder) as root:
        make(args.corpus, root, args.sizes)
        for size in args.sizes:
            print(f"== {size} passages", flush=True)
            command = [sys.executable, "-m", "benchmarks.scale", "--corpus", str(args.corpus)]
            subprocess.run([*command, "--measure", str(root / str(size))], check=True)


@contextlib.contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True, exist_ok=True)
        yield given
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def make(corpus: Path, root: Path, sizes: list[int]) -> None:
    """The archives that are not there yet, with their derived files."""
    missing = [s for s in sizes if not (root / str(s) / "manifest.json").exists()]
    if not missing:
        return
    embedder = OnnxEmbedder()
    articles = read_articles(corpus, _ARTICLES)
    vectors = article_vectors(articles, embedder)
    for size in missing:
        began = time.perf_counter()
        fill(root / str(size), articles, vectors, size, seed=size)
        describe(root / str(size), embedder.spec)
        filled = time.perf_counter()
        with contextlib.closing(Archive(root / str(size), writable=True)) as archive:
            renew(root / str(size), archive, embedder.spec, Splitter())
        print(f"{size}: archived in {filled - began:.0f} s, derived in {time.perf_counter() - filled:.0f} s")


def measure(folder: Path) -> None:
    """All figures of one index."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    sizes = {p.name: p.stat().st_size / 1e6 for p in files}
    derived = sum(s for n, s in sizes.items() if not n.startswith(FILE))
    print(f"disk: archive {sizes[FILE]:.0f} MB, derived {derived:.0f} MB")
    asking(folder)
    print(f"memory after the questions: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
    recall(folder, OnnxEmbedder())
    engines(folder)
    adding(folder)


def asking(folder: Path) -> None:
    """Milliseconds to open, to search and to answer the French seed questions."""
    began = time.perf_counter()
    pipeline = open_pipeline(Settings(folder))
    searched = pipeline.ask("Quand est prévue la signature ?").timings_ms["retrieve"]
    took = time.perf_counter() - began
    print(f"open and first answer: {took:.2f} s (search {searched} ms)")
    for name in ("first pass (rows read from disk)", "second pass"):
        _report(name, [pipeline.ask(question).timings_ms for question in _questions()])
    pipeline.close()


def _report(name: str, timings: list[Mapping[str, float]]) -> None:
    embed = statistics.median(t["embed"] for t in timings)
    print(f"{name}:")
    for what, stage in (("search", "retrieve"), ("whole answer", "total")):
        values = sorted(t[stage] for t in timings)
        p50, p95 = statistics.median(values), values[int(0.95 * len(values))]
        print(f"  {what}: p50 {p50:.1f} ms, p95 {p95:.1f} ms; ratio to embedding {p50 / embed:.1f}")


def recall(folder: Path, embedder: Embedder) -> None:
    """Of the ten nearest passages by exact search, the share that the index finds among its ten."""
    with contextlib.closing(Archive(folder)) as archive:
        index = VectorIndex(folder, archive, embedder.spec)
        queries = embedder.embed_queries(_questions())
        best: list[list[tuple[float, int]]] = [[] for _ in queries]
        at = 0
        while True:
            seqs, vectors = archive.vectors_after(at, 50_000)
            if not seqs:
                break
            cosines = vectors @ queries.T
            for row, kept in enumerate(best):
                nearest = np.argsort(-cosines[:, row])[:10]
                best[row] = sorted([*kept, *((float(cosines[i, row]), seqs[i]) for i in nearest)])[-10:]
            at = seqs[-1]
        began, found = time.perf_counter(), 0
        for row, kept in enumerate(best):
            found += len({s for _, s in kept} & {s for s, _ in index.search(queries[row : row + 1], 10)})
        took = (time.perf_counter() - began) / len(best) * 1000
        print(f"recall@10 of the vectors against exact search: {found / (10 * len(best)):.3f}, {took:.1f} ms")


def engines(folder: Path) -> None:
    """The index of words against SQLite's FTS5 over the same terms, built in memory for up to 100,000."""
    import sqlite3

    from qa.lexical import terms

    with contextlib.closing(Archive(folder)) as archive:
        if archive.rows_after(0) > 150_000:
            return
        database = sqlite3.connect(":memory:")
        database.execute("CREATE VIRTUAL TABLE t USING fts5(stems)")
        rows = ((row.seq, terms(row.text)) for row in archive.texts_after(0))
        database.executemany("INSERT INTO t (rowid, stems) VALUES (?, ?)", rows)
        index = LexicalIndex(folder, archive)
        index.warm()
        query = "SELECT rowid, rank FROM t WHERE t MATCH ? ORDER BY rank LIMIT 50"
        ours, theirs = list[float](), list[float]()
        for question in _questions():
            match = " OR ".join(f'"{t}"' for t in question_terms(question))
            began = time.perf_counter()
            index.search(question, 50, Scope())
            between = time.perf_counter()
            database.execute(query, (match,)).fetchall()
            ours.append((between - began) * 1000)
            theirs.append((time.perf_counter() - between) * 1000)
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"words: tantivy {a:.1f} ms, FTS5 {b:.1f} ms, ratio {b / a:.1f}")


def adding(folder: Path) -> None:
    """Seconds from a new file to its being found by a pipeline that was open before."""
    pipeline = open_pipeline(Settings(folder))
    pipeline.search("phare")
    with tempfile.TemporaryDirectory() as new:
        path = Path(new) / "phare.txt"
        path.write_text(_NEW, encoding="utf-8")
        began = time.perf_counter()
        open_indexer(Settings(folder)).run([Path(new)])
        (best, *_) = pipeline.search("Quel phare a été rallumé mardi ?")
        assert best.dispatch.source == "phare.txt", best
        print(f"adding one dispatch until it is found: {time.perf_counter() - began:.2f} s")
        path.unlink()
        with contextlib.closing(Archive(folder, writable=True)) as archive, archive.transaction():
            archive.forget(str(path.resolve()))
    pipeline.close()


def _questions() -> list[str]:
    rows = (json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines())
    return [row["question"] for row in rows if row["lang"] == "fr"][:100]


if __name__ == "__main__":
    main()
