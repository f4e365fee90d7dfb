"""Does a network resemble its owner more than chance and local opportunity explain?"""

from __future__ import annotations

from analysis.homophily.coleman import coleman, inbreeding
from analysis.homophily.drift import drift
from analysis.homophily.external import chance_draws, ei_index
from analysis.homophily.mixing import assortativity
from analysis.homophily.moments import join_counts
from analysis.homophily.opportunity import opportunities

__all__ = [
    "assortativity",
    "chance_draws",
    "coleman",
    "drift",
    "ei_index",
    "inbreeding",
    "join_counts",
    "opportunities",
]
