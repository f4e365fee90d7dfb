"""Which exports are known: each is a file in `formats/`, headings per language, read as data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.yaml_files import from_yaml

__all__ = ["Field", "Format", "formats"]

FOLDER = Path(__file__).parent / "formats"
LANGUAGES = ("en", "fr", "de", "sv")
NUMERIC = {"count", "number", "percent", "share", "fraction", "duration"}


@dataclass(frozen=True)
class Field:
    """Describe one column of a format.

    Attributes
    ----------
    name : str
        The contract's name, or the project's own for what the contract does not hold.
    type : str
        `id, text, count, number, percent, share, duration, date, day` or `flag`.
    names : mapping
        Language → headings; one that begins with `~` matches anywhere inside a heading, after exact ones.
    metric, unit : str
        In daily and audience tables: the metric's name, the unit of its value.
    described : str
        Words of the description row that tell two equal headings apart.
    """

    name: str
    type: str
    names: Mapping[str, tuple[str, ...]]
    metric: str = ""
    unit: str = ""
    described: str = ""


@dataclass(frozen=True, eq=False)
class Format:
    """Describe one export: who writes it, its columns in each language, and what must be done to it."""

    name: str
    title: str
    platform: str
    tool: str
    kind: str
    required: tuple[str, ...]
    one_of: tuple[str, ...]
    fields: Mapping[str, Field]
    kinds: Mapping[str, str]
    constants: Mapping[str, object]
    totals: tuple[str, ...]
    footers: tuple[str, ...]
    checks: tuple[Mapping[str, object], ...]
    steps: tuple[str, ...]
    identity: str
    dimension: str
    titles: Mapping[str, Mapping[str, str]]
    levels: Mapping[str, str]
    set_aside: str
    exported_in_name: str
    zone: str = ""
    decimal: str = ""
    dayfirst: bool | None = None
    optional: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    others: str = ""
    years_from: str = ""

    def headings(self) -> dict[str, list[tuple[str, str]]]:
        """List every exact heading, folded, with the (column, language) pairs it may stand for."""
        found: dict[str, list[tuple[str, str]]] = {}
        for item in self.fields.values():
            for language, names in item.names.items():
                for name in names:
                    if not name.startswith("~"):
                        found.setdefault(fold(name), []).append((item.name, language))
        return found


def fold(text: object) -> str:
    """Bring a heading to the form in which headings are compared.

    Examples
    --------
    >>> fold(" Nom\\u00a0de la Page ")
    'nom de la page'
    >>> fold("J’aime") == fold("J'aime")
    True
    """
    return _folded("" if text is None else str(text))


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("’", "'")
    return re.sub(r"\s+", " ", plain).strip().strip('\ufeff"').strip().casefold()


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """Load every known format, in the order of their names.

    Returns
    -------
    tuple of Format

    Examples
    --------
    >>> "meta_facebook_posts" in [known.name for known in formats()]
    True
    """
    return tuple(_load(path) for path in sorted(FOLDER.glob("*.yml")))


def _load(path: Path) -> Format:
    raw = from_yaml(path.read_text(encoding="utf-8"))
    return Format(
        name=path.stem,
        title=raw["title"],
        platform=raw["platform"],
        tool=raw["tool"],
        kind=raw["kind"],
        required=tuple(raw["required"]),
        one_of=tuple(raw.get("one_of", ())),
        fields={name: _field(name, item) for name, item in raw["columns"].items()},
        kinds={fold(word): kind for word, kind in raw.get("kinds", {}).items()},
        constants=raw.get("constants", {}),
        totals=tuple(fold(word) for word in raw.get("totals", ())),
        footers=tuple(fold(word) for word in raw.get("footers", ())),
        checks=tuple(raw.get("checks", ())),
        steps=tuple(raw.get("steps", ())),
        identity=raw.get("identity", ""),
        dimension=raw.get("dimension", ""),
        titles={fold(title): item for title, item in raw.get("titles", {}).items()},
        levels={fold(heading): item for heading, item in raw.get("levels", {}).items()},
        set_aside=raw.get("set_aside", ""),
        exported_in_name=raw.get("exported_in_name", ""),
        zone=raw.get("zone", ""),
        guessed=tuple(raw.get("guessed", ())),
        others=raw.get("others", ""),
        years_from=raw.get("years_from", ""),
    )


def _field(name: str, item: dict) -> Field:
    names = {language: tuple(item[language]) for language in LANGUAGES if language in item}
    return Field(
        name=name,
        type=item["type"],
        names=names,
        metric=item.get("metric", ""),
        unit=item.get("unit", ""),
        described=item.get("described", ""),
    )
