"""Does every exhibit have its words? Titles and alternative texts, given by the call or by its text block."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from analysis.reports.linting.digits import typed
from analysis.reports.linting.findings import Cell, Finding, Opened
from analysis.reports.text import FIELD, Texts

__all__ = ["Words", "fits", "pattern"]

PLACE = "\x00"
NAMED = {"section": 0, "prose": 0, "callout": 0, "finding": 0, "phrase": 0}
EXHIBITS = ("figure", "table", "kpi", "cover", *NAMED)
TITLED = {"figure", "table", "finding", "section"}
SAID = {"title", "alt", "caption", "measured", "reading", "lead", "label", "description"}
FIGURES = re.compile(r"[-+−]?\d[\d.,\s]*%?")
DRAWN = {"figure": 0, "cover": 0, "finding": 1}


def pattern(node: ast.AST) -> str | None:
    """Give the text of a string or f-string, its open parts as a place.

    Parameters
    ----------
    node : ast.AST
        Any expression.

    Returns
    -------
    str or None
        None for anything else.

    Examples
    --------
    >>> pattern(ast.parse("f'kinds_{verdict}'", mode="eval").body)
    'kinds_\\x00'
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else PLACE for p in node.values)
    return None


def fits(shape: str, name: str) -> bool:
    """Tell whether a string, or an f-string with open parts, can be a name.

    Parameters
    ----------
    shape : str
        From `pattern`.
    name : str
        A block's name.

    Returns
    -------
    bool
        An f-string must start with a word of its own.

    Examples
    --------
    >>> fits("kinds_\\x00", "kinds_few"), fits("\\x00", "kinds_few")
    (True, False)
    """
    head = shape.split(PLACE)[0]
    regex = "[^ ]+".join(re.escape(part) for part in shape.split(PLACE))
    return shape == name or (PLACE in shape and head != "" and re.fullmatch(regex, name) is not None)


class Words:
    """The words one language gives the exhibits of a notebook.

    Parameters
    ----------
    notebook : Opened
        The notebook.
    texts : Texts
        One of its text files.
    """

    def __init__(self, notebook: Opened, texts: Texts) -> None:
        self.notebook = notebook
        self.texts = texts

    def findings(self) -> Iterator[Finding]:
        """Find blocks asked for that are not there, and exhibits without title or alternative text."""
        for cell in self.notebook.code:
            for call in cell.nodes(ast.Call):
                full = self.notebook.called(call.func)
                name = full.rpartition(".")[2]
                if name in EXHIBITS and full.startswith("analysis.reports"):
                    yield from self._call(cell, call, name)
                    yield from self._said(cell, call)

    def _call(self, cell: Cell, call: ast.Call, name: str) -> Iterator[Finding]:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        shapes = list(self._asked(call, name, given))
        for shape in shapes:
            if shape.strip(PLACE) and not any(fits(shape, block) for block in self.texts.blocks):
                shown = shape.replace(PLACE, "…")
                text = f'{self.texts.file} has no block "{shown}": write it.'
                yield cell.finding("unknown", text, call.lineno)
        blocks = [block for block in self.texts.blocks if any(fits(shape, block) for shape in shapes)]
        for field, always in self._needed(call, name):
            lacking = [block for block in blocks if field not in self._fields(block)]
            lacking = lacking if always or len(lacking) == len(blocks) else []
            empty = field in given and pattern(given[field]) == ""
            if empty or (field not in given and (lacking or not shapes)):
                where = f'block "{lacking[0]}" of {self.texts.file}' if lacking else f"{name}(…)"
                text = f"the {name} has no {field}: give one in {where}."
                yield cell.finding("words", text, call.lineno)

    def _said(self, cell: Cell, call: ast.Call) -> Iterator[Finding]:
        """Find numbers typed into the words a call gives itself."""
        for keyword in call.keywords:
            if keyword.arg in SAID and (found := typed(pattern(keyword.value) or "")):
                said = f"the number {found[0][1]} is typed by hand in {keyword.arg}: write it in a text block"
                yield cell.finding("number", f"{said}, as {{{{ … | number }}}}, and compute it.", call.lineno)
            elif keyword.arg is not None and _bare_number(keyword.value):
                said = f"the number {ast.unparse(keyword.value)} is typed by hand as {keyword.arg}"
                yield cell.finding("number", f"{said}: give what the code computed.", call.lineno)

    def _asked(self, call: ast.Call, name: str, given: dict[str | None, ast.expr]) -> Iterator[str]:
        """Give the shapes of the block names a call asks for."""
        named = [given["text"]] if "text" in given else []
        named += call.args[:1] if name in NAMED else []
        if name == "cover" and "text" not in given and "cover" in self.texts.blocks:
            yield "cover"
        for one in named:
            for choice in [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]:
                if shape := pattern(choice):
                    yield shape

    def _needed(self, call: ast.Call, name: str) -> Iterator[tuple[str, bool]]:
        """Name the fields a call needs, and whether in every block it may take: a drawing may be left out in some."""
        if name in TITLED:
            yield "title", True
        draws = [*call.args[DRAWN[name] :][:1]] if name in DRAWN else []
        draws += [keyword.value for keyword in call.keywords if keyword.arg == "draw"]
        for draw in draws:
            if isinstance(draw, ast.Constant) and draw.value is None:
                continue
            yield "alt", name == "figure" or isinstance(draw, ast.Lambda)

    def _fields(self, block: str) -> set[str]:
        """Name the fields at the head of a block."""
        head = self.texts.blocks[block].strip("\n").split("\n\n")[0]
        lines = [*head.splitlines(), ""]
        found = ((FIELD.match(line), after) for line, after in itertools.pairwise(lines))
        return {match[1] for match, after in found if match and (match[2] or after.startswith("  "))}


def _bare_number(node: ast.expr) -> bool:
    """Tell a number written out, as such or as text, from what is computed."""
    if isinstance(node, ast.UnaryOp):
        return _bare_number(node.operand)
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, str):
        return FIGURES.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)
