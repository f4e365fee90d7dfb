"""Folders that tests may read when they are there: real data and reference values kept beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine draws and tests examples slowly: that is no fault of what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

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
