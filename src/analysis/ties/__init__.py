"""Who knows whom, how well, and what each tie opens: strength, overlap, bridges, structural holes."""

from __future__ import annotations

from analysis.ties.holes import structural_holes
from analysis.ties.overlap import local_bridges, tie_overlap

__all__ = ["local_bridges", "structural_holes", "tie_overlap"]
