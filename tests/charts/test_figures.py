"""Rules that hold for every figure: nothing overlaps, nothing but the palette, the same bytes each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256

import matplotlib as mpl
import pytest

from analysis.charts import theme
from charts.figures import SMALL_FIGURES, WIDE_FIGURES

SIZES = [(name, width) for name in WIDE_FIGURES for width in (theme.WIDE, theme.NARROW)]
SIZES += [(name, width) for name in SMALL_FIGURES for width in (290, 210)]
SIZES += [("mini_interval", 190)]
ALL = WIDE_FIGURES | SMALL_FIGURES


@pytest.mark.parametrize(("name", "width"), SIZES)
def test_no_text_overlaps_or_is_clipped(name, width, drawn, overlaps):
    languages = ["fr"] if width in (theme.WIDE, 290) else ["fr", "en"]
    for language in languages:
        assert overlaps(drawn(ALL[name], width, language).figure) == []


def test_the_overlap_check_finds_overlaps_and_clipping(drawn, overlaps):
    def bad(ax):
        theme.frame(ax, left=0, right=0, top=0, bottom=0)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.text(0.5, 0.5, "first")
        ax.text(0.51, 0.5, "second")
        ax.text(0.99, 0.9, "outside")

    found = overlaps(drawn(bad).figure)
    assert found == ["'first' overlaps 'second'", "'outside' leaves the drawing"]


@pytest.mark.parametrize(("name", "width"), SIZES)
def test_svg_holds_only_palette_colours_text_and_its_own_ids(name, width):
    svg = theme.draw_svg(ALL[name], width)
    palette = {colour.lower() for colour in theme.COLOUR.values()}
    assert {colour.lower() for colour in re.findall(r"#[0-9a-fA-F]{6}\b", svg)} <= palette
    assert "<text" in svg and "<metadata" not in svg and "<style" not in svg and "font-family:" not in svg
    assert not re.search(r"/(?:home|work|usr|tmp|root)/|\b20\d\d-\d\d-\d\dT|[Mm]atplotlib", svg)
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg)) <= set(ids)
    assert float(re.search(r'viewBox="0 0 ([\d.]+) ', svg)[1]) == width


def test_two_drawings_in_one_page_share_no_id():
    one, two = (set(re.findall(r'\bid="([^"]+)"', theme.draw_svg(ALL[name]))) for name in ("rates", "slope"))
    assert one and two and not one & two


SCRIPT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from charts.figures import SMALL_FIGURES, WIDE_FIGURES
from analysis.charts import theme
figures = WIDE_FIGURES | SMALL_FIGURES
for name in sys.argv[2].split():
    print(name, hashlib.sha256(theme.draw_svg(figures[name], 350, "fr").encode()).hexdigest())
print("png", hashlib.sha256(theme.draw_png(figures["rates"], scale=1)).hexdigest())
"""


def test_same_bytes_whatever_the_hash_seed_zone_and_locale(root):
    names = "rates multiple_answers slope hours dots calendar quarter_bars peer_strip"
    env = os.environ | {
        "PYTHONHASHSEED": "77",
        "TZ": "America/Lima",
        "LC_ALL": "fr_FR.UTF-8",
        "MPLBACKEND": "svg",
    }
    command = [sys.executable, "-c", SCRIPT, str(root / "tests"), names]
    there = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.split()
    here = [sha256(theme.draw_svg(ALL[name], 350, "fr").encode()).hexdigest() for name in names.split()]
    here.append(sha256(theme.draw_png(ALL["rates"], scale=1)).hexdigest())
    assert there[1::2] == here
    assert there[::2] == [*names.split(), "png"]


def test_a_drawing_does_not_depend_on_the_users_own_style():
    expected = theme.draw_svg(ALL["rates"])
    with mpl.rc_context(
        {"font.size": 30, "lines.markersize": 20, "axes.facecolor": "red", "axes.grid": True}
    ):
        assert theme.draw_svg(ALL["rates"]) == expected
        assert mpl.rcParams["font.size"] == 30
