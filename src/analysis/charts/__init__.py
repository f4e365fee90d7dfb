"""How is each result drawn? One function per figure: takes a result table, draws on an Axes, returns it.

Every name is imported when it is first asked for: what only needs the tokens of the theme does not wait for the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.late import imported_late

if TYPE_CHECKING:
    from analysis.charts.bars import (
        alt_funnel,
        alt_multiple_answers,
        funnel,
        multiple_answers,
        reading_funnel,
    )
    from analysis.charts.breakups import alt_breakup, breakup
    from analysis.charts.calendars import alt_calendar, calendar
    from analysis.charts.chances import against_chance, alt_against_chance
    from analysis.charts.columns import alt_distribution, distribution
    from analysis.charts.comparisons import alt_rates, rates, reading_rates
    from analysis.charts.couse import alt_co_use, co_use
    from analysis.charts.daytime import alt_hours, hours
    from analysis.charts.egos import alt_ego, ego, reading_ego
    from analysis.charts.fits import alt_fit_matrix, fit_matrix, reading_fit_matrix
    from analysis.charts.forests import alt_forest, forest, reading_forest
    from analysis.charts.frontiers import alt_frontier, frontier
    from analysis.charts.graded import alt_diverging, diverging, reading_diverging
    from analysis.charts.grids import alt_posting_grid, posting_grid, reading_posting_grid
    from analysis.charts.posts import alt_dots_by_group, dots_by_group, reading_dots_by_group
    from analysis.charts.quarters import alt_quarter_bars, quarter_bars
    from analysis.charts.slopes import alt_slope, reading_slope, slope
    from analysis.charts.small import alt_mini_interval, mini_interval
    from analysis.charts.strips import alt_peer_strip, peer_strip, peer_strip_key
    from analysis.charts.theme import draw_png, draw_svg
    from analysis.charts.trends import alt_trend, trend

__all__ = [
    "against_chance",
    "alt_against_chance",
    "alt_breakup",
    "alt_calendar",
    "alt_co_use",
    "alt_distribution",
    "alt_diverging",
    "alt_dots_by_group",
    "alt_ego",
    "alt_fit_matrix",
    "alt_forest",
    "alt_frontier",
    "alt_funnel",
    "alt_hours",
    "alt_mini_interval",
    "alt_multiple_answers",
    "alt_peer_strip",
    "alt_posting_grid",
    "alt_quarter_bars",
    "alt_rates",
    "alt_slope",
    "alt_trend",
    "breakup",
    "calendar",
    "co_use",
    "distribution",
    "diverging",
    "dots_by_group",
    "draw_png",
    "draw_svg",
    "ego",
    "fit_matrix",
    "forest",
    "frontier",
    "funnel",
    "hours",
    "mini_interval",
    "multiple_answers",
    "peer_strip",
    "peer_strip_key",
    "posting_grid",
    "quarter_bars",
    "rates",
    "reading_diverging",
    "reading_dots_by_group",
    "reading_ego",
    "reading_fit_matrix",
    "reading_forest",
    "reading_funnel",
    "reading_posting_grid",
    "reading_rates",
    "reading_slope",
    "slope",
    "trend",
]

MODULES = {
    "bars": (
        "alt_funnel",
        "alt_multiple_answers",
        "funnel",
        "multiple_answers",
        "reading_funnel",
    ),
    "breakups": (
        "alt_breakup",
        "breakup",
    ),
    "calendars": (
        "alt_calendar",
        "calendar",
    ),
    "chances": (
        "against_chance",
        "alt_against_chance",
    ),
    "columns": (
        "alt_distribution",
        "distribution",
    ),
    "comparisons": (
        "alt_rates",
        "rates",
        "reading_rates",
    ),
    "couse": (
        "alt_co_use",
        "co_use",
    ),
    "daytime": (
        "alt_hours",
        "hours",
    ),
    "graded": (
        "alt_diverging",
        "diverging",
        "reading_diverging",
    ),
    "egos": (
        "alt_ego",
        "ego",
        "reading_ego",
    ),
    "fits": (
        "alt_fit_matrix",
        "fit_matrix",
        "reading_fit_matrix",
    ),
    "forests": (
        "alt_forest",
        "forest",
        "reading_forest",
    ),
    "frontiers": (
        "alt_frontier",
        "frontier",
    ),
    "grids": (
        "alt_posting_grid",
        "posting_grid",
        "reading_posting_grid",
    ),
    "posts": (
        "alt_dots_by_group",
        "dots_by_group",
        "reading_dots_by_group",
    ),
    "quarters": (
        "alt_quarter_bars",
        "quarter_bars",
    ),
    "slopes": (
        "alt_slope",
        "reading_slope",
        "slope",
    ),
    "small": (
        "alt_mini_interval",
        "mini_interval",
    ),
    "strips": (
        "alt_peer_strip",
        "peer_strip",
        "peer_strip_key",
    ),
    "theme": (
        "draw_png",
        "draw_svg",
    ),
    "trends": (
        "alt_trend",
        "trend",
    ),
}
__getattr__, __dir__ = imported_late(__name__, MODULES)
