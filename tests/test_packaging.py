"""The lock files, `environment.yml` and `pyproject.toml` say the same thing, on every Python they promise."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PYTHONS = ["3.11", "3.12", "3.13"]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(.*?)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.M)


def pins(root, name):
    text = (root / name).read_text()
    found = {canonicalize_name(m[1]): m[2] for m in PINNED.finditer(text)}
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(found), f"{name}: a line is not pinned with hashes, or is pinned twice"
    return found


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())


def test_every_dependency_is_locked_within_its_range(root, project):
    locks = {"requirements.lock": pins(root, "requirements.lock")}
    wanted = {"requirements.lock": project["project"]["dependencies"] + project["build-system"]["requires"]}
    locks["requirements-dev.lock"] = pins(root, "requirements-dev.lock")
    extras = project["project"]["optional-dependencies"]
    wanted["requirements-dev.lock"] = wanted["requirements.lock"] + extras["dev"] + extras["cluster"]
    for lock, requirements in wanted.items():
        for requirement in map(Requirement, requirements):
            version = locks[lock].get(canonicalize_name(requirement.name))
            assert version is not None, f"{lock} lacks {requirement.name}"
            assert version in requirement.specifier, f"{lock}: {requirement.name} {version}"


def test_the_two_locks_agree(root):
    plain, dev = pins(root, "requirements.lock"), pins(root, "requirements-dev.lock")
    assert plain.items() <= dev.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_locks_hold_no_address(root, name):
    text = (root / name).read_text()
    assert pins(root, name)
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|file:| @ ", text)


def test_conda_environment_uses_the_lock(root, project):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    *conda, pip = environment["dependencies"]
    assert pip == {"pip": ["-r requirements.lock"]}
    python = next(Requirement(item.replace("=", "==", 1)) for item in conda if item.startswith("python"))
    version = next(iter(python.specifier)).version
    assert version in SpecifierSet(project["project"]["requires-python"])
    assert environment["name"] == project["project"]["name"]


@pytest.mark.parametrize("python", PYTHONS)
def test_every_locked_package_accepts_each_python(root, python):
    locked = pins(root, "requirements-dev.lock")
    installed = {canonicalize_name(d.metadata["Name"]): d for d in importlib.metadata.distributions()}
    refused = [
        name
        for name, version in locked.items()
        if name in installed
        and installed[name].version == version
        and not SpecifierSet(installed[name].metadata.get("Requires-Python") or "").contains(f"{python}.0")
    ]
    assert refused == []
    assert len(locked.keys() & installed.keys()) > 100


def test_plain_install_has_no_strong_copyleft(root):
    locked = pins(root, "requirements.lock")
    found = [
        dist.metadata["Name"]
        for dist in importlib.metadata.distributions()
        if canonicalize_name(dist.metadata["Name"]) in locked
        and re.search(
            r"\bA?GPL\b|General Public License",
            f"{dist.metadata.get('License-Expression')} {dist.metadata.get_all('Classifier')}".replace(
                "LGPL", ""
            ),
        )
    ]
    assert found == []
