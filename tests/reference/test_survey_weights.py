"""Raked, post-stratified and trimmed weights, and the estimates after them, are those of R's survey package."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.survey import SurveyDesign

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"


def case(name):
    return json.loads((FIXTURES / "cases" / f"{name}.json").read_text(encoding="utf-8"))["expected"]


def close(got, expected):
    assert got == pytest.approx(expected, rel=1e-7, abs=1e-12)


@pytest.fixture(scope="module")
def design():
    smb = pd.read_csv(FIXTURES / "smb.csv")
    return SurveyDesign(smb[smb["wave"] == 1], weights="w", strata="stratum", clusters="psu", fpc="N_psu")


def known(name):
    table = pd.read_csv(FIXTURES / f"smb_pop_{name}.csv")
    return dict(zip(table[name], table["N"], strict=True))


def held(row, expected):
    close([row["estimate"], row["se"]], [expected["estimate"]["adopt"], expected["se"]["adopt"]])
    if "df" in expected:
        assert row["df"] == expected["df"]
        close([row["low"], row["high"]], list(expected["ci95_t"]["adopt"].values()))


def test_rake(design):
    expected = case("rake_smb")
    raked = design.rake({"sector": known("sector"), "region": known("region")})
    close(raked.weights.tolist(), expected["weights"])
    held(raked.mean("adopt").iloc[0], expected["mean"])
    close(raked.mean("adopt").iloc[0]["deff"], expected["mean"]["deff"]["adopt"])
    held(raked.total("adopt").iloc[0], expected["total"])
    by_sector = raked.mean("adopt", by="sector").set_index("sector")
    close(by_sector["estimate"].to_dict(), expected["by_sector"]["estimate"])
    close(by_sector["se"].to_dict(), expected["by_sector"]["se"])
    figures = raked.diagnostics.set_index("measure")["after"]
    close([figures["weight_min"], figures["weight_max"]], expected["min_max"])
    close(figures["effective_n"], expected["n_eff_kish"])


def test_poststratify_on_two_variables(design):
    expected = case("poststratify_two_way")
    counts = {
        ("East", "micro"): 1600,
        ("East", "small"): 450,
        ("North", "micro"): 1950,
        ("North", "small"): 550,
        ("South", "micro"): 2150,
        ("South", "small"): 600,
        ("West", "micro"): 1500,
        ("West", "small"): 500,
    }
    adjusted = design.poststratify({("region", "size"): counts})
    close(adjusted.weights.tolist()[:10], expected["weights_first10"])
    held(adjusted.mean("adopt").iloc[0], expected["mean"])
    held(adjusted.total("adopt").iloc[0], expected["total"])


def test_trim(design):
    expected = case("trim_weights")
    trimmed = design.trim(upper=35)
    close(trimmed.weights.tolist(), expected["weights"])
    close([trimmed.weights.min(), trimmed.weights.max()], expected["range"])
    close(trimmed.weights.sum(), expected["sum"])
    held(trimmed.mean("adopt").iloc[0], expected["mean"])
