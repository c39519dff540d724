"""Any extractive question-answering model of transformers, by name or folder. Imports torch.

Never on the default ask path. The model's own tokenizer lays out question and passage and cuts long
passages into overlapping windows; spans and null scores come out of its logits as they do for ours.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from embeddings.errors import ModelUnavailable
from embeddings.hub import prepare, unavailable
from qa.spans import Logits, best_spans
from qa.types import Passage, Span
from qa.windows import MAX_QUESTION_TOKENS, Window

_MAX_TOKENS = 384
_OVERLAP = 96
_SPANS_A_PASSAGE = 3


class HubReader:
    """Reader over ``AutoModelForQuestionAnswering``; ``name`` is a Hugging Face name or a folder."""

    def __init__(self, name: str) -> None:
        """Load model and tokenizer. Raises ModelUnavailable, also for a model that reads no spans."""
        prepare(name)
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self.name = name
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name)
            model, report = AutoModelForQuestionAnswering.from_pretrained(name, output_loading_info=True)
        except Exception as error:  # hub, disk and config errors come in many types
            raise unavailable(name, error) from error
        _check(name, self._tokenizer, report["missing_keys"])
        self._model: Any = model.eval()
        # transformers keeps truncation in the tokenizer: two threads at once are an error.
        self._tokenizing = threading.Lock()
        self._room = min(_MAX_TOKENS, _positions(self._model.config))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span]:
        with self._tokenizing:
            asked = self._cut(question)
        return [span for passage in passages for span in self._read(asked, passage)]

    def _read(self, question: str, passage: Passage) -> Iterator[Span]:
        with self._tokenizing:
            windows = list(self._windows(question, passage.text)) if passage.text else []
        logits = [self._logits(inputs) for _, inputs in windows]
        found = best_spans(
            [w for w, _ in windows],
            [s for s, _ in logits],
            [e for _, e in logits],
            passage.text,
            _SPANS_A_PASSAGE,
            context=passage.context,
        )
        for span in found:
            yield Span(passage.id, span.start, span.end, span.score, span.null_score)

    def _cut(self, question: str) -> str:
        """Whole tokens, no more than leave room for a passage."""
        offsets = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
        kept = offsets["offset_mapping"][: min(MAX_QUESTION_TOKENS, self._room // 3)]
        return question[: kept[-1][1]] if kept else question

    def _windows(self, question: str, text: str) -> Iterator[tuple[Window, dict[str, Any]]]:
        encoded = self._tokenizer(
            question, text, truncation="only_second", max_length=self._room,
            stride=min(_OVERLAP, self._room // 4), return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )  # fmt: skip
        names = [n for n in self._tokenizer.model_input_names if n in encoded]
        for i, ids in enumerate(encoded["input_ids"]):
            context = [t for t, part in enumerate(encoded.sequence_ids(i)) if part == 1]
            if context:
                offsets = np.array([encoded["offset_mapping"][i][t] for t in context], np.int32)
                window = Window(np.array(ids, np.int32), context[0], offsets)
                yield window, {name: encoded[name][i] for name in names}

    def _logits(self, inputs: dict[str, Any]) -> tuple[Logits, Logits]:
        import torch

        with torch.inference_mode():
            out = self._model(**{name: torch.tensor([values]) for name, values in inputs.items()})
        return out.start_logits[0].float().numpy(), out.end_logits[0].float().numpy()


def _check(name: str, tokenizer: Any, missing: Iterable[str]) -> None:  # noqa: ANN401
    """Raise ModelUnavailable for a model without span layer, offsets, or a first token for "no answer"."""
    if any("qa_outputs" in key for key in missing):
        raise ModelUnavailable(f"{name}: no question-answering model (its span layer is missing)")
    if not tokenizer.is_fast:
        raise ModelUnavailable(f"{name}: no fast tokenizer, so no character offsets")
    if tokenizer("a", "b")["input_ids"][0] != tokenizer.cls_token_id:
        raise ModelUnavailable(f"{name}: windows do not begin with the token that means no answer")


def _positions(config: Any) -> int:  # noqa: ANN401
    """How many tokens the model takes; RoBERTa's table has two rows more than that."""
    return int(getattr(config, "max_position_embeddings", _MAX_TOKENS + 2)) - 2
