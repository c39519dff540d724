"""Percentiles of time, by hand."""

from __future__ import annotations

import pytest

from eval.metrics.latency import Latency, latency


def test_percentiles_are_interpolated() -> None:
    assert latency([10.0, 20.0]) == Latency(15.0, pytest.approx(19.5))
    assert latency([float(n) for n in range(101, 0, -1)]) == Latency(51.0, pytest.approx(96.0))


def test_one_and_none() -> None:
    assert latency([7.0]) == Latency(7.0, 7.0)
    assert latency([]) == Latency(None, None)
