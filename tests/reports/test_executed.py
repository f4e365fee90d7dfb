from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reports.document import MIME
from analysis.reports.executed import notebook_text, without_places

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda of: st.lists(of) | st.dictionaries(st.text(), of), max_leaves=12)
SHOWN = st.fixed_dictionaries(
    {},
    optional={MIME: VALUES, "text/plain": st.text(), "application/json": st.dictionaries(st.text(), VALUES)},
)
CELLS = st.lists(st.tuples(st.text(), st.lists(SHOWN, max_size=3)), max_size=4)


def made(cells):
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell(
                source,
                outputs=[nbformat.v4.new_output("display_data", data) for data in shown],
                id=f"cell{n}",
            )
            for n, (source, shown) in enumerate(cells)
        ]
    )


@given(CELLS)
def test_a_notebook_is_read_as_it_was_written(cells):
    notebook = made(cells)
    before = json.dumps(notebook)
    text = notebook_text(notebook)
    assert nbformat.reads(text, as_version=4) == nbformat.reads(nbformat.writes(notebook), as_version=4)
    assert json.dumps(notebook) == before


@pytest.mark.parametrize(
    "value", ["block 0", "block 1", '"block 7"', {MIME: "block 0"}, [1, {"a": "block 1"}]]
)
def test_no_value_is_taken_for_a_place_of_another(value):
    notebook = made([(f'print(\'"{MIME}": "block 0"\')', [{MIME: value}, {MIME: {"block": "callout"}}])])
    first, second = nbformat.reads(notebook_text(notebook), as_version=4).cells[0].outputs
    assert (first.data[MIME], second.data[MIME]) == (value, {"block": "callout"})


def test_a_block_keeps_only_the_name_of_a_file_elsewhere():
    notebook = made([("show()", [{MIME: {"inputs": ["/mnt/été/posts.csv", "data/a.csv"]}}])])
    kept, text = without_places(notebook, ["/mnt/été/posts.csv", "data/a.csv"])
    assert kept.cells[0].outputs[0].data[MIME] == {"inputs": ["posts.csv", "data/a.csv"]}
    assert "mnt" not in text
