"""How does one firm stand? Its indicators for a period, their change, and its place among firms of its trade.

Claim D22: a report speaks to the trade, so peers are firms of the same trade and, where there are enough, the same
size. No comparison is made with fewer than five of them.
"""

from analysis.scorecard.indicators import scorecard, scorecards
from analysis.scorecard.reading import beside_peers, change, main_platform, position, rhythm

__all__ = ["beside_peers", "change", "main_platform", "position", "rhythm", "scorecard", "scorecards"]
