"""Models of a few thousand weights in the layout of transformers, made where a test needs one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertForQuestionAnswering, BertModel, PreTrainedTokenizerFast

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def tokenizer_of(texts: Sequence[str]) -> PreTrainedTokenizerFast:
    """Whole words and punctuation, laid out as BERT does."""
    words = sorted({w for t in texts for w in re.findall(r"\w+|[^\w\s]", t.lower())})
    vocabulary = {w: i for i, w in enumerate([*SPECIAL, *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )  # fmt: skip


def config_of(tokenizer: PreTrainedTokenizerFast) -> BertConfig:
    return BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=256, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )  # fmt: skip


def encoder_folder(folder: Path, texts: Sequence[str]) -> Path:
    """A plain transformers encoder."""
    torch.manual_seed(0)
    tokenizer = tokenizer_of(texts)
    BertModel(config_of(tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def reader_folder(folder: Path, taught: Sequence[tuple[str, str, str]], steps: int = 60) -> Path:
    """A question-answering model that knows ``taught`` by heart: question, context, answer ("" for none)."""
    torch.manual_seed(0)
    tokenizer = tokenizer_of([t for q, c, _ in taught for t in (q, c)])
    model = BertForQuestionAnswering(config_of(tokenizer))
    questions, contexts = [q for q, _, _ in taught], [c for _, c, _ in taught]
    encoded = tokenizer(
        questions, contexts, truncation="only_second", max_length=200, padding=True, return_tensors="pt"
    )
    spans = torch.tensor([_tokens(encoded, i, c, a) for i, (_, c, a) in enumerate(taught)])
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(steps):
        loss = model(**encoded, start_positions=spans[:, 0], end_positions=spans[:, 1]).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokens(encoded: object, row: int, context: str, answer: str) -> tuple[int, int]:
    if not answer:
        return 0, 0
    at = context.index(answer)
    return tuple(encoded.char_to_token(row, c, sequence_index=1) for c in (at, at + len(answer) - 1))  # type: ignore[attr-defined,return-value]
