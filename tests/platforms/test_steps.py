"""Words of a post are written once, whichever of title and description holds them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.platforms.steps.posts import _joined


@pytest.mark.parametrize(
    ("title", "description", "expected"),
    [
        ("Reading night", "Reading night", "Reading night"),
        ("Reading ni…", "Reading night\non Friday", "Reading night\non Friday"),
        ("Reading night...", "Reading night on Friday", "Reading night on Friday"),
        ("Reading  night on Friday", "Reading night", "Reading  night on Friday"),
        ("Film", "A film of the workshop", "Film\n\nA film of the workshop"),
        (pd.NA, "Only here", "Only here"),
        ("Only here", pd.NA, "Only here"),
    ],
)
def test_title_and_description_are_joined_once(title, description, expected):
    result = _joined(title, description)
    assert result == expected
