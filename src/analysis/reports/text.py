"""What the report says in words: text blocks a consultant edits, filled with computed numbers, turned into prose.

A text file `NAME.LANGUAGE.md` holds blocks. A block starts with a line `## block_name`; the lines `field: text`
right below it are its fields (a line that starts with two spaces carries a field on); what follows the first
blank line is Markdown. Numbers come in as `{{ rate | percent }}`; a missing one stops the report. A number keeps,
beside the words, what is known of it: its value, interval, n and source (see `analysis.reports.traces`).
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from analysis import language as words
from analysis.errors import ReportError, did_you_mean
from analysis.reports.traces import Said, Traced, claim_of, mark, pieces, said, unmarked

__all__ = ["TextBlock", "Texts", "markdown", "plain"]

HEADING = re.compile(r"^## +(\S+)\s*$")
FIELD = re.compile(r"^([a-z][a-z0-9_.]*): ?(.*)$")
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>&~:\"'=])")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One named block: its fields as plain text, its body as a tree of paragraphs, lists and inline runs."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    content: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Texts:
    """The blocks of one text file, not yet filled."""

    file: str
    language: str
    blocks: Mapping[str, str]
    source: str = ""

    @classmethod
    def read(cls, path: Path, language: str) -> Texts:
        """Read a text file and cut it into its blocks.

        Parameters
        ----------
        path : pathlib.Path
            The Markdown file.
        language : str
            Language it is written in: `en` or `fr`.

        Returns
        -------
        Texts

        Raises
        ------
        ReportError
            When two blocks bear the same name.
        """
        blocks: dict[str, list[str]] = {}
        current: list[str] = []
        source = path.read_text(encoding="utf-8")
        for line in source.splitlines():
            heading = HEADING.match(line)
            if heading is None:
                current.append(line)
                continue
            if heading[1] in blocks:
                raise ReportError(f'{path.name}: two blocks are called "{heading[1]}". Rename one.')
            current = blocks.setdefault(heading[1], [])
        return cls(path.name, language, {name: "\n".join(lines) for name, lines in blocks.items()}, source)

    def fill(self, name: str, values: Mapping[str, Any]) -> TextBlock:
        """Fill one block with its numbers.

        Parameters
        ----------
        name : str
            The block's name.
        values : mapping
            What its `{{ … }}` may use.

        Returns
        -------
        TextBlock

        Raises
        ------
        ReportError
            When the block, or a value it uses, is missing, or a filter cannot format a value.

        Notes
        -----
        Values never become markup: a client called `*A* <b>` is printed letter for letter.
        """
        if name not in self.blocks:
            raise ReportError(
                f'{self.file} has no block "{name}".{did_you_mean(name, self.blocks)} '
                f"Blocks: {', '.join(self.blocks) or 'none'}."
            )
        fields, body = _split(self.blocks[name])
        filled = {key: plain(self._render(name, text, values), self.language) for key, text in fields.items()}
        return TextBlock(name, filled, markdown(self._render(name, body, values, escape=True), self.language))

    def compile(self) -> None:
        """Compile every block now, so that whatever fills one, here or in a fork of this process, need not.

        Notes
        -----
        What cannot be compiled is left to `fill`, which says where it stands.
        """
        for block in self.blocks.values():
            fields, body = _split(block)
            texts = [*((text, False) for text in fields.values()), (body, True)]
            for text, escape in [given for given in texts if "{" in given[0]]:
                with suppress(TemplateSyntaxError):
                    _template(self.language, escape, text)

    def _render(self, name: str, text: str, values: Mapping[str, Any], *, escape: bool = False) -> str:
        if "{" not in text:
            return text
        try:
            return _template(self.language, escape, text).render(**values)
        except UndefinedError as error:
            where = self._where(name, text, _template_line(error))
            raise ReportError(f"{where}: {error.message}. Values given: {', '.join(values)}.") from None
        except TemplateSyntaxError as error:
            raise ReportError(
                f"{self._where(name, text, error.lineno)}: {str(error.message).rstrip('.')}."
            ) from None
        except (SecurityError, TypeError, ValueError) as error:
            raise ReportError(f"{self._where(name, text, _template_line(error))}: {error}") from None

    def _where(self, name: str, text: str, line: int) -> str:
        """Name the file, the block, and the line of the file that a line of the block's text stands on."""
        faulty = text.splitlines()[line - 1].strip() if text else ""
        lines = self.source.splitlines()
        start = (
            next(n for n, told in enumerate(lines) if (found := HEADING.match(told)) and found[1] == name)
            if lines
            else 0
        )
        at = next((n for n, told in enumerate(lines[start:], start + 1) if faulty in told), None)
        return f'{self.file}, block "{name}"' + (f", line {at}" if at else "")


def _template_line(error: Exception) -> int:
    """Find the line of the template that an error comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == "<template>"), 1)


@cache
def _split(text: str) -> tuple[dict[str, str], str]:
    """Part the fields at the head of a block from the Markdown below."""
    fields: dict[str, str] = {}
    lines = text.strip("\n").splitlines()
    last = None
    for position, line in enumerate(lines):
        match = FIELD.match(line)
        if match:
            last = match[1]
            fields[last] = match[2].strip()
        elif last and line.startswith("  ") and line.strip():
            fields[last] += " " + line.strip()
        else:
            return fields, "\n".join(lines[position:])
    return fields, ""


@cache
def _template(language: str, escape: bool, text: str) -> Template:
    return _environment(language, escape).from_string(text)


@cache
def _environment(language: str, escape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=_escaped if escape else _flat,
        autoescape=False,
        optimized=False,  # a block is filled once or twice: reckoning its constants ahead costs more than it saves
    )
    environment.filters.update(_filters(language))
    return environment


def _filters(language: str) -> dict[str, Any]:
    def number(value: Any, decimals: int = 0, sign: bool = False) -> str:
        return _traceable(value, language, decimals=decimals, sign=sign)

    def percent(value: Any, decimals: int = 0, sign: bool = False) -> str:
        return _traceable(value, language, decimals=decimals, sign=sign, share=True)

    def money(value: Any, currency: str = "EUR", decimals: int = 2, sign: bool = False) -> str:
        text = words.money(_numeric(value), language, currency, decimals, sign)
        return text if text == words.MISSING else mark(text, {**claim_of(value), "between": None})

    def interval(low: Any, high: Any, decimals: int = 0, percent: bool = False) -> str:
        text = words.interval(_numeric(low), _numeric(high), language, decimals=decimals, percent=percent)
        ends = {"low": float(low), "high": float(high), "between": text} if text != words.MISSING else {}
        return mark(text, claim_of(low, ends=True) | ends) if ends else text

    return {
        "format": _formatted,
        "number": number,
        "percent": percent,
        "money": money,
        "interval": interval,
        "date": lambda value, form="long": words.date(value, language, form=form),
        "period": lambda code, form="long": words.period(code, language, form=form),
        "word": lambda key: words.word(key, language),
    }


def _numeric(value: Any) -> Any:
    """Let numbers and missing values through; a text, even one that looks like a number, was not computed."""
    if isinstance(value, str | bytes | bool):
        raise ValueError(f'"{value}" is not a number.')
    return value


def _traceable(value: Any, language: str, *, decimals: int, sign: bool, share: bool = False) -> str:
    """Write a number between marks that say where it comes from; a missing one as a dash."""
    write = words.percent if share else words.number
    text = write(_numeric(value), language, decimals=decimals, sign=sign)
    if text == words.MISSING:
        return text
    claim = claim_of(value)
    between = words.interval(
        claim["low"], claim["high"], language, decimals=decimals, percent=share, sign=sign
    )
    return mark(text, {**claim, "between": None if claim["low"] is None else between})


def _formatted(pattern: str, *values: Any) -> str:
    """Do what Jinja's own filter does, and mark a number that knows its source."""
    text = pattern % values
    known = isinstance(values[0], Traced) if values else False
    return mark(text, {**claim_of(values[0]), "between": None}) if known else text


def _flat(value: Any) -> Any:
    """Keep a value on one line; let an undefined one reach Jinja, which names it."""
    if isinstance(value, StrictUndefined):
        return value
    return " ".join((value.marked if isinstance(value, Said) else str(value)).split("\n"))


def _escaped(value: Any) -> Any:
    return value if isinstance(value, StrictUndefined) else SPECIAL.sub(r"\\\1", _flat(value))


def plain(text: str, language: str) -> str:
    """Set one run of text with the language's typography.

    Parameters
    ----------
    text : str
        What to set.
    language : str
        `en` or `fr`.

    Returns
    -------
    str
        Words that remember their numbers, where there are any.

    Examples
    --------
    >>> plain("All is well", "en")
    'All is well'
    """
    return said(str(_flat(text)).strip(" "), language)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["code", "html_block", "image"])


def markdown(text: str, language: str) -> list[dict[str, Any]]:
    """Turn Markdown into a tree any writer can set: no HTML goes in, none comes out.

    Parameters
    ----------
    text : str
        Markdown. Raw HTML and pictures are not interpreted.
    language : str
        `en` or `fr`; sets the typography of every run.

    Returns
    -------
    list of dict
        Nodes with a `kind` (`paragraph`, `heading`, `list`, `quote`, `rule`, `code`, `table`) and their
        `children`; inline runs are `text`, `strong`, `emphasis`, `code`, `link`, `break`. A `text` that is a
        computed number has its `claim`: what is known of it.

    Examples
    --------
    >>> markdown("Hello *you*", "en")[0]["children"][1]
    {'kind': 'emphasis', 'children': [{'kind': 'text', 'text': 'you'}]}
    """
    return _nodes(SyntaxTreeNode(_parser().parse(text)), language) if text.strip() else []


SIMPLE = {"blockquote": "quote", "strong": "strong", "em": "emphasis", "list_item": "item", "tr": "row"}


def _nodes(parent: SyntaxTreeNode, language: str) -> list[dict[str, Any]]:
    """Translate the children of one Markdown node."""
    found: list[dict[str, Any]] = []
    for node in parent.children:
        if node.type in {"inline", "thead", "tbody"}:
            found.extend(_nodes(node, language))
        elif node.type == "text":
            found.extend(_run(part, claim) for part, claim in pieces(node.content, language) if part)
        else:
            found.append(_node(node, language))
    return found


def _run(text: str, claim: dict[str, Any] | None) -> dict[str, Any]:
    """Make a run of text; one that is a number says what is known of it."""
    return {"kind": "text", "text": text, **({"claim": claim} if claim else {})}


def _node(node: SyntaxTreeNode, language: str) -> dict[str, Any]:
    match node.type:
        case "softbreak":
            return {"kind": "text", "text": " "}
        case "hardbreak":
            return {"kind": "break"}
        case "code_inline" | "fence":
            return {
                "kind": "code",
                "text": unmarked(node.content.rstrip("\n")),
                "block": node.type == "fence",
            }
        case "hr":
            return {"kind": "rule"}
    children = _nodes(node, language)
    match node.type:
        case "heading":
            return {"kind": "heading", "level": max(3, int(node.tag[1])), "children": children}
        case "bullet_list" | "ordered_list":
            return {"kind": "list", "ordered": node.type == "ordered_list", "children": children}
        case "link":
            return {"kind": "link", "href": unmarked(str(node.attrs.get("href", ""))), "children": children}
        case "th" | "td":
            style = str(node.attrs.get("style", ""))
            return {
                "kind": "cell",
                "head": node.type == "th",
                "right": "right" in style,
                "children": children,
            }
        case _:
            return {"kind": SIMPLE.get(node.type, node.type), "children": children}
