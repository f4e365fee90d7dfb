"""A codebook is read as written, and every mistake in it is named."""

from __future__ import annotations

import dataclasses

import pytest

from analysis.errors import DataError, ParameterError
from analysis.survey import SurveyDesign, load_codebook
from analysis.survey.files.answers import answers

FINE = "variables:\n  - {name: uses, type: yesno, label: {en: Uses, fr: Utilise}}\n"


def write(folder, text):
    path = folder / "book.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_bundled_questionnaire_loads():
    book = load_codebook()
    assert len(book) > 90
    assert book.design["weights"] == "weight"
    assert "platforms__facebook" in book.all_columns
    assert book.label("sector", "fr") == "Secteur"


def test_words_of_a_variable(book):
    assert book.label("hours", "fr") == "Heures"
    assert book.label("platforms__x", "fr") == "X"
    assert book.question("platforms", "en") == "Which platforms does the firm use?"
    assert book.question("platforms__x", "en") == book.question("platforms", "en")
    assert book.option_label("ready", 3, "fr") == "Oui"
    assert book.option_label("size", "refused", "en") == "No answer"


def test_parts_of_a_variable(book):
    assert book.columns("platforms") == ("platforms__facebook", "platforms__x")
    assert book.columns("hours") == ("hours",)
    assert book.options("ready") == (1, 2, 3)
    assert book.missing("platforms") == (-8, -7)
    ready = book["ready"]
    assert (ready.reversed, ready.scale, ready.range) == (True, "readiness", None)
    assert book["size"].concepts == ("D2", "D22")
    assert book["hours"].range == (0, 80)


def test_sampling_declares_the_design(book, sound):
    assert book.sampling == {"weights": "weight", "strata": "stratum", "clusters": "town", "fpc": "towns"}
    data, _ = answers(sound, book)
    assert SurveyDesign(data, **book.sampling).degf == 2


def test_codebook_cannot_be_changed(book):
    with pytest.raises(dataclasses.FrozenInstanceError):
        book.file = "other"
    with pytest.raises(TypeError):
        book.variables["new"] = book["hours"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda b: b["hour"], 'codebook.yml has no variable "hour". Did you mean "hours"'),
        (lambda b: b["platforms__tiktok"], 'no variable "platforms__tiktok"'),
        (lambda b: b.label("hours", "de"), 'language="de" is not a choice'),
        (lambda b: b.option_label("size", "1-5", "en"), 'no answer "1-5". Did you mean "1-4"'),
    ],
)
def test_wrong_names_are_refused(book, ask, message):
    with pytest.raises(ParameterError, match=message):
        ask(book)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r'book.yml is not a codebook: it needs a list called "variables:"'),
        ("variables: {a: 1}", "needs a list"),
        ("variables:\n  - {name: a, type: [}", "not valid YAML near line 2"),
        (FINE + "design: {weights: 3}", "design: weights must name a column, or a list of them, not 3"),
        ("variables:\n  - {type: yesno}", 'variable number 1: "name:" is missing'),
        (FINE + "  - {name: uses, type: yesno, label: {en: U, fr: U}}", "uses: the name is given to two"),
        ("variables:\n  - {name: a, type: yesno, label: {en: A}}", 'a: "label:" has no words in fr'),
        ("variables:\n  - {name: a, type: yesno, label: A}", 'a: "label:" must give the words in en and fr'),
        ("variables:\n  - {name: a, type: yes, label: {en: A, fr: A}}", 'a: type "True" is not one of'),
        ("variables:\n  - {name: a, type: single, label: {en: A, fr: A}}", 'a: type single needs "options:"'),
        ("variables:\n  - {name: a, typ: yesno, label: {en: A, fr: A}}", r'"typ:" .* Did you mean "type"'),
        (
            "variables:\n  - {name: a, type: single, label: {en: A, fr: A}, options: {no: {en: N, fr: N}}}",
            "a code that YAML reads as false: put it in quotes",
        ),
        (
            "variables:\n  - {name: a, type: single, label: {en: A, fr: A}, options: {x: {en: N}}}",
            'a: "options: x:" has no words in fr',
        ),
        (
            "variables:\n  - name: a\n    type: scale\n    label: {en: A, fr: A}\n"
            "    options: {1: {en: N, fr: N}}\n    missing: {'1': {en: D, fr: D}}",
            'code "1" is both an option and a missing answer',
        ),
        (
            "variables:\n  - {name: a, type: number, label: {en: A, fr: A}, range: [9, 1]}",
            "two numbers, the smaller first",
        ),
        (FINE + "design: {weights: w}", 'design: weights names "w", which is not among the variables'),
        (FINE + "design: {weight: uses}", r'"weight" is not a part of a design. Did you mean "weights"'),
        (FINE + "design: uses", '"design:" must be a mapping'),
    ],
)
def test_mistakes_are_named(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        load_codebook(write(tmp_path, text))


def test_all_mistakes_are_told_at_once(tmp_path):
    text = "variables:\n" + "".join(f"  - {{name: v{i}, type: no, label: L}}\n" for i in range(8))
    with pytest.raises(DataError) as error:
        load_codebook(write(tmp_path, text))
    assert str(error.value).count("\n  - ") == 10
    assert "and 6 more" in str(error.value)
    assert str(tmp_path) not in str(error.value)


def test_absent_file_and_folder_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"nothing\.yml does not exist"):
        load_codebook(tmp_path / "nothing.yml")
    with pytest.raises(DataError, match="is a folder"):
        load_codebook(tmp_path)


def test_the_rule_for_lonely_units_may_be_declared(tmp_path):
    book = load_codebook(write(tmp_path, FINE + "design: {single_psu: adjust}\n"))
    assert book.sampling == {"single_psu": "adjust"} and "single_psu" not in book.design
    assert load_codebook(write(tmp_path, FINE)).sampling == {}
    with pytest.raises(DataError, match='single_psu "ajust" is not a choice'):
        load_codebook(write(tmp_path, FINE + "design: {single_psu: ajust}\n"))
