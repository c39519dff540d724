"""Logistic regression with a ridge penalty, fitted by L-BFGS on standardised features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit


def logistic_regression(
    features: NDArray[np.float64],
    labels: NDArray[np.float64],
    sample: NDArray[np.float64],
    ridge: float = 0.01,
) -> NDArray[np.float64]:
    """Weights (features,) from features (n, features), labels and sample weights (n,).

    A constant is a feature. ``ridge`` weighs the squared weights of the standardised features.
    """
    spread = features.std(axis=0)
    spread[spread < 1e-9] = 1.0  # the constant, and what does not vary
    scaled = features / spread

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = scaled @ w
        value = (sample * (np.logaddexp(0, z) - labels * z)).sum() + ridge * (w @ w)
        return float(value), scaled.T @ (sample * (expit(z) - labels)) + 2 * ridge * w

    found: NDArray[np.float64] = minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x
    return np.asarray(found / spread, np.float64)
