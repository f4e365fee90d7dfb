"""A small questionnaire and sound answers to it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.survey import load_codebook

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"


@pytest.fixture(scope="session")
def book():
    return load_codebook(FIXTURES / "codebook.yml")


@pytest.fixture
def sound():
    """Eight firms, as text: the way a CSV file holds them."""
    return pd.DataFrame(
        {
            "firm": [f"f{i}" for i in range(8)],
            "wave": ["2022"] * 8,
            "stratum": ["n"] * 4 + ["s"] * 4,
            "town": ["a", "a", "b", "b", "c", "c", "d", "d"],
            "towns": ["5"] * 4 + ["8"] * 4,
            "weight": ["2.5"] * 4 + ["4"] * 4,
            "size": ["0", "1-4", "5-9", "refused", "0", "", "1-4", "0"],
            "platforms__facebook": ["1", "0", "-8", "-7", "1", "", "0", "1"],
            "platforms__x": ["0", "0", "1", "-7", "0", "0", "0", "1"],
            "hours": ["2.5", "0", "-8", "", "10", "3", "1.5", "80"],
            "ready": ["1", "3", "-8", "", "2", "2", "3", "1"],
            "asked_on": ["2022-03-01", "", "2022-03-04", "2022-03-04", "2022-04-30", "", "", "2022-05-01"],
        },
        dtype="string",
    )
