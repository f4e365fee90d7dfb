"""Whatever tool a survey was exported with, in whatever language and form, the microdata are the same."""

from __future__ import annotations

import hashlib
from functools import partial

import pandas as pd
import pytest

from analysis.survey import load_codebook, read_survey, scaffold
from analysis.survey.validation import inspect_survey
from survey import exports

WRITERS = {
    "limesurvey codes": partial(exports.limesurvey, style="codes"),
    "limesurvey blank no": partial(exports.limesurvey, style="codes", no=""),
    "limesurvey questions": partial(exports.limesurvey, style="labels", headings="full"),
    "limesurvey both": partial(exports.limesurvey, style="labels", headings="codetext"),
    "limesurvey questions, codes": partial(exports.limesurvey, style="codes", headings="full"),
    "kobo values": partial(exports.kobotoolbox, style="codes"),
    "kobo labels": partial(exports.kobotoolbox, style="labels"),
    "kobo without groups": partial(exports.kobotoolbox, style="labels", groups=False),
    "qualtrics text": partial(exports.qualtrics, style="labels"),
    "qualtrics numbers": partial(exports.qualtrics, style="codes"),
    "qualtrics text, parted": partial(exports.qualtrics, style="labels", split=True),
    "qualtrics numbers, parted": partial(exports.qualtrics, style="codes", split=True),
    "google": exports.google_forms,
    "microsoft": exports.microsoft_forms,
}
TOOLS = {
    "limesurvey": "LimeSurvey",
    "kobo": "KoboToolbox",
    "qualtrics": "Qualtrics",
    "google": "Google Forms",
    "microsoft": "Microsoft Forms",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "codebook.yml"
    path.write_text(exports.CODEBOOK, encoding="utf-8")
    return load_codebook(path)


@pytest.mark.parametrize(("language", "ending"), [("en", "csv"), ("fr", "csv"), ("fr", "xlsx")])
@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_every_export_gives_the_same_microdata(tmp_path, book, writer, language, ending):
    path = tmp_path / f"export.{ending}"
    WRITERS[writer](path, book, language)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    data = read_survey(path, book, why_missing=True)
    expected = exports.expected()
    got = data[list(expected)]
    pd.testing.assert_frame_equal(got, expected, check_dtype=False)
    assert (data.astype("string") == exports.OWN_WORDS).sum().sum() == 1, "the firm's own words are kept"
    assert inspect_survey(path, book).tool == TOOLS[writer.split()[0]]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_draft_codebook_of_an_export_loads_and_describes_it(tmp_path, book, writer, language):
    path = tmp_path / "export.csv"
    WRITERS[writer](path, book, language)
    scaffold(path, tmp_path / "draft.yml")
    draft = load_codebook(tmp_path / "draft.yml")
    found = inspect_survey(path, draft)
    assert found.problems.to_dict("records") == []
    assert len(found.data) == len(exports.ANSWERS)
    sets = [variable for variable in draft if variable.type == "multiple"]
    assert len(sets) == 1
    named = found.data[list(sets[0].columns)].sum(axis=1).tolist()
    assert named[:2] == [2, 1] and named[5] == 1
    assert {"number", "date"} <= {variable.type for variable in draft}
