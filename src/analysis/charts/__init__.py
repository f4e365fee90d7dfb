"""How is each result drawn? One function per figure: takes a result table, draws on an Axes, returns it."""

from __future__ import annotations

from analysis.charts.bars import (
    alt_distribution,
    alt_funnel,
    alt_multiple_answers,
    distribution,
    funnel,
    multiple_answers,
    reading_funnel,
)
from analysis.charts.rates import alt_rates, rates, reading_rates
from analysis.charts.theme import draw_png, draw_svg

__all__ = [
    "alt_distribution",
    "alt_funnel",
    "alt_multiple_answers",
    "alt_rates",
    "distribution",
    "draw_png",
    "draw_svg",
    "funnel",
    "multiple_answers",
    "rates",
    "reading_funnel",
    "reading_rates",
]
