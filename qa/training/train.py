"""Fine-tune the reader: bf16 autocast, AdamW, linear decay, checkpoints from which it resumes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from qa.training.fast_encoder import make_fast
from qa.training.mix import Feature
from qa.training.model import SpanReader, span_loss
from qa.training.optimise import optimizer_for, resume, save
from qa.windows import PAD

Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""Of logits (batch, sequence, 2), allowed answer tokens, starts and ends."""
Batch = tuple[Loss, Sequence[Feature]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Optimisation settings of one run; the rate falls linearly to ``final_rate`` times its peak."""

    batch: int = 32
    learning_rate: float = 1.5e-4
    weight_decay: float = 0.01
    warmup: float = 0.05
    final_rate: float = 0.0
    beta2: float = 0.98
    seed: int = 1
    checkpoint_every: int = 200
    dropout: float = 0.1


def plan_batches(features: Sequence[Feature], batch: int, seed: int) -> list[list[int]]:
    """Batches of like length, near in the given order: sorted within pools of 40 batches."""
    rng = random.Random(seed + 2)
    plan: list[list[int]] = []
    for at in range(0, len(features), batch * 40):
        pool = range(at, min(at + batch * 40, len(features)))
        ordered = sorted(pool, key=lambda i: len(features[i].window.ids))
        batches = [ordered[i : i + batch] for i in range(0, len(ordered), batch)]
        rng.shuffle(batches)
        plan += batches
    return plan


def collate(features: Sequence[Feature]) -> tuple[torch.Tensor, ...]:
    """Pad to the longest: ids, mask, allowed answer tokens, starts, ends."""
    longest = max(len(f.window.ids) for f in features)
    ids = np.full((len(features), longest), PAD, np.int64)
    allowed = np.zeros((len(features), longest), bool)
    for row, feature in enumerate(features):
        n = len(feature.window.ids)
        ids[row, :n] = feature.window.ids
        allowed[row, feature.window.context_at : n - 1] = True
    allowed[:, 0] = True
    starts, ends = [f.start for f in features], [f.end for f in features]
    tensors = (torch.from_numpy(ids), torch.from_numpy((ids != PAD).astype(np.int64)))
    return *tensors, torch.from_numpy(allowed), torch.tensor(starts), torch.tensor(ends)


def train(
    model: SpanReader,
    features: Sequence[Feature],
    recipe: Recipe,
    checkpoint: Path,
    log: Callable[[str], None],
) -> None:
    """Train in place over ``features`` once. Resumes from ``checkpoint`` if it exists."""
    plan = plan_batches(features, recipe.batch, recipe.seed)
    run(model, [(span_loss, [features[i] for i in batch]) for batch in plan], recipe, checkpoint, log)


def run(
    model: SpanReader,
    batches: Sequence[Batch],
    recipe: Recipe,
    checkpoint: Path,
    log: Callable[[str], None],
) -> None:
    """Train in place over the batches in their order. Resumes from ``checkpoint`` if it exists."""
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        make_fast(model.encoder, recipe.dropout)
    model.to(device).train()
    optimizer, schedule = optimizer_for(
        model,
        recipe.learning_rate,
        len(batches),
        warmup=recipe.warmup,
        final_rate=recipe.final_rate,
        weight_decay=recipe.weight_decay,
        beta2=recipe.beta2,
    )
    done = resume(model, optimizer, schedule, checkpoint)
    began, running, seen = time.monotonic(), 0.0, 0
    for step in range(done, len(batches)):
        loss_of, features = batches[step]
        ids, mask, allowed, starts, ends = (t.to(device) for t in collate(features))
        with torch.autocast(device, dtype=torch.bfloat16):
            logits = model(ids, mask)
        loss = loss_of(logits, allowed, starts, ends)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        running += (loss.item() - running) / min(step - done + 1, 50)
        seen += len(ids)
        if (step + 1) % 50 == 0:
            rate = seen / (time.monotonic() - began)
            log(f"step {step + 1}/{len(batches)} loss {running:.3f} {rate:.1f} windows/s")
        if (step + 1) % recipe.checkpoint_every == 0 or step + 1 == len(batches):
            save(model, optimizer, schedule, checkpoint, step + 1)
