"""Do the words of a report hold? The same blocks in both languages, none unused or missing, no number typed by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from analysis.errors import AnalysisError
from analysis.reports.linting.digits import TEMPLATE, typed
from analysis.reports.linting.findings import Finding, Opened
from analysis.reports.linting.words import Words, fits, pattern
from analysis.reports.text import FIELD, HEADING, Texts
from analysis.typography import LANGUAGES

__all__ = ["text_findings"]

ALWAYS = {"report", "cover"}
NAMED_ELSEWHERE = {"scorecard_indicators": "scorecards.py"}
MADE_ELSEWHERE = {"extremes": ("most", "least")}
DECLARED = re.compile(r"^typed: (.+?) — (.+)$")


def text_findings(notebook: Opened) -> Iterator[Finding]:
    """Look at the text files of a report, and at its text cells tagged `report`.

    Parameters
    ----------
    notebook : Opened
        The notebook.

    Returns
    -------
    iterator of Finding
        Rules `texts`, `languages`, `unused`, `unknown`, `number`, `words`.

    Notes
    -----
    A number of an official name or a year that belongs to a text is declared at the head of its file, before the first
    block: `typed: 2022 — the year the simulator follows`.

    Examples
    --------
    >>> from analysis.reports.linting.findings import opened_of
    >>> [finding.rule for finding in text_findings(opened_of([("report", "There were 12 posts.")]))]
    ['number']
    """
    for cell in notebook.prose:
        if "report" in cell.tags:
            for line, number in typed(cell.source):
                yield cell.finding("number", _remedy(number), line)
    if not notebook.report or notebook.lesson:
        return
    texts = {language: _read(notebook.path, language) for language in LANGUAGES}
    for found in texts.values():
        if isinstance(found, Finding):
            yield found
        else:
            yield from _numbers(found)
            yield from _use(notebook, found)
    english, french = texts["en"], texts["fr"]
    if isinstance(english, Texts) and isinstance(french, Texts):
        yield from _parity(english, french)


def _read(path: Path, language: str) -> Texts | Finding:
    file = path.parent / f"{path.stem}.{language}.md"
    if not file.is_file():
        return Finding("texts", f"{file.name} is missing: each language of a report has its own text file.")
    try:
        return Texts.read(file, language)
    except AnalysisError as error:
        return Finding("texts", str(error))


def _parity(english: Texts, french: Texts) -> Iterator[Finding]:
    """Compare the two languages: blocks, fields, values."""
    for one, other in ((english, french), (french, english)):
        for name in one.blocks.keys() - other.blocks.keys():
            text = f'block "{name}" of {one.file} is not in {other.file}: write it there too.'
            yield Finding("languages", text, line=_line(one, name))
    for name in [name for name in english.blocks if name in french.blocks]:
        for kind, told in (("fields", _fields), ("values", _values)):
            sides = [told(english.blocks[name]), told(french.blocks[name])]
            if odd := sorted(sides[0] ^ sides[1]):
                said = (
                    f'block "{name}" of {english.file} and {french.file} have other {kind}: {", ".join(odd)}.'
                )
                yield Finding("languages", f"{said} Give both the same.", line=_line(english, name))


def _fields(text: str) -> set[str]:
    return {match[1] for line in text.splitlines() if (match := FIELD.match(line))}


def _values(text: str) -> set[str]:
    """Name what the template reads: `best.name`, `period`; names it sets itself are left out."""
    try:
        tree = Environment().parse(text)
    except TemplateSyntaxError:
        return set()
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    found = {_dotted(node) for node in tree.find_all((nodes.Getattr, nodes.Name))}
    return {name for name in found if name.split(".")[0] not in own}


def _dotted(node: nodes.Node) -> str:
    inside = f"{_dotted(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else ""
    return inside or getattr(node, "name", "")


def _line(texts: Texts, name: str) -> int:
    """Give the line of a block's heading."""
    starts = (n for n, line in _lines(texts) if (match := HEADING.match(line)) and match[1] == name)
    return next(starts, 1)


def _lines(texts: Texts) -> list[tuple[int, str]]:
    return list(enumerate(texts.source.splitlines(), start=1))


def _numbers(texts: Texts) -> Iterator[Finding]:
    """Find numbers typed by hand, and declarations that are of no use."""
    head = texts.source.partition("\n## ")[0] if not texts.source.startswith("## ") else ""
    declared = [match[1] for line in head.splitlines() if (match := DECLARED.match(line))]
    body = texts.source[len(head) :]
    above = head.count("\n")
    for line, number in typed(body, declared):
        yield Finding("number", f"{texts.file}: {_remedy(number)}", line=line + above)
    bare = TEMPLATE.sub(" ", body)
    for number in declared:
        if number not in bare:
            text = f"{texts.file} declares the number {number}, which it does not hold: take the line out."
            yield Finding("number", text)


def _remedy(number: str) -> str:
    said = f"the number {number} is typed by hand: write {{{{ … | number }}}} and compute it"
    return f"{said}, or declare it at the head of the file (typed: {number} — why)."


def _use(notebook: Opened, texts: Texts) -> Iterator[Finding]:
    """Compare the blocks with what the code asks for."""
    called = {
        call.func.id
        for cell in notebook.code
        for call in cell.nodes(ast.Call)
        if isinstance(call.func, ast.Name)
    }
    trees = [cell.tree for cell in notebook.code if isinstance(cell.tree, ast.Module)]
    trees += [
        _tree(Path(__file__).parents[1] / file) for name, file in NAMED_ELSEWHERE.items() if name in called
    ]
    made = {block for name in called & MADE_ELSEWHERE.keys() for block in MADE_ELSEWHERE[name]}
    shapes = {shape for tree in trees for node in ast.walk(tree) if (shape := pattern(node))}
    for name in texts.blocks:
        if name not in ALWAYS | made and not any(fits(shape, name) for shape in shapes):
            text = f'{texts.file}: no cell uses block "{name}": take it out, or use it.'
            yield Finding("unused", text, line=_line(texts, name))
    yield from Words(notebook, texts).findings()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
