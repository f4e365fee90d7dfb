"""How were the firms drawn? Read strata, clusters, finite populations and weights, and refuse what cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import DataError, ParameterError, did_you_mean
from analysis.survey.inference import Stage

__all__ = ["Layout", "read_stages", "read_weights", "refuse_light_weights", "refuse_lonely"]

SAME = 1e-6
SMALLEST_PART = 0.5

REMEDIES = (
    "Either join it to a similar stratum beforehand, or choose what it adds to the variance: "
    'single_psu="adjust" (its distance from the mean of all units: cautious), '
    'single_psu="average" (the average of the other strata), '
    'single_psu="certainty" (nothing: it was sure to be drawn) or '
    'single_psu="remove" (nothing: left out of the variance). If rows were left out of the file beforehand, '
    "declare the design on the whole file and use subset()."
)


@dataclass(frozen=True)
class Layout:
    """Name the columns that say how the sample was drawn."""

    weights: str | None
    strata: str | None
    clusters: tuple[str, ...]
    fpc: tuple[str, ...]
    nested: bool

    @classmethod
    def of(
        cls,
        data: pd.DataFrame,
        weights: str | None,
        strata: str | None,
        clusters: str | Sequence[str] | None,
        fpc: str | Sequence[str] | None,
        nested: bool,
    ) -> Layout:
        """Check the names against the data."""
        if not isinstance(data, pd.DataFrame):
            raise ParameterError(f"A survey design needs a pandas DataFrame, not {type(data).__name__}.")
        if not len(data):
            raise DataError("The survey has no rows: there is nothing to estimate.")
        layout = cls(weights, strata, _names(clusters), _names(fpc), nested)
        for parameter, name in layout._named():
            _check_name(data, parameter, name)
        if layout.fpc and len(layout.fpc) != max(len(layout.clusters), 1):
            raise ParameterError(
                f"fpc names {len(layout.fpc)} column(s) for {max(len(layout.clusters), 1)} stage(s) of clusters: "
                "give one per stage, in the same order (add the firm's own column as last cluster when firms "
                "are drawn within towns)."
            )
        if weights is None and not layout.fpc:
            raise ParameterError(
                'weights="…" is missing: name the column of design weights, or give fpc= so that each chance of '
                "being drawn is known. For a sample in which all firms stand for as many, add a column of equal "
                "weights that says for how many."
            )
        return layout

    def _named(self) -> Iterable[tuple[str, str]]:
        single = {"weights": self.weights, "strata": self.strata}
        yield from ((parameter, name) for parameter, name in single.items() if name is not None)
        yield from (("clusters", name) for name in self.clusters)
        yield from (("fpc", name) for name in self.fpc)


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def _check_name(data: pd.DataFrame, parameter: str, name: str) -> None:
    if not isinstance(name, str):
        raise ParameterError(f"{parameter}= takes the name of a column, not {type(name).__name__}.")
    if name not in data.columns:
        raise ParameterError(
            f'{parameter}="{name}": the survey has no such column.{did_you_mean(name, map(str, data.columns))}'
        )
    if isinstance(data[name], pd.DataFrame):
        raise ParameterError(
            f'{parameter}="{name}": the survey has several columns of that name; rename them.'
        )


def read_stages(data: pd.DataFrame, layout: Layout) -> tuple[Stage, ...]:
    """Code the stages of sampling, checking that units lie in one stratum and populations are possible.

    Parameters
    ----------
    data : pandas.DataFrame
        The survey.
    layout : Layout
        Its design columns.

    Returns
    -------
    tuple of Stage
        From the first stage on.

    Raises
    ------
    DataError
        When a design column has missing values, a cluster lies in two strata, or a finite population is
        neither a share nor a count large enough.

    Examples
    --------
    >>> towns = pd.DataFrame({"town": ["a", "a", "b"], "w": [5.0, 5.0, 4.0]})
    >>> layout = Layout.of(towns, "w", None, "town", None, False)
    >>> read_stages(towns, layout)[0].units
    array([0, 0, 1])
    """
    strata = np.zeros(len(data), dtype=int) if layout.strata is None else _codes(data, layout.strata)
    within = _codes(data, layout.clusters[0]) if layout.clusters else np.arange(len(data))
    if layout.clusters and layout.strata is not None and not layout.nested:
        _refuse_shared_clusters(data, layout, strata, within)
    stages = []
    parents = strata
    for number in range(max(len(layout.clusters), 1)):
        within = _codes(data, layout.clusters[number]) if number else within
        units = _pair_codes(parents, within)
        stage = Stage(parents, units)
        if layout.fpc:
            stage = Stage(parents, units, _population(data, layout, number, stage))
        stages.append(stage)
        parents = units
    return tuple(stages)


def _codes(data: pd.DataFrame, name: str) -> np.ndarray:
    missing = data[name].isna().to_numpy()
    if missing.any():
        raise DataError(
            f'Column "{name}" is part of the sampling design and is missing on {_rows(data, missing)}. '
            "Find out where these firms were drawn, or leave them out before weighting."
        )
    values = data[name]
    text = values.astype(str) if values.dtype == object else values
    return pd.factorize(text, sort=True)[0]


def _pair_codes(parents: np.ndarray, within: np.ndarray) -> np.ndarray:
    pairs = parents.astype(np.int64) * (within.max() + 1) + within
    return np.unique(pairs, return_inverse=True)[1].ravel()


def _refuse_shared_clusters(
    data: pd.DataFrame, layout: Layout, strata: np.ndarray, codes: np.ndarray
) -> None:
    name = layout.clusters[0]
    _, first = np.unique(strata * len(codes) + codes, return_index=True)
    shared = data[name][(np.bincount(codes[first]) > 1)[codes]]
    if len(shared):
        label = shared.iloc[0]
        where = sorted(data.loc[(data[name] == label).to_numpy(), layout.strata].astype(str).unique())
        raise DataError(
            f'{shared.nunique()} label(s) of column "{name}" stand in several strata; {name} {label} is in '
            f"{layout.strata} {', '.join(where[:4])}. If the same label means another unit in each stratum, "
            "pass nested=True; if it is one unit, correct its stratum."
        )


def _population(data: pd.DataFrame, layout: Layout, number: int, stage: Stage) -> np.ndarray:
    """Give the number of units of each row's stratum, from counts or from shares drawn."""
    name = layout.fpc[number]
    given = _positive(data, name, "the finite population")
    drawn = stage.drawn
    if (given == 1).all():
        raise DataError(
            f'Column "{name}" is 1 on every row: as a finite population it may mean one unit or all of them '
            "(100 %). Give counts of units, or leave fpc out."
        )
    is_share = given <= 1
    if is_share.any() and not is_share.all() and (given[is_share] < 1).any():
        raise DataError(
            f'Column "{name}" mixes shares drawn ({given[is_share].min():g}) and counts of units '
            f"({given[~is_share].max():g}): give one or the other."
        )
    _refuse_varying(data, layout, number, stage, given)
    if is_share.all():
        return drawn / given
    short = given < drawn
    if short.any():
        at = int(np.flatnonzero(short)[0])
        raise DataError(
            f'Column "{name}" says {given[at]:g} units exist where {drawn[at]} were drawn '
            f"({_place(data, layout, number, at)}; {_rows(data, short)}). A finite population is either a share "
            "in (0, 1] or a count not below the number of units drawn; it counts units of this stage "
            "(towns, not firms)."
        )
    return given


def _refuse_varying(data: pd.DataFrame, layout: Layout, number: int, stage: Stage, given: np.ndarray) -> None:
    _, first = np.unique(stage.strata, return_index=True)
    uneven = stage.strata[given != given[first][stage.strata]]
    if len(uneven):
        here = np.flatnonzero(stage.strata == uneven.min())
        at, low, high = int(here[0]), given[here].min(), given[here].max()
        raise DataError(
            f'Column "{layout.fpc[number]}" varies from {low:g} to {high:g} within '
            f"{_place(data, layout, number, at)}: all rows there were drawn from the same population, so give "
            "one number."
        )


def _place(data: pd.DataFrame, layout: Layout, number: int, row: int) -> str:
    name = layout.strata if number == 0 else layout.clusters[number - 1]
    return "the sample" if name is None else f"{name} {data[name].iloc[row]}"


def read_weights(data: pd.DataFrame, layout: Layout, stages: Sequence[Stage]) -> np.ndarray:
    """Read the weights, or work them out from the finite populations.

    Parameters
    ----------
    data : pandas.DataFrame
        The survey.
    layout : Layout
        Its design columns.
    stages : sequence of Stage
        Its stages of sampling.

    Returns
    -------
    numpy.ndarray
        Firms of the population that each row stands for.

    Raises
    ------
    DataError
        When a weight is missing, zero, negative, infinite or not a number.

    Examples
    --------
    >>> towns = pd.DataFrame({"town": ["a", "a", "b"], "w": [5.0, 5.0, 4.0]})
    >>> layout = Layout.of(towns, "w", None, "town", None, False)
    >>> read_weights(towns, layout, read_stages(towns, layout))
    array([5., 5., 4.])
    """
    if layout.weights is not None:
        weights = _positive(data, layout.weights, "the weight")
        if np.isinf(weights).any():
            raise DataError(
                f'Column "{layout.weights}" (the weight) is infinite on {_rows(data, np.isinf(weights))}. Give the '
                "number of firms each row stands for."
            )
        return weights
    weights = np.ones(len(data))
    for stage in stages:
        weights = weights * stage.population / stage.drawn
    if not np.isfinite(weights).all():
        raise DataError("An infinite population gives no weight: name the column of weights.")
    return weights


def _positive(data: pd.DataFrame, name: str, what: str) -> np.ndarray:
    numbers = pd.to_numeric(data[name], errors="coerce").astype("Float64")
    values = numbers.to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(values)
    if missing.any():
        text = data[name].notna().to_numpy() & missing
        found = f'text such as "{data[name][text].iloc[0]}"' if text.any() else "missing"
        raise DataError(
            f'Column "{name}" ({what}) is {found} on {_rows(data, missing)}. Give a number above 0 on every row, '
            "or leave these firms out before weighting."
        )
    bad = values <= 0
    if bad.any():
        raise DataError(
            f'Column "{name}" ({what}) is {values[bad][0]:g} on {_rows(data, bad)}. It must be above 0: '
            "a firm that stands for none was not part of the sample; leave it out or correct the file."
        )
    return values


def _rows(data: pd.DataFrame, mask: np.ndarray) -> str:
    """Name rows by their place in the table, the first being row 1."""
    places = (np.flatnonzero(mask) + 1).tolist()
    shown = ", ".join(map(str, places[:5]))
    return f"row {shown}" if len(places) == 1 else f"{len(places)} rows ({shown}{', …' * (len(places) > 5)})"


def refuse_lonely(data: pd.DataFrame, layout: Layout, stages: Sequence[Stage]) -> None:
    """Refuse a stratum with a single unit that was not sure to be drawn, naming it and the four remedies.

    Parameters
    ----------
    data : pandas.DataFrame
        The survey.
    layout : Layout
        Its design columns.
    stages : sequence of Stage
        Its stages of sampling.

    Raises
    ------
    DataError
        When there is one.

    Examples
    --------
    >>> towns = pd.DataFrame({"town": ["a", "a", "b"], "w": [5.0, 5.0, 4.0]})
    >>> layout = Layout.of(towns, "w", None, "town", None, False)
    >>> refuse_lonely(towns, layout, read_stages(towns, layout))
    """
    for number, stage in enumerate(stages):
        alone = stage.drawn == 1
        if stage.population is not None:
            alone &= stage.population > 1
        if not alone.any():
            if stage.population is None:
                return
            continue
        at = int(np.flatnonzero(alone)[0])
        count = len(np.unique(stage.strata[alone]))
        more = f" ({count - 1} more like it)" if count > 1 else ""
        raise DataError(
            f"Only one unit was drawn in {_place(data, layout, number, at)}{more}, so nothing says how units "
            f"differ there and no standard error can be given. {REMEDIES}"
        )


def refuse_light_weights(layout: Layout, stages: Sequence[Stage], weights: np.ndarray) -> None:
    """Refuse weights too small for the finite population that was claimed.

    Where one of so many units was drawn, each row stands for at least as many firms. Weights that add up to the
    number of rows were scaled; weights of firms that add up to less than half of their known number mean, most
    of the time, that rows were left out of the file.

    Parameters
    ----------
    layout : Layout
        The design columns.
    stages : sequence of Stage
        The stages of sampling.
    weights : numpy.ndarray
        The weights.

    Raises
    ------
    DataError
        When they are.

    Examples
    --------
    >>> towns = pd.DataFrame({"town": ["a", "b", "c"], "w": [5.0, 5.0, 4.0], "towns": 15})
    >>> layout = Layout.of(towns, "w", None, "town", "towns", False)
    >>> stages = read_stages(towns, layout)
    >>> refuse_light_weights(layout, stages, read_weights(towns, layout, stages))
    """
    first = stages[0]
    if layout.weights is None or first.population is None or not np.isfinite(first.population).all():
        return
    stands_for = first.population / first.drawn
    rows, claimed, found = len(weights), stands_for.sum(), weights.sum()
    if abs(found - rows) <= SAME * rows and claimed > (1 + SAME) * rows:
        raise DataError(
            f'Column "{layout.weights}" adds up to the number of rows ({rows}), but by "{layout.fpc[0]}" one unit in '
            f"{claimed / rows:.3g} was drawn: these weights were scaled to average 1. Give the weights before "
            "scaling, the number of firms each row stands for."
        )
    if not layout.clusters and found < SMALLEST_PART * claimed:
        raise DataError(
            f'Column "{layout.weights}" adds up to {found:,.0f} firms where "{layout.fpc[0]}" says that {claimed:,.0f} '
            "exist. If rows were left out of the file beforehand, declare the design on the whole file and use "
            "subset(), which keeps it; else correct the weights or the finite population."
        )
