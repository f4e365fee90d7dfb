from __future__ import annotations

import pytest

from analysis.errors import ReportError
from analysis.reports.document import plain_text
from analysis.reports.text import Texts, markdown

FILE = """Anything before the first block is for the editor.

## one
title: A share of {{ share | percent }}
lead: carried
  on

Between {{ low | interval(high) }}, said *{{ who }}*.

## two
Just prose: with a colon. {{ n | number }}
"""


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "report.fr.md"
    path.write_text(FILE, encoding="utf-8")
    return Texts.read(path, "fr")


def test_fields_and_body_are_parted(texts):
    block = texts.fill("one", {"share": 0.44, "low": 231, "high": 1352, "who": "Anne"})
    assert block.fields == {"title": "A share of 44\u202f%", "lead": "carried on"}
    assert plain_text(block.content) == "Between de 231 à 1\u202f352, said Anne."


def test_a_body_may_start_at_once(texts):
    block = texts.fill("two", {"n": 12345})
    assert block.fields == {}
    assert plain_text(block.content) == "Just prose: with a colon. 12\u202f345"


def test_an_unknown_block_is_named(texts):
    with pytest.raises(ReportError, match=r'report\.fr\.md has no block "on"\. Did you mean "one"\?'):
        texts.fill("on", {})


@pytest.mark.parametrize("values", [{}, {"share": 0.4, "low": 1, "high": 2}])
def test_a_missing_value_is_named(texts, values):
    missing = "who" if values else "share"
    line = 8 if values else 4
    told = rf"report\.fr\.md, block \"one\", line {line}: '{missing}' is undefined"
    with pytest.raises(ReportError, match=told):
        texts.fill("one", values)


def test_a_value_no_filter_can_format_is_an_error_of_the_block(texts):
    with pytest.raises(ReportError, match=r'report\.fr\.md, block "two", line \d+: "twelve" is not a number'):
        texts.fill("two", {"n": "twelve"})


def test_broken_template_is_an_error_of_the_block(tmp_path):
    path = tmp_path / "report.en.md"
    path.write_text("## a\n\n{{ x | nofilter }}", encoding="utf-8")
    with pytest.raises(ReportError, match=r'block "a", line \d+: No filter named .nofilter.'):
        Texts.read(path, "en").fill("a", {"x": 1})


def test_blocks_compiled_ahead_are_not_compiled_when_filled(tmp_path, monkeypatch):
    path = tmp_path / "report.en.md"
    path.write_text("## told\ntitle: {{ n }} posts\n\nOf {{ n }}.\n\n## broken\n{{ n\n", encoding="utf-8")
    texts = Texts.read(path, "en")
    texts.compile()
    monkeypatch.setattr("jinja2.Environment.compile", lambda *_, **__: pytest.fail("compiled again"))
    assert texts.fill("told", {"n": 3}).fields["title"] == "3 posts"
    monkeypatch.undo()
    with pytest.raises(ReportError, match="broken"):
        texts.fill("broken", {"n": 3})


def test_two_blocks_of_one_name_are_refused(tmp_path):
    path = tmp_path / "report.en.md"
    path.write_text("## a\n\n## a\n", encoding="utf-8")
    with pytest.raises(ReportError, match='two blocks are called "a"'):
        Texts.read(path, "en")


@pytest.mark.parametrize(
    "value",
    [
        "*A* _b_ `c` [d](https://e) ![f](g)",
        "<script>alert(1)</script> &amp;",
        "1. list",
        "# title",
        "- item",
        "a\n\n## two\n\nb",
        "{{ 7 * 7 }} {% raise %}",
        "| a | b |",
    ],
)
def test_values_never_become_markup(tmp_path, value):
    path = tmp_path / "report.en.md"
    path.write_text("## a\n\n{{ value }}", encoding="utf-8")
    content = Texts.read(path, "en").fill("a", {"value": value}).content
    assert [node["kind"] for node in content] == ["paragraph"]
    assert {node["kind"] for node in content[0]["children"]} == {"text"}
    assert plain_text(content) == " ".join(value.split("\n"))


def test_templates_cannot_reach_into_python(tmp_path):
    path = tmp_path / "report.en.md"
    path.write_text("## a\n\n{{ value.__class__.__mro__ }}", encoding="utf-8")
    with pytest.raises(ReportError, match=r'block "a"'):
        Texts.read(path, "en").fill("a", {"value": "x"})


def test_markdown_is_a_tree_without_html():
    nodes = markdown('**Why ?** <b onclick="x">no</b>\n\n- a\n- b\n\n| h | n |\n|---|--:|\n| x | 1 |', "fr")
    assert [node["kind"] for node in nodes] == ["paragraph", "list", "table"]
    assert "<b onclick" in plain_text(nodes[:1])
    assert nodes[0]["children"][0]["children"][0]["text"] == "Why\u202f?"
    cells = nodes[2]["children"][1]["children"]
    assert [(cell["head"], cell["right"]) for cell in cells] == [(False, False), (False, True)]


def test_a_dangerous_link_stays_text():
    nodes = markdown("[x](javascript:alert(1)) [y](https://example.org)", "en")
    links = [node for node in nodes[0]["children"] if node["kind"] == "link"]
    assert [link["href"] for link in links] == ["https://example.org"]


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("title: Seen by {{ unkown }}", 4, "'unkown' is undefined"),
        ("title: A\n\nFirst.\n\nSeen by {{ unkown | number }} people.", 8, "'unkown' is undefined"),
        ("title: A\n\nFirst.\n\n{% if total %}Many.", 8, "Unexpected end of template"),
        ("title: A\n\nFirst {{ total | numbr }}.", 6, "No filter named 'numbr'"),
    ],
)
def test_a_fault_in_a_block_is_found_by_file_block_and_line(tmp_path, body, line, told):
    path = tmp_path / "texts.en.md"
    path.write_text(f"Before.\n\n## one\n{body}\n\n## two\ntitle: B\n", encoding="utf-8")
    with pytest.raises(ReportError, match=rf'texts\.en\.md, block "one", line {line}: .*{told}'):
        Texts.read(path, "en").fill("one", {"total": 3})
