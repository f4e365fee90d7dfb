"""What share of firms, how many, how much? Estimates that respect how the sample was drawn.

A `SurveyDesign` joins the answers to the way the firms were drawn, so that each estimate comes with the
standard error the design implies. Filter with `subset` or `by`, never before declaring the design.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import ParameterError, did_you_mean
from analysis.survey import inference
from analysis.survey.estimation.comparisons import Comparisons
from analysis.survey.estimation.crossing import Crossing
from analysis.survey.estimation.descriptive import Descriptive
from analysis.survey.estimation.quantiles import Quantiles
from analysis.survey.estimation.ranks import Ranks
from analysis.survey.inference import SinglePsu
from analysis.survey.modelling.regression import Modelled
from analysis.survey.sampling import stages
from analysis.survey.sampling.replicates import METHODS, ReplicateMethod, read_replicates
from analysis.survey.sampling.resampling import Resampling
from analysis.survey.weights import Weighted

__all__ = ["SurveyDesign"]


class SurveyDesign(Descriptive, Quantiles, Crossing, Comparisons, Ranks, Weighted, Modelled, Resampling):
    """Join survey answers to the way the firms were drawn.

    Parameters
    ----------
    data : pandas.DataFrame
        One row per firm (and wave); never changed.
    weights : str, optional
        Column of design weights: how many firms of the population a row stands for, above 0. May be left out
        when `fpc` gives every chance of being drawn.
    strata : str, optional
        Column of strata: groups of firms sampled separately.
    clusters : str or list of str, optional
        Column of units drawn within strata (towns); several for several stages, the first drawn first. Left
        out, each row is a unit.
    fpc : str or list of str, optional
        Finite population of units, one column per stage: their number in the stratum (at the second stage, in
        the unit drawn first), or the share drawn, in (0, 1].
    single_psu : {"error", "adjust", "certainty", "average", "remove"}
        What to do with a stratum that has a single unit, at any stage: refuse it; measure it from the mean of
        all units (`adjust`; at the first stage, later ones adding nothing); add nothing (`certainty`, `remove`);
        add the average of the other strata.
    nested : bool
        Whether labels of clusters are used again in other strata (town 1 of stratum A is not town 1 of B).

    replicates : list of str, optional
        Columns of replicate weights that came with the survey, each a full weight; instead of strata, clusters
        and fpc.
    replicate_method : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}, optional
        How they were made.
    rho, scale, rscales, mse
        Fay's coefficient, the scale of the squares, each replicate's own, and whether they are counted from the
        estimate itself: see `analysis.survey.sampling.replicates.read_replicates`.

    Raises
    ------
    ParameterError
        When a column does not exist or an option is unknown.
    DataError
        When weights, clusters or finite populations cannot be what they claim to be.

    Notes
    -----
    Weights are not frequencies: 2 400 rows weighted to 60 000 firms are still 2 400 answers.

    References
    ----------
    Lumley (2010), *Complex Surveys*; the numbers are those of R's `survey` 4.4.

    Examples
    --------
    >>> firms = pd.DataFrame({
    ...     "town": [1, 1, 2, 2, 3, 3], "w": [10.0] * 6, "uses": [1, 1, 0, 1, 0, 0], "hours": [2, 3, 0, 1, 0, None],
    ... })
    >>> design = SurveyDesign(firms, weights="w", clusters="town")
    >>> design.proportion("uses")[["estimate", "se", "df", "n"]].round(3)
       estimate     se  df  n
    0       0.5  0.289   2  6
    >>> design.mean("hours")[["estimate", "n"]].round(3)
       estimate  n
    0       1.2  5
    """

    def __init__(
        self,
        data: pd.DataFrame,
        *,
        weights: str | None = None,
        strata: str | None = None,
        clusters: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        single_psu: SinglePsu = "error",
        nested: bool = False,
        replicates: Sequence[str] | None = None,
        replicate_method: ReplicateMethod | None = None,
        rho: float | None = None,
        scale: float | None = None,
        rscales: Sequence[float] | None = None,
        mse: bool = False,
    ) -> None:
        layout = stages.Layout.of(data, weights, strata, clusters, fpc, nested)
        if single_psu not in inference.RULES:
            raise ParameterError(
                f'single_psu="{single_psu}" is not a choice.{did_you_mean(str(single_psu), inference.RULES)} '
                f"Choices: {', '.join(inference.RULES)}."
            )
        self._data = data.copy(deep=False)
        self._layout = layout
        self._stages = stages.read_stages(data, layout)
        self._weights = stages.read_weights(data, layout, self._stages)
        stages.refuse_light_weights(layout, self._stages, self._weights)
        self._single_psu: SinglePsu = single_psu
        self._domain = np.arange(len(data))
        given = {"rho": rho, "scale": scale, "rscales": rscales, "mse": mse or None}
        if replicates is not None:
            _refuse_two_designs(layout, replicate_method)
            self._replicates = read_replicates(
                data, replicates, self._weights, method=replicate_method, **{**given, "mse": mse}
            )
            return
        _refuse_idle(replicate_method=replicate_method, **given)
        if single_psu == "error":
            stages.refuse_lonely(data, layout, self._stages)


def _refuse_two_designs(layout: stages.Layout, method: str | None) -> None:
    if layout.strata or layout.clusters or layout.fpc:
        raise ParameterError(
            "replicates= stand for the whole design: give them, or strata, clusters and fpc, not both."
        )
    if method is None:
        raise ParameterError(
            "replicates= needs replicate_method=, how the replicate weights were made "
            f"({', '.join(METHODS)}): the survey's documentation says."
        )


def _refuse_idle(**options: object) -> None:
    for name, value in options.items():
        if value is not None:
            raise ParameterError(f"{name}= is about replicate weights: name their columns in replicates=.")
