"""The span model in torch: the encoder with one linear layer over its tokens."""

from __future__ import annotations

from torch import Tensor, nn
from transformers import BertModel

_MASKED = -1e4


class SpanReader(nn.Module):
    """Start and end logits for each token; the first token's stand for "no answer" (SQuAD 2.0)."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.span = nn.Linear(encoder.config.hidden_size, 2)
        nn.init.normal_(self.span.weight, std=0.02)
        nn.init.zeros_(self.span.bias)
        # Frozen, so that reader and encoder can share one table on disk.
        encoder.embeddings.word_embeddings.weight.requires_grad_(False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Logits (batch, sequence, 2) from ids and mask (batch, sequence)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.span(hidden)  # type: ignore[no-any-return]


def span_loss(logits: Tensor, allowed: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """Mean cross-entropy of start and end over the allowed tokens (passage and the null token)."""
    masked = logits.float().masked_fill(~allowed.unsqueeze(-1), _MASKED)
    start_loss = nn.functional.cross_entropy(masked[..., 0], starts)
    end_loss = nn.functional.cross_entropy(masked[..., 1], ends)
    return (start_loss + end_loss) / 2
