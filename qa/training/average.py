"""One reader out of several: the mean of their weights.

Fine-tuned from one another they lie in one basin, and the mean of their weights reads better than any of
them (Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves accuracy
without increasing inference time").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

State = Mapping[str, torch.Tensor]


def average(states: Sequence[State], counts: Sequence[int] | None = None) -> dict[str, torch.Tensor]:
    """The mean of each weight, each state as often as it counts (once).

    What is no number with a fraction is the first one's. Raises ValueError.
    """
    if not states:
        raise ValueError("no checkpoint to average")
    first = states[0]
    for other in states[1:]:
        if other.keys() != first.keys():
            differing = sorted(other.keys() ^ first.keys())
            raise ValueError(f"checkpoints of different models: {', '.join(differing[:3])}")
    shares = [n / sum(counts) for n in counts] if counts else [1 / len(states)] * len(states)
    return {name: _mean([s[name] for s in states], shares) for name in first}


def _mean(tensors: Sequence[torch.Tensor], shares: Sequence[float]) -> torch.Tensor:
    if not tensors[0].is_floating_point():
        return tensors[0]
    mean = torch.zeros_like(tensors[0], dtype=torch.float32)
    for tensor, share in zip(tensors, shares, strict=True):
        mean += share * tensor.float()
    return mean.to(tensors[0].dtype)
