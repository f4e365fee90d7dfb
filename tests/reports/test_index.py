"""The page that lists the reports: complete, light, accessible, reproducible, and never behind."""

from __future__ import annotations

import re
import struct
from base64 import b64decode
from types import SimpleNamespace

import pytest

from analysis.reports import render_client
from analysis.reports.cache import Checks
from analysis.reports.overview import expect_listing, index_is_current, refresh_index, write_index


def row(client, outcome="rendered", cause=""):
    return SimpleNamespace(client=client, outcome=outcome, cause=cause)


@pytest.fixture
def listed(small_project):
    """Give a project with two reports of one client and one of another, listed."""
    home = small_project("alder", "birch", "cedar")
    expect_listing(Checks(), ["alder"])
    render_client("alder", formats=["html", "pdf"])
    render_client("alder", period="2025-Q3", language="fr", formats=["html"])
    render_client("birch", formats=["pdf"])
    write_index(home / "reports")
    return home / "reports"


def text_of(root):
    return (root / "index.html").read_text(encoding="utf-8")


def test_every_report_is_listed_with_its_files(listed, page):
    shown = page(text_of(listed))
    links = [attributes["href"] for attributes in shown.all("a")]
    assert all((listed / link).is_file() for link in links)
    assert sorted(set(links)) == [
        "client/alder/2025-Q3/fr/report.html",
        "client/alder/2025-Q4/en/report.html",
        "client/alder/2025-Q4/en/report.pdf",
        "client/birch/2025-Q4/en/report.pdf",
    ]
    said = shown.said()
    assert "3 reports" in said and "in French" in said and "in English" in said
    labels = [attributes.get("aria-label") for attributes in shown.all("a")]
    assert any(re.match(r"Alder & Co.*, HTML$", label) for label in labels if label)


def test_the_page_needs_nothing_else(listed, page):
    text = text_of(listed)
    shown = page(text)
    assert shown.all("script", "link", "iframe") == []
    places = [a.get("src") or a.get("href") for _, a in shown.elements if "src" in a or "href" in a]
    places += re.findall(r"url\(([^)]*)\)", text)
    assert [place[:40] for place in places if not place.startswith(("data:", "client/"))] == []
    pictures = [b64decode(picture["src"].split(",")[1]) for picture in shown.all("img")]
    assert len(pictures) == 3
    for picture in pictures:
        assert picture[:4] == b"\x89PNG"
        assert struct.unpack(">II", picture[16:24]) == (331, 468)
        assert len(picture) < 30_000
    assert all(picture["alt"] == "" for picture in shown.all("img"))
    assert [tag for tag, _ in shown.elements if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2", "h2"]
    assert shown.all("html")[0]["lang"] == "en"


def test_the_same_reports_give_the_same_page(listed):
    first = (listed / "index.html").read_bytes()
    for card in (listed / ".cards").iterdir():
        card.unlink()
    (listed / "index.html").unlink()
    assert write_index(listed).read_bytes() == first


def test_the_page_is_known_to_be_current_and_not_to_be(listed):
    assert index_is_current(Checks(listed))
    render_client("cedar", formats=["html"])
    assert not index_is_current(Checks(listed))
    refresh_index(Checks(listed), [row("cedar")])
    assert index_is_current(Checks(listed))
    assert "Cedar &amp; Co" in text_of(listed)
    (listed.parent / "brand.yml").write_text("consultant: Cabinet Exemple\n")
    assert not index_is_current(Checks(listed))


def test_a_failure_stays_on_the_page_until_the_report_is_made(listed, page):
    write_index(listed, [row("birch", "failed", "Live.csv, row 3: <b>"), row("cedar", "failed", "no file")])
    text = text_of(listed)
    assert (
        "Not rendered the last time: Live.csv, row 3: &lt;b&gt; What is shown is the earlier report." in text
    )
    assert "cedar" in page(text).said() and "no file" in page(text).said()
    write_index(listed, [row("alder", "unchanged")])
    assert "Live.csv, row 3" in text_of(listed)
    write_index(listed, [row("birch"), row("cedar")])
    assert "the last time" not in text_of(listed)


def test_names_that_are_no_client_are_not_listed(listed):
    write_index(listed, [row("nobody", "failed", "no such client")])
    assert "nobody" not in text_of(listed)


def test_nothing_is_listed_where_no_batch_was_run(small_project):
    home = small_project("alder")
    refresh_index(Checks(), [row("alder")])
    expect_listing(Checks(), ["nobody"])
    assert not (home / "reports").exists()


def test_what_is_kept_of_reports_that_are_gone_is_taken_away(listed):
    import shutil

    assert len(list((listed / ".cards").iterdir())) == 3
    shutil.rmtree(listed / "client" / "birch")
    write_index(listed)
    assert len(list((listed / ".cards").iterdir())) == 2
    assert "Birch" not in text_of(listed)


def test_an_empty_tree_says_so(tmp_path):
    write_index(tmp_path)
    assert "There is no report yet." in text_of(tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "report.ipynb", ".cards/failed.json"])
def test_damaged_files_of_one_report_never_cost_the_list_of_the_others(listed, page, name):
    damaged = listed / name if name.startswith(".") else listed / "client" / "birch" / "2025-Q4" / "en" / name
    damaged.write_text("[1]")
    for card in (listed / ".cards").glob("*.json"):
        card.write_text("[1]")
    write_index(listed, [row("alder")])
    shown = page(text_of(listed))
    assert all((listed / link["href"]).is_file() for link in shown.all("a"))
    assert "Alder & Co" in shown.said()
    assert ("damaged and cannot be read" in shown.said()) != name.startswith(".")


def test_a_file_that_was_taken_away_is_no_longer_linked(listed):
    (listed / "client" / "alder" / "2025-Q4" / "en" / "report.pdf").unlink()
    write_index(listed)
    assert "client/alder/2025-Q4/en/report.html" in text_of(listed)
    assert "client/alder/2025-Q4/en/report.pdf" not in text_of(listed)
