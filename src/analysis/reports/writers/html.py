"""A report as one web page that needs nothing else: no script, no address, fonts and drawings inside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis import language as words
from analysis.catalog import project_root
from analysis.charts import tokens
from analysis.reports.brand import CONTACT, Brand
from analysis.reports.brand.lettering import face_rules
from analysis.reports.document import Document
from analysis.reports.writers.icons import change_icon
from analysis.reports.writers.numbers import Numbers
from analysis.reports.writers.office import clean

__all__ = ["environment", "preview", "style", "write"]

HERE = Path(__file__).parent
MANY = 8
CONTROL = [chr(place) for place in (*range(9), 11, 12, *range(14, 32))]
VERY_LONG = re.compile(r"[^\s-]{25}")
ORDINAL = re.compile(r"\b(\d+)(er|e)\b")
NAMED = (' id="', 'href="#', "url(#")
DARK_NOTEBOOKS = ("[data-jp-theme-light=false]", ".vscode-dark")
TAGS = {"paragraph": "p", "strong": "strong", "emphasis": "em", "item": "li", "quote": "blockquote"}


def write(document: Document) -> bytes:
    """Write a report as a web page.

    Parameters
    ----------
    document : Document
        The report.

    Returns
    -------
    bytes
        UTF-8. The same document gives the same bytes.

    Examples
    --------
    >>> write(Document("en", "Trial", ({"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "",
    ...                                "content": []},)))[:15]
    b'<!DOCTYPE html>'
    """
    numbered = _Numbered(document)
    page = (
        environment()
        .get_template("report.html")
        .render(
            document=document,
            parts=numbered.parts,
            cover=numbered.cover(document.cover),
            style=Markup(style(document.brand)),
            logo=_logo(document.brand["logo"]),
            contact=_contact(document.brand["contact"]),
            words=lambda key: words.word(f"report.{key}", document.language),
            language=document.language,
            numbers=numbered.numbers.listed(),
        )
    )
    return (clean(page) if any(map(page.__contains__, CONTROL)) else page).encode("utf-8")


def preview(block: Mapping[str, Any], language: str, before: int = 0) -> str:
    """Show one block inside a notebook.

    Parameters
    ----------
    block : mapping
        One block of a report.
    language : str
        `en` or `fr`.
    before : int
        How many of its kind the notebook showed earlier: figures and tables are counted on from there.

    Returns
    -------
    str
        HTML; with the opening block comes the style of all of them.

    Examples
    --------
    >>> "<h2" in preview({"block": "section", "id": "a", "title": "A", "kicker": "", "lead": "", "content": []}, "en")
    True
    """
    if block["block"] == "start":
        return f"<style>{_notebook_style(block.get('brand') or Brand().data())}</style>"
    numbered = _Numbered(Document(language, "", (block,), before=before), start=_serial(), level=2)
    cover = numbered.cover(block) if block["block"] == "cover" else None
    return (
        environment()
        .get_template("preview.html")
        .render(
            parts=numbered.parts,
            cover=cover,
            words=lambda key: words.word(f"report.{key}", language),
            language=language,
            document=None,
            logo="",
        )
    )


_shown = [0]


def _serial() -> int:
    """Keep the ids of one notebook's previews apart."""
    _shown[0] += 1
    return 1000 * _shown[0]


class _Numbered:
    """The parts of a document, every drawing with ids of its own and every heading one level below the last."""

    def __init__(self, document: Document, start: int = 0, level: int = 1) -> None:
        self.language = document.language
        self.numbers = Numbers(document, raised)
        self.count = start
        self.addresses = {"report"}
        self.level = self.opening = level
        self.parts = [
            {"section": self._section(part.section), "groups": list(self._groups(part.blocks))}
            for part in document.parts
        ]

    def cover(self, block: Mapping[str, Any]) -> dict[str, Any]:
        """Make the cover's drawing part of the page."""
        pictures = {"pictures": self._pictures(block["drawing"])} if block.get("drawing") else {}
        return {**block, **self.numbers.lines(block), **pictures}

    def _section(self, section: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        self.level = self.opening if section is None else 2
        return section and {
            **section,
            "id": self._address(section["id"]),
            **self.numbers.lines(section),
            "html": self.prose(section["content"]),
        }

    def _address(self, name: str) -> str:
        """Keep the addresses of sections apart where two bear one name."""
        own, count = name, 1
        while own in self.addresses:
            count += 1
            own = f"{name}-{count}"
        self.addresses.update((own, f"{own}-title"))
        return own

    def _groups(self, blocks: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
        """Put neighbouring findings into one list."""
        findings: list[Any] = []
        for block in blocks:
            if block["block"] == "finding":
                findings.append(self._block(block))
                continue
            if findings:
                yield {"kind": "findings", "blocks": findings}
                findings = []
            yield {"kind": block["block"], "block": self._block(block)}
        if findings:
            yield {"kind": "findings", "blocks": findings}

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        self.count += 1
        ready = {**block, **self.numbers.lines(block), "heading": self._heading()}
        if "content" in block:
            ready["html"] = self.prose(block["content"], bool(block.get("title")))
        if block.get("drawing"):
            ready["pictures"] = self._pictures(block["drawing"])
        if block["block"] == "table":
            ready["wide"] = len(block["columns"]) > MANY
            ready["long"] = [_long(block, place) for place in range(len(block["columns"]))]
        if block["block"] == "kpi":
            ready["rows"] = [self._indicator(row) for row in block["rows"]]
            if block["key"]:
                ready["howto"] = self._inline(block["key"]["wide"], "")
        return ready

    def _heading(self) -> int:
        """Give the level of the next block's title: one below the section's."""
        return 3 if self.level >= 2 else 2

    def _pictures(self, drawing: Mapping[str, Any]) -> dict[str, Markup]:
        return {key: self._inline(drawing.get(key) or "", drawing["alt"]) for key in ("wide", "narrow")}

    def _indicator(self, row: Mapping[str, Any]) -> dict[str, Any]:
        strip = row["drawing"]
        return {
            **row,
            "strip_svg": self._inline(strip["wide"], strip["alt"]) if strip else "",
            "icon": self._inline(change_icon(row["state"]), ""),
        }

    def _inline(self, svg: str, alt: str) -> Markup:
        """Make a drawing part of the page: colours as variables, ids unique, a name for screen readers."""
        if not svg:
            return Markup("")
        self.count += 1
        svg = tokens.recolour(svg, tokens.css_variables())
        for named in NAMED:
            svg = svg.replace(named, f"{named}d{self.count}-")
        label = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
        return Markup(re.sub(r"^<svg", f"<svg {label}", svg))

    def prose(self, nodes: Iterable[Mapping[str, Any]], titled: bool = False) -> Markup:
        """Set a tree of prose, its headings below the title above them."""
        base = self._heading() + (1 if titled else 0)
        return Markup("").join(self._node(node, base) for node in nodes)

    def _node(self, node: Mapping[str, Any], base: int) -> Markup:
        kind = node["kind"]
        if kind == "text":
            return self.numbers.run(node)
        if kind in ("break", "rule"):
            return Markup("<br>" if kind == "break" else "<hr>")
        if kind == "code":
            code = Markup("<code>{}</code>").format(node["text"])
            return Markup("<pre>{}</pre>").format(code) if node.get("block") else code
        inner = Markup("").join(self._node(child, base) for child in node["children"])
        match kind:
            case "heading":
                return Markup("<h{0}>{1}</h{0}>").format(min(base, 6), inner)
            case "list":
                return Markup("<{0}>{1}</{0}>").format("ol" if node["ordered"] else "ul", inner)
            case "link":
                return Markup('<a href="{}" rel="noopener">{}</a>').format(node["href"], inner)
            case "table":
                return Markup("<table>{}</table>").format(inner)
            case "row":
                return Markup("<tr>{}</tr>").format(inner)
            case "cell":
                side = Markup(' class="number"') if node["right"] else Markup("")
                tag = Markup('th scope="col"' if node["head"] else "td")
                end = "th" if node["head"] else "td"
                return Markup("<{}{}>{}</{}>").format(tag, side, inner, end)
            case _:
                return Markup("<{0}>{1}</{0}>").format(TAGS[kind], inner)


def _long(block: Mapping[str, Any], place: int) -> dict[str, bool]:
    """Say whether the head and the body of a table's column hold words that have to be broken."""
    texts = (row["cells"][place]["text"] for row in block["rows"])
    label = block["columns"][place]["label"]
    return {"head": bool(VERY_LONG.search(label)), "body": any(map(VERY_LONG.search, texts))}


def raised(text: str, language: str) -> Markup:
    """Raise the endings of French ordinals; what is set already stays as it is."""
    if isinstance(text, Markup):
        return text
    safe = escape(text)
    return Markup(ORDINAL.sub(r"\1<sup>\2</sup>", str(safe))) if language == "fr" else safe


@cache
def environment() -> Environment:
    """Open the templates of the pages.

    Returns
    -------
    jinja2.Environment
        Text is escaped; a value that is missing is an error.

    Examples
    --------
    >>> environment().from_string("{{ text }}").render(text="<p>")
    '&lt;p&gt;'
    """
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["raised"] = raised
    return made


def _logo(logo: Mapping[str, Any] | None) -> Markup:
    """Set the logo as a picture, where nothing inside it can run or reach the page."""
    if logo is None:
        return Markup("")
    tag = Markup('<img class="logo" src="data:{};base64,{}" alt="{}" height="{}" width="{}">')
    height = 30
    return tag.format(logo["type"], logo["data"], logo["alt"], height, round(height * logo["ratio"]))


def _contact(contact: Mapping[str, str]) -> list[Markup]:
    """Write the ways to reach the consultant, those that can be followed as links."""
    places = {
        "email": lambda text: f"mailto:{text}",
        "phone": lambda text: "tel:" + re.sub(r"[^+\d]", "", text),
        "site": str,
    }
    link = Markup('<a href="{}" rel="noopener">{}</a>')
    return [
        link.format(places[name](text), text.removeprefix("https://")) if name in places else escape(text)
        for name, text in ((name, contact[name]) for name in CONTACT if name in contact)
    ]


def _variables(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{role.replace('_', '-')}:{colour}" for role, colour in colours.items())


@cache
def _sheet(serif: str, sans: str) -> str:
    """Read the style sheet with the tokens of the theme and the families of the brand in it."""
    sheet = (HERE / "report.css").read_text(encoding="utf-8")
    sheet = re.sub(r"/\*.*?\*/\s*", "", sheet, flags=re.DOTALL)
    told = {"SERIF": _stack(serif, tokens.SERIF), "SANS": _stack(sans, tokens.SANS, tokens.SANS_PRINT)}
    told |= {f"{name}.screen": f"{size.screen / 16}rem" for name, size in tokens.TYPE.items()}
    told |= {f"{name}.phone": f"{size.phone / 16}rem" for name, size in tokens.TYPE.items()}
    told |= {f"{name}.print": f"{size.print}pt" for name, size in tokens.TYPE.items()}
    return re.sub(r"@@([\w.]+)", lambda found: told[found[1]], sheet)


def _stack(family: str, usual: str, unnamed: str = "") -> str:
    """Put the brand's family before the suite's own, which need not be named first."""
    return usual if family == unnamed or usual.startswith(f"'{family}'") else f"'{family}',{usual}"


def _faces(fonts: Mapping[str, Any]) -> str:
    root = project_root() if any(fonts["files"].values()) else HERE
    roles = {role: tuple(root / name for name in fonts["files"][role]) for role in ("serif", "sans")}
    return "".join(dict.fromkeys(_rules(fonts[role], role, files) for role, files in roles.items()))


_rules = cache(face_rules)


def style(brand: Mapping[str, Any]) -> str:
    """Give the style sheet of a page, with fonts and colours in it.

    Parameters
    ----------
    brand : mapping
        Plain data of a brand.

    Returns
    -------
    str
        CSS that needs no other file.

    Examples
    --------
    >>> from analysis.reports.brand import Brand
    >>> "--accent:#0A4F73" in style(Brand().data())
    True
    """
    light = f":root{{{_variables(brand['colours']['light'])};color-scheme:light dark}}"
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables(brand['colours']['dark'])}}}}}"
    return _faces(brand["fonts"]) + light + dark + _sheet(brand["fonts"]["serif"], brand["fonts"]["sans"])


def _notebook_style(brand: Mapping[str, Any]) -> str:
    """Keep the style inside the previews: the notebook around them keeps its own, whose light or dark they follow."""
    fonts, colours = brand["fonts"], brand["colours"]
    body = f"font:400 1rem/1.42 {_stack(fonts['serif'], tokens.SERIF)};font-variant-numeric:lining-nums"
    ground = (
        f"{_variables(colours['light'])};background:var(--paper);color:var(--ink);padding:6px 14px;"
        "max-width:748px;container-type:inline-size"
    )
    rules = (
        _sheet(fonts["serif"], fonts["sans"])
        .split("@page")[0]
        .replace("@media screen and (max-width:600px)", "@container (max-width:600px)")
    )
    own = (HERE / "preview.css").read_text(encoding="utf-8")
    dark = ",".join(f"{around} .analysis-block" for around in DARK_NOTEBOOKS)
    return (
        _faces(fonts)
        + f".analysis-block{{{ground};{body}}}{dark}{{{_variables(colours['dark'])}}}"
        + f".analysis-block.analysis-block{{{rules}{own}}}"
    )
