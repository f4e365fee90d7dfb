"""What came of many files read one after the other: exports, what is none, and what was refused, file by file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from analysis.errors import DataError
from analysis.platforms.archives.container import Container
from analysis.platforms.archives.reading import read_archives
from analysis.platforms.cells.years import YearUnknown
from analysis.platforms.export import Export, Exports, Notice
from analysis.platforms.recognition import SetAside, UnknownFormat

__all__ = ["Gathered", "gather_archives"]


@dataclass
class Gathered:
    """Hold what was read of several files, each in its place, and why others were not.

    Attributes
    ----------
    found : dict of int to list of Export
        By the place of the file among the others.
    strange : list of Notice
        Files that are no exports.
    refused : dict of str to str
        File → its mistake, for files that are damaged or leave a question open.
    drafts : dict of str to str
        File → mapping to be corrected.
    """

    found: dict[int, list[Export]] = field(default_factory=dict)
    strange: list[Notice] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)

    def take(self, place: int, name: str, read: Callable[[], Export | Exports]) -> bool:
        """Read one file, all of it or nothing; say whether it waits for the years the others may show."""
        self.refused.pop(name, None)
        try:
            given = read()
        except SetAside as error:
            self.strange.append(Notice("set_aside", str(error)))
        except UnknownFormat as error:
            self.strange.append(Notice("unknown_format", str(error)))
            self.drafts |= {name: error.draft} if error.draft else {}
        except YearUnknown as error:
            self.refused[name] = str(error)
            return True
        except DataError as error:
            self.refused[name] = str(error)
        else:
            self.found[place] = given if isinstance(given, Exports) else [given]
            self.strange += given.unrecognised if isinstance(given, Exports) else []
        return False

    def ordered(self) -> list[Export]:
        """List the exports in the order of their files."""
        return [export for place in sorted(self.found) for export in self.found[place]]


def gather_archives(container: Container, names: Iterable[str]) -> tuple[Gathered, set[str]]:
    """Read the archives among the files first; give with them the names of the other files.

    Parameters
    ----------
    container : Container
        Where the files lie.
    names : iterable of str
        Their names, in the order their tables are wanted.

    Returns
    -------
    tuple of (Gathered, set of str)

    Examples
    --------
    >>> gather_archives(Container("a.zip"), ["sales.csv"])[1]
    {'sales.csv'}
    """
    found, strange, refused, rest = read_archives(container, list(names))
    return Gathered(found, strange, refused), rest
