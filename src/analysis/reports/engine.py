"""How does papermill run a notebook of this project? With the engine it finds under the name `analysis`.

papermill loads its engines while it is itself being imported, so the class is made when first asked for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.reports.running.execution import TIMEOUT, execute

__all__ = ["AnalysisEngine"]  # noqa: F822 — made by __getattr__

ESCAPE = re.compile(r"\\[xuU][0-9a-f]")


@cache
def _engine() -> type:
    from papermill.engines import Engine

    class AnalysisEngine(Engine):
        """Run a notebook for papermill the way reports are run: `papermill --engine analysis …`."""

        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,
            kernel_name: str,
            *,
            execution_timeout: float | None = None,
            cold: bool = False,
            environment: Mapping[str, str] | None = None,
            **_: Any,
        ) -> None:
            """Run the notebook papermill manages, in place.

            Parameters
            ----------
            nb_man : papermill.engines.NotebookExecutionManager
                Holder of the notebook.
            kernel_name : str
                Kernel asked for.
            execution_timeout : float, optional
                Seconds a cell may take; 600 when left out.
            cold : bool
                Start an ordinary kernel in the place of a fork of the warm process.
            environment : mapping, optional
                Variables the kernel finds in its environment: the report's secrets.

            Raises
            ------
            ReportError
                When a cell fails, takes too long or the kernel dies. Bad data and wrong parameters keep their own
                class, so that the command ends with their exit code.
            """
            asked = nb_man.nb.metadata.get("papermill", {}).get("input_path") or "notebook"
            name, timeout = Path(str(asked)).name, execution_timeout or TIMEOUT
            for cell in nb_man.nb.cells:
                if "injected-parameters" in cell.metadata.get("tags", []):
                    cell["source"] = _readable(cell.source)
            try:
                execute(
                    nb_man.nb, name, kernel=kernel_name, timeout=timeout, cold=cold, environment=environment
                )
            finally:
                nb_man.nb.metadata.setdefault("papermill", {})
                for cell in nb_man.nb.cells:
                    cell.metadata["papermill"] = {"status": nb_man.COMPLETED}

    return AnalysisEngine


def _readable(source: str) -> str:
    """Write an injected cell with its accents, which papermill writes as escapes."""
    escaped = ESCAPE.search(source)
    return f"# Parameters\n{ast.unparse(ast.parse(source))}\n" if escaped else source


def __getattr__(name: str) -> Any:
    """Give the engine class."""
    if name == "AnalysisEngine":
        return _engine()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
