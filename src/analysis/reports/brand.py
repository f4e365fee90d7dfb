"""Whose report it is: the consultant's name and legal line, printed on the cover and at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from analysis.catalog import project_root
from analysis.errors import DataError, did_you_mean

__all__ = ["Brand", "read_brand"]


@dataclass(frozen=True, slots=True)
class Brand:
    """Who signs the report."""

    consultant: str = ""
    legal: str = ""


def read_brand(client: Mapping[str, Any]) -> Brand:
    """Read the consultant's `brand.yml` at the project's root, if there is one.

    Parameters
    ----------
    client : mapping
        The client's own fields; its `consultant` is used where `brand.yml` gives none.

    Returns
    -------
    Brand

    Raises
    ------
    DataError
        When the file holds an unknown field.

    Examples
    --------
    >>> read_brand({"consultant": "Cabinet Exemple"}).consultant
    'Cabinet Exemple'
    """
    path = project_root() / "brand.yml"
    given = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    allowed = ("consultant", "legal")
    for name in given or {}:
        if name not in allowed:
            raise DataError(
                f'brand.yml: unknown field "{name}".{did_you_mean(str(name), allowed)} '
                f"Fields: {', '.join(allowed)}."
            )
    named = {name: str(value) for name, value in (given or {}).items()}
    return Brand(**{"consultant": str(client.get("consultant") or ""), **named})
