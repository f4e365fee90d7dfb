from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
import yaml

from analysis.errors import DataError, ParameterError, ReportError
from analysis.reports import making, render, render_batch, render_client, rendering
from analysis.reports.document import MIME

FILES = ["claims.json", "manifest.json", "report.html", "report.ipynb", "report.pdf", "timings.json"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def failing(root):
    return root / "tests" / "fixtures" / "notebooks" / "failing.ipynb"


@pytest.fixture
def no_kernel(monkeypatch):
    """Fail the test if a kernel would be started."""
    monkeypatch.setattr("analysis.reports.making._run", lambda *_: pytest.fail("a kernel was started"))


def test_a_report_is_a_folder_of_files(french):
    assert names(french.folder) == FILES
    assert [path.name for path in french.paths] == [
        "report.html",
        "report.pdf",
        "report.ipynb",
        "claims.json",
        "manifest.json",
    ]
    assert re.fullmatch(
        r"Librairie du Port, T4 2025: 1 figure, 1 table, 4 sections, in [\d.]+ s; simulated data\.",
        french.summary,
    )


def test_the_manifest_lists_what_went_in_and_what_came_out(french, root):
    listed = json.loads((french.folder / "manifest.json").read_text())
    for name in ["report.html", "report.pdf", "report.ipynb"]:
        content = (french.folder / name).read_bytes()
        assert listed["outputs"][name] == {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    assert list(listed["inputs"]) == ["tests/fixtures/notebooks/every_block.fr.md"]
    assert listed["parameters"] == {
        "language": "fr", "period": "2025-Q4", "name": "Librairie du Port", "simulated": True,
    }  # fmt: skip
    assert listed["packages"]["pandas"].startswith("3.")
    assert str(root) not in json.dumps(listed)


def test_nothing_that_leaves_names_this_machine(french, root):
    for name in ["report.html", "report.ipynb", "manifest.json"]:
        text = (french.folder / name).read_text(encoding="utf-8")
        assert str(root) not in text
        assert str(french.folder) not in text
    executed = nbformat.read(french.folder / "report.ipynb", as_version=4)
    nbformat.validate(executed)
    assert set(executed.metadata) == {"kernelspec", "language_info"}
    assert "language = 'fr'" in executed.cells[2].source


def test_every_block_was_shown_as_data_and_as_html(french):
    executed = nbformat.read(french.folder / "report.ipynb", as_version=4)
    shown = [
        output.data for cell in executed.cells for output in cell.get("outputs", []) if MIME in output.data
    ]
    kinds = {data[MIME]["block"] for data in shown}
    assert kinds == {"start", "cover", "section", "prose", "callout", "finding", "figure", "table", "kpi"}
    assert all(data["text/html"].strip() and data["text/plain"].strip() for data in shown)


@pytest.mark.slow
def test_the_same_report_elsewhere_has_the_same_bytes(french, every_block, tmp_path):
    code = (
        "import sys; from analysis.reports import render; "
        "render(sys.argv[1], {'language': 'fr'}, output=sys.argv[2])"
    )
    other = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "OMP_NUM_THREADS": "2"}
    subprocess.run(
        [sys.executable, "-c", code, str(every_block), str(tmp_path / "again")],
        env=other,
        check=True,
        cwd=tmp_path,
    )
    for name in ["report.html", "report.pdf", "report.ipynb"]:
        assert (tmp_path / "again" / name).read_bytes() == (french.folder / name).read_bytes(), name
    first, second = (
        json.loads((f / "manifest.json").read_text()) for f in (french.folder, tmp_path / "again")
    )
    first.pop("code"), second.pop("code")  # the source may be under edit while tests run
    assert first == second


@pytest.mark.parametrize(
    ("values", "formats", "said"),
    [
        ({"languge": "fr"}, ["html"], r'has no parameter "languge"\. Did you mean "language"'),
        ({"language": "de"}, ["html"], r'parameter "language" was given .de.; allowed is one of fr, en'),
        ({}, ["docs"], r'Unknown format "docs"'),
        ({}, [], r"No format was asked for\. Formats: html, pdf"),
    ],
)
def test_wrong_wishes_are_refused_before_a_kernel_starts(
    every_block, tmp_path, no_kernel, values, formats, said
):
    with pytest.raises(ParameterError, match=said):
        render(every_block, values, formats=formats, output=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_notebook_is_refused(no_kernel):
    with pytest.raises(ParameterError, match=r'There is no notebook "adoptoin\.ipynb"\.'):
        render("notebooks/adoptoin.ipynb")


def test_a_failure_leaves_nothing(failing, tmp_path):
    with pytest.raises(
        DataError, match=r"failing\.ipynb, code cell 4 .*: Live\.csv, row 3: the date is empty"
    ):
        render(failing, {"how": "data"}, output=tmp_path / "deep" / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_the_report_that_was_there(failing, tmp_path, monkeypatch):
    def fail(*_):
        raise ReportError("code cell 1 failed")

    (tmp_path / "report.html").write_text("earlier")
    monkeypatch.setattr("analysis.reports.making._run", fail)
    with pytest.raises(ReportError, match="code cell 1 failed"):
        render(failing, output=tmp_path)
    assert names(tmp_path) == ["report.html"]
    assert (tmp_path / "report.html").read_text() == "earlier"


def test_a_report_that_does_not_fail_is_written_and_warnings_are_told(failing, tmp_path):
    made = render(failing, {"platforms": "x,tiktok", "start_day": "2025-11-01"}, ["pdf"], tmp_path / "out")
    assert made.warnings == ("a warning\n",)
    source = nbformat.read(tmp_path / "out" / "report.ipynb", as_version=4).cells[1].source
    assert source.splitlines()[1:] == [
        "from datetime import date", "start_day = date(2025, 11, 1)", "platforms = ['x', 'tiktok']",
    ]  # fmt: skip


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    """Give a project with two clients whose report is every block."""
    for folder in ("data/codebook", "data/clients", "notebooks/client"):
        (tmp_path / folder).mkdir(parents=True)
    source = nbformat.read(root / "tests/fixtures/notebooks/every_block.ipynb", as_version=4)
    source.cells[1].source = source.cells[1].source.replace("name: str", 'client: str = "a"\nname: str')
    source.cells[2].source = (
        source.cells[2]
        .source.replace('"tests/fixtures/notebooks/every_block"', '"client/client_report"')
        .replace('client={"name": name, "consultant": "Cabinet Exemple"}', "client=client")
    )
    source.cells[2].source = source.cells[2].source.replace("simulated=simulated, ", "")
    nbformat.write(source, tmp_path / "notebooks/client/client_report.ipynb")
    for language in ("fr", "en"):
        shutil.copy(
            root / f"tests/fixtures/notebooks/every_block.{language}.md",
            tmp_path / f"notebooks/client/client_report.{language}.md",
        )
    for client, language, name in [("hartwell", "en", "Hartwell & Sons"), ("sans-exports", "fr", "Sans")]:
        folder = tmp_path / "data" / "clients" / client
        (folder / "exports").mkdir(parents=True)
        about = {"id": client, "name": name, "trade": "joiner", "language": language, "simulated": True}
        (folder / "client.yml").write_text(yaml.safe_dump(about))
    (tmp_path / "data/clients/hartwell/exports/posts.csv").write_text("a\n")
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_client_report_lands_in_its_place_and_reads_as_english(project):
    made = render_client("hartwell", formats=["html"])
    assert made.folder == project / "reports" / "client" / "hartwell" / "2025-Q4" / "en"
    assert names(made.folder) == [name for name in FILES if name != "report.pdf"]
    inputs = json.loads((made.folder / "manifest.json").read_text())["inputs"]
    assert list(inputs) == ["data/clients/hartwell/client.yml", "notebooks/client/client_report.en.md"]
    text = (made.folder / "report.html").read_text(encoding="utf-8")
    for said in [
        '<html lang="en">',
        "Hartwell &amp; Sons",
        "Simulated data",
        "fourth quarter of 2025",
        "1,885",
        "4.7%",
    ]:
        assert said in text


def test_the_notebook_of_a_client_does_not_name_the_one_it_was_written_for(root):
    path = root / "notebooks" / "client" / "client_report.ipynb"
    source = nbformat.read(path, as_version=4)
    own = making._own(path, source, {"client": "l'atelier"})
    assert "librairie-des-tilleuls" in nbformat.writes(source)
    assert "librairie-des-tilleuls" not in nbformat.writes(own)
    assert 'client: str = "l\'atelier"  # a folder' in own.cells[3].source
    changed = [i for i, cell in enumerate(own.cells) if cell.source != source.cells[i].source]
    assert changed == [0, 3]
    assert making._own(path, source, {"client": "librairie-des-tilleuls"}) is source


def test_the_tree_may_stand_elsewhere(project, monkeypatch):
    monkeypatch.setattr(rendering, "_render", lambda *given, **_: given)
    *_, formats, target, _cold = render_client(
        "hartwell", language="fr", formats=["pdf"], output=project / "other"
    )
    assert (formats, target) == (["pdf"], project / "other" / "client" / "hartwell" / "2025-Q4" / "fr")


def test_any_notebook_has_its_place(root, monkeypatch):
    monkeypatch.setattr(rendering, "_render", lambda *given: given[4])
    place = render(root / "tests/fixtures/notebooks/failing.ipynb", formats=["html"])
    assert place == root / "reports" / "notebooks" / "failing"


@pytest.mark.parametrize(
    ("client", "wishes", "error", "said"),
    [
        (
            "hartwel",
            {},
            ParameterError,
            r'no client "hartwel" .*Did you mean "hartwell"\? Clients: hartwell, sans-',
        ),
        ("sans-exports", {}, DataError, r"data/clients/sans-exports/exports holds no file"),
        ("hartwell", {"language": "de"}, ParameterError, r'language "de" is not written here'),
        ("hartwell", {"period": "2025-Q7"}, ParameterError, r'"2025-Q7" is not a period'),
        ("hartwell", {"formats": ["docx2"]}, ParameterError, r'Unknown format "docx2"'),
    ],
)
def test_wrong_clients_are_refused_before_a_kernel_starts(project, no_kernel, client, wishes, error, said):
    with pytest.raises(error, match=said):
        render_client(client, **wishes)
    assert not (project / "reports").exists()


def test_a_client_without_its_fields_is_refused(project, no_kernel):
    (project / "data/clients/hartwell/client.yml").write_text("id: hartwell\n")
    with pytest.raises(DataError, match=r"client\.yml lacks name, trade, language"):
        render_client("hartwell")


@pytest.mark.slow
def test_a_batch_goes_on_after_a_failure(project):
    outcomes = []
    done = render_batch(formats=["html"], output=project / "out", progress=outcomes.append)
    assert done["client"].tolist() == ["hartwell", "sans-exports"]
    assert done["outcome"].tolist() == ["rendered", "failed"]
    assert done["cause"][0] == ""
    assert "holds no file" in done["cause"][1]
    assert (project / "out" / "client" / "hartwell" / "2025-Q4" / "en" / "report.html").is_file()
    assert sorted(outcome.client for outcome in outcomes) == ["hartwell", "sans-exports"]


def test_the_consultant_signs_with_brand_yml(project):
    from analysis.reports.brand import read_brand

    (project / "brand.yml").write_text("consultant: Cabinet\nlegal: SIREN 000\n")
    assert read_brand({"consultant": "Other"}).consultant == "Cabinet"
    (project / "brand.yml").write_text("consultent: Cabinet\n")
    with pytest.raises(
        DataError, match=r'brand\.yml: unknown field "consultent"\. Did you mean "consultant"'
    ):
        read_brand({})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "another"}, r'says id: another, but its folder is called "hartwell"\. Was it copied'),
        ({"language": "de"}, r"client\.yml says language: de\. Languages: fr, en"),
    ],
)
def test_another_clients_card_or_language_is_refused(project, no_kernel, change, said):
    card = project / "data/clients/hartwell/client.yml"
    card.write_text(yaml.safe_dump({**yaml.safe_load(card.read_text()), **change}))
    with pytest.raises(DataError, match=said):
        render_client("hartwell")


def test_a_card_that_is_no_yaml_is_refused_in_one_line(project, no_kernel):
    (project / "data/clients/hartwell/client.yml").write_text("id: hartwell\nname: L'Été: café\n")
    with pytest.raises(
        DataError, match=r"client\.yml cannot be read, line 2: .+ between quotation marks"
    ) as told:
        render_client("hartwell")
    assert "\n" not in str(told.value)


def test_a_place_that_cannot_be_written_is_refused_before_a_kernel_starts(project, no_kernel):
    (project / "taken").write_text("a file")
    with pytest.raises(ReportError, match=r"taken: the report could not be written: Not a directory"):
        render_client("hartwell", output=project / "taken" / "below")
    assert (project / "taken").read_text() == "a file"


def test_a_notebook_named_without_its_folder_is_found_for_the_reader(project):
    with pytest.raises(ParameterError, match=r'Did you mean "notebooks/client/client_report\.ipynb"\?'):
        render("client_report")
