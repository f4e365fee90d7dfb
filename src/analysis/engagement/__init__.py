"""How do people respond to posts, and how does a business post: rates, typical reach, contrasts and cadence."""

from analysis.engagement.calendar import periods, with_calendar
from analysis.engagement.contrasts import contrast
from analysis.engagement.responses import engagement, means, typical
from analysis.engagement.rhythm import cadence

__all__ = ["cadence", "contrast", "engagement", "means", "periods", "typical", "with_calendar"]
