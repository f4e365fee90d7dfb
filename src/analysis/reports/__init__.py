"""How a notebook becomes a report: the words notebooks use, and the commands that render them.

Every name is imported when it is first asked for, so that a command which finds nothing to do stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.late import imported_late

if TYPE_CHECKING:
    from analysis.reports.batch import render_batch
    from analysis.reports.exhibits import figure, kpi, table
    from analysis.reports.indicators import Indicator, Peers
    from analysis.reports.inputs import files_read, remarks
    from analysis.reports.methodology import appendix, data_appendix
    from analysis.reports.opening import cover, finding, section, start
    from analysis.reports.passages import callout, phrase, prose
    from analysis.reports.rendering import render, render_client
    from analysis.reports.reproduction import verify
    from analysis.reports.scorecards import scorecard_indicators
    from analysis.reports.session import client_folder, read_client, uses
    from analysis.reports.tables import Column
    from analysis.reports.values import computed, counted, ranked, row_at, row_of

__all__ = [
    "Column",
    "Indicator",
    "Peers",
    "appendix",
    "callout",
    "client_folder",
    "computed",
    "counted",
    "cover",
    "data_appendix",
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
    "row_at",
    "row_of",
    "scorecard_indicators",
    "section",
    "start",
    "table",
    "uses",
    "verify",
]

MODULES = {
    "batch": ("render_batch",),
    "exhibits": ("figure", "kpi", "table"),
    "indicators": ("Indicator", "Peers"),
    "inputs": ("files_read", "remarks"),
    "opening": ("cover", "finding", "section", "start"),
    "methodology": ("appendix", "data_appendix"),
    "passages": ("callout", "phrase", "prose"),
    "rendering": ("render", "render_client"),
    "reproduction": ("verify",),
    "scorecards": ("scorecard_indicators",),
    "session": ("client_folder", "read_client", "uses"),
    "tables": ("Column",),
    "values": ("computed", "counted", "ranked", "row_at", "row_of"),
}
__getattr__, __dir__ = imported_late(__name__, MODULES)
