from __future__ import annotations

import ast
import json
from datetime import date, datetime
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given as given_by
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from analysis.__main__ import main
from analysis.errors import ParameterError
from analysis.reports.listing import described, parameters_schema, parameters_table
from analysis.reports.parameters import check, injected_source, parameters

CELL = '''
from datetime import date, datetime
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
    assert (found["start"].kind.name, found["start"].default) == ("date", date(2025, 10, 1))
    assert (found["level"].kind.name, found["level"].default) == ("float", 1.0)
    assert found["language"].kind.choices == ("fr", "en")
    kinds = [found[name].kind.annotation for name in ("years", "posts", "town")]
    assert kinds == ["list[int]", "Path | None", "str | None"]
    assert (found["plain"].kind.name, found["plain"].help) == ("int", "no annotation")
    assert found["period"].help == "quarter to report on"


def test_the_table_says_what_is_allowed():
    table = parameters_table(notebook(), "trial.ipynb").set_index("parameter")
    assert table.loc["language", "allowed"] == "one of fr, en"
    assert table.loc["posts", "allowed"] == "the path of a file or folder, or none"


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
        ("town", "None", None),
        ("draws", "-3", -3),
        ("draws", np.int64(7), 7),
        ("level", "-.5e-3", -0.0005),
        ("level", np.float64(0.5), 0.5),
        ("level", 1, 1.0),
        ("strict", np.True_, True),
        ("strict", "Non", False),
        ("start", date(2025, 1, 2), date(2025, 1, 2)),
        ("start", datetime(2025, 1, 2), date(2025, 1, 2)),
        ("start", pd.Timestamp("2025-01-02"), date(2025, 1, 2)),
        ("start", np.datetime64("2025-01-02"), date(2025, 1, 2)),
        ("years", (2024, "2025"), [2024, 2025]),
        ("years", np.array([2024]), [2024]),
        ("years", "", []),
        ("years", "-1, +2", [-1, 2]),
        ("platforms", '["a, b", "c"]', ["a, b", "c"]),
        ("period", np.str_("x"), "x"),
        ("wave", 2024, 2024),
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
        ("draws", "1e3", "allowed is a whole number"),
        ("draws", 3.0, "allowed is a whole number"),
        ("draws", "١٢", "allowed is a whole number"),
        ("draws", "1_000", "allowed is a whole number"),
        ("draws", "", "allowed is a whole number"),
        ("draws", None, "allowed is a whole number"),
        ("level", True, "allowed is a number"),
        ("level", "0,9", "allowed is a number such as 0.95"),
        ("level", "1e999", "allowed is a number"),
        ("level", float("inf"), "allowed is a number"),
        ("level", np.nan, "allowed is a number"),
        ("level", b"1", "allowed is a number"),
        ("strict", 1, "allowed is true or false"),
        ("start", datetime(2025, 1, 2, 3), "allowed is a date"),
        ("start", pd.NaT, "allowed is a date"),
        ("start", "20251001", "allowed is a date"),
        ("start", 20251001, "allowed is a date"),
        ("wave", 2022.0, "allowed is one of 2022, 2024"),
        ("wave", True, "allowed is one of 2022, 2024"),
        ("years", {2024}, "allowed is values separated by commas"),
        ("years", 2024, "allowed is values separated by commas"),
        ("years", [True], "allowed is values separated by commas, each a whole number"),
        ("platforms", '["a"', "allowed is values separated by commas"),
        ("posts", " ", "allowed is the path of a file"),
        ("posts", 3, "allowed is the path of a file"),
        ("period", "\udc80", "allowed is text"),
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


@pytest.mark.parametrize("value", ["~nobody-of-this-name/x", "x" * 5000, "loop"])
def test_a_path_that_no_system_takes_is_refused_shortly(tmp_path, monkeypatch, value):
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError, match=r'parameter "posts" was given .{1,110}; allowed is the path'):
        given(posts=value)


def test_lists_too_deep_are_refused():
    with pytest.raises(ParameterError, match=r"was given '\[{79}… \(100002 characters\); allowed is values"):
        given(years="[" * 100_000)


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("x: Literal[1, '1'] = 1", "1", "1"),
        ("x: Literal[True, 'auto'] = True", "true", True),
        ("x: list = [1]", "2, 3", [2, 3]),
        ("x = [1, 0.5]", "2", [2.0]),
    ],
)
def test_choices_and_bare_lists_take_what_they_say(cell, value, expected):
    found = check(notebook(cell), "trial.ipynb", {"x": value})["x"]
    assert (found, type(found)) == (expected, type(expected))


def test_the_near_choice_is_named_whatever_its_letters_and_in_lists():
    with pytest.raises(ParameterError, match=r'Did you mean "fr"\?'):
        given(language="FR")
    with pytest.raises(ParameterError, match=r'Did you mean "week"\?'):
        check(notebook("by: list[Literal['week', 'day']] = []"), "trial.ipynb", {"by": "day, weak"})


def test_a_second_parameters_cell_is_refused():
    twice = {"cells": notebook()["cells"] + notebook("n: int = 1")["cells"]}
    with pytest.raises(ParameterError, match=r"trial\.ipynb: 2 cells are tagged parameters: join them"):
        parameters(twice, "trial.ipynb")


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
        ("x: int = 'a'", r'the default of parameter "x" is .a., not a whole number\. Annotation: int'),
        ("x: date = '2025-10-01'", r"the default of parameter \"x\" is .*, not a date such as"),
        ("x: int = None", r'the default of parameter "x" is None, not a whole number'),
        ("x: Literal[1] = True", r'the default of parameter "x" is True, not one of 1'),
        ("x: list[int] = [True]", r'the default of parameter "x" is .True., not values'),
        ("x: Literal[b'a'] = b'a'", r"Literal\[…\] holds text, numbers, True and False, not b'a'"),
        (
            "x: Literal[date(2025, 1, 1)] = 1",
            r"Literal\[…\] holds text, numbers, True and False, not datetime",
        ),
        ("x: Literal[1e999] = 1e999", r"Literal\[…\] holds text, numbers, True and False, not inf"),
        ("x: Literal['a'] = 'b'", r'the default of parameter "x" is .b., not one of a'),
        ("x: list[list[int]] = []", r"its type list\[list\[int\]\] is not one of"),
        ("x: int | str = 1", r"its type int \| str is not one of"),
        ("x: None = None", r"its type None is not one of"),
        ("x = {}", r'the default of parameter "x" is a dict, which no parameter can be'),
        ("x: date = date(2025, 13, 1)", r"must be a plain value, not date\(2025, 13, 1\)"),
        ("x: int = 1\nx: int = 2", r'parameter "x" stands twice'),
        ("x = y = 1", r"line 1 of the parameters cell is not a parameter"),
        ("%matplotlib inline", r"the parameters cell is not Python \(line 1\)"),
        (
            'key: str = "abcdef"  # secret: key',
            r'parameter "key" is secret, so it must be text and its default',
        ),
        ("key: int = 0  # secret: key", r'parameter "key" is secret, so it must be text'),
        ("for i in []: pass", r"line 1 of the parameters cell is not a parameter"),
        ("x: int = = 3", r"the parameters cell is not Python \(line 1\)"),
        ("x: str = 'a\0b'", r"the parameters cell is not Python\."),
        ("x: 'int |' = 1", r"its type 'int \|' is not one of"),
        ("x: int = [" + "0," * 99 + "]", r"is \[0, 0, .{70,90}… \(297 characters\), not a whole number"),
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


plain = st.text(st.characters(codec="utf-8"), max_size=20)
days = st.dates()
paths = st.builds(
    Path, st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
)
one = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | plain
    | days
)
names = st.sampled_from(["client", "date", "Path", "environ", "été", "n"])


@given_by(st.dictionaries(names, one | paths | st.lists(one | paths, max_size=4), max_size=6))
def test_any_value_comes_back_exactly(values):
    source = injected_source(values)
    scope = {}
    exec(compile(source.encode("utf-8"), "cell", "exec"), scope)
    assert {name: scope[name] for name in values} == values
    assert [type(scope[name]) for name in values] == [type(value) for value in values.values()]


SECRET = 'key: str = ""  # secret: key of the service\ntown: str | None = None  # Secretary: no secret at all'


def test_a_secret_is_marked_by_its_comment_and_named_only():
    key, town = parameters(notebook(SECRET), "trial.ipynb")
    assert (key.secret, key.help) == (True, "key of the service")
    assert (town.secret, town.help) == (False, "Secretary: no secret at all")
    told = parameters_table(notebook(SECRET), "trial.ipynb").iloc[0]
    assert (told["kind"], told["default"]) == ("secret", "")
    assert parameters_schema(notebook(SECRET), "trial.ipynb")["properties"]["key"] == {
        "type": "string", "description": "key of the service", "writeOnly": True
    }  # fmt: skip


@pytest.mark.parametrize("value", [b"s3cr\xe9t!", 7654321, "\udc80s3cret", "s3cr"])
def test_a_secret_refused_is_not_repeated(value):
    with pytest.raises(ParameterError, match='parameter "key"') as caught:
        check(notebook(SECRET), "trial.ipynb", {"key": value})
    assert str(value) not in str(caught.value) and "s3cr" not in str(caught.value)


def test_help_is_taken_from_beside_or_above():
    source = (
        "# how many\n# draws\ndraws: int = 3\n\nplatforms: list[str] = [  # which\n    'x',\n    'y',\n]\n"
        "# ignored: a line lies between\n\nlast: int = 1\nnext: int = 2"
    )
    told = {parameter.name: parameter.help for parameter in parameters(notebook(source), "trial.ipynb")}
    assert told == {"draws": "how many draws", "platforms": "which", "last": "", "next": ""}


def test_help_goes_on_below_and_words_for_programs_are_none():
    source = "draws: int = 3  # how many\n                # draws\nlast: int = 1  # noqa: E501\n  # of last\nx: int = 2"
    told = {parameter.name: parameter.help for parameter in parameters(notebook(source), "trial.ipynb")}
    assert told == {"draws": "how many draws", "last": "", "x": ""}


def test_the_schema_is_valid_and_agrees_with_the_check():
    schema = parameters_schema(notebook(), "trial.ipynb")
    Draft202012Validator.check_schema(schema)
    told = Draft202012Validator(schema, format_checker=FormatChecker())
    defaults = {name: about["default"] for name, about in schema["properties"].items()}
    assert list(defaults)[:3] == ["period", "start", "draws"]
    assert told.is_valid(defaults)
    assert check(notebook(), "trial.ipynb", defaults)["start"] == date(2025, 10, 1)
    assert not told.is_valid({"perod": "x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("draws", True), ("draws", 1.5), ("level", "x"), ("strict", 1), ("language", "de"), ("years", ["x"]),
     ("years", 3), ("start", "2025-13-01"), ("period", None), ("posts", 3), ("posts", " ")],
)  # fmt: skip
def test_what_the_check_refuses_the_schema_refuses_too(name, value):
    told = Draft202012Validator(parameters_schema(notebook(), "trial.ipynb"), format_checker=FormatChecker())
    assert not told.is_valid({name: value})
    with pytest.raises(ParameterError):
        given(**{name: value})


def test_the_files_of_the_callers_folder_go_first(root, tmp_path, monkeypatch):
    (tmp_path / "README.md").write_text("mine\n")
    monkeypatch.setenv("ANALYSIS_HOME", str(root))
    monkeypatch.chdir(tmp_path)
    assert (root / given(posts="README.md")["posts"]).read_text() == "mine\n"
    assert given(posts="Makefile")["posts"] == Path("Makefile")
    monkeypatch.chdir(root)
    assert given(posts="README.md")["posts"] == Path("README.md")


def test_a_file_that_is_not_there_is_refused_before_a_kernel_starts(tmp_path):
    with pytest.raises(ParameterError, match=r'parameter "posts" names none\.csv, and there is no such file'):
        given(posts=tmp_path / "none.csv")


def test_a_file_to_be_written_need_not_be_there(tmp_path):
    cell = "listing: Path | None = None  # where the listing is written"
    notebook = {"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": cell}]}
    assert check(notebook, "trial.ipynb", {"listing": tmp_path / "none.csv"})["listing"].name == "none.csv"


@pytest.mark.parametrize("value", ["'\"\\\n#{}", '"""', "\u2028", "${x}"])
def test_a_value_cannot_leave_its_quotes(value):
    scope = {}
    exec(injected_source({"client": value}), scope)
    assert scope["client"] == value


def test_the_command_prints_the_table_and_the_schema(root, capsys):
    path = str(root / "notebooks" / "research" / "01_adoption.ipynb")
    assert main(["parameters", path]) == 0
    table, brace, schema = capsys.readouterr().out.partition("{\n")
    assert table.splitlines()[:3] == [
        "01_adoption.ipynb",
        "  survey         Path | None = None",
        " " * 17 + "survey file (CSV, Excel or Parquet); None = the bundled simulated survey: "
        "the path of a file or folder, or none",
    ]
    assert main(["parameters", path, "--schema"]) == 0
    alone = capsys.readouterr().out
    assert alone == brace + schema
    assert list(json.loads(alone)["properties"]) == [
        "survey",
        "codebook",
        "wave",
        "official_wave",
        "by",
        "language",
    ]


def test_the_command_names_a_notebook_that_is_not_there(capsys):
    assert main(["parameters", "01_adoptoin.ipynb"]) == 2
    assert (
        'There is no notebook "01_adoptoin.ipynb". Did you mean "notebooks/research/01_adoption.ipynb"?'
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "content", ["", "[]", '{"cells": []', "\udcff", '{"nbformat": 4, "nbformat_minor": 5}']
)
def test_a_file_that_is_no_notebook_is_refused(tmp_path, capsys, content):
    path = tmp_path / "broken.ipynb"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    for command in ("parameters", "run"):
        assert main([command, str(path)]) == 2
        assert "broken.ipynb is not a notebook" in capsys.readouterr().err


KERNEL = {"name": "ir", "language": "R", "display_name": "R"}


def test_a_notebook_in_another_language_is_refused(tmp_path, capsys):
    path = tmp_path / "other.ipynb"
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL}), path)
    assert main(["run", str(path)]) == 2
    assert "other.ipynb is written in R: reports are made by Python notebooks" in capsys.readouterr().err


def test_values_with_a_minus_are_typed_and_a_name_given_twice_is_refused(tmp_path, capsys):
    path = tmp_path / "trial.ipynb"
    cells = [nbformat.v4.new_code_cell("x: int = 1", metadata={"tags": ["parameters"]})]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert main(["run", str(path), "-p", "x", "-1e3"]) == 2
    assert """parameter "x" was given '-1e3'; allowed""" in capsys.readouterr().err
    assert main(["run", str(path), "-p", "x", "1", "-p", "x", "2"]) == 2
    assert "-p x is given twice" in capsys.readouterr().err


def test_a_notebook_without_parameters_says_so():
    assert (
        described(parameters_table({"cells": []}, "bare.ipynb"), "bare.ipynb")
        == "bare.ipynb has no parameters."
    )


@pytest.mark.parametrize(
    "comment", ["secret: key", "secret : key", "secret — key", "Secret key", "key (secret)", "key [ secret ]"]
)
def test_each_way_of_marking_a_secret_counts(comment):
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": f'k: str = ""  # {comment}'}
    (key,) = parameters({"cells": [cell]}, "report.ipynb")
    assert (key.secret, key.help) == (True, "key")
