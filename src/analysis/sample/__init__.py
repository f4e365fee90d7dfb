"""A simulated panel of small businesses whose truth is known: what `data/sample/` holds and how to rebuild it.

One population, one survey of it in three waves, and the platform data of a few hundred linked accounts. Each
submodule says which process makes its tables and what is true by construction; `truth.yml` gives the values.
Nothing in it comes from a real firm. Rates of 2022 are set to published official figures.
"""

from __future__ import annotations

from analysis.sample.clients import write_clients
from analysis.sample.files import write
from analysis.sample.simulation import Sample, simulate

__all__ = ["Sample", "simulate", "write", "write_clients"]
