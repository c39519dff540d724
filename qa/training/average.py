"""One reader out of several: the mean of their weights.

Fine-tuned from one another they lie in one basin, and the mean of their weights reads better than any of
them (Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves accuracy
without increasing inference time").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

State = Mapping[str, torch.Tensor]


def average(states: Sequence[State]) -> dict[str, torch.Tensor]:
    """The mean of each weight; what is no number with a fraction is the first one's. Raises ValueError."""
    if not states:
        raise ValueError("no checkpoint to average")
    first = states[0]
    for other in states[1:]:
        if other.keys() != first.keys():
            differing = sorted(other.keys() ^ first.keys())
            raise ValueError(f"checkpoints of different models: {', '.join(differing[:3])}")
    return {name: _mean([s[name] for s in states]) for name in first}


def _mean(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    if not tensors[0].is_floating_point():
        return tensors[0]
    return torch.stack([t.float() for t in tensors]).mean(dim=0).to(tensors[0].dtype)
