from __future__ import annotations

import pytest

from analysis.platforms.contracts import KINDS
from analysis.platforms.layout.headers import find
from analysis.platforms.specification import formats
from analysis.platforms.steps import STEPS

TYPES = {"id", "text", "count", "number", "percent", "share", "fraction", "duration", "date", "day", "flag"}


@pytest.mark.parametrize("known", formats(), ids=lambda known: known.name)
def test_every_format_file_is_complete(known):
    assert {item.type for item in known.fields.values()} <= TYPES
    assert set(known.required) | set(known.one_of) <= set(known.fields)
    assert set(known.steps) <= set(STEPS)
    assert set(known.kinds.values()) <= set(KINDS)
    assert known.kind in {"posts", "daily", "audience", "reviews", "competitors"}
    assert {name for check in known.checks for name in (check["whole"], *check["parts"])} <= set(known.fields)
    if known.kind == "daily" and not known.set_aside:
        assert {"metric_from_title", "hootsuite_metrics"} & set(known.steps) or any(
            item.metric for item in known.fields.values()
        )
    if known.kind == "audience":
        assert any(item.unit for item in known.fields.values())


@pytest.mark.parametrize("known", formats(), ids=lambda known: known.name)
def test_every_format_is_recognised_by_its_own_headings(known):
    for language in sorted({lang for item in known.fields.values() for lang in item.names}):
        row = [
            item.names[language][0].lstrip("~") for item in known.fields.values() if language in item.names
        ]
        complete = all(language in known.fields[name].names for name in known.required)
        if complete:
            assert [match.format.name for match in find([row])] == [known.name]


def test_no_heading_stands_for_two_columns_of_a_format():
    for known in formats():
        twice = {h: pairs for h, pairs in known.headings().items() if len({name for name, _ in pairs}) > 1}
        assert twice == {}
