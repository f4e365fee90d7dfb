"""How do people respond to posts, and how does a business post: rates, typical reach, contrasts and cadence."""

from analysis.engagement.calendar import periods, with_calendar
from analysis.engagement.content_effects import content_effects
from analysis.engagement.contrasts import contrast
from analysis.engagement.differences import differences
from analysis.engagement.maturity import mature_posts, maturity, young_posts
from analysis.engagement.overperformance import overperformance
from analysis.engagement.posting_times import posting_test, posting_times
from analysis.engagement.responses import engagement, means, typical
from analysis.engagement.rhythm import cadence

__all__ = [
    "cadence",
    "content_effects",
    "contrast",
    "differences",
    "engagement",
    "mature_posts",
    "maturity",
    "means",
    "overperformance",
    "periods",
    "posting_test",
    "posting_times",
    "typical",
    "with_calendar",
    "young_posts",
]
