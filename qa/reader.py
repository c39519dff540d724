"""The Reader seam, the SpanModel seam beneath it, and the reader that is the same for every model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tokenizers import Tokenizer

from qa.spans import Logits, best_spans
from qa.types import Passage, Span
from qa.windows import TokenizedText, Window, sliding_windows, tokenize


class Reader(Protocol):
    """Finds the spans of passages that may answer a question.

    ``read`` returns spans of all passages, in order of passage and then best margin first; at most a
    few a passage, none for a passage without text. Offsets are into ``Passage.text``; every span is
    trimmed, non-empty, inside its passage and behind its ``context``. Passages are independent: the spans
    of one do not depend on its neighbours. Safe to call from several threads.
    """

    @property
    def name(self) -> str: ...

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span]: ...


class SpanModel(Protocol):
    """Start and end logits for windows of tokens, in the order given, each (length of its window,)."""

    def logits(self, windows: Sequence[Window]) -> list[tuple[Logits, Logits]]: ...


@dataclass(frozen=True, slots=True)
class WindowReader:
    """Reader over any SpanModel: overlapping windows, spans merged by offset."""

    name: str
    tokenizer: Tokenizer
    model: SpanModel
    max_tokens: int = 384
    overlap: int = 96
    spans_a_passage: int = 6
    max_answer_tokens: int = 40

    def read(self, question: str, passages: Sequence[Passage]) -> list[Span]:
        asked, *texts = tokenize(self.tokenizer, [question, *(p.text for p in passages)])
        windows = [self._windows(asked, text) for text in texts]
        flat = [w for group in windows for w in group]
        logits = iter(self.model.logits(flat))
        spans: list[Span] = []
        for passage, group in zip(passages, windows, strict=True):
            pairs = [next(logits) for _ in group]
            spans += self._spans(passage, group, pairs)
        return spans

    def _windows(self, question: TokenizedText, text: TokenizedText) -> list[Window]:
        if len(text.ids) == 0:
            return []
        return list(sliding_windows(question, text, self.max_tokens, self.overlap))

    def _spans(
        self, passage: Passage, windows: Sequence[Window], logits: Sequence[tuple[Logits, Logits]]
    ) -> list[Span]:
        starts, ends = [s for s, _ in logits], [e for _, e in logits]
        found = best_spans(
            windows, starts, ends, passage.text, self.spans_a_passage, self.max_answer_tokens, passage.context
        )
        return [Span(passage.id, s.start, s.end, s.score, s.null_score) for s in found]
