"""Is what is copied, and written as the first of its looks, drawn as if matplotlib had made and drawn each?"""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

from analysis.charts import blank, theme
from analysis.charts.lettering import write
from analysis.charts.marks import dot, hatched, stroke, value_axis, whisker
from analysis.charts.pen import Pen
from analysis.charts.results import Writer
from analysis.charts.shapes import block
from charts.figures import RATES, WIDE_FIGURES


def lines(ax):
    for place in np.linspace(0.05, 0.9, 6):
        whisker(ax, place, 0.1, place)
    whisker(ax, 0.95, -4, 9)
    for x, y in (
        ([0, 1], [0.3, np.nan]),
        ([0.1, 0.4, 0.2], [0.5, 0.5, 0.9]),
        ([[0.1], [0.2]], [[0.3], [0.4]]),
    ):
        stroke(ax, x, y, color="#0A4F73")
    stroke(ax, range(150), np.linspace(0.2, 0.9, 150), color="#0A4F73")
    both = {"color": "#0A4F73", "marker": "o", "markersize": 5}
    for y in (0.2, 0.4, 0.6, 0.8):
        stroke(ax, [0.2, 0.6], [y, y], **both)
        stroke(ax, [0.2, 0.6], [y, y + 0.1], linestyle="--", gapcolor="#B2501A", color=[0, 0, 0])


def edges(ax):
    ax.set(xlim=(0, 1), ylim=(0, 1))
    for y in (0, 0.25, 0.5, 0.75, 1):
        stroke(ax, [0, 1], [y, y], color="#0A4F73", clip_on=False)
        dot(ax, 0, y)
        dot(ax, 1, y)
        block(ax, (0, 0), 1, y, facecolor="none", edgecolor="#B2501A")
        block(ax, (y, 0), 1, 1, facecolor="none", edgecolor="#0A4F73", clip_on=False)


def changed(ax):
    same = [stroke(ax, [0.1, 0.6], [y, y], color="#0A4F73", linewidth=2) for y in np.linspace(0.1, 0.9, 14)]
    same[1].set_color("#B2501A")
    same[2].set_alpha(0.3)
    same[3].set_linestyle("--")
    same[4].set_marker("s")
    same[5].set_visible(False)
    same[6].set_clip_on(False)
    same[7].set_url("https://example.org")
    same[8].set_linewidth(0)
    same[9].set_drawstyle("steps-mid")
    same[10].set_sketch_params(3)
    same[11].set_transform(ax.transAxes)
    same[12].set_solid_capstyle("butt")


def marks(ax):
    for place in (0.2, 0.3, 0.4, 3):
        for kind in ("hollow", "alert"):
            dot(ax, place, 0.5, kind)
    for y in (0.2, 0.6):
        stroke(ax, [0.2, 0.4, 0.4], [y, y, y], linestyle="none", marker="o", alpha=0.5)
    stroke(ax, [0.2, 0.4, 0.5], [0.7] * 3, linestyle="none", marker="o", alpha=0.5).set_markevery(2)


def blocks(ax):
    same = [block(ax, (0.1, y), 0.3, 0.05, facecolor="#0A4F73", gid="cell") for y in np.linspace(0, 0.9, 7)]
    same[1].set_hatch("//")
    same[2].set_alpha(0.4)
    same[3].set(facecolor="none", edgecolor="#B2501A", linewidth=3)
    same[4].set_width(5)
    same[5].set_linestyle("--")


def hatchings(ax):
    for left in (0.1, 0.3, 0.5, 0.7):
        hatched(ax, left, left + 0.15, 0.2, 0.6)
    hatched(ax, 0, 2, 0.7, 0.8)
    hatched(ax, 0.5, 0.5, 0.7, 0.8)
    ax.collections[1].set_color("#0A4F73")
    ax.collections[3].set_paths([[(10, 10), (90, 90)], [(5, 5), (50, 50)]])
    ax.collections[2].set_segments([[(10, 10), (90, 90), (90, 10)], [(5, 5), (50, 50)]])


def words(ax):
    said = [write(ax, 0.5, y, f"{y:.2f}", dx=3, size="value") for y in np.linspace(0.1, 0.9, 4)]
    said[1].set_fontsize(30)
    said[2].set_color("#B2501A")
    said[3].xycoords = "axes points"


def scaled(ax):
    value_axis(ax, RATES, Writer("en"))
    ax.get_xticklabels()[1].set_color("#B2501A")
    ax.xaxis.get_major_ticks()[2].gridline.set_linewidth(5)
    ax.xaxis.get_major_ticks()[3].label1.set_fontsize(20)


def bent(ax):
    ax.set_xscale("function", functions=(np.sqrt, np.square))
    blocks(ax)
    marks(ax)
    words(ax)


@pytest.mark.parametrize(
    "draw",
    [
        lines,
        edges,
        changed,
        marks,
        blocks,
        hatchings,
        words,
        scaled,
        bent,
        *map(WIDE_FIGURES.get, ("rates", "hours")),
    ],
)
def test_copies_are_drawn_as_what_matplotlib_makes_and_draws(draw, monkeypatch):
    drawn = theme.draw_svg(draw, 350), theme.draw_png(draw, 350, scale=1)

    def each(ax):
        ax.settings = None
        draw(ax)

    monkeypatch.setattr(theme, "copied", blank.opened)
    monkeypatch.setattr(blank._Late, "get_major_ticks", blank.XAxis.get_major_ticks)
    monkeypatch.setattr(Pen, "repeat", lambda pen, draw, looks, places: draw(pen))
    assert (theme.draw_svg(each, 350), theme.draw_png(each, 350, scale=1)) == drawn


def test_what_one_copy_is_told_no_other_hears():
    heard, found = [], []

    def draw(ax):
        first, second = (write(ax, 0.5, 0.5, "word") for _ in range(2))
        first.add_callback(heard.append)
        second.set_zorder(8)
        assert not heard
        first.set_zorder(7)
        first.set_fontsize(40)
        found.extend([first, second.get_fontsize()])

    theme.draw_svg(draw)
    assert heard == found[:1]
    assert found[1] == theme.TYPE["label"].screen


def test_a_drawing_leaves_nothing_to_the_next():
    def first(ax):
        ax.set_title("of the first")
        ax.set(xlim=(5, 9), facecolor="#B2501A")
        stroke(ax, [6, 7], [0, 1], color="#0A4F73").set_label("first")

    def second(ax):
        stroke(ax, [6, 7], [0, 1], color="#0A4F73")

    alone = theme.draw_svg(second)
    theme.draw_svg(first)
    assert theme.draw_svg(second) == alone
    assert "of the first" not in alone


def test_settings_changed_in_a_drawing_hold_there_and_in_no_other():
    def draw(ax):
        for y in (0.2, 0.5):
            stroke(ax, [0, 1], [y, y], color="#0A4F74")
            stroke(ax, [0.5], [y], color="#0A4F74", linestyle="none", marker="o")

    def thick(ax):
        mpl.rcParams.update({"lines.linewidth": 7, "svg.hashsalt": "another"})
        draw(ax)

    first = theme.draw_svg(thick)
    alone = theme.draw_svg(draw)
    assert theme.draw_svg(thick) == first
    assert theme.draw_svg(draw) == alone
    assert "stroke-width: 7" in first
    assert "stroke-width: 7" not in alone


def test_looks_of_a_hatching_changed_in_place_are_its_own():
    def draw(ax):
        hatched(ax, 0.1, 0.4, 0.6, 0.9)
        hatched(ax, 0.5, 0.7, 0.6, 0.9)

    def changed(ax):
        draw(ax)
        ax.collections[0].get_linewidths()[0] = 9

    alone = theme.draw_svg(draw), theme.draw_png(draw, scale=1)
    text = theme.draw_svg(changed)
    assert "#b4bbc5; stroke-width: 9" in text
    assert (theme.draw_svg(draw), theme.draw_png(draw, scale=1)) == alone


def test_paths_of_a_hatching_are_there_for_who_asks():
    ax = theme.new_axes()
    hatched(ax, 0.1, 0.4, 0.6, 0.9)
    asked = ax.collections[0].get_segments()
    assert len(asked) > 3
    assert all(ends.shape == (2, 2) for ends in asked)
