"""What is left of a run that is the same in every run? Outputs without clocks, random ids, addresses and paths."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["COLOURS", "clean", "joined", "normalise", "unmark"]

ADDRESS = re.compile(r"(?<= at )0x[0-9a-f]{6,}")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def normalise(notebook: Any, root: Path) -> list[str]:
    """Strip what differs between two runs: times, random ids, addresses, paths of this machine.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    root : pathlib.Path
        The project's folder, taken out of texts.

    Returns
    -------
    list of str
        What was printed on standard error; it is taken out of the notebook.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("stream", name="stderr", text="!")])
    >>> normalise(nbformat.v4.new_notebook(cells=[cell]), Path("project"))
    ['!']
    """
    warnings: list[str] = []
    unmark(notebook)
    for index, cell in enumerate(notebook.cells):
        cell["id"] = hashlib.sha256(f"{index}\n{cell.source}".encode()).hexdigest()[:8]
        if cell.cell_type == "code":
            cell["outputs"] = joined(cell.outputs)
            outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
            warnings += [clean(o["text"], root) for o in cell.outputs if o.get("name") == "stderr"]
            cell["outputs"] = [_settled(output, root) for output in outputs]
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    return warnings


def unmark(notebook: Any) -> None:
    """Take away what papermill, nbclient and widgets note about one run.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("x", metadata={"papermill": {"status": "completed"}})
    >>> unmark(nbformat.v4.new_notebook(cells=[cell]))
    >>> cell.metadata
    {}
    """
    for name in ("papermill", "widgets"):
        notebook.metadata.pop(name, None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)


def joined(outputs: list[Any]) -> list[Any]:
    """Join the pieces in which a cell's text arrived, and carry out its backspaces and carriage returns.

    Parameters
    ----------
    outputs : list of nbformat.NotebookNode
        What a cell showed.

    Returns
    -------
    list of nbformat.NotebookNode
        Each stream once, where its first piece was.

    Notes
    -----
    nbclient does the same with patterns whose time grows with the square of the length of a line.

    Examples
    --------
    >>> pieces = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("1 %\\r", "99 %\\b!")]
    >>> [output.text for output in joined(pieces)]
    ['99 !']
    """
    kept: list[Any] = []
    pieces: dict[str, list[str]] = {}
    for output in outputs:
        if output.output_type != "stream" or output["name"] not in pieces:
            kept.append(output)
        if output.output_type == "stream":
            pieces.setdefault(output["name"], []).append(output["text"])
    for output in kept:
        if output.output_type == "stream":
            output["text"] = _typed("".join(pieces[output["name"]]))
    return kept


def _typed(text: str) -> str:
    """Give the text as a terminal would leave it."""
    if "\b" in text:
        left: list[str] = []
        for letter in text:
            if letter == "\b" and left and left[-1] != "\n":
                left.pop()
            else:
                left.append(letter)
        text = "".join(left)
    if "\r" not in text:
        return text
    return "\n".join(_last_written(line) for line in text.split("\n"))


def _last_written(line: str) -> str:
    """Keep what follows the last carriage return that something follows; those that end a line stay."""
    body = line.rstrip("\r")
    return body.rpartition("\r")[2] + line[len(body) :]


def _settled(output: Any, root: Path) -> Any:
    if output.output_type == "error":
        text = f"{output.ename}: {COLOURS.sub('', output.evalue)}"
        return nbformat.v4.new_output("stream", name="stdout", text=clean(text, root))
    if output.output_type == "stream":
        output["text"] = clean(output["text"], root)
    for kind in ("text/plain", "text/html"):
        if isinstance(output.get("data", {}).get(kind), str):
            output["data"][kind] = clean(output["data"][kind], root)
    return output


def clean(text: str, root: Path) -> str:
    """Take addresses and paths of this machine out of a text.

    Parameters
    ----------
    text : str
        The text.
    root : pathlib.Path
        The project's folder.

    Returns
    -------
    str

    Examples
    --------
    >>> clean("<Axes at 0x7f00aa12>", Path("project"))
    '<Axes at 0x0>'
    """
    return ADDRESS.sub("0x0", text.replace(f"{root}/", "").replace(str(Path(sys.prefix).resolve()), "python"))
