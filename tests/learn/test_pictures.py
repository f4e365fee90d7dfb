"""Does a picture say in words, and from its own numbers, what it shows?"""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.charts import theme
from analysis.learn import drawings, picture, start
from analysis.learn.exercises import Unknown

STEPS = pd.Series({"interviewed": 2000, "connected": 1600, "use": 400})
SIZES = pd.DataFrame(
    {"n": [100, 400, 1600], "estimate": 0.5, "low": [0.4, 0.45, 0.475], "high": [0.6, 0.55, 0.525]}
)
SAMPLES = pd.DataFrame({"low": [0.3, 0.5, 0.4, 0.1], "high": [0.5, 0.7, 0.6, 0.3], "truth": 0.45})
SECTORS = pd.DataFrame(
    {
        "sector": ["transport", "crafts", "construction"],
        "estimate": [0.2, 0.45, 0.3],
        "se": 0.03,
        "low": [0.15, 0.4, 0.29],
        "high": [0.26, 0.5, 0.35],
        "n": [100, 200, 300],
        "flag": "",
        "benchmark": [0.22, None, 0.28],
    }
)
RESULTS = {"1.base": STEPS, "1.sizes": SIZES, "1.coverage": SAMPLES, "1.sectors": SECTORS}


def texts_of(draw, result, language="en") -> list[str]:
    ax = theme.new_axes(680, 300, language)
    draw(ax, result=result, language=language)
    return [
        text.get_text() for text in ax.figure.findobj(lambda a: hasattr(a, "get_text")) if text.get_text()
    ]


@pytest.mark.parametrize("name", RESULTS)
def test_a_picture_has_title_drawing_sentence_and_source(name, language):
    drawing = picture(name, RESULTS[name])
    assert drawing.png[1:4] == b"PNG"
    page = drawing._repr_html_()
    assert f'<figure lang="{language}"' in page
    assert f'alt="{drawing.measured} {drawing.sentence}"' in page
    assert drawing.source in page
    assert repr(drawing).startswith(drawing.title)


def test_the_same_picture_is_the_same_bytes(language):
    assert picture("1.coverage", SAMPLES)._repr_html_() == picture("1.coverage", SAMPLES)._repr_html_()


def test_words_follow_the_numbers():
    start("1")
    assert picture("1.base", STEPS).title == "One yes, two bases: 25% or 20%"
    assert "20 points wide" not in picture("1.sizes", SIZES).sentence
    assert (
        "With 400 firms the interval is 10 points wide, with 1,600 it is 5: 2.0"
        in picture("1.sizes", SIZES).sentence
    )
    assert picture("1.coverage", SAMPLES).title == "The true rate is missed 2 times in 4"
    assert picture("1.sectors", SECTORS).title == "Crafts: 45%; Transport: 20%"
    assert (
        "Official figures inside the interval of their sector: 1 of 2."
        in picture("1.sectors", SECTORS).sentence
    )


def test_labels_stand_on_the_data():
    assert {"2,000", "1,600", "400", "firms interviewed"} <= set(texts_of(drawings.steps, STEPS))
    assert "true rate 45%" in texts_of(drawings.many_intervals, SAMPLES)
    assert {"100 firms asked", "1,600 firms asked"} <= set(texts_of(drawings.by_sample_size, SIZES))
    assert "INSEE" in texts_of(drawings.rates_by_sector, SECTORS)


def test_the_misses_are_diamonds_and_not_by_colour_alone():
    ax = theme.new_axes(680, 300, "en")
    drawings.many_intervals(ax, SAMPLES, "en")
    markers = [line.get_marker() for line in ax.lines if line.get_marker() not in ("None", None, "")]
    assert (markers.count("D"), markers.count("o")) == (2, 2)


def test_an_unknown_picture_is_named():
    with pytest.raises(Unknown, match=r'"1.bases" is not one of .* Did you mean "1.base"\?'):
        picture("1.bases", STEPS)
