"""What do all reports read of the suite's own? Words, templates of pages, type: read once, before kernels are forked.

Whatever imports this module has them read; each stays with the function that reads it.
"""

from __future__ import annotations

from analysis.language import LANGUAGES, date, word
from analysis.reports.brand import Brand
from analysis.reports.text import markdown
from analysis.reports.writers.html import environment, style

__all__ = ["PAGES"]

PAGES = ("blocks.html", "preview.html", "report.html")

for page in PAGES:
    environment().get_template(page)
for language in LANGUAGES:
    date("2026-01-01", language)
    markdown(word("report.report", language), language)
style(Brand().data())
