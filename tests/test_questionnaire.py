"""The questionnaire is complete: every claim has a question, every question has both languages."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml

CLAIMS = [f"D{i}" for i in range(1, 23)]
TYPES = {"id", "single", "multiple", "scale", "yesno", "number", "date", "text"}


@pytest.fixture(scope="module")
def book(root):
    return yaml.safe_load((root / "data/codebook/questionnaire.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def variables(book):
    return book["variables"]


def concepts(variable):
    value = variable["concept"]
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_has_a_variable(variables, claim):
    assert [v["name"] for v in variables if claim in concepts(v)]


def test_concepts_are_claims_or_design(variables):
    assert {c for v in variables for c in concepts(v)} == {*CLAIMS, "design"}


def test_names_are_snake_case_and_unique(variables):
    names = [v["name"] for v in variables]
    assert [n for n, times in Counter(names).items() if times > 1] == []
    assert [n for n in names if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", n)] == []
    assert 90 <= len(names) <= 140


def test_types_are_known_and_have_what_they_need(variables):
    assert {v["type"] for v in variables} <= TYPES
    for v in variables:
        assert ("options" in v) == (v["type"] in {"single", "multiple", "scale"}), v["name"]
        assert ("range" in v) == (v["type"] == "number"), v["name"]
        assert bool(v["unit"]) == (v["type"] == "number"), v["name"]
        if v["type"] == "scale":
            assert list(v["options"]) == [1, 2, 3, 4, 5], v["name"]


def words(node, path=""):
    """Give every {en, fr} pair of the file with its place."""
    if isinstance(node, dict) and set(node) & {"en", "fr"}:
        yield path, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from words(value, f"{path}/{key}")
    elif isinstance(node, list):
        for value in node:
            yield from words(value, f"{path}/{value.get('name', '')}" if isinstance(value, dict) else path)


def test_every_text_is_there_in_both_languages(book):
    pairs = list(words(book))
    assert len(pairs) > 700
    incomplete = [
        p for p, t in pairs if set(t) != {"en", "fr"} or not all(str(x).strip() for x in t.values())
    ]
    assert incomplete == []


def test_typography(book):
    wrong = []
    for path, text in words(book):
        if re.search(r"[^\u202f][;!?%]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»|'", text["fr"]):
            wrong.append((path, text["fr"]))
        if re.search(r"[\s\u202f\u00a0][;!?%:]|'", text["en"]):
            wrong.append((path, text["en"]))
    assert wrong == []


def test_questions_differ_between_languages(variables):
    assert [v["name"] for v in variables if v["question"]["en"] == v["question"]["fr"]] == []


def test_scales_have_items_and_one_reversed_each(book, variables):
    for scale in book["scales"]:
        items = [v for v in variables if v.get("scale") == scale]
        assert len(items) >= 5
        assert sum(v["reversed"] for v in items) == 1


def test_the_design_names_variables(book, variables):
    columns = [c for part in book["design"].values() for c in (part if isinstance(part, list) else [part])]
    assert set(columns) <= {v["name"] for v in variables}


def test_platforms_are_the_same_in_the_four_questions(variables):
    options = {v["name"]: list(v["options"]) for v in variables if v["type"] == "multiple"}
    assert options["aware"] == options["tried"] == options["platforms"] == options["regular"]
    assert len(options["platforms"]) == 13
