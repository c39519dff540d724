"""Passages embedded a second, against torch. ``python -m benchmarks.indexing --corpus FILE [--runs 3]``

``FILE`` is ``press_sample.jsonl.gz``. The baseline: ``SentenceTransformer.encode`` of the same model in
the same run, batch 32, same threads; the cosine between both says what the speed costs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.press_archive import paragraphs, read_articles
from embeddings.embedder import Embedder
from embeddings.hub_embedder import HubEmbedder
from embeddings.onnx_embedder import DEFAULT_MODEL, OnnxEmbedder
from embeddings.types import Vectors

_PASSAGES = 512


def main() -> None:
    """Print the rates, their ratio, and how near the vectors are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    texts = [p for a in read_articles(args.corpus, 120) for p in paragraphs(a)][:_PASSAGES]
    ours: Embedder = OnnxEmbedder()
    torch = HubEmbedder(str(DEFAULT_MODEL))
    mine, theirs = ours.embed_passages(texts), torch.embed_passages(texts)
    seconds: dict[str, list[float]] = {"ours": [], "torch": []}
    for _ in range(args.runs):
        seconds["ours"].append(_seconds(ours.embed_passages, texts))
        seconds["torch"].append(_seconds(torch.embed_passages, texts))
    a, b = (len(texts) / statistics.median(s) for s in seconds.values())
    length = statistics.mean(map(len, texts))
    print(f"{len(texts)} passages of {length:.0f} characters")
    print(f"int8 {a:.0f}/s, torch {b:.0f}/s, ratio {a / b:.1f}")
    cosines = (mine * theirs).sum(axis=1)
    print(f"cosine between both: mean {cosines.mean():.4f}, least {cosines.min():.4f}")


def _seconds(embed: Callable[[list[str]], Vectors], texts: list[str]) -> float:
    began = time.perf_counter()
    embed(texts)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
