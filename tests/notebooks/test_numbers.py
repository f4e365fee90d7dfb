"""Every number that the bundled reports state in words is traced to the table of the notebook it was taken from."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from analysis.reports.claims import claims
from analysis.reports.document import MIME, Document
from notebooks.committed import FOLDER, read

pytestmark = pytest.mark.slow

REPORTS = [
    ("client/client_report", {"language": "fr"}, 55),
    ("client/client_report", {"language": "en", "client": "hartwell-joinery"}, 30),
    ("research/01_adoption", {"language": "en"}, 75),
    ("research/03_drivers", {"language": "fr"}, 40),
    ("research/02_barriers", {"language": "fr"}, 90),
    ("research/05_platform_fit", {"language": "en"}, 75),
    ("research/11_community", {"language": "en"}, 75),
    ("research/06_engagement", {"language": "fr"}, 12),
    ("research/08_ties", {"language": "fr"}, 50),
]


@pytest.fixture
def made(monkeypatch):
    """Give a function that runs a notebook's cells here, as a kernel does, and makes its document."""

    def run(name, parameters):
        shown, space = [], {}
        monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(user_ns=space))
        monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append({"data": data}))
        for cell in (cell for cell in read(FOLDER / f"{name}.ipynb").cells if cell.cell_type == "code"):
            exec(cell.source, space)  # the notebook is ours
            if "parameters" in cell.metadata.get("tags", []):
                space.update(parameters)
        outputs = [{"output_type": "display_data", **output} for output in shown if MIME in output["data"]]
        cell = {"cell_type": "code", "metadata": {}, "outputs": outputs}
        return Document.from_notebook({"cells": [cell]}), space

    return run


@pytest.mark.parametrize(("name", "parameters", "least"), REPORTS)
def test_every_number_has_its_source(made, name, parameters, least):
    document, space = made(name, parameters)
    rows = claims(document)
    assert len(rows) >= least
    assert [row["sentence"] for row in rows if not row["table"]] == []
    assert [row["id"] for row in rows] == [f"n{number}" for number in range(1, len(rows) + 1)]
    for row in rows:
        assert row["text"] in row["sentence"]
        in_table(space, row)
    assert sum(row["kind"] == "estimate" and row["n"] is not None for row in rows) > 4


def in_table(space, row):
    """Look the number up in the table it names, by its row and column."""
    table = space.get(row["table"])
    if not row["row"] or table is None:
        return
    found = table
    for column, level in row["row"].items():
        found = found[found[column].astype("str") == str(level)]
    assert len(found) == 1, row
    if row["value"] is not None:
        assert found[row["column"]].item() == pytest.approx(row["value"]), row
    if row["low"] is not None and row["column"] in ("estimate", "low", "high"):
        assert (row["low"], row["high"]) == pytest.approx((found["low"].item(), found["high"].item()))
        assert row["n"] == found["n"].item()


def test_what_was_noticed_while_reading_is_traced_too(made):
    document, _ = made("client/client_report", {"language": "fr"})
    noticed = [row for row in claims(document) if row["table"] == "exports"]
    assert [(row["text"], row["kind"]) for row in noticed] == [(n, "count") for n in ("2", "6", "7")]
    assert noticed[0]["column"] == "total_differs" or noticed[0]["sentence"].startswith("Dans 2 fichiers")
