"""Bundled tables load, and a fetched file is checked before it is kept; the network here is a local server."""

from __future__ import annotations

import hashlib
import http.server
import threading
import zipfile

import pandas as pd
import pytest
import yaml

from analysis import catalog
from analysis.catalog import DATES, TEXT, data_path, load
from analysis.errors import DataError


@pytest.fixture
def publisher(tmp_path, monkeypatch):
    """Serve a ZIP from this machine and list it in a catalogue of its own."""
    served = tmp_path / "served"
    served.mkdir()
    with zipfile.ZipFile(served / "set.zip", "w") as archive:
        archive.writestr("inner/figures.csv", "year,value\n2022,44\n")
    handler = type(
        "Handler",
        (http.server.SimpleHTTPRequestHandler,),
        {
            "log_message": lambda *_: None,
            "__init__": lambda self, *a, **k: http.server.SimpleHTTPRequestHandler.__init__(
                self, *a, directory=str(served), **k
            ),
        },
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "data" / "codebook").mkdir(parents=True)
    (tmp_path / "data" / "reference").mkdir()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))

    def publish(sha256, file="figures.csv", page="set.zip"):
        entry = {
            "title": "Figures",
            "publisher": "Nobody",
            "licence": "CC0",
            "address": f"http://127.0.0.1:{server.server_port}/{page}",
            "files": {file: sha256},
        }
        text = yaml.safe_dump({"bundled": {}, "fetched": {"figures": entry}})
        (tmp_path / "data" / "reference" / "datasets.yml").write_text(text)
        return tmp_path / "data" / "store" / "fetched" / "figures"

    yield publish
    server.shutdown()


def test_fetch_keeps_the_published_file(publisher):
    folder = publisher(hashlib.sha256(b"year,value\n2022,44\n").hexdigest())
    result = catalog.fetch("figures")
    assert result == [folder / "figures.csv"]
    assert result[0].read_text() == "year,value\n2022,44\n"


def test_fetch_refuses_another_file(publisher):
    folder = publisher("0" * 64)
    with pytest.raises(DataError, match=r"figures\.csv is not the published file .*Nothing was written"):
        catalog.fetch("figures")
    assert not folder.exists()


def test_fetch_names_a_missing_member(publisher):
    folder = publisher(None, file="other.csv")
    with pytest.raises(DataError, match=r"holds no other\.csv"):
        catalog.fetch("figures")
    assert not folder.exists()


def test_fetch_says_when_the_address_does_not_answer(publisher):
    publisher(None, page="absent.zip")
    with pytest.raises(DataError, match=r"did not answer \(.*not found.*\)"):
        catalog.fetch("figures")


def test_unknown_names_are_refused():
    with pytest.raises(DataError, match='Did you mean "fb-live-sellers"'):
        catalog.fetch("fb-live-seller")
    with pytest.raises(DataError, match='Did you mean "survey"'):
        catalog.load("surveys")


def test_every_bundled_table_is_listed_and_loads():
    names = {p.stem for p in catalog.data_path("sample").iterdir() if p.suffix in {".csv", ".parquet"}}
    assert names == set(catalog.bundled()["name"])
    for name in sorted(names):
        assert len(catalog.load(name)) > 0


def test_project_root_is_said_when_absent(tmp_path, monkeypatch):
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    with pytest.raises(DataError, match="ANALYSIS_HOME"):
        catalog.project_root()


@pytest.mark.parametrize("name", ["survey", "ties", "messages"])
def test_the_parser_reads_every_value_as_the_plain_one(name):
    plain = pd.read_csv(data_path("sample", f"{name}.csv"), dtype=TEXT, dtype_backend="numpy_nullable")
    dates = {column: pd.to_datetime(plain[column]) for column in DATES.get(name, [])}
    pd.testing.assert_frame_equal(load(name), plain.assign(**dates), check_exact=True)
