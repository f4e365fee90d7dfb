"""How are the files read that people write for the suite: formats, words, clients, brands, questionnaires?"""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["from_yaml"]

FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_yaml(text: str | bytes) -> Any:
    """Read YAML text, safely: plain values only, by the compiled parser where it is installed.

    Parameters
    ----------
    text : str or bytes
        A whole file.

    Returns
    -------
    object
        Mappings, lists, text, numbers, dates, true, false and missing.

    Raises
    ------
    yaml.YAMLError
        When it is not YAML; the caller knows the file and says so.

    Notes
    -----
    Unquoted `no`, `on` and `08:30` are not text in YAML: quote them.

    References
    ----------
    YAML 1.1, as PyYAML reads it.

    Examples
    --------
    >>> from_yaml("name: Le Fournil\\nemployees: 3")
    {'name': 'Le Fournil', 'employees': 3}
    """
    try:
        return yaml.load(text, FAST)
    except yaml.YAMLError:
        return yaml.safe_load(text)  # words mistakes better, and where they are
