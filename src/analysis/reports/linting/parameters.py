"""Are the parameters of a notebook told, and its imports in order? What it needs stands at its head."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from analysis.errors import ParameterError
from analysis.reports.linting.findings import Cell, Finding, Opened
from analysis.reports.parameters import parameters

__all__ = ["parameter_findings"]

KEYS = re.compile(
    r"(^|_)((api|access|private|secret|account)_?key|pass(word|wd|phrase|code)|pwd|pin|secret|token|bearer"
    r"|credentials?|mot_de_passe|mdp|jeton|cle_api|clé_api)$",
    re.IGNORECASE,
)


def parameter_findings(notebook: Opened) -> Iterator[Finding]:
    """Look at the parameters cell and the imports.

    Parameters
    ----------
    notebook : Opened
        The notebook.

    Returns
    -------
    iterator of Finding
        Rules `parameters`, `language`, `imports`.

    Examples
    --------
    >>> from analysis.reports.linting.findings import opened_of
    >>> [finding.text for finding in parameter_findings(opened_of([("code", "import os")]))]
    ['os is not used: take it out.']
    """
    tagged = [place for place, cell in enumerate(notebook.code) if "parameters" in cell.tags]
    for place in tagged[1:]:
        text = "a second cell is tagged parameters, and is not read: join it with the first."
        yield notebook.code[place].finding("parameters", text)
    if tagged:
        yield from _told(notebook, notebook.code[tagged[0]])
    elif notebook.report:
        text = 'no cell is tagged parameters: make one, with at least language: Literal["fr", "en"] = "en".'
        yield Finding("parameters", text)
    if not notebook.lesson:
        yield from _imports(notebook, tagged[0] if tagged else len(notebook.code))


def _told(notebook: Opened, cell: Cell) -> Iterator[Finding]:
    try:
        known = parameters({"cells": [cell.content]}, notebook.path.name)
    except ParameterError as error:
        yield cell.finding("parameters", str(error).removeprefix(f"{notebook.path.name}: "))
        return
    typed = {
        node.target.id: node.lineno for node in cell.nodes(ast.AnnAssign) if isinstance(node.target, ast.Name)
    }
    for parameter in known:
        line = typed.get(parameter.name)
        if line is None:
            yield cell.finding(
                "parameters", f"{parameter.name} has no type: write {parameter.name}: int = …."
            )
        if not parameter.help:
            text = f"{parameter.name} has no help: end its line with a comment that says what it is."
            yield cell.finding("parameters", text, line)
        if KEYS.search(parameter.name) and not parameter.secret:
            text = f"{parameter.name} looks like a secret and would be kept: open its comment with secret:."
            yield cell.finding("parameters", text, line)
    if notebook.report and "language" not in {parameter.name for parameter in known}:
        text = 'a report is read in French or English: add language: Literal["fr", "en"] = "en".'
        yield cell.finding("language", text)


def _imports(notebook: Opened, first: int) -> Iterator[Finding]:
    used = {node.id for cell in notebook.code for node in cell.nodes(ast.Name)}
    for place, cell in enumerate(notebook.code):
        for node in cell.nodes(ast.Import, ast.ImportFrom):
            if place > first:
                yield cell.finding("imports", "imports stand before the parameters: move it up.", node.lineno)
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                if name not in used and getattr(node, "module", "") != "__future__":
                    yield cell.finding("imports", f"{name} is not used: take it out.", node.lineno)
