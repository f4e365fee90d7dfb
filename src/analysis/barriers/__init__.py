"""What keeps small businesses away from social networks, what would help, and who looks after them?

Claims D2, D5 and D6: barriers cited and agreed with, generation and delegation, and whether a small firm can afford
outside help. Every function takes a `SurveyDesign` and gives an estimates table.
"""

from analysis.barriers.cited import AGES, base_of, cited, differences, ranking, tests, with_age_groups
from analysis.barriers.concierge import affordability, budgets, cost_per_result, intention
from analysis.barriers.generation import generation, runs_the_accounts, with_generation
from analysis.barriers.statements import ITEMS, agreement, held_back, statements

__all__ = [
    "AGES",
    "ITEMS",
    "affordability",
    "agreement",
    "base_of",
    "budgets",
    "cited",
    "cost_per_result",
    "differences",
    "generation",
    "held_back",
    "intention",
    "ranking",
    "runs_the_accounts",
    "statements",
    "tests",
    "with_age_groups",
    "with_generation",
]
