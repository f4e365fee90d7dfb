"""The fit matrix, the co-use network and the frontier draw what their tables hold, and refuse what they cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.charts import theme
from analysis.charts.marks import KINDS
from analysis.errors import DataError
from charts import figures as f


def _texts(ax):
    return [text.get_text().replace("\u202f", " ").replace("\u00a0", " ") for text in ax.texts]


@pytest.mark.parametrize("width", [theme.WIDE, theme.NARROW])
def test_each_known_cell_is_a_dot_at_its_share(drawn, width):
    ax = drawn(f.WIDE_FIGURES["fit_matrix"], width)
    dots = [line for line in ax.lines if line.get_gid() == "estimate"]
    scales = [line.get_xdata() for line in ax.lines if line.get_gid() == "scale"]
    known = f.FIT[f.FIT["verdict"] != "unknown"]
    shares = [
        (dot.get_xdata()[0] - left - 5) / (right - left - 10)
        for dot, (left, right) in zip(dots, scales, strict=True)
    ]
    assert sorted(shares) == pytest.approx(sorted(known["estimate"]))
    assert [dot.get_marker() for dot in dots].count("D") == 1


def test_shape_says_the_verdict(drawn):
    ax = drawn(f.WIDE_FIGURES["fit_matrix"])
    faces = [line.get_markerfacecolor() for line in ax.lines if line.get_gid() == "estimate"]
    expected = [theme.COLOUR[KINDS[kind][1]] for kind in ("filled", "hollow", "alert", "filled", "filled")]
    assert sorted(faces) == sorted(expected)


def test_cells_not_known_print_no_estimate(drawn):
    ax = drawn(f.WIDE_FIGURES["fit_matrix"])
    texts = _texts(ax)
    assert "n < 30" in texts and "30 à 84" in texts and "60" not in texts
    assert sum(c.get_gid() == "hatching" for c in ax.collections) == 2 + 1


def test_on_a_phone_cells_not_known_are_named_beside_hatching(drawn):
    ax = drawn(f.WIDE_FIGURES["fit_matrix"], theme.NARROW)
    assert "Montrer le savoir-faire" in _texts(ax) and "60" not in _texts(ax)
    assert sum(c.get_gid() == "hatching" for c in ax.collections) == 2 + 1


def test_fit_matrix_in_words():
    said = charts.alt_fit_matrix(f.FIT, language="en", labels={"seen_locally": "Be seen"})
    assert "Surely more than half" in said and "Facebook, Be seen 76% (69 to 82%)" in said.replace(
        "69% to", "69 to"
    )
    assert "2 of 7 cells are not known" in said and "Surely fewer than half: X (Twitter)" in said
    read = charts.reading_fit_matrix(f.FIT, language="fr", labels=f.OBJECTIVES)
    assert "86" in read and "Fiche Google" in read
    nothing = f.FIT.assign(verdict="unknown")
    assert charts.reading_fit_matrix(nothing, language="fr") == ""
    assert "No cell is surely on one side" in charts.alt_fit_matrix(nothing, language="en")


def test_pairs_are_drawn_by_how_many_nulls_keep_them(drawn):
    ax = drawn(f.WIDE_FIGURES["co_use"])
    ties = {kept: sum(line.get_gid() == f"kept_{kept}" for line in ax.lines) for kept in (1, 2)}
    both, one = (int((f.PAIRS["kept_by"] == k).sum()) for k in (2, 1))
    assert ties == {2: both, 1: min(one, 15 - both)} and both > 0 and one > 0
    assert sum(line.get_gid() == "node" for line in ax.lines) == 8


def test_no_more_pairs_than_can_be_read(drawn):
    many = f.PAIRS.assign(kept_by=1)
    ax = drawn(lambda axes: charts.co_use(many, axes, most=5))
    assert sum(line.get_gid() == "kept_1" for line in ax.lines) == 5
    assert "5 des 28 paires gardées sont dessinées" in _texts(ax)
    assert "28 of 28 pairs" in charts.alt_co_use(many, language="en")


def test_frontier_steps_through_its_estimates(drawn):
    ax = drawn(f.WIDE_FIGURES["frontier"])
    line = next(line for line in ax.lines if line.get_gid() == "frontier")
    assert line.get_xydata()[:3].tolist() == f.FRONTIER[["effort", "estimate"]].values.tolist()
    offsets = next(c for c in ax.collections if c.get_gid() == "firms").get_offsets()
    assert len(offsets) == len(f.FIRMS.drop_duplicates())
    assert "12" in charts.alt_frontier(f.FRONTIER, language="en", suffix="h")


def test_what_cannot_be_drawn_is_refused(drawn):
    with pytest.raises(DataError, match='two cells for "facebook" and "seen_locally"'):
        drawn(lambda ax: charts.fit_matrix(pd.concat([f.FIT, f.FIT.head(1)]), ax))
    with pytest.raises(DataError, match="verdict"):
        drawn(lambda ax: charts.fit_matrix(f.FIT.drop(columns="verdict"), ax))
    with pytest.raises(DataError, match='needs the column "kept_by"'):
        drawn(lambda ax: charts.co_use(f.PAIRS.drop(columns="kept_by"), ax))
    with pytest.raises(DataError, match="no pair to draw"):
        drawn(lambda ax: charts.co_use(f.PAIRS.iloc[:0], ax))
    with pytest.raises(DataError, match="no firm to draw"):
        drawn(lambda ax: charts.frontier(f.FRONTIER, f.FIRMS.assign(leads=np.nan), ax))
    with pytest.raises(DataError, match='needs the column "leads"'):
        drawn(lambda ax: charts.frontier(f.FRONTIER, f.FIRMS.drop(columns="leads"), ax))
