"""Who animates the networks of small firms, with what skills and methods, and do firms build networks of their own?

Claims D9, D13 and D14. Every function takes a `SurveyDesign` and gives an estimates table.
"""

from analysis.community.internal import conversion, cooperation, functions, funnel
from analysis.community.methods import by_objective, methods, modes, objective_tests, reproduced
from analysis.community.outcomes import method_outcomes, outcome_modes
from analysis.community.roles import (
    everyone,
    everyone_agreement,
    roles,
    training,
    training_differences,
    training_gap,
    young_and_informal,
)

__all__ = [
    "by_objective",
    "conversion",
    "cooperation",
    "everyone",
    "everyone_agreement",
    "functions",
    "funnel",
    "method_outcomes",
    "methods",
    "modes",
    "objective_tests",
    "outcome_modes",
    "reproduced",
    "roles",
    "training",
    "training_differences",
    "training_gap",
    "young_and_informal",
]
