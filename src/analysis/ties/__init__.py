"""Who knows whom, how well, and what each tie opens: strength, overlap, bridges, structural holes."""

from __future__ import annotations

from analysis.ties.alters import ego_constraint
from analysis.ties.channels import channel_overlap, multiplexity
from analysis.ties.ego import ego_measures
from analysis.ties.granovetter import granovetter, removal
from analysis.ties.holes import structural_holes
from analysis.ties.ledger import among_alters, ledger, next_ties, stakeholders
from analysis.ties.overlap import local_bridges, tie_overlap
from analysis.ties.strength import reliability, tie_strength
from analysis.ties.told import between_asked, ego_design, with_ego
from analysis.ties.uses import request_model, request_outcomes, requests, weak_advantage
from analysis.ties.weak import bridge_share, weak_tie_share

__all__ = [
    "among_alters",
    "between_asked",
    "bridge_share",
    "channel_overlap",
    "ego_constraint",
    "ego_design",
    "ego_measures",
    "granovetter",
    "ledger",
    "local_bridges",
    "multiplexity",
    "next_ties",
    "reliability",
    "removal",
    "request_model",
    "request_outcomes",
    "requests",
    "stakeholders",
    "structural_holes",
    "tie_overlap",
    "tie_strength",
    "weak_advantage",
    "weak_tie_share",
    "with_ego",
]
