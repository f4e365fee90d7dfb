"""Is the file clean, and are its cells in order? Outputs, kernel, headings, links, the first cell, lengths."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from analysis.reports.linting.findings import Cell, Finding, Opened

__all__ = ["LONGEST", "cell_findings", "file_findings"]

LONGEST = 15
METADATA = {"kernelspec", "language_info"}
FENCE = re.compile(r"(?ms)^[ \t]*(`{3,}|~{3,})[^`\n]*$.*?(?:^[ \t]*\1[^\n]*$|\Z)")
HEADING = re.compile(r"^ {0,3}(#{1,6}) +\S")
UNDERLINED = re.compile(r"(?m)^(?![ ]{0,3}(?:[#>|-]|$))(.+)\n {0,3}(=+|-{2,})[ \t]*$")
PICTURE = re.compile(r"!\[\s*\]\(|<img\b(?![^>]*\balt=[\"']?[^\"'\s>])")
LINK = re.compile(r"\]\(<?([^)#\s>]+)[^)]*\)|^ {0,3}\[[^\]^][^\]]*\]: *<?([^#\s>]+)")
QUOTED = re.compile(r"(`+)[^`\n]+?\1")


def file_findings(notebook: Opened) -> Iterator[Finding]:
    """Look at the file: how it is written, its kernel, its outputs.

    Parameters
    ----------
    notebook : Opened
        The notebook.

    Returns
    -------
    iterator of Finding
        Rules `written`, `kernel`, `metadata`, `ids`, `outputs`.

    Examples
    --------
    >>> from analysis.reports.linting.findings import opened_of
    >>> [finding.rule for finding in file_findings(opened_of([], kernel="ir"))]
    ['written', 'kernel']
    """
    content = notebook.content
    same = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if notebook.text != same and not notebook.lesson:
        yield Finding(
            "written", "write it with sorted keys, indent 1, accents as they are and a newline at the end."
        )
    kernel = content["metadata"].get("kernelspec", {}).get("name")
    if kernel != "python3":
        yield Finding(
            "kernel", f"its kernel is {kernel or 'not named'}: choose python3, which everybody has."
        )
    if other := sorted(set(content["metadata"]) - METADATA):
        yield Finding("metadata", f"take {', '.join(other)} out of its metadata.")
    ids = [cell.get("id") for cell in content["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        yield Finding("ids", "every cell needs an id of its own: open and save the notebook once.")
    if not notebook.solution:
        yield from _outputs(notebook)


def _outputs(notebook: Opened) -> Iterator[Finding]:
    for cell in notebook.code:
        if cell.content.get("outputs") or cell.content.get("execution_count") is not None:
            yield cell.finding("outputs", "clear its outputs and count (Edit → Clear All Outputs) and save.")


def cell_findings(notebook: Opened) -> Iterator[Finding]:
    """Look at the cells: headings, links, the first cell, lengths.

    Parameters
    ----------
    notebook : Opened
        The notebook.

    Returns
    -------
    iterator of Finding
        Rules `title`, `headings`, `links`, `words`, `opening`, `length`.

    Examples
    --------
    >>> from analysis.reports.linting.findings import opened_of
    >>> [finding.rule for finding in cell_findings(opened_of([("markdown", "## No title")]))]
    ['title', 'headings']
    """
    yield from _headings(notebook)
    yield from (finding for cell in notebook.prose for finding in _links(cell, notebook))
    yield from _pictures(notebook)
    if notebook.report:
        yield from _opening(notebook)
    for cell in notebook.code:
        if len(cell.lines) > LONGEST and not _imports_only(cell):
            said = f"it has {len(cell.lines)} lines: split it, or move what it does to src/analysis"
            yield cell.finding("length", f"{said} (at most {LONGEST}).", LONGEST + 1)


def _imports_only(cell: Cell) -> bool:
    body = cell.tree.body if isinstance(cell.tree, ast.Module) else []
    return bool(body) and all(isinstance(line, ast.Import | ast.ImportFrom) for line in body)


def _headings(notebook: Opened) -> Iterator[Finding]:
    found = [
        (cell, number, len(match[1]))
        for cell in notebook.prose
        for number, line in enumerate(_unfenced(cell.source).splitlines(), start=1)
        if (match := HEADING.match(line))
    ]
    titles = [(cell, line) for cell, line, level in found if level == 1]
    if not titles:
        yield Finding("title", "it has no title: open with one line such as “# Adoption: how many firms …?”.")
    for cell, line in titles[1:]:
        yield cell.finding("title", "this is a second title (#): make it a heading (##).", line)
    last = 0
    for cell, line, level in found:
        if level > last + 1:
            wanted = "#" * (last + 1)
            yield cell.finding("headings", f"this heading skips a level: write it with {wanted}.", line)
        last = level


def _unfenced(text: str) -> str:
    """Blank out fenced code and mark underlined headings as the others, keeping the lines' numbers."""
    bare = FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)
    return UNDERLINED.sub(lambda found: f"{'#' if found[2][0] == '=' else '##'} {found[1]}\n", bare)


def _links(cell: Cell, notebook: Opened) -> Iterator[Finding]:
    for number, line in enumerate(_unfenced(cell.source).splitlines(), start=1):
        for target in ("".join(found) for found in LINK.findall(QUOTED.sub("", line))):
            outside = re.match(r"(?!file:)[a-z][a-z0-9+.-]+:", target)
            there = not target.startswith("/") and (notebook.path.parent / unquote(target)).exists()
            if not outside and not there:
                yield cell.finding("links", f"the link to {target} leads nowhere: correct it.", number)


def _pictures(notebook: Opened) -> Iterator[Finding]:
    """Look for pictures nobody can hear: those of text cells, and drawings a report shows outside `figure`."""
    for cell in notebook.prose:
        for number, line in enumerate(_unfenced(cell.source).splitlines(), start=1):
            if PICTURE.search(line):
                yield cell.finding("words", "the picture has no alternative text: say what it shows.", number)
    for cell in notebook.code if notebook.report else ():
        for call in cell.nodes(ast.Call):
            if notebook.called(call.func) == "matplotlib.pyplot.show":
                text = "a drawing shown this way has no title and no alternative text: give it to figure(…)."
                yield cell.finding("words", text, call.lineno)


def _opening(notebook: Opened) -> Iterator[Finding]:
    first = notebook.content["cells"][0]
    source = "".join(first["source"])
    asks = first["cell_type"] == "markdown" and "?" in source.partition("\n")[0]
    if not asks or "**Input**" not in source or "**Output**" not in source:
        text = "open with a text cell: a title that asks a question, then **Input** and **Output**."
        yield Finding("opening", text)
