"""The grid of days and hours names cells with enough posts only, frames what stands out, and says so in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import charts
from analysis.charts import theme
from analysis.errors import DataError
from charts import figures as f


@pytest.fixture
def ax():
    return charts.posting_grid(f.TIMES, theme.new_axes(680, 300, "en"), days=f.DAYS)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_each_named_cell_is_shaded_and_says_its_index_and_posts(ax):
    known = f.TIMES.dropna(subset=["index"])
    assert sum(patch.get_gid() == "cell" for patch in ax.patches) == len(known)
    said = texts(ax)
    for value, count in known["index"].round().astype(int).value_counts().items():
        assert said.count(str(value)) >= count


def test_cells_with_few_posts_are_hatched_and_never_give_an_index():
    few = f.TIMES.assign(n=4, index=np.nan)
    ax = charts.posting_grid(few, theme.new_axes(680, 300, "en"))
    assert not [patch for patch in ax.patches if patch.get_gid() == "cell"]
    assert len([c for c in ax.collections if c.get_gid() == "hatching"]) == 56
    assert texts(ax).count("4") == 56


def test_frames_are_the_cells_whose_interval_leaves_100_out(ax):
    known = f.TIMES.dropna(subset=["index"])
    apart = (known["index_low"] > 100) | (known["index_high"] < 100)
    frames = [patch for patch in ax.patches if patch.get_gid() == "apart"]
    assert len(frames) == apart.sum() > 0
    alert = sum(theme.COLOUR["alert"].lower() == mpl_hex(patch) for patch in frames)
    assert alert == (known["index_high"] < 100).sum()


def mpl_hex(patch):
    from matplotlib.colors import to_hex

    return to_hex(patch.get_edgecolor())


def test_blocks_without_posts_are_left_out():
    night = f.TIMES.assign(n=f.TIMES["n"].where(f.TIMES["hour"] >= 9, 0))
    ax = charts.posting_grid(night, theme.new_axes(680, 300, "en"))
    assert "6:00–9:00" not in texts(ax) and "9:00–12:00" in texts(ax)
    with pytest.raises(DataError, match="no post to draw"):
        charts.posting_grid(f.TIMES.assign(n=0), theme.new_axes(680, 300, "en"))


def test_the_words_give_the_range_and_what_stands_apart():
    known = f.TIMES.dropna(subset=["index"])
    said = charts.alt_posting_grid(f.TIMES, language="en", n="300 posts")
    assert f"{len(known)} of 49 cells" in said and said.endswith("300 posts.")
    assert f"from {known['index'].min():.0f} (" in said and f"to {known['index'].max():.0f} (" in said
    alike = f.TIMES.assign(index_low=0.0, index_high=200.0)
    assert "Aucune ne se détache" in charts.alt_posting_grid(alike, language="fr")
    none = f.TIMES.assign(index=np.nan)
    assert "no cell has enough posts" in charts.alt_posting_grid(none, language="en").lower()


def test_reading_takes_the_cell_with_most_posts():
    known = f.TIMES.dropna(subset=["index"])
    most = known[known["n"] == known["n"].max()].sort_values(["weekday", "hour"]).iloc[0]
    said = charts.reading_posting_grid(f.TIMES, language="fr")
    assert (
        said.startswith(f"les {int(most['n'])} publications du ") and f"indice de {most['index']:.0f}" in said
    )
    with pytest.raises(DataError, match="No cell of the grid"):
        charts.reading_posting_grid(f.TIMES.assign(index=np.nan), language="fr")


def test_small_gaps_look_small():
    near = pd.DataFrame({"weekday": [1, 2], "hour": 9, "hour_end": 12, "index": [99.0, 101.0], "n": 9})
    ax = charts.posting_grid(near.assign(index_low=90, index_high=110), theme.new_axes(680, 300, "en"))
    first, second = (patch.get_alpha() for patch in ax.patches)
    assert 0 < second - first < 0.02
