"""Ridge regression of many columns at once on a sparse matrix, by conjugate gradients over the examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

Numbers = npt.NDArray[np.float64]

_STEPS = 60
_GOOD_ENOUGH = 3e-3
"""Of the wanted values' length, what may be left unexplained beyond the ridge."""


def solve(
    matrix: Any, wanted: Numbers, importance: Numbers, alpha: float, dropout: float = 0.0
) -> tuple[Numbers, Numbers]:
    """Weights [features, columns] and bias [columns] that minimise the squared error, each example counting `importance`.

    Those of no importance are left out. `matrix` [examples, features] sparse, `wanted` [examples, columns]; `alpha` is the
    strength of the ridge. `dropout` are the odds at which each feature of an example is thought left out by chance: frequent
    features are then held back, so that rarer ones which tell the same are learned beside them (Wager, Wang, Liang 2013:
    Dropout training as adaptive regularization).
    """
    taught = np.flatnonzero(importance)
    matrix, wanted, importance = matrix[taught], wanted[taught], importance[taught]
    share = (importance / importance.sum()).astype(np.float32)
    middle = np.asarray(matrix.T @ share, np.float32)
    mean = (share @ wanted).astype(np.float32)
    root = np.sqrt(importance).astype(np.float32).reshape(-1, 1)
    scaled = sparse.diags(root.ravel()) @ matrix
    squares = np.asarray(scaled.power(2).sum(axis=0)).ravel()
    held = np.asarray(1.0 / np.sqrt(1.0 + dropout / alpha * squares), np.float32)  # as if each had a ridge of its own
    scaled, middle = sparse.csr_matrix(scaled @ sparse.diags(held)), middle * held
    turned = sparse.csr_matrix(scaled.T)

    def down(values: Any) -> Any:
        """[examples, columns] to [features, columns], the features centred."""
        return turned @ values - np.outer(middle, root.ravel() @ values)

    def product(values: Any) -> Any:
        """(K + alpha) values, K the examples' inner products."""
        below = down(values)
        return scaled @ below - root * (middle @ below) + np.float32(alpha) * values

    weights = down(_conjugate_gradients(product, root * (wanted - mean).astype(np.float32)))
    bias = mean - middle @ weights
    return (weights * held[:, None]).astype(np.float64), bias.astype(np.float64)


def _conjugate_gradients(product: Any, wanted: Any) -> Any:
    """The solution x of product(x) = wanted, column by column, all columns in one go."""
    found, rest = np.zeros_like(wanted), wanted.copy()
    way, size = rest.copy(), (rest * rest).sum(axis=0)
    enough = size * _GOOD_ENOUGH**2
    for _ in range(_STEPS):
        if (size <= enough).all():
            break
        pushed = product(way)
        step = size / np.maximum((way * pushed).sum(axis=0), 1e-30)
        found += step * way
        rest -= step * pushed
        before, size = size, (rest * rest).sum(axis=0)
        way = rest + (size / np.maximum(before, 1e-30)) * way
    return found
