"""Folders that tests may read when they are there: real data and reference values kept beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time, at any pace: a busy machine is no fault of what is tested. New examples are drawn by
# `pytest -m hypothesis --hypothesis-profile=explore --hypothesis-seed=1`.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", patient)
settings.register_profile("repeat", patient, derandomize=True)
settings.load_profile("repeat")

ROOT = Path(__file__).resolve().parents[1]


def _beside(name: str) -> Path:
    folder = ROOT.parent / "shared" / name
    if not folder.is_dir():
        pytest.skip(f"no ../shared/{name} beside the checkout: the real files are not part of the product")
    return folder


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data sets, or skip saying it is absent."""
    return _beside("data")


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """Give the folder of reference values, or skip saying it is absent."""
    return _beside("reference")
