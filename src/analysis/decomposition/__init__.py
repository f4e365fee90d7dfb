"""Do groups differ because they are made of other firms, or because like firms differ? Standardise and decompose."""

from __future__ import annotations

from analysis.decomposition.means import oaxaca
from analysis.decomposition.rates import kitagawa, standardise

__all__ = ["kitagawa", "oaxaca", "standardise"]
