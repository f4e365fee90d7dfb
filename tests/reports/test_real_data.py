"""The engagement notebook on the real file of live sellers gives the published means, and says what it met."""

from __future__ import annotations

import html
import re
import shutil

import pytest

from analysis.reports import render

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def rendered(root, shared_data, tmp_path_factory):
    place = tmp_path_factory.mktemp("someone") / "private"
    place.mkdir()
    posts = shutil.copy(shared_data / "fb_live_sellers_thailand" / "Live.csv", place)
    notebook = root / "notebooks" / "research" / "06_engagement.ipynb"
    return render(
        notebook, {"posts": posts}, formats=("html",), output=tmp_path_factory.mktemp("out") / "report"
    )


@pytest.fixture(scope="module")
def text(rendered):
    page = (rendered.folder / "report.html").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize(
    "published",
    [
        "highest at 19:00, 442.37 on average",
        "lowest at 02:00, 163.91",
        "19:00 gives 320.56",
        "the highest is 20:00, 400.28",
        "51 duplicated rows",
        "dates in several formats",
    ],
)
def test_published_means_and_what_was_met(text, published):
    assert published in text


@pytest.mark.parametrize(
    ("kind", "means"),
    [
        ("video", "283.41 642.48 115.68"),
        ("photo", "181.29 15.99 2.55"),
        ("text", "438.78 36.24 2.56"),
        ("link", "370.14 5.70 4.40"),
    ],
)
def test_means_by_kind(text, kind, means):
    assert re.search(rf"{kind} [\d,]+ [\d,]+ {re.escape(means)}", text)


def test_the_place_of_a_private_file_is_never_written(rendered):
    for path in rendered.folder.iterdir():
        content = path.read_bytes()
        assert b"someone" not in content and b"private" not in content, path.name
        assert b"Live.csv" in content or path.name == "timings.json"
