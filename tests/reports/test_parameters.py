from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from analysis.errors import ParameterError
from analysis.reports.parameters import check, injected_source, parameters, parameters_table

CELL = '''
from datetime import date
from typing import Literal, Optional
"""Words are allowed."""
period: str = "2025-Q4"  # quarter to report on
start: date = date(2025, 10, 1)
draws: int = 1000  # how many
level: float = 1
strict: bool = False
language: Literal["fr", "en"] = "fr"
wave: Literal[2022, 2024] = 2022
platforms: list[str] = ["x"]
years: list[int] = []
posts: Path | None = None  # a file
town: Optional[str] = None
plain = 3  # no annotation
'''


def notebook(source=CELL):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    return {"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# A"}, cell]}


def given(**values):
    return check(notebook(), "trial.ipynb", values)


def test_the_cell_is_read_without_running_it():
    found = {parameter.name: parameter for parameter in parameters(notebook(), "trial.ipynb")}
    assert list(found)[:3] == ["period", "start", "draws"]
    assert (found["start"].kind, found["start"].default) == ("date", date(2025, 10, 1))
    assert (found["level"].kind, found["level"].default) == ("float", 1.0)
    assert found["language"].choices == ("fr", "en")
    assert (found["years"].items, found["posts"].optional, found["town"].optional) == ("int", True, True)
    assert (found["plain"].kind, found["plain"].help) == ("int", "no annotation")
    assert found["period"].help == "quarter to report on"


def test_the_table_says_what_is_allowed():
    table = parameters_table(notebook(), "trial.ipynb").set_index("parameter")
    assert table.loc["language", "allowed"] == "one of fr, en"
    assert table.loc["posts", "allowed"] == "the path of a file, or none"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("start", "2025-11-30", date(2025, 11, 30)),
        ("draws", "200", 200),
        ("level", "0.9", 0.9),
        ("strict", "true", True),
        ("language", "en", "en"),
        ("wave", "2024", 2024),
        ("platforms", "facebook, x", ["facebook", "x"]),
        ("years", "2024,2025", [2024, 2025]),
        ("town", "none", None),
        ("period", "Été SARL", "Été SARL"),
    ],
)
def test_command_line_text_is_converted(name, text, expected):
    assert given(**{name: text}) == {name: expected}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("draws", "many", "allowed is a whole number"),
        ("draws", "1.5", "allowed is a whole number"),
        ("draws", True, "allowed is a whole number"),
        ("level", "nan", "allowed is a number"),
        ("strict", "perhaps", "allowed is true or false"),
        ("start", "2025-13-01", "allowed is a date such as 2025-10-01"),
        ("language", "fre", r'allowed is one of fr, en\. Did you mean "fr"'),
        ("years", "2024,x", "allowed is values separated by commas"),
        ("period", 2025, "allowed is text"),
        ("period", None, "allowed is text"),
    ],
)
def test_a_wrong_value_is_refused_in_words(name, value, said):
    with pytest.raises(ParameterError, match=rf'trial\.ipynb: parameter "{name}" was given .*{said}'):
        given(**{name: value})


def test_an_unknown_name_is_refused():
    with pytest.raises(
        ParameterError, match=r'trial\.ipynb has no parameter "perod"\. Did you mean "period"'
    ):
        given(perod="2025")
    with pytest.raises(ParameterError, match=r"Parameters: none\."):
        check({"cells": []}, "trial.ipynb", {"a": 1})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x: set = {1}", r'parameter "x": its type set is not one of'),
        ("x: int = open('f')", r'default of parameter "x" must be a plain value'),
        ("x: int = 'a'", r'parameter "x" was given .a.'),
        ("for i in []: pass", r"line 1 of the parameters cell is not a parameter"),
        ("x: int = = 3", r"the parameters cell is not Python \(line 1\)"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused(source, said):
    with pytest.raises(ParameterError, match=r"trial\.ipynb: .*" + said):
        parameters(notebook(source), "trial.ipynb")


def test_a_path_is_named_from_the_project(root, tmp_path, monkeypatch):
    (tmp_path / "posts.csv").write_text("a\n")
    monkeypatch.setenv("ANALYSIS_HOME", str(root))
    monkeypatch.chdir(tmp_path)
    path = given(posts="posts.csv")["posts"]
    assert not path.is_absolute()
    assert (root / path).resolve() == tmp_path / "posts.csv"


def test_values_are_injected_readably():
    values = {"client": "Été « SARL »", "start": date(2025, 10, 1), "files": [Path("a/b.csv")], "n": None}
    source = injected_source(values)
    scope = {}
    exec(compile(ast.parse(source), "cell", "exec"), scope)
    assert {name: scope[name] for name in values} == values
    assert "Été" in source


@pytest.mark.parametrize("value", ["'\"\\\n#{}", '"""', "\u2028", "${x}"])
def test_a_value_cannot_leave_its_quotes(value):
    scope = {}
    exec(injected_source({"client": value}), scope)
    assert scope["client"] == value
