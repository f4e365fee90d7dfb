"""Each notebook is run once per session; every test then looks at the same results."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from analysis.learn import checks, lessons

ASK = """import json
from analysis.learn import checks
json.dumps([sorted(checks._session.passed), checks._session.quiz, checks._session.guesses])"""


@dataclass(frozen=True)
class Ran:
    """Hold a notebook that was run, and what its kernel remembered at the end."""

    notebook: NotebookNode
    passed: list[str]
    quiz: dict[str, bool]
    guesses: dict[str, float]


def _run(notebook: NotebookNode) -> Ran:
    asking = nbformat.from_dict(notebook)
    asking.cells.append(nbformat.v4.new_code_cell(ASK, id="asked"))
    ran = lessons.execute(asking)
    reply = ran.cells.pop().outputs[-1].data["text/plain"]
    return Ran(ran, *json.loads(ast.literal_eval(reply)))


@pytest.fixture(scope="session", params=lessons.sources(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def source(request: pytest.FixtureRequest) -> Path:
    """Give each lesson source in turn."""
    return request.param


@pytest.fixture(scope="session")
def student(source: Path) -> NotebookNode:
    """Build the student's version."""
    return lessons.student_version(source)


@pytest.fixture(scope="session")
def student_run(student: NotebookNode) -> Ran:
    """Run the student's version as it is opened, dots and all."""
    return _run(student)


@pytest.fixture(scope="session")
def solution_run(source: Path) -> Ran:
    """Run the solutions."""
    return _run(lessons.solution_version(source))


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    """Start lesson 1 afresh in each language."""
    checks.start("1", language=request.param)
    return request.param
