from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from analysis.errors import DataError, ParameterError
from analysis.sample import simulate, write, write_clients

PROGRAM = """
import sys, pathlib
from analysis.sample import simulate, write, write_clients
sample = simulate(firms=120, seed=42)
write(sample, sys.argv[1])
write_clients(sample, sys.argv[2])
"""


def digest(folder) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def build(folder, **settings) -> dict[str, str]:
    environment = {**os.environ, **settings}
    command = [sys.executable, "-c", PROGRAM, str(folder / "sample"), str(folder / "clients")]
    subprocess.run(command, check=True, env=environment, timeout=120)
    return digest(folder)


@pytest.mark.slow
def test_the_same_bytes_whatever_the_hash_seed_zone_and_locale(tmp_path):
    first = build(tmp_path / "a", PYTHONHASHSEED="1", TZ="Asia/Tokyo", LC_ALL="C")
    second = build(tmp_path / "b", PYTHONHASHSEED="99", TZ="America/Lima", LC_ALL="C.UTF-8")
    assert first == second
    assert len(first) > 30


def test_the_bundled_sample_and_clients_are_what_the_simulator_writes(tmp_path, root):
    sample = simulate()
    write(sample, tmp_path / "sample")
    write_clients(sample, tmp_path / "clients")
    assert digest(tmp_path / "sample") == digest(root / "data/sample")
    names = {"librairie-des-tilleuls", "le-fournil-de-jeanne", "hartwell-joinery"}
    committed = {k: v for k, v in digest(root / "data/clients").items() if k.split("/")[0] in names}
    assert digest(tmp_path / "clients") == committed


def test_the_bundled_sample_is_small(root):
    size = sum(path.stat().st_size for path in (root / "data/sample").iterdir())
    assert size < 10_000_000


@pytest.mark.slow
def test_another_seed_gives_another_sample(small):
    other = simulate(firms=150, seed=12)
    assert not small.survey.equals(other.survey)
    assert small.survey.columns.equals(other.survey.columns)


def test_a_folder_with_other_files_is_refused(tmp_path, small):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=r"holds other files \(notes.txt\).*empty folder"):
        write(small, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_is_not_a_folder(tmp_path, small):
    path = tmp_path / "there"
    path.write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match='"there" is a file'):
        write(small, path)


def test_writing_twice_replaces(tmp_path, small):
    write(small, tmp_path)
    before = digest(tmp_path)
    assert len(write(small, tmp_path)) == 10
    assert digest(tmp_path) == before


def test_a_client_folder_with_other_files_is_refused(tmp_path, small):
    home = tmp_path / "hartwell-joinery"
    home.mkdir()
    (home / "private.csv").write_text("a", encoding="utf-8")
    with pytest.raises(DataError, match=r"hartwell-joinery holds other files \(private.csv\)"):
        write_clients(small, tmp_path)
    assert not (tmp_path / "librairie-des-tilleuls").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"firms": 20}, "firms is 20: give 120 or more"),
        ({"firms": 150.5}, 'firms is "150.5": give a whole number'),
        ({"firms": True}, 'firms is "True"'),
        ({"seed": -1}, 'seed is "-1"'),
    ],
)
def test_impossible_requests_are_refused(settings, message):
    with pytest.raises(ParameterError, match=message):
        simulate(**settings)
