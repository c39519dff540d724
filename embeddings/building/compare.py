"""How much the cut vocabulary and int8 cost: the shipped encoder against the uncut float32 one.

Cosine between the two encoders' vectors of the same sentences in French, English and Vietnamese, and
recall@5 of both on the questions of ``dev.fr`` over all paragraphs of ``train.fr`` and ``dev.fr``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from embeddings.building.quarry import open_quarry
from embeddings.building.texts import read_rows
from embeddings.building.torch_model import build_bert
from embeddings.embedder import batches_by_length
from embeddings.onnx_embedder import MAX_TOKENS, OnnxEmbedder, pad
from embeddings.types import Vectors

SENTENCES_A_LANGUAGE = 300


class UncutEncoder:
    """The float32 encoder with its whole vocabulary, in torch."""

    def __init__(self, quarry_folder: Path) -> None:
        quarry = open_quarry(quarry_folder)
        self.tokenizer = Tokenizer.from_str(quarry.tokenizer_json)
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.model = build_bert(quarry)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) unit rows; prefixes are the caller's."""
        rows = [e.ids for e in self.tokenizer.encode_batch(list(texts))]
        out = np.empty((len(rows), 384), np.float32)
        for batch in batches_by_length([len(r) for r in rows]):
            ids, mask = (torch.from_numpy(a) for a in pad([rows[i] for i in batch]))
            with torch.inference_mode():
                hidden = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            pooled = (hidden * mask.unsqueeze(-1)).sum(1)
            out[batch] = torch.nn.functional.normalize(pooled, dim=-1).numpy()
        return out


def compare(quarry: Path, data: Path, folder: Path) -> Iterator[str]:
    """Yield the lines of the comparison as they are measured."""
    ours, uncut = OnnxEmbedder(folder), UncutEncoder(quarry)
    rows = {
        name: read_rows(data / f"reader/{name}.jsonl.gz")
        for name in ("train.fr", "dev.fr", "train.en", "train.xx")
    }
    vietnamese = [r for r in rows["train.xx"] if r["lang"] == "vi"]
    for language, part in (("fr", rows["dev.fr"]), ("en", rows["train.en"]), ("vi", vietnamese)):
        texts = _sentences(part)
        cosines = (ours.embed_passages(texts) * uncut.embed(["passage: " + t for t in texts])).sum(axis=1)
        yield f"cosine {language}: mean {cosines.mean():.4f} min {cosines.min():.4f} (n={len(texts)})"
    paragraphs = sorted({r["context"] for r in rows["train.fr"] + rows["dev.fr"]})
    gold = np.array([paragraphs.index(r["context"]) for r in rows["dev.fr"]])
    questions = [r["question"] for r in rows["dev.fr"]]
    recalls = {
        "int8, cut": _recall(ours.embed_queries(questions), ours.embed_passages(paragraphs), gold, 5),
        "float32, uncut": _recall(
            uncut.embed(["query: " + q for q in questions]),
            uncut.embed(["passage: " + p for p in paragraphs]),
            gold,
            5,
        ),
    }
    for name, value in recalls.items():
        yield f"recall@5 {name}: {value:.4f} ({len(questions)} questions, {len(paragraphs)} paragraphs)"


def _recall(queries: Vectors, passages: Vectors, gold: NDArray[np.int64], k: int) -> float:
    best = np.argpartition(-(queries @ passages.T), k, axis=1)[:, :k]
    return float((best == gold[:, None]).any(axis=1).mean())


def _sentences(rows: Sequence[dict[str, Any]]) -> list[str]:
    contexts = sorted({r["context"] for r in rows})[:SENTENCES_A_LANGUAGE]
    return [c[:200] if len(c) < 200 else c[: c.rfind(" ", 0, 200)] for c in contexts]
