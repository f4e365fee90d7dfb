"""Read what platforms let a business download, exactly, into one contract.

`read_export` and `read_folder` recognise files by their headings; the known formats are files in `formats/`.
"""

from __future__ import annotations

from analysis.platforms.export import Export, Exports, Notice
from analysis.platforms.read import read_export, read_folder

__all__ = ["Export", "Exports", "Notice", "read_export", "read_folder"]
