"""One small simulation and the bundled tables, shared by the tests of the simulator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.catalog import load
from analysis.sample import simulate

CONNECTED_MICRO = 'internet == 1 and size_class != "10-49"'


@pytest.fixture(scope="session")
def small():
    """Simulate a small sample."""
    return simulate(firms=150, seed=11)


@pytest.fixture(scope="session")
def survey() -> pd.DataFrame:
    """Read the bundled survey, with `any` use."""
    data = load("survey")
    used = data.filter(like="platforms__").eq(1).any(axis=1)
    return data.assign(any=used.astype("Int64"))


@pytest.fixture(scope="session")
def truth(root) -> dict:
    """Read the bundled truth."""
    return yaml.safe_load((root / "data/sample/truth.yml").read_text(encoding="utf-8"))


@pytest.fixture
def rng():
    """Give a source of chance."""
    return np.random.default_rng(5)
