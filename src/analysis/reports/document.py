"""What a report is, whatever it is printed as: a language, a title and a sequence of blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import ReportError
from analysis.language import check_language, word
from analysis.reports.brand import Brand
from analysis.reports.ordinary import ordinary_blocks
from analysis.reports.running.cuts import cut_block
from analysis.reports.text import markdown
from analysis.typography import HARD

__all__ = ["MIME", "Document", "Part", "plain_text"]

MIME = "application/vnd.analysis.block+json"

OUTSIDE = ("report",)
NUMBERED = ("figure", "table")


@dataclass(frozen=True, slots=True)
class Part:
    """One section with what belongs to it; the blocks before the first section have none."""

    section: Mapping[str, Any] | None
    blocks: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report ready for a writer.

    Every block is plain data with a `block` kind: `cover`, `section`, `prose`, `callout`, `finding`, `figure`,
    `table` or `kpi`. Texts are typeset; drawings are SVG in the light palette; tables keep value and text. Figures and
    tables carry their `number` and `label` (`Figure 3`), counted on from `before`. `brand` is plain data, see
    `analysis.reports.brand.Brand`.
    """

    language: str
    title: str
    blocks: tuple[Mapping[str, Any], ...]
    simulated: bool = False
    description: str = ""
    footer: tuple[str, ...] = ()
    brand: Mapping[str, Any] = field(default_factory=lambda: Brand().data())
    inputs: tuple[str, ...] = ()
    before: int = 0

    def __post_init__(self) -> None:
        """Number the figures and the tables, so that every format says the same of each."""
        object.__setattr__(self, "blocks", tuple(_numbered(self.blocks, self.language, self.before)))

    @classmethod
    def from_notebook(
        cls, notebook: Mapping[str, Any], *, name: str = "notebook", language: str = "en"
    ) -> Document:
        """Gather the blocks an executed notebook has shown.

        A notebook that never calls `start` is taken as it is: prose, printed text, tables and pictures.

        Parameters
        ----------
        notebook : mapping
            The notebook, executed (nbformat 4).
        name : str
            Its file name, for messages.
        language : str
            Language of a notebook that does not call `start`.

        Returns
        -------
        Document

        Raises
        ------
        ReportError
            When the notebook showed nothing.

        Notes
        -----
        Prose cells of the notebook speak to who reads the notebook; only those tagged `report` are taken over.
        """
        shown = list(_shown(notebook))
        opening = next((block for block in shown if block["block"] == "start"), None)
        if opening is None:
            return cls._ordinary(notebook, name, language)
        language = check_language(opening["language"])
        blocks = tuple(_told(block, language) for block in shown if block["block"] != "start")
        if not blocks:
            raise ReportError(f"{name}: the notebook showed nothing after start(…).")
        inputs = sorted({path for block in shown for path in block.get("inputs", ())})
        kept = {key: opening[key] for key in ("title", "simulated", "description", "brand")}
        return cls(language, blocks=blocks, footer=tuple(opening["footer"]), inputs=tuple(inputs), **kept)

    @classmethod
    def _ordinary(cls, notebook: Mapping[str, Any], name: str, language: str) -> Document:
        title, blocks = ordinary_blocks(notebook, language)
        if not blocks:
            raise ReportError(f"{name}: the notebook shows nothing to report.")
        title = title or name.removesuffix(".ipynb")
        return cls(language, title, tuple(blocks), footer=(title,))

    @property
    def consultant(self) -> str:
        """Give the name the report is signed with."""
        return str(self.brand["consultant"])

    @property
    def legal(self) -> str:
        """Give the consultant's legal line."""
        return str(self.brand["legal"])

    @property
    def cover(self) -> Mapping[str, Any]:
        """Give the cover, or one that says the title only."""
        bare = {
            "title": self.title,
            "subtitle": self.description,
            "meta": "",
            "caption": "",
            "drawing": None,
        }
        return next((block for block in self.blocks if block["block"] == "cover"), bare)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Give the sections in order, each with its blocks."""
        gathered: list[tuple[Mapping[str, Any] | None, list[Mapping[str, Any]]]] = [(None, [])]
        for block in self.blocks:
            if block["block"] == "section":
                gathered.append((block, []))
            elif block["block"] != "cover":
                gathered[-1][1].append(block)
        return tuple(Part(section, tuple(blocks)) for section, blocks in gathered if section or blocks)


def _shown(notebook: Mapping[str, Any]) -> Any:
    """Go through the blocks of the outputs and the prose cells tagged for the report."""
    for cell in notebook["cells"]:
        tags = cell.get("metadata", {}).get("tags", [])
        if cell["cell_type"] == "markdown" and set(tags) & set(OUTSIDE):
            yield {"block": "markdown", "text": cell["source"]}
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                yield output["data"][MIME]
            elif "cut" in output.get("metadata", {}):
                yield {"block": "cut", "output": output}


def _numbered(blocks: Iterable[Mapping[str, Any]], language: str, before: int) -> Iterator[Mapping[str, Any]]:
    """Give each figure and each table its number and its label, such as `Figure 3`."""
    counts = dict.fromkeys(NUMBERED, before)
    for block in blocks:
        kind = block["block"]
        if kind in counts:
            counts[kind] += 1
            label = f"{word(f'report.{kind}', language)}{HARD}{counts[kind]}"
            block = {**block, "number": counts[kind], "label": label}
        yield block


def _told(block: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Turn a prose cell into a block of prose, and a mark of what was cut into a notice."""
    if block["block"] == "cut":
        return cut_block(block["output"], language)
    if block["block"] != "markdown":
        return block
    return {"block": "prose", "title": "", "columns": 1, "content": markdown(block["text"], language)}


def plain_text(nodes: Any) -> str:
    """Give the bare words of a tree of prose.

    Parameters
    ----------
    nodes : list of dict
        From `analysis.reports.text.markdown`.

    Returns
    -------
    str

    Examples
    --------
    >>> plain_text([{"kind": "strong", "children": [{"kind": "text", "text": "yes"}]}])
    'yes'
    """
    return "".join(node.get("text", "") or plain_text(node.get("children", ())) for node in nodes)
