"""Are the scales sound, and what do they say? Reliability, items, answers: one door to the modules that hold them."""

from __future__ import annotations

from analysis.survey.scales.agreement import answers, net_agreement, top_two
from analysis.survey.scales.items import ReversedItemWarning, reverse, scale_items
from analysis.survey.scales.omega import design_omega, omega
from analysis.survey.scales.polychoric import ordinal_alpha, polychoric
from analysis.survey.scales.reliability import Reliability, alpha, design_alpha, item_table

__all__ = [
    "Reliability",
    "ReversedItemWarning",
    "alpha",
    "answers",
    "design_alpha",
    "design_omega",
    "item_table",
    "net_agreement",
    "omega",
    "ordinal_alpha",
    "polychoric",
    "reverse",
    "scale_items",
    "top_two",
]
