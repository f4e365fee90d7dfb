from __future__ import annotations

import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.shades import blend, brand_palette, channels, lightness, nearest_shade, with_lightness
from analysis.charts.tokens import PALETTE, contrast
from analysis.errors import ParameterError

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02X}{:02X}{:02X}".format(*rgb))


def test_lightness_of_known_colours():
    known = {"#000000": 0, "#FFFFFF": 100, "#FF0000": 53.24, "#00FF00": 87.73, "#0000FF": 32.30}
    assert {colour: round(lightness(colour), 1) for colour in known} == pytest.approx(known, abs=0.06)


@given(COLOURS, st.floats(5, 95))
def test_a_shade_of_a_wanted_lightness_has_it_and_keeps_its_hue(colour, target):
    shade = with_lightness(colour, target)
    assert lightness(shade) == pytest.approx(target, abs=1.5)
    hue, _, saturation = colorsys.rgb_to_hls(*channels(colour))
    found, level, _ = colorsys.rgb_to_hls(*channels(shade))
    if saturation > 0.3 and 0.15 < level < 0.85:
        assert min(abs(hue - found), 1 - abs(hue - found)) < 0.03


@given(COLOURS)
def test_the_nearest_shade_passes_and_none_nearer_does(colour):
    def passes(shade):
        return contrast(shade, "#FFFFFF") >= 4.5

    shade = nearest_shade(colour, passes)
    assert passes(shade)
    if passes(colour):
        assert abs(lightness(shade) - lightness(colour)) < 1
    else:
        assert contrast(shade, "#FFFFFF") < 4.65


def test_there_may_be_no_shade_that_passes():
    assert nearest_shade("#0A4F73", lambda shade: False) is None


@given(COLOURS)
def test_a_brand_changes_its_own_roles_only(colour):
    made = brand_palette({"accent": colour})
    kept = {
        "paper",
        "wash",
        "ink",
        "ink2",
        "ink3",
        "peer",
        "peer_line",
        "rule",
        "hatch",
        "cat3",
        "cat4",
        "cat5",
    }
    for name in ("light", "dark"):
        assert set(made[name]) == set(PALETTE[name])
        assert {role: made[name][role] for role in kept} == {role: PALETTE[name][role] for role in kept}


def test_no_colour_gives_the_palette_itself():
    assert brand_palette({}) == PALETTE
    assert blend("#123456", "#FFFFFF", 1) == "#123456"


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345G", 123456, None, "#1234567"])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(ParameterError, match=r"is not a colour\. Write six hexadecimal digits after #"):
        channels(colour)
