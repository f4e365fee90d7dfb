"""What does every reading of exports begin with? Their names and the code that reads them, learnt before any fork.

Whatever imports this module has both learnt; each stays with the function that asks for it.
"""

from __future__ import annotations

from analysis.platforms.archives.found import archives
from analysis.platforms.store.kept import current

__all__ = ["NONE"]

NONE = ("none.csv",)

archives(NONE)
current([], {})
