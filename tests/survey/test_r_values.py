"""Numbers of R's survey package that its own calls gave on one survey (`r_values.R` beside the data makes them)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.survey import SurveyDesign

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "survey"
SVY = {"weights": "w", "strata": "stratum", "clusters": "psu"}


@pytest.fixture(scope="module")
def r():
    """Find R's values by the start of the call that gave them."""
    values = json.loads((FIXTURES / "r_values.json").read_text(encoding="utf-8"))

    def find(call):
        found = [value for text, value in values.items() if text == call]
        assert len(found) == 1, call
        return found[0]

    return find


@pytest.fixture(scope="module")
def everyone():
    data = pd.read_csv(FIXTURES / "smb.csv")
    return data.assign(distinct=data["age"] + data["firm"] / 10000)


@pytest.fixture(scope="module")
def design(everyone):
    return SurveyDesign(everyone[everyone["wave"] == 1], **SVY, fpc="N_psu")


def close(got, expected, rel=1e-7):
    assert np.ravel(got).tolist() == pytest.approx(expected, rel=rel, abs=1e-12)


def quantiles(table):
    return table[["estimate", "low", "high", "se"]].to_numpy()


def test_quantiles(design, r):
    close(
        quantiles(design.quantile("spend", [0.1, 0.25, 0.5, 0.75, 0.9])),
        r("quantiles(svyquantile(~spend, spending, c(0.1, 0.25, 0.5, 0.75, 0.9)))"),
    )
    close(
        quantiles(design.quantile("spend", by="sector").query("sector == 'food'")),
        r("quantiles(svyquantile(~spend, subset(spending, sector == 'food'), c(0.25, 0.5, 0.75)))"),
    )
    close(
        quantiles(design.quantile("spend", 0.5, level=0.8)),
        r("quantiles(svyquantile(~spend, spending, 0.5, alpha = 0.2))"),
    )


def test_limit_of_a_quantile_below_the_lowest_answer(design, r):
    craft = design.subset(design.data["sector"] == "craft")
    table = craft.quantile("distinct", 0.1)
    close(
        quantiles(table),
        r("quantiles(svyquantile(~distinct, subset(d, sector == 'craft'), 0.1))"),
    )


def test_intervals_of_a_share(design, r):
    craft = design.subset(design.data["sector"] == "craft")
    logit = r("c(coef(svyciprop(~adopt, craft)), confint(svyciprop(~adopt, craft)))")
    close(craft.proportion("adopt")[["estimate", "low", "high"]], logit)
    for interval, level, call in [
        ("beta", 0.9, "confint(svyciprop(~adopt, craft, method = 'beta', level = 0.9))"),
        ("likelihood", 0.95, "confint(svyciprop(~adopt, craft, method = 'likelihood'))"),
        ("asin", 0.95, "confint(svyciprop(~adopt, craft, method = 'asin'))"),
    ]:
        table = craft.proportion("adopt", interval=interval, level=level)
        close(table[["low", "high"]], r(call), rel=1e-5 if interval == "likelihood" else 1e-7)


@pytest.mark.parametrize(
    ("statistic", "call"),
    [
        ("F", "test(svychisq(~facebook + sector, d))"),
        ("wald", "test(svychisq(~facebook + sector, d, statistic = 'Wald'))"),
        ("adjusted wald", "test(svychisq(~facebook + sector, d, statistic = 'adjWald'))"),
    ],
)
def test_independence(design, r, statistic, call):
    test = design.independence("facebook", "sector", statistic=statistic)
    close([test.statistic, test.df1, test.df2, test.p], r(call))


def test_independence_against_a_chi_square(design, r):
    test = design.independence("facebook", "sector", statistic="chisq")
    close([test.df1, test.p], r("test(svychisq(~facebook + sector, d, statistic = 'Chisq'))[2:3]"))
    assert np.isinf(test.df2)


def test_independence_in_a_domain(design, r):
    test = design.subset(design.data["adopt"] == 1).independence("region", "facebook")
    close(
        [test.statistic, test.df1, test.df2, test.p],
        r("test(svychisq(~region + facebook, subset(d, adopt == 1)))"),
    )


def test_rank_tests_of_two_groups(design, r):
    north = design.subset(design.data["region"] == "North")
    for kept, test, call in [
        (design, "wilcoxon", "test(svyranktest(distinct ~ facebook, d))"),
        (design, "median", "test(svyranktest(distinct ~ facebook, d, test = 'median'))"),
        (
            north,
            "van der Waerden",
            "test(svyranktest(distinct ~ facebook, subset(d, region == 'North'), test = 'vanderWaerden'))",
        ),
    ]:
        result = kept.ranks("distinct", by="facebook", test=test)
        t, df, p = r(call)
        close([result.statistic, result.df2, result.p], [t**2, df, p])


def test_rank_test_of_several_groups(design, r):
    result = design.ranks("distinct", by="sector")
    chisq, df1, df2, p = r(
        "unlist(svyranktest(distinct ~ factor(sector), d)[c('parameter', 'statistic', 'ddf', 'p.value')])"
    )
    close([result.statistic, result.df1, result.df2, result.p], [chisq / df1, df1, df2, p])


def test_jackknife(design, everyone, r):
    jackknife = design.replicate("JKn")
    row = jackknife.mean("adopt").iloc[0]
    ratio = jackknife.ratio("spend", "emp")["se"].item()
    close(
        [row["estimate"], row["se"], ratio],
        r(
            "c(coef(svymean(~adopt, jkn)), SE(svymean(~adopt, jkn)), "
            "SE(svyratio(~spend, ~emp, subset(jkn, !is.na(spend)))))"
        ),
    )
    around = design.replicate("JKn", mse=True)
    food = around.subset(around.data["sector"] == "food").total("adopt")["se"].item()
    north = around.subset(around.data["region"] == "North").degf
    close(
        [around.mean("adopt")["se"].item(), food, north],
        r(
            "c(SE(svymean(~adopt, mse)), SE(svytotal(~adopt, subset(mse, sector == 'food'))), "
            "degf(subset(mse, region == 'North')))"
        ),
    )
    endless = SurveyDesign(everyone[everyone["wave"] == 1], **SVY).replicate("JKn")
    close(endless.mean("adopt")["se"], r("SE(svymean(~adopt, as.svrepdesign(plain, type = 'JKn')))[1]"))


def test_differences_have_the_covariance_of_their_groups(design, r):
    covariance = np.reshape(r("as.vector(vcov(svyby(~adopt, ~sector, d, svymean, covmat = TRUE)))"), (4, 4))
    table = design.compare("adopt", by="sector")
    places = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    expected = [np.sqrt(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]) for i, j in places]
    close(table["se"], expected)


def test_contrast_over_waves(everyone, r):
    both = SurveyDesign(everyone, **SVY, fpc="N_psu")
    cells = {("food", 2): 1, ("food", 1): -1, ("craft", 2): -1, ("craft", 1): 1}
    row = both.contrast("facebook", ["sector", "wave"], {"change": cells})
    by = "(change(svyby(~facebook, ~sector + wave, both, svymean, covmat = TRUE)))"
    close(row["estimate"], r(f"coef{by}"))
    close(row["se"], r(f"SE{by}"))
