"""How does one source become the student's notebook and the solutions, in each language?"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from analysis.catalog import project_root
from analysis.errors import DataError, ReportError
from analysis.language import typeset
from analysis.learn import wording

__all__ = ["build", "execute", "solution_version", "sources", "student_version", "written"]

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CHECK = re.compile(r'^check\("([^"]+)"', re.MULTILINE)
QUIZ = re.compile(r'^quiz\("([^"]+)"', re.MULTILINE)
START = re.compile(r'^start\("(\d+)"\)', re.MULTILINE)


def sources() -> list[Path]:
    """List the lesson sources, the English one of each lesson and its translation.

    Returns
    -------
    list of pathlib.Path

    Examples
    --------
    >>> [path.name for path in sources()][:1]
    ['01_adoption_rates.py']
    """
    folder = project_root() / "notebooks" / "learn" / "sources"
    return sorted(folder.rglob("*.py"), key=lambda path: (path.name, len(path.parts)))


def build(folder: Path | str | None = None) -> list[Path]:
    """Build every lesson: the student notebooks, and the solutions with their results.

    Parameters
    ----------
    folder : path, optional
        Where to write; `notebooks/learn` of the project when left out.

    Returns
    -------
    list of pathlib.Path
        The files written, all or none. Building twice writes the same bytes.

    Raises
    ------
    DataError
        When a source breaks a rule of the lessons.
    ReportError
        When a solution does not run.

    Examples
    --------
    >>> import tempfile
    >>> [path.name for path in build(tempfile.mkdtemp())]  # doctest: +SKIP
    ['01_adoption_rates.ipynb', '01_adoption_rates.ipynb', ...]
    """
    target = Path(folder) if folder is not None else project_root() / "notebooks" / "learn"
    built: dict[Path, str] = {}
    for source in sources():
        place = Path(*_language_folder(source), f"{source.stem}.ipynb")
        built[target / place] = written(student_version(source))
        built[target / "solutions" / place] = written(execute(solution_version(source)))
    return [_write(text, path) for path, text in built.items()]


def student_version(source: Path) -> NotebookNode:
    """Make what a student opens: dots to replace, hints folded away, no solution and no output.

    Parameters
    ----------
    source : pathlib.Path
        A lesson source.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    DataError
        When the source breaks a rule of the lessons.

    Examples
    --------
    >>> notebook = student_version(sources()[0])
    >>> any("solution" in cell.metadata.get("tags", []) for cell in notebook.cells)
    False
    """
    language, number, cells = _read(source)
    kept: list[NotebookNode] = []
    for cell in cells:
        if "solution" in _tags(cell):
            continue
        kept.append(cell)
        kept.extend(_hints(exercise, number, language) for exercise in CHECK.findall(cell.source))
    return _notebook(kept, number)


def solution_version(source: Path) -> NotebookNode:
    """Make what a teacher opens, not yet executed: each exercise holds its solution.

    Parameters
    ----------
    source : pathlib.Path
        A lesson source.

    Returns
    -------
    nbformat.NotebookNode

    Raises
    ------
    DataError
        When the source breaks a rule of the lessons.

    Examples
    --------
    >>> notebook = solution_version(sources()[0])
    >>> any("answer = ..." in cell.source for cell in notebook.cells)
    False
    """
    language, number, cells = _read(source)
    cells[0].source += "\n\n" + wording.sentence("common", language, "solutions")
    return _notebook([cell for cell in cells if "exercise" not in _tags(cell)], number)


def execute(notebook: NotebookNode) -> NotebookNode:
    """Run a notebook from top to bottom in a kernel whose surroundings are fixed.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Left unchanged.

    Returns
    -------
    nbformat.NotebookNode
        With outputs, without times.

    Raises
    ------
    ReportError
        When a cell raises; it names the cell.

    Examples
    --------
    >>> one = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("6 * 7")])
    >>> execute(one).cells[0].outputs[0].data["text/plain"]
    '42'
    """
    root = project_root()
    fixed = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "ANALYSIS_HOME": str(root)}
    run = nbformat.from_dict(notebook)
    client = NotebookClient(
        run,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(root / "notebooks" / "learn")}},
    )
    try:
        client.execute(env={**os.environ, **fixed})
    except CellExecutionError as error:
        raise ReportError(_failure(run, error)) from error
    run.metadata = nbformat.from_dict(METADATA)
    return run


def written(notebook: NotebookNode) -> str:
    """Give the text of a notebook's file: valid, keys in order, the same each time.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        A built lesson.

    Returns
    -------
    str

    Examples
    --------
    >>> written(student_version(sources()[0])) == written(student_version(sources()[0]))
    True
    """
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _failure(run: NotebookNode, error: CellExecutionError) -> str:
    failed = [c for c in run.cells if any(out.output_type == "error" for out in c.get("outputs", []))]
    where = f'{failed[0].id}, which starts "{failed[0].source.splitlines()[0]}",' if failed else "a cell"
    return f"A lesson does not run: {where} raised {error.ename}: {error.evalue}"


def _read(source: Path) -> tuple[str, str, list[NotebookNode]]:
    """Read a source into cells typeset in its language, with its lesson opened in that language."""
    language = (*_language_folder(source), "en")[0]
    cells = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells
    opened = [found for cell in cells for found in START.findall(cell.source) if cell.cell_type == "code"]
    if len(opened) != 1:
        raise DataError(
            f'{source.name} must hold one line start("N"), N being its number; it has {len(opened)}.'
        )
    _refuse_unpaired(cells, source)
    for before, cell in zip([None, *cells], cells, strict=False):
        if cell.cell_type == "markdown":
            cell.source = typeset(cell.source, language)
        elif "exercise" in _tags(cell) and before is not None and QUIZ.search(cell.source):
            before.source += _questions(QUIZ.findall(cell.source), opened[0], language)
        else:
            cell.source = START.sub(rf'start("\1", language="{language}")', cell.source)
    return language, opened[0], cells


def _refuse_unpaired(cells: Iterable[NotebookNode], source: Path) -> None:
    """Refuse an exercise that its solution does not follow, or a solution that follows no exercise."""
    kinds = [
        "exercise" if "exercise" in _tags(c) else "solution" if "solution" in _tags(c) else "" for c in cells
    ]
    for place, (kind, after) in enumerate(zip(["", *kinds], [*kinds, ""], strict=True)):
        if (kind == "exercise") != (after == "solution"):
            raise DataError(
                f"{source.name}, cell {place}: an exercise cell must be followed by its solution cell."
            )


def _hints(exercise: str, number: str, language: str) -> NotebookNode:
    """Fold the two hints away; Markdown inside <details> needs the blank lines."""
    blocks = []
    for count, key in enumerate(("first", "second"), start=1):
        title = wording.sentence("common", language, "hint", number=count)
        hint = wording.sentence(number, language, "exercises", exercise, "hints", key)
        blocks.append(f"<details><summary>{title}</summary>\n\n{hint}\n\n</details>")
    return new_markdown_cell("\n".join(blocks))


def _questions(identifiers: list[str], number: str, language: str) -> str:
    parts = []
    for count, identifier in enumerate(identifiers, start=1):
        question = wording.texts(number, language)["questions"][identifier]
        lines = [f"- **{letter}.** {choice['text']}" for letter, choice in question["choices"].items()]
        parts.append(f"\n\n**{count}. {question['question']}**\n\n" + "\n".join(lines))
    return typeset("".join(parts), language)


def _notebook(cells: list[NotebookNode], number: str) -> NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    for place, cell in enumerate(notebook.cells, start=1):
        tags = sorted(_tags(cell))
        cell.id = f"lesson-{number}-cell-{place:02d}"
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    return notebook


def _write(text: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _language_folder(source: Path) -> tuple[str, ...]:
    return (source.parent.name,) if source.parent.name in wording.LANGUAGES else ()


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))
