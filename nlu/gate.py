"""The gate: a text's scores for everything, weighed once more, tell whether it is a report."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import optimize

from nlu.parameters import Floats
from nlu.ridge import Numbers

REPORTS = 0.5
"""The share of reports for which the gate is calibrated: groups and comments hold more chatter than the training messages."""
_RIDGE = 100.0


def learn(seen: Floats, truth: npt.NDArray[np.bool_]) -> Floats:
    """Logistic regression on what the gate sees, told that a share of REPORTS are reports."""
    middle, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-6
    inputs = np.column_stack([(seen - middle) / spread, np.ones(len(seen))]).astype(np.float64)
    sign = np.where(truth, 1.0, -1.0)
    importance = np.where(truth, REPORTS / truth.mean(), (1 - REPORTS) / (1 - truth.mean()))
    ridge = np.append(np.full(seen.shape[1], _RIDGE), 0.0)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        margin = sign * (inputs @ weights)
        pull = importance * sign / (1 + np.exp(np.minimum(margin, 60)))
        value = (importance * np.logaddexp(0, -margin)).sum() + (ridge * weights**2).sum() / 2
        return float(value), -(inputs.T @ pull) + ridge * weights

    found = optimize.minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x
    own = found[:-1] / spread
    return np.append(own, found[-1] - own @ middle).astype(np.float32)
