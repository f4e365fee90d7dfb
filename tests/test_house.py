"""House rules as programs: imports run one way, public functions are documented, nothing names this machine."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "analysis"
MODULES = sorted(SOURCE.rglob("*.py"))
GROUND = {"errors", "language", "typography", "catalog", "late", "yaml_files"}
ROOMS = {"survey", "platforms", "charts", "reports", "learn", "sample", "__main__"}
MEASURES = (
    {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in MODULES}
    - GROUND
    - ROOMS
    - {"__init__"}
)
ALLOWED = {
    "errors": set(),
    "language": {"errors", "typography", "yaml_files"},
    "typography": {"errors"},
    "catalog": {"errors", "yaml_files"},
    "late": set(),
    "yaml_files": set(),
    "survey": GROUND,
    "platforms": GROUND,
    "charts": GROUND,
    "sample": GROUND | {"survey", "platforms"},
    "learn": GROUND | {"survey", "platforms", "charts", "sample"} | MEASURES,
    "reports": GROUND | {"charts"},
    "measure": GROUND | {"survey", "platforms"} | MEASURES,
}


def room(path):
    first = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "measure" if first in MEASURES else first


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from [a.name.split(".")[1] for a in node.names if a.name.startswith("analysis.")]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_run_one_way(path):
    here = room(path)
    if here in {"__init__", "__main__"}:
        return
    wrong = {name for name in imported(path) if name not in ALLOWED[here] and name != here}
    assert not wrong, f"{here} may not import {sorted(wrong)}"


def test_only_inference_calls_the_survey_library():
    users = [
        p.name
        for p in MODULES
        if re.search(r"^\s*(import|from) svy(_rs)?\b", p.read_text(encoding="utf-8"), re.M)
    ]
    assert users == ["inference.py"]


def public_functions():
    for path in MODULES:
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        if parts[-1] == "__main__":
            continue
        module = importlib.import_module(".".join(p for p in parts if p != "__init__"))
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if inspect.isfunction(thing) and thing.__module__ == module.__name__:
                yield pytest.param(thing, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("function", list(public_functions()))
def test_public_functions_are_documented(function):
    text = inspect.getdoc(function) or ""
    summary = text.split("\n\n")[0].replace("\n", " ")
    signature = inspect.signature(function)
    assert summary.endswith("."), "the first line is one sentence"
    assert not re.match(r"(This|Returns|Function|The)\b", summary), "the sentence is imperative"
    if signature.parameters:
        assert "Parameters\n----------" in text
        section = text.split("Parameters\n----------")[1].split("\n\n---")[0]
        for name in signature.parameters:
            assert re.search(rf"\b{name}\b", section), f"parameter {name} is not described"
    if signature.return_annotation not in (None, "None", inspect.Signature.empty):
        assert "Returns\n-------" in text or "Yields\n------" in text
    assert "Examples\n--------" in text, "an example that runs"


def committed_text(root):
    files = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True).stdout.split("\n")
    for name in filter(None, files):
        path = root / name
        if path.suffix in {
            ".py",
            ".md",
            ".yml",
            ".yaml",
            ".toml",
            ".ipynb",
            ".typ",
            ".html",
            ".json",
            ".csv",
            "",
        }:
            yield name, path.read_text(encoding="utf-8-sig", errors="replace")


def test_nothing_names_a_machine(root):
    pattern = re.compile(r"(?<![\w.])/(?:home|Users|work|root|tmp)/[\w.]+")
    found = [
        f"{name}: {match[0]}"
        for name, text in committed_text(root)
        for match in pattern.finditer(text)
        if name != "tests/test_house.py"
    ]
    assert found == []


def test_missing_exceptions_are_never_swallowed():
    silent = [
        f"{path.name}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert silent == []
