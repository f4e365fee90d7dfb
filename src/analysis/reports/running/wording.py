"""What do the reports of all clients say alike? The blocks of their text files, compiled before kernels are forked.

Whatever imports this module has them compiled. A block that is edited later is another block, compiled when filled.
"""

from __future__ import annotations

from analysis.catalog import project_root
from analysis.language import LANGUAGES
from analysis.reports.rendering import CLIENT_REPORT
from analysis.reports.text import Texts

for language in LANGUAGES:
    path = project_root() / "notebooks" / f"{CLIENT_REPORT}.{language}.md"
    if path.is_file():
        Texts.read(path, language).compile()
