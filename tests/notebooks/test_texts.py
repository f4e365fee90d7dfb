"""Texts say the same in both languages: same blocks, fields and values, none unused, no number typed by hand."""

from __future__ import annotations

import ast
import re

import pytest
from jinja2 import Environment, nodes

from analysis.reports.text import FIELD, Texts
from conftest import ROOT
from notebooks.committed import REPORTS, code, name_of

reports = pytest.mark.parametrize("path", REPORTS, ids=name_of)
languages = pytest.mark.parametrize("language", ["en", "fr"])
SHOWS = {"section", "prose", "callout", "finding", "phrase"}
WORDED = ROOT / "src" / "analysis" / "reports" / "scorecards.py"
ALWAYS = {"report", "cover"}  # what start() and cover() take without being told
BY_DATA = {"most", "least"}  # the groups that analysis.engagement.selection.extremes makes
PLACE = "\x00"
TYPED = {
    r"95\s?%": "the level every interval is made at",
    r"1[ ,\u202f\u00a0]?000": "the number of draws, a default of the measures",
    r"\b100\b": "a rate is read per hundred",
    r"\b0\b": "missing is not 0; nought said as a value",
    r":00\b": "the minutes of an hour of the day",
    r"\b24 h(?:ours|eures)": "a day has them",
    r"(?:rates of|taux de) 2022": "the year the simulator is calibrated to, as data/sample/truth.yml says",
}


def blocks(path, language):
    return Texts.read(path.parent / f"{path.stem}.{language}.md", language).blocks


def values(text):
    """Name what the template reads: `best.name`, `period`; names it sets itself are left out."""
    tree = Environment().parse(text)
    own = {node.name for node in tree.find_all(nodes.Name) if node.ctx == "store"}
    found = {dotted(node) for node in tree.find_all((nodes.Getattr, nodes.Name))}
    return {name for name in found if name.split(".")[0] not in own}


def dotted(node):
    return (
        f"{dotted(node.node)}.{node.attr}" if isinstance(node, nodes.Getattr) else getattr(node, "name", "")
    )


def pattern(node):
    """Give the text of a string or f-string, its open parts as a place; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(p.value if isinstance(p, ast.Constant) else PLACE for p in node.values)
    return None


def fits(shape, name):
    head = shape.split(PLACE)[0]
    regex = "[^ ]+".join(re.escape(part) for part in shape.split(PLACE))
    return shape == name or (PLACE in shape and head != "" and re.fullmatch(regex, name) is not None)


def sources(path):
    texts = code(path)
    return [*texts, WORDED.read_text(encoding="utf-8")] if "scorecard_indicators" in "".join(texts) else texts


def strings(path):
    trees = [ast.parse(source) for source in sources(path)]
    return {shape for tree in trees for node in ast.walk(tree) if (shape := pattern(node))}


def asked(path):
    """Give the shapes of block names the code asks for."""
    for source in sources(path):
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call):
                continue
            named = [k.value for k in node.keywords if k.arg == "text"]
            if isinstance(node.func, ast.Name) and node.func.id in SHOWS and node.args:
                named.append(node.args[0])
            for argument in named:
                chosen = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
                yield from (shape for one in chosen if (shape := pattern(one)))


@reports
def test_both_languages_have_the_same_blocks(path):
    english, french = blocks(path, "en"), blocks(path, "fr")
    assert sorted(english) == sorted(french)


@reports
def test_each_block_has_the_same_fields_and_values(path):
    english, french = blocks(path, "en"), blocks(path, "fr")
    for name in english.keys() & french.keys():
        fields = [
            [match[1] for line in text.splitlines() if (match := FIELD.match(line))]
            for text in (english[name], french[name])
        ]
        assert sorted(fields[0]) == sorted(fields[1]), name
        assert values(english[name]) == values(french[name]), name


@reports
@languages
def test_no_block_is_unused(path, language):
    shapes = strings(path)
    unused = [
        n for n in blocks(path, language) if n not in ALWAYS | BY_DATA and not any(fits(s, n) for s in shapes)
    ]
    assert unused == []


@reports
@languages
def test_no_block_is_missing(path, language):
    known, shapes = blocks(path, language), set(asked(path))
    assert len(shapes) > 5
    missing = [s for s in shapes if s.strip(PLACE) and not any(fits(s, name) for name in known)]
    assert missing == []


@reports
@languages
def test_numbers_are_computed_not_typed(path, language):
    typed = []
    for name, text in blocks(path, language).items():
        bare = re.sub(r"(?s)\{\{.*?\}\}|\{%.*?%\}|^columns: \d$", " ", text, flags=re.M)
        for allowed in TYPED:
            bare = re.sub(allowed, " ", bare)
        typed += [(name, number) for number in re.findall(r"\d[\d.,]*", bare)]
    assert typed == [], "compute it, or add it to the list of numbers typed with a reason"


def test_the_tools_of_this_file_see_what_they_should():
    assert values("{% for a in b %}{{ a }}{% endfor %} {{ c.d | number }}") == {"b", "c", "c.d"}
    assert fits(f"kinds_{PLACE}", "kinds_few") and not fits(f"kinds_{PLACE}", "rhythm_few")
    assert not fits(PLACE, "anything")


def test_every_number_allowed_is_still_typed_somewhere():
    everything = " ".join(
        text for path in REPORTS for lang in ("en", "fr") for text in blocks(path, lang).values()
    )
    assert [allowed for allowed in TYPED if not re.search(allowed, everything)] == []
