"""How a notebook becomes a report: the words notebooks use, and the commands that render them."""

from __future__ import annotations

from typing import Any

from analysis.reports.exhibits import figure, kpi, table
from analysis.reports.indicators import Indicator, Peers
from analysis.reports.inputs import files_read, remarks
from analysis.reports.opening import cover, finding, section, start
from analysis.reports.passages import callout, phrase, prose
from analysis.reports.scorecards import scorecard_indicators
from analysis.reports.session import client_folder, read_client, uses
from analysis.reports.tables import Column
from analysis.reports.values import ranked, row_of

__all__ = [
    "Column",
    "Indicator",
    "Peers",
    "callout",
    "client_folder",
    "cover",
    "figure",
    "files_read",
    "finding",
    "kpi",
    "phrase",
    "prose",
    "ranked",
    "read_client",
    "remarks",
    "render",
    "render_batch",
    "render_client",
    "row_of",
    "scorecard_indicators",
    "section",
    "start",
    "table",
    "uses",
]

RENDERING = {"render": "rendering", "render_client": "rendering", "render_batch": "batch"}


def __getattr__(name: str) -> Any:
    """Import the renderer only where it is asked for: a notebook that is being rendered does not need it."""
    if name in RENDERING:
        from importlib import import_module

        return getattr(import_module(f"analysis.reports.{RENDERING[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
