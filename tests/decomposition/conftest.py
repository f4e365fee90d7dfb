"""A second road to standard errors: what each row's weight does to an estimate, found by changing it a little."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.survey import SurveyDesign

STEP = 1e-6


@pytest.fixture
def nudged():
    """Give rows as a design drawn one by one, and as replicates each of which nudges one row's weight.

    The variance of rows drawn with replacement is n/(n − 1) times the sum of squared influences, an influence
    being the weight times the slope by the weight: what the replicates scatter by, over the step.
    """

    def make(data):
        count = len(data)
        weights = data["w"].to_numpy(dtype=float)[:, None] * (1 + STEP * np.eye(count))
        names = [f"nudge_{row}" for row in range(count)]
        wide = pd.concat([data, pd.DataFrame(weights, columns=names, index=data.index)], axis=1)
        scale = count / (count - 1) / STEP**2
        replicates = SurveyDesign(
            wide, weights="w", replicates=names, replicate_method="bootstrap", scale=scale, mse=True
        )
        return SurveyDesign(data, weights="w"), replicates

    return make
