"""Every notebook runs as it is, top to bottom, in an ordinary kernel: plain papermill, and so Run All."""

from __future__ import annotations

import papermill
import pytest

from conftest import ROOT
from notebooks.committed import NOTEBOOKS, name_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_plain_papermill_runs_it_and_shows_something(path, tmp_path):
    done = papermill.execute_notebook(
        path, tmp_path / "done.ipynb", cwd=ROOT, engine_name=None, kernel_name="python3", progress_bar=False
    )
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert any("text/html" in output.get("data", {}) for output in outputs)
