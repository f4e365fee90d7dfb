"""Are texts measured letter by letter as large as matplotlib finds them, to the last bit?"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath

from analysis.charts.ruler import PLAIN, Ruler
from analysis.charts.theme import text_width

FACE = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
PLAIN_ONES = ["", " ", "AV. To", "1\u202f234,5\u00a0%", "ffi ff fi fl fffi f", "é’T’à", "…,-", "A1.T", "Ł·l"]
OTHERS = ["cafe\u0301", "a\u00adb", "سلام", "x\u200by", "ﬁn", "Ω"]


def _font(size, bold):
    return FontProperties(fname=Path(mpl.get_data_path(), "fonts", "ttf", FACE[bold]), size=size)


def _differ(texts, font):
    theirs, ours = TextToPath(), Ruler()
    return [
        text
        for text in texts
        if ours.get_text_width_height_descent(text, font, False)
        != theirs.get_text_width_height_descent(text, font, False)
    ]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_the_catalogue_is_as_large_as_matplotlib_says(language, bold):
    text = files("analysis").joinpath("words", f"{language}.yml").read_text(encoding="utf-8")
    lines = sorted({line.strip() for line in text.splitlines() if PLAIN.fullmatch(line)})
    assert len(lines) > 700
    assert _differ(lines, _font(11.5, bold)) == []


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size", [7.5, 10, 33])
def test_odd_texts_are_as_large_as_matplotlib_says(size, bold):
    assert all(PLAIN.fullmatch(text) for text in PLAIN_ONES)
    assert not any(PLAIN.fullmatch(text) for text in OTHERS)
    assert _differ(PLAIN_ONES + OTHERS, _font(size, bold)) == []
    for text in PLAIN_ONES + OTHERS:
        theirs = TextToPath().get_text_width_height_descent(text, _font(size, bold), False)[0]
        assert text_width(text, size, bold) == theirs


def test_other_faces_and_formulas_are_left_to_matplotlib():
    serif = FontProperties(family="DejaVu Serif", size=10)
    assert _differ(["AV fi", "$x^2$"], serif) == []
    plain = _font(10, bold=False)
    theirs = TextToPath().get_text_width_height_descent("$x^2$", plain, True)
    assert Ruler().get_text_width_height_descent("$x^2$", plain, True) == theirs
