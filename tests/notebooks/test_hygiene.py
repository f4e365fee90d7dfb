"""Notebooks are committed clean: the lint, each rule of which tests/reports/test_linting.py breaks, finds nothing."""

from __future__ import annotations

import pytest

from analysis.reports.linting import lint, notebooks
from analysis.reports.parameters import parameters
from notebooks.committed import FOLDER, NOTEBOOKS, REPORTS, name_of, read


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_the_lint_finds_nothing(path):
    assert lint([path])[["cell", "line", "rule", "finding"]].to_dict("records") == []


def test_notebooks_are_found():
    assert {"00_start_here", "client/client_report", "research/01_adoption"} <= set(map(name_of, NOTEBOOKS))
    assert set(NOTEBOOKS) < set(notebooks())


@pytest.mark.parametrize("path", REPORTS, ids=name_of)
def test_a_report_asks_for_its_language(path):
    known = {parameter.name: parameter for parameter in parameters(read(path), path.name)}
    assert set(known["language"].kind.choices) == {"en", "fr"}
