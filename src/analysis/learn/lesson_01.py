"""Lesson 1, how many small businesses are on social media: rates, bases, intervals and weights.

The lesson works with pandas means, the Wilson formula and `SurveyDesign`; the values here come by counting
answers one by one, by the roots of the equation Wilson solved, and by plain weighted sums.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd

from analysis.catalog import load
from analysis.learn import answers, drawings
from analysis.learn.exercises import Exercise, Lesson, Picture, Prediction

__all__ = ["LESSON"]

WAVE = 2022
SECTOR = "accommodation_food"
DRAWS, PER_DRAW, SEED = 1000, 100, 89


@cache
def _survey() -> pd.DataFrame:
    """Give all waves, answers as floats so that missing is NaN, with `uses`: any platform at all."""
    survey = load("survey")
    answered = {c: survey[c].astype("Float64").to_numpy(float, na_value=np.nan) for c in _yes_no(survey)}
    return survey.assign(**answered, uses=[_any_yes(row) for row in zip(*_platforms(answered), strict=True)])


@cache
def _firms() -> pd.DataFrame:
    survey = _survey()
    firms = survey[survey["wave"] == WAVE]
    return firms.assign(alone=[float(size == "0") for size in firms["size_class"]])


def _yes_no(survey: pd.DataFrame) -> list[str]:
    return ["internet", "young_in_firm", "reach_known", *survey.filter(like="platforms__")]


def _platforms(answered: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    return [values for name, values in answered.items() if name.startswith("platforms__")]


def _any_yes(row: tuple[float, ...]) -> float:
    known = [value for value in row if not math.isnan(value)]
    return float(1.0 in known) if known else math.nan


@cache
def _connected() -> pd.DataFrame:
    firms = _firms()
    return firms[firms["internet"] == 1]


def _share(values: pd.Series, missing: float | None = None) -> float:
    """Count the yes one by one; a missing answer leaves the base, or counts as the value given."""
    kept = [missing if math.isnan(v) else v for v in values if missing is not None or not math.isnan(v)]
    return kept.count(1.0) / len(kept)


def _weighted(firms: pd.DataFrame, column: str, missing: float | None = None) -> float:
    answer = firms[column].to_numpy(float)
    weight = firms["weight"].to_numpy(float)
    if missing is not None:
        answer = np.where(np.isnan(answer), missing, answer)
    known = ~np.isnan(answer)
    return float(weight[known & (answer == 1)].sum() / weight[known].sum())


def _wilson(yes: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Solve (yes/n − p)² = z² p (1 − p) / n for p, which is what Wilson's formula writes out."""
    share = yes / n
    roots = np.roots([1 + z**2 / n, -(2 * share + z**2 / n), share**2]).real
    return float(roots.min()), float(roots.max())


def _wald(yes: float, n: float) -> tuple[float, float]:
    share = yes / n
    half = 1.96 * math.sqrt(share * (1 - share) / n)
    return share - half, share + half


def _counts(firms: pd.DataFrame) -> tuple[int, int]:
    answered = firms["uses"].dropna()
    return int((answered == 1).sum()), len(answered)


def _hotels() -> pd.DataFrame:
    return _connected()[_connected()["sector"] == SECTOR]


def _width(n: int) -> float:
    low, high = _wilson(_share(_connected()["uses"]) * n, n)
    return high - low


@cache
def _draws() -> tuple[np.ndarray, np.ndarray, float]:
    """Draw the same samples as the lesson and solve for each interval."""
    truth = _share(_connected()["uses"])
    yes = np.random.default_rng(SEED).binomial(PER_DRAW, truth, size=DRAWS)
    limits = np.array([_wilson(count, PER_DRAW) for count in yes])
    return yes, limits, truth


def _covered(value: np.ndarray | float) -> float:
    _, limits, _ = _draws()
    return float(np.mean((limits[:, 0] <= value) & (value <= limits[:, 1])))


def _base_values() -> dict[str, Any]:
    firms, connected = _firms(), _connected()
    return {
        "connected_rate": _share(connected["uses"]),
        "all_rate": _share(firms["uses"]),
        "all_weighted": _weighted(firms, "uses"),
        "alone": _weighted(firms, "alone"),
        "alone_raw": _share(firms["alone"]),
        "interviewed": len(firms),
    }


def _hotel_values() -> dict[str, Any]:
    yes, n = _counts(_hotels())
    low, high = _wilson(yes, n)
    return {"yes": yes, "n": n, "low": low, "high": high}


def _coverage_values() -> dict[str, Any]:
    truth = _draws()[2]
    return {"covered": _covered(truth), "missed": round(DRAWS * (1 - _covered(truth))), "draws": DRAWS}


def _weight_values(column: str) -> dict[str, Any]:
    firms = _firms()
    return {
        "raw": _share(firms[column]),
        "weighted": _weighted(firms, column),
        "as_no": _share(firms[column], missing=0.0),
        "silent": int(firms[column].isna().sum()),
        "interviewed": len(firms),
        "answered": int(firms[column].notna().sum()),
    }


EXERCISES = {
    "1.1": Exercise(
        expected=lambda: _share(_firms()["uses"]),
        mistakes={
            "wrong_base": lambda: _share(_connected()["uses"]),
            "count": lambda: _counts(_firms())[0],
            "all_years": lambda: _share(_survey()["uses"]),
            "one_platform": lambda: _share(_firms()["platforms__facebook"]),
        },
        values=_base_values,
    ),
    "1.2": Exercise(
        expected=lambda: _wilson(*_counts(_hotels())),
        mistakes={
            "not_connected": lambda: _wilson(*_counts(_firms()[_firms()["sector"] == SECTOR])),
            "all_sectors": lambda: _wilson(*_counts(_connected())),
            "simple_formula": lambda: _wald(*_counts(_hotels())),
        },
        read=answers.pair,
        values=_hotel_values,
    ),
    "1.3": Exercise(
        expected=lambda: _covered(_draws()[2]),
        mistakes={
            "own_estimate": lambda: _covered(_draws()[0] / PER_DRAW),
            "count": lambda: DRAWS * _covered(_draws()[2]),
            "one_side": lambda: float(np.mean(_draws()[1][:, 0] <= _draws()[2])),
        },
        values=_coverage_values,
    ),
    "1.4": Exercise(
        expected=lambda: _weighted(_firms(), "young_in_firm"),
        mistakes={
            "unweighted": lambda: _share(_firms()["young_in_firm"]),
            "missing_as_no": lambda: _weighted(_firms(), "young_in_firm", missing=0.0),
            "wrong_base": lambda: _weighted(_connected(), "young_in_firm"),
        },
        values=partial(_weight_values, "young_in_firm"),
    ),
    "1.5": Exercise(
        expected=lambda: _weighted(_firms(), "reach_known"),
        mistakes={
            "as_it_was": lambda: _share(_firms()["reach_known"], missing=0.0),
            "still_unweighted": lambda: _share(_firms()["reach_known"]),
            "still_missing_as_no": lambda: _weighted(_firms(), "reach_known", missing=0.0),
        },
        values=partial(_weight_values, "reach_known"),
    ),
}

PREDICTIONS = {
    "1.a": Prediction(actual=lambda: 100 * _share(_connected()["uses"]), close=3),
    "1.b": Prediction(actual=lambda: 100 * _wilson(12, 12)[0], close=5),
    "1.c": Prediction(
        actual=lambda: _width(100) / _width(400),
        close=0.15,
        values=lambda: {"before": _width(100), "after": _width(400)},
    ),
    "1.d": Prediction(actual=lambda: 100 * _weighted(_firms(), "alone"), close=3, values=_base_values),
}

PICTURES = {
    "1.base": Picture(drawings.steps, drawings.step_values),
    "1.sizes": Picture(drawings.by_sample_size, drawings.sample_size_values),
    "1.coverage": Picture(drawings.many_intervals, drawings.coverage_values),
    "1.sectors": Picture(drawings.rates_by_sector, drawings.sector_values),
}

LESSON = Lesson(
    "1",
    exercises=EXERCISES,
    predictions=PREDICTIONS,
    questions={"1.q1": "b", "1.q2": "c", "1.q3": "a", "1.q4": "b"},
    pictures=PICTURES,
)
