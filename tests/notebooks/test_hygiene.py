"""Notebooks are committed clean: no outputs, short cells, parameters told, nothing of a machine or a moment."""

from __future__ import annotations

import ast
import itertools
import json
import re

import pytest

from analysis.reports.parameters import parameters
from notebooks.committed import NOTEBOOKS, REPORTS, code, name_of, read

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
reports = pytest.mark.parametrize("path", REPORTS, ids=name_of)
LONGEST = 15
NOT_ALLOWED = {
    "a clock": r"\bnow\(|\btoday\(|\btime\.time\(|utcnow",
    "unseeded chance": r"\b(?:np|numpy)\.random\.(?!default_rng)|\brandom\.\w+\((?!\s*\w+\s*\))|default_rng\(\s*\)"
    r"|\.sample\((?!.*random_state)",
    "an absolute path": r"""["'(](?:/[a-z]|[A-Z]:[\\/]|~/)""",
    "an address to load": r"https?://",
    "a magic or a shell command": r"^\s*[%!]",
}


def tagged(path):
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    return [i for i, cell in enumerate(cells) if "parameters" in cell.metadata.get("tags", [])]


def headings(path):
    text = "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    return [len(marks) for marks in re.findall(r"(?m)^(#+) ", text)]


def test_notebooks_are_found():
    assert {"00_start_here", "client/client_report", "research/01_adoption"} <= set(map(name_of, NOTEBOOKS))


@every
def test_no_outputs_are_committed(path):
    for cell in read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, cell.source


@every
def test_the_kernel_is_the_one_everybody_has(path):
    metadata = read(path).metadata
    assert metadata["kernelspec"]["name"] == "python3"
    assert set(metadata) <= {"kernelspec", "language_info"}


@every
def test_the_file_is_written_one_way(path):
    text = path.read_text(encoding="utf-8")
    same = json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert text == same, "write it with sorted keys, indent 1, accents as they are, a newline at the end"
    ids = [cell["id"] for cell in json.loads(text)["cells"]]
    assert len(set(ids)) == len(ids)


@every
def test_one_title_and_headings_in_order(path):
    levels = headings(path)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@every
def test_code_cells_are_short(path):
    long = [source for source in code(path) if len(source.splitlines()) > LONGEST]
    assert not [source for source in long if not source.startswith(("from ", "import "))]


@every
@pytest.mark.parametrize("what", NOT_ALLOWED)
def test_code_holds_nothing_of_a_machine_or_a_moment(path, what):
    found = [
        line for source in code(path) for line in source.splitlines() if re.search(NOT_ALLOWED[what], line)
    ]
    assert not found, what


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a clock", "day = pd.Timestamp.now()"),
        ("unseeded chance", "np.random.normal(3)"),
        ("unseeded chance", "rng = np.random.default_rng()"),
        ("unseeded chance", "data.sample(5)"),
        ("an absolute path", 'pd.read_csv("/srv/file.csv")'),
        ("an absolute path", r"pd.read_csv('C:\\data.csv')"),
        ("an address to load", 'pd.read_csv("https://example.org/a.csv")'),
        ("a magic or a shell command", "!pip install x"),
    ],
)
def test_what_is_not_allowed_is_recognised(what, line):
    assert re.search(NOT_ALLOWED[what], line)


@reports
def test_the_first_cell_says_question_inputs_and_outputs(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert "?" in first.source.splitlines()[0]
    assert "**Input**" in first.source and "**Output**" in first.source


@reports
def test_every_parameter_has_its_type_and_its_comment(path):
    (position,) = tagged(path)
    source = code(path)[position]
    lines = ast.parse(source).body
    assert all(isinstance(line, ast.AnnAssign) for line in lines)
    told = parameters(read(path), path.name)
    assert len(told) == len(lines) > 0
    assert [parameter.name for parameter in told if not parameter.help] == []
    assert "language" in {parameter.name for parameter in told}


@reports
def test_imports_stand_before_the_parameters(path):
    (position,) = tagged(path)
    for number, source in enumerate(code(path)):
        imports = [
            node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert not imports or number < position, source


@every
def test_every_name_imported_is_used(path):
    tree = ast.parse("\n".join(code(path)))
    imported = {
        alias.asname or alias.name.split(".")[0]
        for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported - used == set()


@every
def test_links_lead_to_files(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (path.parent / target).is_file(), target
