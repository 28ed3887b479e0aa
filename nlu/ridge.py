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


def solve(matrix: Any, wanted: Numbers, importance: Numbers, alpha: float) -> tuple[Numbers, Numbers]:
    """Weights [features, columns] and bias [columns] that minimise the squared error, each example counting `importance`.

    `matrix` [examples, features] sparse, `wanted` [examples, columns]; `alpha` is the strength of the ridge.
    """
    share = (importance / importance.sum()).astype(np.float32)
    middle = np.asarray(matrix.T @ share, np.float32)
    mean = (share @ wanted).astype(np.float32)
    root = np.sqrt(importance).astype(np.float32).reshape(-1, 1)
    scaled = sparse.csr_matrix(sparse.diags(root.ravel()) @ matrix)
    turned = sparse.csr_matrix(scaled.T)

    def down(values: Any) -> Any:
        """[examples, columns] to [features, columns], the features centred."""
        return turned @ values - np.outer(middle, root.ravel() @ values)

    def product(values: Any) -> Any:
        """(K + alpha) values, K the examples' inner products."""
        below = down(values)
        return scaled @ below - root * (middle @ below) + np.float32(alpha) * values

    weights = down(_conjugate_gradients(product, root * (wanted - mean).astype(np.float32)))
    return weights.astype(np.float64), (mean - middle @ weights).astype(np.float64)


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
