"""Does our renderer write what matplotlib's own writes, once that is cleaned?"""

from __future__ import annotations

import gc
import io
import re
from hashlib import sha256

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Annotation

from analysis.charts import lettering, theme
from analysis.charts.blank import BlankAxes
from analysis.charts.marks import bare_axes, dot, hatched, whisker
from analysis.charts.pen import Pen
from analysis.charts.shapes import Block


def _cleaned(figure):
    """Give matplotlib's own SVG without metadata, styles, names of groups and long numbers."""
    out = io.StringIO()
    FigureCanvasSVG(figure).print_svg(out, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = out.getvalue()[out.getvalue().index("<svg") :]
    body = svg[svg.index(">") + 1 : svg.rindex("</svg>")]
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", "", body, flags=re.S)
    body = re.sub(r"(<g) id=\"[^\"]*\"| transform=\"rotate\(-?0 [^\"]*\"", r"\1", body)
    body = re.sub(r"<[^>]*>", _tidied, body)
    body = re.sub(r"<path d=\"[^\"]*\" style=\"fill: none\"/>", "", body)
    for _ in range(4):
        body = re.sub(r"<g>\s*</g>|<g/>|<defs>\s*</defs>", "", body)
    body = re.sub(r"\s*\n\s*", "\n", body).strip()
    prefix = "s" + sha256(body.encode()).hexdigest()[:8]
    return re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{prefix}-", body)


def _tidied(tag):
    text = re.sub(r"-?\d+\.\d{3,}", lambda long: f"{round(float(long[0]), 2) + 0.0:g}", tag[0])
    return re.sub(r"\s*\n\s*", " ", re.sub(r"font-family: [^;\"]*; ", "", text))


def words(ax):
    lettering.write(ax, 0.5, 0.5, 'one & "two" <three>', dx=8.3333, size="value", bold=True)
    lettering.write(ax, 0.5, 0.7, "first line\nsecond", ha="right", ground=True, role="alert")
    lettering.write(ax, 0, 0.3, "fifty", dx=-6.125, dy=3.3, coords=("axes fraction", "data"), va="top")
    lettering.write(ax, 0.4, 1, "above", dx=2, coords=("data", "axes fraction"), ha="center", va="baseline")
    lettering.write(ax, 1, 0, "corner", coords="axes fraction", ha="right", size="note").set_rotation(15)
    lettering.write(ax, 0.9, 0.9, "faint").set_alpha(0.5)
    lettering.write(ax, 0.9, 0.8, "unseen").set_visible(False)
    ax.text(0.2, 0.2, "up", rotation=90, alpha=0.4)
    ax.text(0.2, 0.4, "turned", rotation=30, rotation_mode="anchor", clip_on=True, style="italic")


def lines(ax):
    dot(ax, 0.3, 0.3, "hollow")
    dot(ax, 0.31, 0.37, "alert")
    for place in (0.4, 0.45, 1.6, np.nan):
        dot(ax, place, 0.9, "hollow")
    dot(ax, 0.5, 0.9, "hollow", radius=6)
    whisker(ax, 0.5, 0.123456, 0.87654)
    hatched(ax, 0.1, 0.4, 0.6, 0.9)
    ax.plot([0, 1, np.nan, 0.5], [0, 0.333333, 1, 0.2], linestyle="--", linewidth=1.23456, alpha=0.5)
    ax.plot([0.2, 0.4, 0.6], [0.7, 0.1, 0.4], linestyle="none", marker="s", markersize=3.3333)


def shapes(ax):
    ax.add_patch(Rectangle((0.1, 0.1), 0.33333, 0.2, facecolor="#0A4F73", alpha=0.35, edgecolor="none"))
    for style in ({"alpha": 0.35}, {"linewidth": 3, "edgecolor": "#B2501A", "clip_on": False}):
        ax.add_patch(Block((0.7, 0.2), 0.123456, -0.3, facecolor="#0A4F73", **style))
    ax.add_patch(Circle((0.6, 0.6), 0.1, facecolor="none", edgecolor="#B2501A", linestyle=(0, (3.3333, 1))))
    ax.add_patch(Rectangle((0.2, 0.2), 0.1, 0.1, facecolor="#0A4F73", hatch="//", edgecolor="black"))
    ends = [[(0, 0), (1, 1)], [(0, 1), (1, 0)], [(0.2, 0), (0.3, 1)]]
    ax.add_collection(LineCollection(ends, colors=["#0A4F73", "#B2501A"], linewidths=[1, 2.5]))
    ax.scatter([0.1, 0.5, 0.9] * 5, np.linspace(0, 1, 15), s=20, c="#18212F")


def scaled(ax):
    ax.plot([1, 2, 3], [1200, 3400, 1500])
    ax.set_xlabel("years")
    ax.set_title("A title")
    ax.grid(True)


def named(ax):
    ax.plot([1, 2, 3], [1200, 3400, 1500])
    ax.set(xlim=(-1, 50), xticks=[], yticks=[])
    ax.set_xlabel("fifty samples")
    ax.spines["left"].set_visible(True)


@pytest.mark.parametrize("draw", [scaled, named])
def test_names_of_scales_stand_where_matplotlib_puts_them(draw, monkeypatch):
    late = theme.draw_svg(draw, 350), theme.draw_png(draw, 350, scale=1)
    monkeypatch.setattr(theme, "BlankAxes", Axes)
    assert (theme.draw_svg(draw, 350), theme.draw_png(draw, 350, scale=1)) == late


@pytest.mark.parametrize("draw", [words, lines, shapes, scaled])
def test_pen_writes_what_matplotlib_writes_once_cleaned(draw):
    with theme._drawn(draw, 350, 200, "en") as figure:
        theirs = _cleaned(figure)
    ours = theme.draw_svg(draw, 350, "en", 200)
    assert ours.split("\n", 1)[1].removesuffix("\n</svg>\n") == theirs
    assert len(theirs) > 500


@pytest.mark.parametrize("text", ["44 %", "first\nsecond", ""])
@pytest.mark.parametrize("sides", [("left", "center"), ("right", "bottom"), ("center", "top")])
def test_words_are_laid_out_as_matplotlib_does(text, sides):
    with mpl.rc_context(theme.STYLE):
        ax = theme.new_axes()
        given = {"ha": sides[0], "va": sides[1], "linespacing": 1.15, "fontsize": 11.5, "fontweight": "bold"}
        ours = lettering.Word(text, (0, 0), **given)
        theirs = Annotation(text, (0, 0), **given)
        for word in (ours, theirs):
            ax.add_artist(word)
        pen = Pen(680, 300)
        box, told, corner = theirs._get_layout(pen)
        for found in (ours._get_layout(pen), ours._get_layout(pen)):
            assert (found[0].bounds, *found[1:]) == (box.bounds, told, corner)


def test_a_word_that_changes_is_laid_out_anew():
    with mpl.rc_context(theme.STYLE):
        word = lettering.write(theme.new_axes(), 0, 0, "short")
        pen = Pen(680, 300)
        short = word._get_layout(pen)[0].width
        word.set_text("a good deal longer")
        assert word._get_layout(pen)[0].width > 2 * short
        word.set_fontsize(30)
        assert word._get_layout(pen)[0].width > 5 * short


def test_a_block_is_drawn_as_the_rectangle_it_is():
    def drawn(kind):
        def draw(ax):
            ax.set_xscale("function", functions=(np.sqrt, np.square))
            ax.add_patch(kind((0.2, 1), 3.3, 4, facecolor="#0A4F73"))
            ax.add_patch(kind((2, 2), 0.7, -0.9, facecolor="none", edgecolor="#B2501A", gid="cell"))

        return theme.draw_svg(draw, 350), theme.draw_png(draw, 350, scale=1)

    assert drawn(Block) == drawn(Rectangle)


@pytest.mark.parametrize("limited", ["neither", "x", "both"])
def test_limits_measured_late_are_those_measured_at_once(limited):
    found = []
    for kind in (Axes, BlankAxes):
        figure = Figure()
        ax = figure.add_axes(kind(figure, (0, 0, 1, 1)))
        dot(ax, 5, 700)
        ax.add_patch(Rectangle((-3, 2), 1, 4))
        if limited != "neither":
            ax.set_xlim(0, 1)
        if limited == "both":
            ax.set_ylim(1, 0)
        whisker(ax, 2, -40, 9)
        first = ax.get_xlim(), ax.get_ylim()
        ax.plot([1000], [1])
        ax.bar([3], [2000])
        found.append((first, ax.get_xlim(), ax.get_ylim()))
    assert found[0] == found[1]


def test_scale_says_on_which_side_its_ticks_are():
    sides = []
    for kind in (Axes, BlankAxes):
        figure = Figure()
        ax = figure.add_axes(kind(figure, (0, 0, 1, 1)))
        ax.xaxis.tick_top()
        sides.append((ax.xaxis.get_ticks_position(), ax.yaxis.get_ticks_position()))
    assert sides[0] == sides[1] == ("top", "left")


@pytest.mark.parametrize("running", [True, False])
def test_the_collector_of_memory_is_left_as_it_was(running):
    before = gc.isenabled()
    try:
        (gc.enable if running else gc.disable)()
        resting = []
        theme.draw_svg(lambda ax: (bare_axes(ax), resting.append(gc.isenabled())), 350)
        with pytest.raises(ZeroDivisionError):
            theme.draw_svg(lambda ax: 1 / 0, 350)
        assert (resting, gc.isenabled()) == ([False], running)
    finally:
        (gc.enable if before else gc.disable)()
