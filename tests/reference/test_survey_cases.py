"""Every reference case is tested, or said to be outside what the survey side offers, with the reason."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures" / "survey"

# Cases outside what the survey side offers, with what they ask for.
BEYOND = {
    "fornell_larcker_htmt": "validity of scales",
    "inequality_weighted": "inequality indices",
    "multinom_smb_sector": "models of unordered answers",
    "network_bipartite_projection_platforms": "networks of platforms",
    "rank_tests_smb": "rank tests without a design; the design's own are in tests/survey/test_r_values.py",
    "svyprcomp_factanal": "factor analysis",
    "tam_path_model_smb": "path models",
}


def test_every_case_is_tested_or_said_to_be_beyond(shared_reference):
    known = {path.stem for path in (shared_reference / "survey" / "cases").glob("*.json")}
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
    )
    tested = {name for name in known if f'"{name}"' in tests}
    assert tested | set(BEYOND) == known
    assert not tested & set(BEYOND)


def test_cases_are_those_given(shared_reference):
    given = shared_reference / "survey" / "cases"
    for path in (FIXTURES / "cases").glob("*.json"):
        assert path.read_bytes() == (given / path.name).read_bytes(), path.name
