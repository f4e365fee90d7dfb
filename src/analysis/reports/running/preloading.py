"""What is worth importing before a report's kernel is forked? What notebooks import, and what that imports later."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from analysis.catalog import project_root
from analysis.charts import MODULES

__all__ = ["KERNEL", "LATER", "ROOMS", "imports", "imports_of"]

KERNEL = (
    *("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger", "tornado.platform.asyncio"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect"),
    *("IPython.extensions.storemagic", "sqlite3", "faulthandler", "zmq.utils.garbage", "numpy.random"),
)
# Rooms that may be imported ahead; what a notebook imports from elsewhere is its own affair, done in its own process.
ROOMS = (
    "analysis",
    "matplotlib",
    "networkx",
    "numpy",
    "pandas",
    "scipy",
    "sklearn",
    "statsmodels",
    "seaborn",
)
# Imported by functions when they are first called, so that no import statement of a notebook shows them.
LATER = {
    "analysis": (
        *("pyarrow.csv", "pyarrow.dataset", "pyarrow.parquet", "pyarrow.pandas_compat"),
        "pandas.io.formats.string",
        *("pandas.core.arrays.arrow.extension_types", "pandas.core.methods.to_dict"),
        *("pandas.core.reshape.reshape", "tzdata", "narwhals.stable.v2._namespace"),
        *("narwhals._interchange.dataframe", "narwhals._pandas_like.dataframe"),
        "narwhals._pandas_like.namespace",
    ),
    "analysis.reports": ("analysis.reports.running.resources",),
    "analysis.platforms": ("analysis.platforms.ahead",),
    "analysis.charts": tuple(f"analysis.charts.{name}" for name in MODULES),
    "analysis.bundles": ("mlxtend.frequent_patterns",),
    "analysis.drivers": ("statsmodels.stats.multitest",),
    "analysis.engagement": ("scipy.optimize",),
    "analysis.survey": ("svy_rs",),
    "analysis.survey.methodology": ("scipy.stats",),
}


def imports(sources: tuple[str, ...]) -> tuple[str, ...]:
    """List what code imports and may be imported ahead of it.

    Parameters
    ----------
    sources : tuple of str
        Pieces of code; one that does not parse counts for nothing.

    Returns
    -------
    tuple of str
        Modules, and `module:name` where a name is taken from one.

    Examples
    --------
    >>> imports(("import pandas as pd\\nfrom matplotlib import pyplot, cm", "%matplotlib inline"))
    ('pandas', 'matplotlib:pyplot', 'matplotlib:cm')
    """
    found = dict.fromkeys(name for source in sources for name in _imported(source))
    known = [name for name in found if _rooms(name)[0] in ROOMS]
    later = [module for name in known for room in _rooms(name) for module in LATER.get(room, ())]
    return tuple(dict.fromkeys([*known, *later]))


def _rooms(name: str) -> list[str]:
    """List a module, or what is taken from one, and the packages it lies in, outermost first."""
    parts = name.replace(":", ".").split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def imports_of(notebook: str | Path, also: Iterable[str] = ()) -> tuple[str, ...]:
    """List what a notebook of the project imports and may be imported ahead of it.

    Parameters
    ----------
    notebook : str or pathlib.Path
        Its path below `notebooks/`, or a full one.
    also : iterable of str
        Modules to add.

    Returns
    -------
    tuple of str
        As `imports` gives them; only those to add when there is no such notebook.

    Examples
    --------
    >>> imports_of("no/such.ipynb", also=["json"])
    ('json',)
    """
    path = project_root() / "notebooks" / notebook
    try:
        cells = json.loads(path.read_bytes())["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        code = []
    return (*imports(tuple(code)), *also)


@cache
def _imported(source: str) -> tuple[str, ...]:
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return ()
    return tuple(name for node in nodes for name in _named(node))


def _named(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return [f"{module}:{alias.name}" for alias in names]
    return []
