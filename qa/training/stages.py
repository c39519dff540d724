"""The stages of a run, in order: what the shipped reader was made with."""

from __future__ import annotations

from dataclasses import dataclass

from qa.training.mix import Mix
from qa.training.train import Recipe


@dataclass(frozen=True, slots=True)
class Stage:
    """What is seen, and how it is learned."""

    mix: Mix
    recipe: Recipe


STAGES = (
    # Everything once, French and its negatives most: the encoder learns to read.
    Stage(Mix(), Recipe(seed=1)),
    # French again, at greater length, with few negatives: what the first stage left unlearned was which of
    # several fitting spans is asked for, in French above all.
    Stage(
        Mix(
            french_rounds=2.0,
            french_negatives=0.35,
            english_share=0.10,
            other_share=0.10,
            window_negatives=0.05,
            short_tokens=128,
            long_share=0.10,
        ),
        Recipe(learning_rate=1.2e-4, seed=2),
    ),
)
