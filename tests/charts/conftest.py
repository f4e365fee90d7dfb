"""What every test of a drawing needs: to draw it, and to find texts that touch or leave the drawing."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from analysis.charts import theme


def _texts(ax):
    found = [*ax.texts, *ax.xaxis.get_ticklabels(), *ax.yaxis.get_ticklabels()]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def find_overlaps(figure, slack=1.0):
    """Name the pairs of texts that overlap, the texts that cover a dot, and those that are clipped."""
    figure.canvas.draw()
    renderer, canvas = figure.canvas.get_renderer(), figure.bbox
    problems, boxes = [], []
    for ax in figure.axes:
        boxes += [(text.get_text(), text.get_window_extent(renderer)) for text in _texts(ax)]
        for line in (line for line in ax.lines if line.get_gid() == "estimate"):
            radius = line.get_markersize() / 2
            for x, y in ax.transData.transform(line.get_xydata()):
                dot = mpl.transforms.Bbox([(x - radius, y - radius), (x + radius, y + radius)])
                boxes.append((f"dot {x:.0f},{y:.0f}", dot))
    for i, (name, box) in enumerate(boxes):
        if name.startswith("dot "):
            continue
        if (
            box.x0 < -slack
            or box.y0 < -slack
            or box.x1 > canvas.width + slack
            or box.y1 > canvas.height + slack
        ):
            problems.append(f"{name!r} leaves the drawing")
        for other, against in [pair for j, pair in enumerate(boxes) if j > i or pair[0].startswith("dot ")]:
            across = min(box.x1, against.x1) - max(box.x0, against.x0)
            along = min(box.y1, against.y1) - max(box.y0, against.y0)
            if across > slack and along > slack:
                problems.append(f"{name!r} overlaps {other!r}")
    return problems


@pytest.fixture(name="overlaps")
def _overlaps():
    return find_overlaps


@pytest.fixture
def drawn():
    """Give a function that draws a figure and returns its Axes."""

    def draw(figure, width=theme.WIDE, language="fr"):
        with mpl.rc_context(theme.STYLE):
            ax = theme.new_axes(width, language=language)
            figure(ax)
            return ax

    return draw
