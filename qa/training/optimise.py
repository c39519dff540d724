"""What both trainings share: AdamW with a rate that rises and falls linearly, and resumable checkpoints."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler


def optimizer_for(
    model: nn.Module,
    learning_rate: float,
    steps: int,
    *,
    warmup: float,
    final_rate: float = 0.0,
    weight_decay: float = 0.01,
    beta2: float = 0.98,
) -> tuple[Optimizer, LRScheduler]:
    """AdamW over what is not frozen (no decay of biases and norms), and its schedule over ``steps``."""
    free = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in free if p.dim() > 1], "weight_decay": weight_decay},
        {"params": [p for p in free if p.dim() <= 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, beta2))
    warm = max(1, int(warmup * steps))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        left = max(0.0, (steps - step) / max(1, steps - warm))
        return final_rate + (1 - final_rate) * left

    return optimizer, LambdaLR(optimizer, factor)


def resume(model: nn.Module, optimizer: Optimizer, schedule: LRScheduler, checkpoint: Path) -> int:
    """Load what ``save`` wrote, if it is there; the number of steps done."""
    if not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    schedule.load_state_dict(state["schedule"])
    torch.set_rng_state(state["rng"])
    return int(state["step"])


def save(model: nn.Module, optimizer: Optimizer, schedule: LRScheduler, checkpoint: Path, step: int) -> None:
    """Write all that going on needs; aside first, so that a kill leaves the one before."""
    aside = checkpoint.with_suffix(".part")
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save({**state, "rng": torch.get_rng_state(), "step": step}, aside)
    aside.replace(checkpoint)
