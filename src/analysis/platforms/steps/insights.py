"""What must still be done to Facebook's old page insights: days hidden for privacy, windows that overlap."""

from __future__ import annotations

from analysis.platforms.export import counted, grouped
from analysis.platforms.layout.reading import Reading
from analysis.platforms.steps.registry import step

__all__: list[str] = []

WINDOWS = ("weekly_", "28_days_")


@step
def days_hidden(reading: Reading) -> None:
    """Count the days whose figures are all blank: below a threshold Facebook hides them, they are not 0."""
    figures = reading.frame.drop(columns=["date", "account", "_row"], errors="ignore")
    blank = figures.isna().all(axis=1) & reading.frame["date"].notna()
    if blank.any() and figures.shape[1]:
        reading.notice(
            "days_hidden",
            f"Days without any figure: {grouped(blank.sum())}. Facebook hides those of a page below its threshold of "
            "privacy; they are missing, not 0.",
        )


@step
def windows_overlap(reading: Reading) -> None:
    """Say which metrics count people, or windows of 7 and 28 days, that must not be added up."""
    fields = reading.match.format.fields
    windows = [name for name in reading.frame if name in fields and fields[name].metric.startswith(WINDOWS)]
    many = (
        f" {counted(len(windows), 'metric is such a window', 'metrics are such windows')}." if windows else ""
    )
    reading.notice(
        "unique_people",
        "Daily, weekly and 28-day figures of unique people must not be added up: one person is counted in each, and "
        f"the windows overlap.{many}",
    )


@step
def times_of_california(reading: Reading) -> None:
    """Say that the old insights by post are known to print the clock of California, wherever the page is."""
    if "published" in reading.frame and reading.frame["published"].notna().any():
        reading.notice(
            "times_of_california",
            "Facebook printed these times by the clock of California (Pacific time), not by the page's own, and the "
            "file does not say so: they are kept as printed. Do not read hours of publication from them.",
        )
