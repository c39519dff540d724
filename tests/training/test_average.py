"""The mean of several checkpoints."""

from __future__ import annotations

import pytest
import torch

from qa.training.average import average


def test_numbers_are_averaged_and_positions_are_kept():
    states = [{"w": torch.tensor([x, 1.0]), "ids": torch.tensor([0, 1])} for x in (1.0, 2.0, 6.0)]
    mean = average(states)
    torch.testing.assert_close(mean["w"], torch.tensor([3.0, 1.0]))
    torch.testing.assert_close(mean["ids"], torch.tensor([0, 1]))


def test_the_type_of_the_weights_stays():
    mean = average([{"w": torch.tensor([1.0], dtype=torch.bfloat16)}] * 2)
    assert mean["w"].dtype == torch.bfloat16


def test_some_count_more_than_others():
    states = [{"w": torch.tensor([1.0])}, {"w": torch.tensor([5.0])}]
    assert average(states, [3, 1])["w"].tolist() == [2.0]


def test_different_models_cannot_be_averaged():
    with pytest.raises(ValueError, match="different models: other, w"):
        average([{"w": torch.tensor([1.0])}, {"other": torch.tensor([1.0])}])


def test_nothing_cannot_be_averaged():
    with pytest.raises(ValueError, match="no checkpoint"):
        average([])
