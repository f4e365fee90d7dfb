"""The methodology appendix: nothing dropped, nothing typed by hand, the same in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from jinja2 import Environment, meta

from analysis.errors import ReportError
from analysis.reports import appendix, start
from analysis.reports.claims import claims
from analysis.reports.text import Texts
from analysis.survey import SurveyDesign, load_codebook
from analysis.survey.methodology import methodology

HEADINGS = "ABCDEFGHIJKLMN"
TEMPLATE = re.compile(r"(?s)\{\{.*?\}\}|\{%.*?%\}")


@pytest.fixture
def design():
    rng = np.random.default_rng(11)
    n = 240
    firms = pd.DataFrame({"zone": np.repeat(["n", "s"], n // 2), "town": np.repeat(range(24), 10)})
    firms = firms.assign(w=rng.uniform(5, 15, n), wave=2024, internet=rng.integers(0, 2, n))
    firms["owner_age"] = pd.array(rng.integers(25, 70, n), dtype="Int64")
    firms.loc[:4, "owner_age"] = pd.NA
    return SurveyDesign(firms, weights="w", strata="zone", clusters="town")


@pytest.fixture
def written(design, shown, document):
    """Give a function that writes the appendix of a design and makes its document."""

    def made(language="en", design=design, book=None, **options):
        shown.clear()
        start(language=language, title="Trial", simulated=True)
        told = methodology(design, book or load_codebook(), language=language, **options)
        appendix(told)
        return document()

    return made


def titles(document):
    return [block["title"] for block in document.blocks if block.get("title")]


def tables(document):
    return {block["title"]: block for block in document.blocks if block["block"] == "table"}


def cells(block):
    return [[cell["text"] for cell in row["cells"]] for row in block["rows"]]


def full(design):
    model = design.glm("internet", ["owner_age"], family="binomial")
    return {"items": ["internet", "owner_age", "sector"], "outcome": "internet", "models": {"Access": model}}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_part_is_there_in_order(written, design, language):
    parts = [title[0] for title in titles(written(language, **full(design))) if re.match(r"[A-Z]\. ", title)]
    assert parts == list(HEADINGS)


@pytest.mark.parametrize(("language", "blank"), [("en", "NOT PROVIDED"), ("fr", "NON FOURNI")])
def test_blanks_are_shown(written, language, blank):
    silent = replace(load_codebook(), study={})
    made = written(language, book=silent)
    study = next(block for title, block in tables(made).items() if title.startswith("A."))
    assert [row[1] for row in cells(study)] == [blank] * 17
    told = [
        str(block.get("content")) for block in made.blocks if block.get("title", "").startswith(("C.", "F."))
    ]
    assert len(told) == 2 and all(blank in text for text in told)
    assert not any(title.startswith(("Outcomes", "Issues")) for title in titles(made))


def test_questions_stand_beside_the_firms_that_did_not_answer(written, design):
    made = tables(written("en", **full(design)))
    asked = next(block for title, block in made.items() if title.startswith("F."))
    book = load_codebook()
    rows = {row[0]: row[1:] for row in cells(asked)}
    assert rows[book.question("owner_age", "en")] == ["A number", "5", "2.1%"]
    assert rows[book.question("internet", "en")][0] == "Yes · No"
    assert rows[book.question("sector", "en")][1:] == ["240", "100.0%"]


def test_models_and_outcomes_are_told(written, design):
    made = tables(written("fr", **full(design)))
    (model,) = cells(next(block for title, block in made.items() if title.startswith("G.")))
    assert model[:5] == ["Access", "owner_age", "logit", "235", "5"]
    assert cells(made["Issues et taux de réponse"]) == [["2024", "1\u202f948", "452", "81,2\u202f%"]]


def test_raked_weights_show_their_margins_and_both_states(written, design):
    raked = design.rake({"zone": {"n": 900, "s": 1500}})
    made = tables(written("en", design=raked))
    margins = cells(made["The margins the weights were brought to"])
    assert [row[5] for row in margins] == ["900", "1,500"] == [row[4] for row in margins]
    assert [row[0] for row in cells(made["The weights"])] == ["Before", "As used"]


def test_many_strata_are_not_listed(written, design):
    data = design.data.assign(cell=design.data["town"])
    fine = SurveyDesign(
        pd.concat([data.assign(cell=data["cell"] + 24 * k) for k in (0, 1)]), weights="w", strata="cell"
    )
    assert not any(title.startswith("Strata,") for title in titles(written("en", design=fine)))
    assert any(title.startswith("Strata,") for title in titles(written("en")))


def test_numbers_are_those_of_the_design_and_have_their_source(written, design):
    rows = claims(written("en", **full(design)))
    assert all(row["table"] for row in rows)
    said = {row["column"]: row["value"] for row in rows}
    w = design.weights.to_numpy()
    assert said["population"] == pytest.approx(w.sum()) and said["df"] == 22
    assert said["kish deff"] == pytest.approx(len(w) * (w**2).sum() / w.sum() ** 2)
    assert (said["few"], said["least"], said["samples"]) == (30, 5, 500)


def test_both_languages_say_the_same(written, design):
    numbers = [
        [
            [cell["value"] for cell in row["cells"] if isinstance(cell["value"], int | float)]
            for row in block["rows"]
        ]
        for language in ("en", "fr")
        for title, block in sorted(tables(written(language, **full(design))).items())
        if title[:2] in ("B.", "F.", "G.", "I.", "J.")
    ]
    half = len(numbers) // 2
    assert half == 4 and numbers[:half] == numbers[half:]


def test_the_report_keeps_its_own_texts_after(texts, design, shown):
    start(texts("## mine\ntitle: My own\n"), language="en")
    from analysis.reports import section

    appendix(methodology(design, load_codebook(), language="en"))
    section("mine")
    assert shown[-1]["title"] == "My own"
    with pytest.raises(ReportError, match='has no block "appendix"'):
        section("appendix")


@pytest.fixture(scope="module")
def files(root):
    folder = root / "notebooks" / "research"
    return {lang: Texts.read(folder / f"methodology.{lang}.md", lang) for lang in ("en", "fr")}


def test_the_text_files_have_the_same_blocks_fields_and_values(files):
    assert list(files["en"].blocks) == list(files["fr"].blocks)
    environment = Environment()
    environment.filters |= dict.fromkeys(("number", "percent", "interval"), str)
    for name in files["en"].blocks:
        sides = [files[language].blocks[name] for language in ("en", "fr")]
        assert len({frozenset(re.findall(r"(?m)^([a-z][a-z0-9_.]*):", side)) for side in sides}) == 1, name
        values = {frozenset(meta.find_undeclared_variables(environment.parse(side))) for side in sides}
        assert len(values) == 1, name
        assert len({len(re.findall(r"(?m)^\|", side)) for side in sides}) == 1, name


def test_no_number_is_typed_in_the_texts(files):
    for file in files.values():
        head, _, body = file.source.partition("\n## ")
        declared = re.findall(r"(?m)^typed: (\d+) ", head)
        bare = re.sub(rf"95\s?%|\b(?:0|100|{'|'.join(declared)})\b", "", TEMPLATE.sub("", body))
        assert re.findall(r".*\d.*", bare) == []
