"""Read what platforms let a business download, exactly, into one contract.

`read_export` and `read_folder` recognise files by their headings; the known formats are files in `formats/`.
"""

from __future__ import annotations

from analysis.platforms.contracts import as_posts
from analysis.platforms.export import Export, Exports, Notice
from analysis.platforms.posts import summary
from analysis.platforms.read import read_export, read_folder
from analysis.platforms.store.importing import import_files

__all__ = [
    "Export",
    "Exports",
    "Notice",
    "as_posts",
    "import_files",
    "read_export",
    "read_folder",
    "summary",
]
