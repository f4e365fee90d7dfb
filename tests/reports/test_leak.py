"""Two clients in one batch: nothing that names one is in any file of the other, nor any firm of the panel."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile

import pandas as pd
import pytest
import yaml

from analysis.platforms import read_folder
from analysis.reports import render_batch

pytestmark = pytest.mark.slow

PAIR = ("hartwell-joinery", "librairie-des-tilleuls")
FORMATS = ("html", "pdf", "docx", "pptx", "xlsx")
NAMING = ("id", "name", "town", "firm")


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Render both clients side by side, in every format."""
    folder = tmp_path_factory.mktemp("batch")
    done = render_batch(PAIR, formats=FORMATS, output=folder, jobs=2)
    assert done["outcome"].tolist() == ["rendered", "rendered"], done["cause"].tolist()
    return folder


@pytest.fixture(scope="module")
def said(batch):
    """Give all that the files of each client say, by file."""
    found = {}
    for client in PAIR:
        files = [path for path in (batch / "client" / client).rglob("*") if path.is_file()]
        assert {f"report.{name}" for name in FORMATS} < {path.name for path in files}
        found[client] = {name: text for path in files for name, text in texts(path)}
    return found


def texts(path):
    """Give the names and contents of a file, of its members, and of a PDF its words."""
    content = path.read_bytes()
    yield path.name, content.decode("utf-8", errors="ignore")
    if path.suffix in {".docx", ".pptx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                yield (
                    f"{path.name}/{member}",
                    f"{member} {archive.read(member).decode('utf-8', errors='ignore')}",
                )
    if path.suffix == ".pdf":
        if shutil.which("pdftotext") is None:
            pytest.skip("no pdftotext (poppler-utils) here to read the PDF with")
        words = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
        ).stdout
        yield f"{path.name} (words)", words.decode()


def names_of(root, client):
    """Gather what tells who a client is: its file, its accounts, its posts, the names of its exports."""
    folder = root / "data" / "clients" / client
    about = yaml.safe_load((folder / "client.yml").read_text(encoding="utf-8"))
    found = {str(about[name]) for name in NAMING if about.get(name)}
    for export in read_folder(folder / "exports"):
        found.add(export.file)
        for column in ("account", "post_id", "review_id", "thread_id", "url"):
            if column in export.table:
                found |= set(export.table[column].dropna().astype(str))
        if "text" in export.table:
            found |= {text[:40] for text in export.table["text"].dropna() if len(text) > 20}
    return {name for name in found if len(name) > 3}


def spoken(text):
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).casefold()


def whole_word(name, text):
    """Tell `Views.csv` from the end of `reviews.csv`."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


@pytest.mark.parametrize(("client", "other"), [PAIR, PAIR[::-1]])
def test_nothing_of_one_client_is_in_the_files_of_the_other(root, said, client, other):
    theirs = names_of(root, other) - names_of(root, client)
    assert len(theirs) > 100
    named = sorted({spoken(name) for name in theirs})
    whole = " ".join(map(spoken, said[other].values()))
    assert sum(name in whole for name in named) > 10
    for file, text in said[client].items():
        words = spoken(text)
        assert [name for name in named if name in words and whole_word(name, words)] == [], (
            f"{client}: {file}"
        )


@pytest.mark.parametrize("client", PAIR)
def test_no_firm_of_the_panel_is_in_a_report(root, said, client):
    panel = pd.read_csv(root / "data" / "sample" / "accounts.csv", dtype=str)
    own = names_of(root, client)
    named = {name for column in ("firm", "account") for name in panel[column].dropna()} - own
    assert len(named) > 100
    for file, text in said[client].items():
        words = set(re.findall(r"[\w.-]+", text))
        assert named & words == set(), f"{client}: {file}"


@pytest.mark.parametrize("client", PAIR)
def test_no_report_names_a_folder_of_this_machine_or_of_another_client(root, said, client):
    others = [path.parent.name for path in (root / "data" / "clients").glob("*/client.yml")]
    for file, text in said[client].items():
        assert str(root) not in text, file
        assert [name for name in others if name != client and name in text] == [], f"{client}: {file}"


@pytest.mark.parametrize("client", PAIR)
def test_every_group_of_peers_has_five_firms_or_more(batch, client):
    executed = json.loads(next((batch / "client" / client).rglob("report.ipynb")).read_text(encoding="utf-8"))
    shown = [output.get("data", {}) for cell in executed["cells"] for output in cell.get("outputs", ())]
    blocks = [data[kind] for data in shown for kind in data if kind.startswith("application/vnd.analysis")]
    rows = [row for block in blocks if block["block"] == "kpi" for row in block["rows"]]
    assert rows
    counts = [
        int(n) for row in rows for n in re.findall(r"n = (\d+)", spoken(json.dumps(row, ensure_ascii=False)))
    ]
    assert counts and min(counts) >= 5
