"""Real reports opened in a browser and held to axe-core's rules: light, dark, on a phone, and as printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.reports import render, render_client, section, start, table
from analysis.reports.overview import write_index
from analysis.reports.writers import html

CHROMIUM = Path("/usr/bin/chromium")
VIEWS = {
    "light": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1100, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "print": {"viewport": {"width": 794, "height": 1123}, "color_scheme": "dark"},
}
SEEN = [("client fr", view) for view in VIEWS]
SEEN += [("client en", "light"), ("client en", "phone"), ("research fr", "light"), ("research fr", "phone")]
SEEN += [("every block fr", "dark"), ("every block fr", "print")]
SEEN += [("list of reports", "light"), ("list of reports", "dark"), ("list of reports", "phone")]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("accessibility")]


@pytest.fixture(scope="module")
def axe(root):
    """Read axe-core where the continuous integration puts it."""
    source = root / ".venv" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        pytest.skip(
            "axe-core is not in .venv/npm (npm install --prefix .venv/npm axe-core@4.14.1): "
            "accessibility is not measured"
        )
    return source.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(root, every_block, tmp_path_factory):
    """Render each report once, before a browser starts: its event loop and the kernel's do not mix."""
    folder = tmp_path_factory.mktemp("pages")
    clients = {"fr": "librairie-des-tilleuls", "en": "hartwell-joinery"}
    notebooks = {
        "research": root / "notebooks" / "research" / "01_adoption.ipynb",
        "every block": every_block,
    }
    done = {
        f"client {language}": render_client(client, language=language, formats=["html"], output=folder)
        for language, client in clients.items()
    }
    for kind, notebook in notebooks.items():
        asked = {"language": "fr"}
        done[f"{kind} fr"] = render(notebook, asked, formats=["html"], output=folder / kind)
    pages = {name: report.folder / "report.html" for name, report in done.items()}
    return {**pages, "list of reports": write_index(folder)}


@pytest.fixture(scope="module")
def browser(made):
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed at /usr/bin/chromium: accessibility is not measured")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """One page opened in one view, with what it asked for and what it complained of."""

    def __init__(self, browser, path, view):
        self.context = browser.new_context(**VIEWS[view])
        self.page = self.context.new_page()
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        if view == "print":
            self.page.emulate_media(media="print")
        self.page.goto(path.resolve().as_uri())

    def judged(self, axe):
        """Give axe-core's verdict: the rules broken, and those it checked and found kept."""
        self.page.evaluate(axe)
        return self.page.evaluate("axe.run(document, {resultTypes: ['violations', 'passes']})")


@pytest.fixture
def visit(browser):
    opened = []

    def visited(path, view):
        opened.append(Visit(browser, path, view))
        return opened[-1]

    yield visited
    for one in opened:
        one.context.close()


@pytest.mark.parametrize(("report", "view"), SEEN)
def test_axe_finds_nothing_to_mend(axe, visit, made, report, view):
    opened = visit(made[report], view)
    verdict = opened.judged(axe)
    broken = [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in verdict["violations"]
        for node in rule["nodes"]
    ]
    assert broken == []
    kept = {rule["id"] for rule in verdict["passes"]}
    assert kept >= {"color-contrast", "document-title", "heading-order", "html-has-lang"}
    assert report == "list of reports" or "svg-img-alt" in kept
    assert len(opened.asked) == 1, opened.asked
    assert opened.said == []


def test_axe_would_find_a_fault(axe, visit, made):
    opened = visit(made["every block fr"], "light")
    opened.page.evaluate("document.querySelector('figure svg').removeAttribute('aria-label')")
    opened.page.evaluate("document.querySelector('.lead').style.color = '#cccccc'")
    broken = {rule["id"] for rule in opened.judged(axe)["violations"]}
    assert {"svg-img-alt", "color-contrast"} <= broken


BROKEN_WORDS = """() => {
    const broken = [], texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (!text.parentElement.closest('table')) continue;
        for (const word of text.data.matchAll(/[^\\s-]+/g)) {
            const place = document.createRange();
            place.setStart(text, word.index);
            place.setEnd(text, word.index + word[0].length);
            const tops = new Set([...place.getClientRects()].map(box => Math.round(box.top)));
            if (tops.size > 1 && word[0].length < 25) broken.push(word[0]);
        }
    }
    return broken;
}"""


@pytest.mark.parametrize("report", ["client fr", "client en", "research fr"])
def test_no_short_word_of_a_table_is_broken(visit, made, report):
    assert visit(made[report], "light").page.evaluate(BROKEN_WORDS) == []


@pytest.mark.parametrize("view", VIEWS)
def test_tables_of_many_columns_are_there_in_every_view(visit, document, tmp_path, view):
    start(language="en")
    section("a", title="A")
    table(pd.DataFrame({f"Column {i}": [i] for i in range(12)}), title="Many")
    page = tmp_path / "wide.html"
    page.write_bytes(html.write(document()))
    shown = visit(page, view).page.locator("td", has_text="11")
    assert shown.is_visible()
