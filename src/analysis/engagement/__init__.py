"""How do people respond to posts, and how does a business post: rates, typical reach, contrasts and cadence."""

from analysis.engagement.audience import audience_growth, growth_across
from analysis.engagement.content_effects import content_effects
from analysis.engagement.contrasts import contrast
from analysis.engagement.events import delay_effect, event_study, first_posts
from analysis.engagement.group_tests import differences
from analysis.engagement.maturity import mature_posts, maturity, young_posts
from analysis.engagement.overperformance import overperformance
from analysis.engagement.posting_times import posting_test, posting_times
from analysis.engagement.promotion import per_post, promotion
from analysis.engagement.responses import engagement, means, typical
from analysis.engagement.rhythm import cadence
from analysis.engagement.silences import silences
from analysis.engagement.tables.calendar import periods, with_calendar
from analysis.engagement.voice import share_of_voice, voices, with_owner

__all__ = [
    "audience_growth",
    "cadence",
    "content_effects",
    "contrast",
    "delay_effect",
    "differences",
    "engagement",
    "event_study",
    "first_posts",
    "growth_across",
    "mature_posts",
    "maturity",
    "means",
    "overperformance",
    "per_post",
    "periods",
    "posting_test",
    "posting_times",
    "promotion",
    "share_of_voice",
    "silences",
    "typical",
    "voices",
    "with_calendar",
    "with_owner",
    "young_posts",
]
