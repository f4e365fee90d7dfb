"""Do drawings on axes that make their ticks late equal those on matplotlib's own axes?"""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes

from analysis.charts import theme
from analysis.charts.marks import bare_axes, dot, value_axis, whisker
from analysis.charts.results import Writer

TABLE = pd.DataFrame({"estimate": [0.44, 0.2], "low": [0.41, 0.1], "high": [0.47, 0.35]})


def scaled(ax):
    theme.frame(ax, left=100, right=20, top=10, bottom=40)
    value_axis(ax, TABLE, Writer("en"))
    ax.set_yticks([1, 2], ["one", "two"])
    for place, row in enumerate(TABLE.itertuples(), start=1):
        whisker(ax, place, row.low, row.high)
        dot(ax, row.estimate, place)


def plain(ax):
    ax.plot([0, 3], [5, 1])
    ax.grid(True)


def ticked(ax):
    ax.tick_params(axis="both", which="both", length=4, labelcolor="#475264")
    ax.minorticks_on()
    ax.plot([0, 3], [5, 1])


def bare(ax):
    bare_axes(ax)
    dot(ax, 0.5, 0.5, "hollow")


@pytest.mark.parametrize("draw", [scaled, plain, ticked, bare])
@pytest.mark.parametrize("width", [680, 350])
def test_late_ticks_change_no_byte(draw, width, monkeypatch):
    late = theme.draw_svg(draw, width)
    monkeypatch.setattr(theme, "BlankAxes", Axes)
    assert theme.draw_svg(draw, width) == late


def test_ticks_are_not_made_before_a_scale_is_written():
    ax = theme.new_axes()
    ax.tick_params(length=0)
    assert "majorTicks" not in vars(ax.xaxis)
    ax.set_xticks([0, 1])
    assert len(vars(ax.xaxis)["majorTicks"]) == 2
