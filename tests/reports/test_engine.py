from __future__ import annotations

import subprocess
import sys

import nbformat
import papermill
import pytest

from analysis.errors import DataError
from analysis.reports.engine import AnalysisEngine


def test_papermill_finds_the_engine_by_its_name():
    assert papermill.engines.papermill_engines.get_engine("analysis").__name__ == AnalysisEngine.__name__


def test_the_engine_may_be_imported_before_papermill():
    code = (
        "from analysis.reports.engine import AnalysisEngine; import papermill; print(AnalysisEngine.__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "AnalysisEngine", answer.stderr


def test_papermill_runs_a_notebook_with_it_and_keeps_its_parameters(tmp_path):
    cell = nbformat.v4.new_code_cell("name = 'a'", metadata={"tags": ["parameters"]})
    made = nbformat.v4.new_notebook(
        cells=[
            cell,
            nbformat.v4.new_code_cell("print(name)"),
            nbformat.v4.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )
    nbformat.write(made, tmp_path / "in.ipynb")
    papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), {"name": "Été"}, engine_name="analysis",
        progress_bar=False,
    )  # fmt: skip
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert executed.cells[1].source == "# Parameters\nname = 'Été'\n"
    assert executed.cells[2].outputs[0].text == "Été\n"


def test_papermill_hears_of_bad_data(tmp_path):
    source = "from analysis.errors import DataError\nraise DataError('row 3: no date')"
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source)],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )
    nbformat.write(made, tmp_path / "in.ipynb")
    with pytest.raises(DataError, match=r"in\.ipynb, code cell 1 .*: row 3: no date"):
        papermill.execute_notebook(
            str(tmp_path / "in.ipynb"), None, engine_name="analysis", progress_bar=False
        )
