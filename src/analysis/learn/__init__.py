"""Let a student predict, compute and check, with replies that say which mistake was made."""

from __future__ import annotations

from analysis.learn.checks import check, predict, progress, quiz, reveal, start
from analysis.learn.pictures import picture

__all__ = ["check", "picture", "predict", "progress", "quiz", "reveal", "start"]
