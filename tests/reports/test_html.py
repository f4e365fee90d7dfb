from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from analysis.reports import Indicator, cover, figure, kpi, prose, section, start, table
from analysis.reports.writers import html

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture
def report(french):
    return (french.folder / "report.html").read_text(encoding="utf-8")


def test_the_page_is_well_made(report, page):
    read = page(report)
    assert read.all("html")[0]["lang"] == "fr"
    assert len(read.all("h1")) == len(read.all("main")) == len(read.all("title")) == 1
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    assert read.all("nav")[0]["aria-label"] == "Sommaire"
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for attributes in read.all("a") if attributes["href"].startswith("#")}
    assert targets <= set(ids)
    assert len(targets) == 5


def test_every_drawing_has_a_name_or_is_hidden(report, page):
    drawings = page(report).all("svg")
    assert len(drawings) > 10
    for attributes in drawings:
        named = attributes.get("role") == "img" and attributes.get("aria-label")
        assert named or attributes.get("aria-hidden") == "true" or "viewbox" in attributes
    assert sum("Points et intervalles" in (a.get("aria-label") or "") for a in drawings) == 3


def test_figures_and_tables_are_framed(report, page):
    read = page(report)
    assert len(read.all("figure")) == len(read.all("figcaption")) == 1
    assert {a.get("scope") for a in read.all("th")} == {"col", "row", "rowgroup"}
    assert len(read.all("caption")) == 1
    assert "Lecture\u00a0: la moitié des 11 coups de cœur" in re.sub(r"\s*\n\s*", " ", read.said())


def test_nothing_is_fetched_and_nothing_runs(report, page):
    read = page(report)
    assert not read.all("script", "link", "img", "iframe", "object")
    loaded = re.findall(r"url\(([^)]{0,24})", report)
    assert {address.split(",")[0] for address in loaded if not address.startswith("#")} == {
        "data:font/woff2;base64"
    }
    assert not any(name.startswith("on") for _, attributes in read.elements for name in attributes)


def test_colours_are_variables_so_that_one_drawing_serves_light_dark_and_print(report):
    body = report.split("</style>", 1)[1]
    assert "var(--accent)" in body
    assert "#0a4f73" not in body.lower()


def test_simulated_data_are_said_on_cover_and_at_the_end(report, page):
    read = page(report)
    assert read.said("header").count("Données simulées") == 1
    assert read.said("footer").count("Données simulées") == 1
    assert "(données simulées)" in read.said("title")


def test_simulated_is_not_said_of_real_data(shown, document):
    start(language="en", client={"name": "Hartwell"}, simulated=False)
    section("a", title="A")
    assert "imulated" not in html.write(document()).decode()


NASTY = ["<script>alert(1)</script>", '" onmouseover="x', "</style><b>", "{{ 7*7 }}", "]]>&amp;<!--"]


@pytest.mark.parametrize("name", NASTY)
def test_client_data_never_become_markup(shown, document, page, texts, name):
    import pandas as pd

    start(texts("## p\n\nAbout {{ client.name }}."), language="en", client={"name": name, "consultant": name})
    cover(lambda ax: ax.text(0, 0, name), alt=name, subtitle=name, meta=name, caption=name)
    section("a", title=name, lead=name, kicker=name)
    prose("p")
    figure(lambda ax: ax.text(0, 0, name), alt=name, title=name, measured=name, reading=name, source=name)
    table(pd.DataFrame({name: [name], "g": [name]}), title=name, group="g", source=name)
    kpi([Indicator(name, name, name, name, name, name)], title=name)
    read = page(html.write(document()).decode())
    assert not read.all("script")
    assert not [a for _, attributes in read.elements for a in attributes if a.startswith("on")]
    assert len(read.all("style")) == 1
    assert read.said("h1") == name
    assert read.said("main").count(name) >= 15


def test_the_same_document_gives_the_same_bytes(shown, document):
    start(language="en")
    section("a", title="A")
    figure(lambda ax: ax.plot([0, 1]), alt="A line.", title="Line")
    assert html.write(document()) == html.write(document())


def test_previews_show_blocks_in_the_notebook():
    block = {"block": "section", "id": "a", "title": "A <b>", "kicker": "", "lead": "", "content": []}
    shown = html.preview(block, "en")
    assert 'class="analysis-block"' in shown
    assert "A &lt;b&gt;" in shown


def test_previews_count_figures_as_the_report_does_also_when_a_cell_is_run_again(monkeypatch):
    seen, preview = [], html.preview
    monkeypatch.setattr(html, "preview", lambda *given: seen.append(preview(*given)))
    start(language="en")
    for title in ("Line", "Other line", "Line", "Last"):
        figure(lambda ax: ax.plot([0, 1]), alt="A line.", title=title)
    assert [re.findall(r"Figure\s(\d)", page) for page in seen[1:]] == [["1"], ["2"], ["1"], ["3"]]


def test_previews_follow_the_light_or_dark_of_the_notebook(browser):
    opening = html.preview({"block": "start"}, "en")
    block = {"block": "prose", "title": "Title", "columns": 1, "content": []}
    page = browser.new_page()
    for light, paper in [("true", "rgb(255, 255, 255)"), ("false", "rgb(18, 23, 31)")]:
        page.set_content(f"<body data-jp-theme-light={light}>{opening}{html.preview(block, 'en')}")
        ground = "getComputedStyle(document.querySelector('.analysis-block')).backgroundColor"
        assert page.evaluate(ground) == paper
    assert page.locator(".analysis-block h3").count() == 1
    page.close()


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed at /usr/bin/chromium: the page is not opened in a browser")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize(
    ("width", "shown", "hidden"), [(1100, ".wide", ".narrow"), (390, ".narrow", ".wide")]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_asks_for_nothing_and_complains_of_nothing(browser, french, width, shown, hidden, scheme):
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((french.folder / "report.html").resolve().as_uri())
    assert len(asked) == 1
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(f"figure {shown}").is_visible()
    assert not page.locator(f"figure {hidden}").is_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 23, 31)")
    assert page.evaluate("document.fonts.check('600 20px \"Libertinus Serif\"')")
    page.close()


def test_two_sections_of_one_name_have_addresses_of_their_own(shown, document, page):
    start(language="en")
    for name in ("Été", "ete", "report"):
        section(name, title=f"About {name}")
    read = page(html.write(document()).decode())
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [link["href"][1:] for link in read.all("nav", "a") if link.get("href", "").startswith("#")]
    assert {"ete", "ete-2", "report-2"} <= set(links) & set(ids)


def test_wide_tables_are_moved_by_hand_or_by_keys_and_long_words_break(shown, document, page):
    start(language="en")
    section("a", title="A")
    table(pd.DataFrame({f"Column {i}": [1234567.8] for i in range(12)}), title="Many")
    table(pd.DataFrame({"word": ["unbreakable" * 9], "n": [1]}), title="Long")
    table(pd.DataFrame({"word": ["short"], "n": [1]}), title="Usual")
    read = page(html.write(document()).decode())
    framed = [
        attributes for attributes in read.all("div") if attributes.get("class", "").startswith("tabled")
    ]
    assert [attributes.get("tabindex") for attributes in framed] == ["0", None, None]
    assert (framed[0]["role"], framed[0]["aria-label"]) == ("region", "Many")
    assert [attributes["class"] for attributes in framed] == ["tabled scrolled", "tabled", "tabled"]
    heads, cells = ([at.get("class") for at in read.all(name)] for name in ("th", "td"))
    assert (heads[12:], cells[11:]) == (
        [None, None, "number", "long", None, "number", None],
        ["number", "number"],
    )


def test_signs_that_no_page_may_hold_are_left_out(shown, document):
    start(language="en", client={"name": "Salon\x00 Iris\x1b"})
    section("a", title="A\x07 title")
    table(pd.DataFrame({"said": ["a\x00b\x0bc\ttab"]}), title="Said")
    written = html.write(document()).decode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", written)
    assert "abc tab" in written
