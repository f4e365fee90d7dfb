"""Every reference case is tested, or said to be outside what the survey side offers, with the reason."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures" / "survey"

# Cases outside what the survey side offers, with what they ask for.
BEYOND = {
    "ame_logit_smb": "regression under the design",
    "did_2x2_cluster": "effect of a programme",
    "fornell_larcker_htmt": "validity of scales",
    "glm_logit_cluster_robust_smb": "regression",
    "inequality_weighted": "inequality indices",
    "kitagawa_rate_decomposition": "decomposition of rates",
    "mcnemar_waves": "tests on related shares",
    "multinom_smb_sector": "regression",
    "network_bipartite_projection_platforms": "networks of platforms",
    "oaxaca_weighted_linear": "decomposition of means",
    "oaxaca_weighted_logit": "decomposition of means",
    "polr_ordinal_smb": "regression",
    "poststratify_two_way": "weighting",
    "rake_smb": "weighting",
    "rank_tests_smb": "rank tests that ignore the design; the design's own are held against R in survey/test_ranks",
    "svyglm_domain": "regression under the design",
    "svyglm_logit_smb_drivers": "regression under the design",
    "svyglm_missing_outcome": "regression under the design",
    "svyglm_poisson_smb": "regression under the design",
    "svyloglin_smb": "log-linear models",
    "svyolr_smb_bi1": "regression under the design",
    "svyprcomp_factanal": "factor analysis",
    "tam_path_model_smb": "path models",
    "trim_weights": "weighting",
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
