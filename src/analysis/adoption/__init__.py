"""How many small businesses are on social networks, on which, how much, and how far did they get?

Claims D1, D4 and D17: presence, number of platforms, time given to them, and the road from having heard of a
platform to using it regularly. Every function takes a `SurveyDesign` and gives an estimates table.
"""

from analysis.adoption.answers import with_presence
from analysis.adoption.change import platform_change, presence_change
from analysis.adoption.extent import breadth, breadth_distribution, intensity, platform_presence, presence
from analysis.adoption.stages import conversion, funnel

__all__ = [
    "breadth",
    "breadth_distribution",
    "conversion",
    "funnel",
    "intensity",
    "platform_change",
    "platform_presence",
    "presence",
    "presence_change",
    "with_presence",
]
