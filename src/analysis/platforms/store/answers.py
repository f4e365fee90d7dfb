"""What was said of files that do not show it themselves: the order of their dates, their year; said once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from analysis.errors import DataError
from analysis.yaml_files import from_yaml

__all__ = ["NAME", "answers", "remember"]

NAME = "answers.yml"
TYPES = {"dayfirst": bool, "year": int}
HEAD = "# What was said of files that do not show it themselves, by analysis import. Correct it here.\n"


def answers(folder: str | Path) -> dict[str, dict[str, object]]:
    """Read what was said of the files of a folder.

    Parameters
    ----------
    folder : path

    Returns
    -------
    dict
        File name → `dayfirst` (bool), `year` (int), whichever was said; empty where nothing was.

    Raises
    ------
    DataError
        When `answers.yml` has a mistake.

    Examples
    --------
    >>> answers("elsewhere")
    {}
    """
    path = Path(folder) / NAME
    if not path.is_file():
        return {}
    try:
        told = from_yaml(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{NAME} cannot be read as YAML: {error}. Correct it or delete it.") from error
    if not isinstance(told, Mapping):
        raise DataError(f'{NAME}: write one line for each file, like "posts.csv": {{dayfirst: true}}.')
    return {str(name): _answer(str(name), said) for name, said in told.items()}


def _answer(name: str, said: object) -> dict[str, object]:
    known = isinstance(said, Mapping) and all(type(value) is TYPES.get(key) for key, value in said.items())
    if not known:
        raise DataError(
            f"{NAME}, {name}: {said} is no answer. Write dayfirst: true or false, year: 2025, or both, in braces."
        )
    return dict(said)


def remember(folder: str | Path, names: Iterable[str], dayfirst: bool | None, year: int | None) -> None:
    """Write down what was said of some files, beside what is known of others.

    Parameters
    ----------
    folder : path
        Where the files lie.
    names : iterable of str
        Files, as seen from there.
    dayfirst, year
        As for `read_export`.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = mkdtemp()
    >>> remember(folder, ["posts.csv"], dayfirst=True, year=None)
    >>> answers(folder)
    {'posts.csv': {'dayfirst': True}}
    """
    said = {"dayfirst": dayfirst, "year": year}
    own = {key: value for key, value in said.items() if value is not None}
    known = answers(folder)
    told = known | {name: known.get(name, {}) | own for name in names if own}
    if told == known:
        return
    lines = [f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(told[name])}\n" for name in sorted(told)]
    (Path(folder) / NAME).write_text(HEAD + "".join(lines), encoding="utf-8")
