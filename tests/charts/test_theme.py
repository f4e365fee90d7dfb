"""Tokens are those of the visual language, and a drawing is a clean piece of a page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from analysis.charts import theme
from analysis.errors import ParameterError


@pytest.mark.parametrize(
    ("mode", "role", "expected"),
    [
        ("light", "ink", 16.2),
        ("light", "ink2", 7.9),
        ("light", "ink3", 5.4),
        ("light", "accent", 8.8),
        ("light", "alert", 5.2),
        ("light", "peer_line", 5.4),
        ("dark", "ink", 14.8),
        ("dark", "ink2", 9.9),
        ("dark", "ink3", 7.0),
        ("dark", "accent", 9.7),
        ("dark", "alert", 7.7),
    ],
)
def test_contrast_on_paper_is_the_published_one(mode, role, expected):
    palette = theme.PALETTE[mode]
    assert theme.contrast(palette[role], palette["paper"]) == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_colours_can_be_read_where_they_are_used(mode):
    palette = theme.PALETTE[mode]
    for text, ground in [("ink2", "wash"), ("ink3", "wash"), ("accent", "accent_tint"), ("alert", "wash")]:
        assert theme.contrast(palette[text], palette[ground]) >= 4.5
    for text in ("on_band", "on_band2"):
        assert theme.contrast(palette[text], palette["band"]) >= 4.5


def test_each_role_has_one_hex_of_its_own_so_that_hexes_can_be_swapped():
    assert len({colour.lower() for colour in theme.COLOUR.values()}) == len(theme.COLOUR)
    assert list(theme.PALETTE["dark"]) == list(theme.PALETTE["light"])


def test_contrast_of_black_and_white_is_21_and_of_a_colour_with_itself_1():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#B2501A", "#B2501A") == 1


def test_text_width_agrees_with_the_outline_of_the_letters():
    outline = TextPath((0, 0), "Boulangerie", size=11, prop=FontProperties(family="DejaVu Sans"))
    assert theme.text_width("Boulangerie", 11) == pytest.approx(outline.get_extents().width, rel=0.05)
    assert theme.text_width("a\nBoulangerie", 11) == theme.text_width("Boulangerie", 11)
    assert theme.text_width("", 11) == 0


def test_wrap_keeps_every_word_and_breaks_only_at_ordinary_spaces():
    text = "Activités spécialisées,\u00a0scientifiques et techniques"
    wrapped = theme.wrap(text, 60, 11)
    assert wrapped.replace("\n", " ") == text
    assert wrapped.count("\n") == 3
    assert theme.wrap(text, 10_000, 11) == text


def test_height_and_width_are_in_units():
    def draw(ax):
        theme.set_height(ax, 121)

    assert re.search(r'viewBox="0 0 350 124"', theme.draw_svg(draw, 350))
    assert theme.is_narrow(theme.new_axes(350)) and not theme.is_narrow(theme.new_axes(460))


def test_frame_leaves_the_margins_asked_for():
    ax = theme.new_axes(400, 200)
    theme.frame(ax, left=40, right=20, top=10, bottom=30)
    box = ax.get_window_extent()
    assert [box.x0, box.x1, box.y0, box.y1] == pytest.approx([40, 380, 30, 190])


def test_svg_is_well_formed_keeps_text_and_speaks_the_language():
    def draw(ax):
        ax.set_axis_off()
        ax.text(0.5, 0.5, "44\u202f% <b> & $x$ 3.14159", weight="bold")

    root = ElementTree.fromstring(theme.draw_svg(draw, 350, "en"))
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert [node.text for node in texts] == ["44\u202f% <b> & $x$ 3.14159"]
    assert "font-weight: 700" in texts[0].get("style") and "font-size: 11px" in texts[0].get("style")
    assert root.get("lang") == "en" and "DejaVu Sans" in root.get("font-family")


def test_recolour_swaps_roles_and_nothing_else():
    svg = '<path style="fill: #0a4f73; stroke: #0A4F74"/><path style="fill: #123456"/>'
    assert theme.recolour(svg, {"accent": "#ABCDEF"}) == svg.replace("#0a4f73", "#ABCDEF")
    variables = theme.recolour(svg, theme.css_variables())
    assert "var(--accent)" in variables and "var(--cat1)" in variables and "#123456" in variables


def test_unknown_language_is_refused_before_drawing():
    with pytest.raises(ParameterError, match='The language "it" is not written here'):
        theme.draw_svg(lambda ax: ax.plot([0], [0]), language="it")


def test_png_has_the_pixels_asked_for():
    png = theme.draw_png(lambda ax: theme.set_height(ax, 100), 350, scale=2)
    assert [int.from_bytes(png[i : i + 4], "big") for i in (16, 20)] == [700, 200]
