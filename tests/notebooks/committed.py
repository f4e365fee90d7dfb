"""The notebooks people open, and their texts."""

from __future__ import annotations

import nbformat

from conftest import ROOT

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(
    p for p in FOLDER.rglob("*.ipynb") if "learn" not in p.parts and ".ipynb_checkpoints" not in p.parts
)
REPORTS = [p for p in NOTEBOOKS if p.stem != "00_start_here"]


def name_of(path):
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def read(path):
    return nbformat.read(path, as_version=4)
