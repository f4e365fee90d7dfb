"""What does a rule look at, and what does it say? A notebook with its cells counted as the reader counts them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

__all__ = ["Cell", "Finding", "Opened", "opened_of"]

MAGIC = re.compile(r"^\s*(?:[%!]|\?)|^[^#'\"]*=\s*[%!](?!=)|\?\s*$")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, and what to do."""

    rule: str
    text: str
    cell: str = ""
    line: int | None = None


class Cell:
    """One cell of a notebook.

    Parameters
    ----------
    content : mapping
        The cell (nbformat 4).
    name : str
        What the reader calls it: `code cell 3`, `text cell 1`.
    """

    def __init__(self, content: Mapping[str, Any], name: str) -> None:
        self.content = content
        self.name = name
        self.source = "".join(content["source"])
        self.tags = tuple(content.get("metadata", {}).get("tags", ()))

    @property
    def lines(self) -> list[str]:
        """Give the lines of the cell."""
        return self.source.splitlines()

    @cached_property
    def magics(self) -> list[int]:
        """Give the lines that are IPython's and not Python's: `%time`, `!ls`, `name?`; all of them below a `%%`."""
        if self.source.lstrip().startswith("%%"):
            return list(range(1, len(self.lines) + 1))
        try:
            ast.parse(self.source)
        except SyntaxError:
            return [number for number, line in enumerate(self.lines, start=1) if MAGIC.search(line)]
        return []

    @cached_property
    def tree(self) -> ast.Module | SyntaxError:
        """Parse the cell, IPython's lines left out."""
        python = [
            re.match(r"\s*", line)[0] + "pass" if number in self.magics else line  # type: ignore[index]
            for number, line in enumerate(self.lines, start=1)
        ]
        try:
            return ast.parse("\n".join(python))
        except SyntaxError as error:
            return error

    def nodes(self, *kinds: type) -> Iterator[Any]:
        """Go through the parts of the cell's code of some kinds."""
        if isinstance(self.tree, ast.Module):
            yield from (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def finding(self, rule: str, text: str, line: int | None = None) -> Finding:
        """Find something in this cell."""
        return Finding(rule, text, self.name, line)


class Opened:
    """A notebook as it is written.

    Parameters
    ----------
    path : pathlib.Path
        Where it lies.
    text : str
        The file's text.
    content : mapping
        The notebook (nbformat 4).
    """

    def __init__(self, path: Path, text: str, content: Mapping[str, Any]) -> None:
        self.path = path
        self.text = text
        self.content = content
        self.code = [Cell(c, f"code cell {n}") for n, c in enumerate(self._of("code"), start=1)]
        self.prose = [Cell(c, f"text cell {n}") for n, c in enumerate(self._of("markdown"), start=1)]

    def _of(self, kind: str) -> list[Mapping[str, Any]]:
        return [cell for cell in self.content["cells"] if cell["cell_type"] == kind]

    @property
    def lesson(self) -> bool:
        """Say whether it is a lesson, built from its source."""
        return "learn" in self.path.resolve().parts

    @property
    def solution(self) -> bool:
        """Say whether it is the solution of a lesson, which shows its outputs."""
        return self.lesson and "solutions" in self.path.resolve().parts

    @cached_property
    def report(self) -> bool:
        """Say whether it makes a report: it calls `start`."""
        return any(
            self.called(call.func).startswith("analysis.reports")
            and self.called(call.func).endswith(".start")
            for cell in self.code
            for call in cell.nodes(ast.Call)
        )

    @cached_property
    def imported(self) -> dict[str, str]:
        """Say what each imported name stands for: `np` for `numpy`, `start` for `analysis.reports.start`."""
        found = {}
        for cell in self.code:
            for node in cell.nodes(ast.Import, ast.ImportFrom):
                inside = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                for alias in node.names:
                    whole = alias.asname or inside
                    bound = alias.asname or (alias.name if inside else alias.name.split(".")[0])
                    found[bound] = f"{inside}{alias.name}" if whole else bound
        return found

    def called(self, node: ast.expr) -> str:
        """Write what is called in full: `np.random.normal` as `numpy.random.normal`."""
        if isinstance(node, ast.Attribute):
            return f"{self.called(node.value)}.{node.attr}"
        return self.imported.get(node.id, node.id) if isinstance(node, ast.Name) else ""


def opened_of(cells: Sequence[tuple[str, str]], kernel: str = "python3") -> Opened:
    """Make a notebook of a few cells, to try a rule on.

    Parameters
    ----------
    cells : sequence of tuple
        `code`, `markdown` or `report` (a text cell that goes into the report), and the source.
    kernel : str
        Name of its kernel.

    Returns
    -------
    Opened

    Examples
    --------
    >>> opened_of([("code", "1 + 1")]).code[0].name
    'code cell 1'
    """
    content = {
        "cells": [
            {
                "id": f"c{number}",
                "cell_type": "code" if kind == "code" else "markdown",
                "metadata": {"tags": ["report"]} if kind == "report" else {},
                "source": source,
            }
            for number, (kind, source) in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": kernel}},
    }
    return Opened(Path("trial.ipynb"), "", content)
