"""Which platform serves which objective, at what cost, and what may not be known? Claims D4, D7, D17.

Every function takes a `SurveyDesign` and gives an estimates table. Cells with too few firms or too wide an interval
are said not to be known; claims about the roles of platforms are tested and may fail.
"""

from analysis.platform_fit.adjusted import adjusted_fit
from analysis.platform_fit.cost import platform_costs, result_costs
from analysis.platform_fit.fit import (
    HOURS,
    OBJECTIVES,
    PLATFORMS,
    fit_matrix,
    platform_uses,
    with_hours,
)
from analysis.platform_fit.frontier import attained, efficiency, frontier
from analysis.platform_fit.regret import regret, regret_drivers, regret_zones, with_regret
from analysis.platform_fit.roles import ROLES, purposes, role_advantage, role_claims

__all__ = [
    "HOURS",
    "OBJECTIVES",
    "PLATFORMS",
    "ROLES",
    "adjusted_fit",
    "attained",
    "efficiency",
    "fit_matrix",
    "frontier",
    "platform_costs",
    "platform_uses",
    "purposes",
    "regret",
    "regret_drivers",
    "regret_zones",
    "result_costs",
    "role_advantage",
    "role_claims",
    "with_hours",
    "with_regret",
]
