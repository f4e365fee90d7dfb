"""How does a secret parameter reach the kernel and nothing else? By its environment; what leaks is blotted out.

The value may be given on the command line, or, so that it stays out of the shell's history, in the environment
variable `ANALYSIS_SECRET_NAME` of whoever renders; under plain papermill or Run All it is a parameter like others.
"""

from __future__ import annotations

import html
import json
import os
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.entities import codepoint2name
from typing import Any
from urllib.parse import quote

from analysis.errors import AnalysisError, ParameterError, ReportError
from analysis.typography import HARD, MINUS, NARROW

__all__ = ["HIDDEN", "SHORTEST", "Secrets", "variable"]

HIDDEN = "(secret)"
SHORTEST = 6
TYPESET = {"'": "’", "-": MINUS}


def variable(name: str) -> str:
    """Name the environment variable that carries a secret parameter.

    Parameters
    ----------
    name : str
        The parameter.

    Returns
    -------
    str

    Examples
    --------
    >>> variable("api_key")
    'ANALYSIS_SECRET_API_KEY'
    """
    return f"ANALYSIS_SECRET_{name.upper()}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secret values of one report; never shown, not even by `repr`."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def taken(cls, names: Iterable[str], given: Mapping[str, Any]) -> Secrets:
        """Take the secrets from the values given, else from the environment.

        Parameters
        ----------
        names : iterable of str
            The parameters that are secret.
        given : mapping
            Checked values.

        Returns
        -------
        Secrets
            Without those that are empty; `(secret)`, as a manifest says it, is no value.

        Raises
        ------
        ParameterError
            When a value cannot be kept out: it is too short, or no text.
        """
        told = {name: given.get(name) for name in names if given.get(name) != HIDDEN}
        found = {name: told.get(name) or os.environ.get(variable(name)) for name in names}
        return cls({name: _checked(name, value) for name, value in found.items() if value})

    @property
    def environment(self) -> dict[str, str]:
        """Give what the kernel's environment must hold."""
        return {variable(name): value for name, value in self.values.items()}

    def redacted(self, content: Any) -> Any:
        """Blot the secrets out of text, and out of every text of lists and mappings.

        Parameters
        ----------
        content : object
            Text, or plain data.

        Returns
        -------
        object
            The same, with `(secret)` wherever a value stood: as it is or in other case, quoted by Python, JSON, HTML
            or an address, typeset, or in Base64 or hexadecimal.

        Notes
        -----
        A value that the notebook cuts in pieces, encrypts or paints into a picture is not found.

        Examples
        --------
        >>> Secrets({"token": "pa&ss word"}).redacted({"said": ["<b>pa&amp;ss word</b>", "k=pa%26ss+word"]})
        {'said': ['<b>(secret)</b>', 'k=(secret)']}
        """
        pattern = self._pattern()
        return _blotted(content, pattern) if pattern else content

    def _pattern(self) -> re.Pattern[str] | None:
        longest = sorted(self.values.values(), key=lambda value: (-len(value), value))
        return re.compile("|".join(map(_written, longest)), re.IGNORECASE) if longest else None

    def failure(self, error: Exception, notebook: str) -> AnalysisError:
        """Word an error again without the secrets.

        Parameters
        ----------
        error : Exception
            What went wrong.
        notebook : str
            File name, for an error that does not name it.

        Returns
        -------
        AnalysisError
            Of the same class, where that was one of ours.
        """
        if isinstance(error, AnalysisError):
            told = type(error)(self.redacted(str(error)))
            told.__dict__.update(self.redacted(dict(error.__dict__)))
            return told
        return ReportError(f"{notebook} failed with {type(error).__name__}: {self.redacted(str(error))}")


def _checked(name: str, value: str) -> str:
    """Refuse a value that could not be told from other text."""
    if len(value.strip()) < SHORTEST or "\0" in value or value != value.encode("utf-8", "replace").decode():
        raise ParameterError(
            f'Parameter "{name}" is secret and was given fewer than {SHORTEST} characters, or what is no text: '
            "it could not be told from other text, and so not be kept out of the report."
        )
    return value


def _written(value: str) -> str:
    """Make the pattern of a value however each of its signs is written, of its Base64 and of its bytes."""
    between = f"[{HARD}{NARROW}]?"
    content = value.encode()
    coded = [_coded(content, before) for before in range(3)]
    return "|".join([between.join(map(_sign, value)), *coded, content.hex()])


def _coded(content: bytes, before: int) -> str:
    """Make the pattern of what Base64 makes of a value behind others, as in `user:value`: the signs all its own."""
    coded = b64encode(bytes(before) + content).decode().rstrip("=")
    own = coded[-(-before * 8 // 6) : (before + len(content)) * 8 // 6]
    last = "" if (before + len(content)) % 3 == 0 else r"[\w+/-]?"
    return "".join({"+": "[+-]", "/": "[/_]"}.get(sign, sign) for sign in own) + last


def _sign(sign: str) -> str:
    """Make the pattern of one sign: itself, as HTML, JSON, Python or an address writes it, or typeset."""
    number = ord(sign)
    forms = {sign, html.escape(sign), f"&#{number};", f"&#x{number:x};", f"&#x{number:X};"}
    forms |= {
        quote(sign, safe=""),
        json.dumps(sign)[1:-1],
        repr(sign)[1:-1],
        ascii(sign)[1:-1],
        repr(sign.encode())[2:-1],
        TYPESET.get(sign, sign),
    }
    forms |= {f"&{name};" for name in [codepoint2name.get(number)] if name}
    slashes = r"\\*" if sign in "'\"\\" else ""
    if sign.isspace():
        forms |= {" ", "+", "%20", HARD, NARROW}
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return f"{slashes}(?:{'|'.join(map(re.escape, longest))}){'*' if sign.isspace() else ''}"


def _blotted(content: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(content, str):
        return pattern.sub(HIDDEN, content)
    if isinstance(content, Mapping):
        return type(content)({_blotted(k, pattern): _blotted(v, pattern) for k, v in content.items()})
    if isinstance(content, list | tuple):
        return type(content)(_blotted(item, pattern) for item in content)
    return content
