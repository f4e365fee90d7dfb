"""The list of platforms is complete, dated and sourced."""

from __future__ import annotations

import pytest
import yaml

FAMILIES = {"window", "gallery", "video", "conversation", "directory", "messaging", "community"}
TO_KNOW = {
    "facebook", "instagram", "linkedin", "x", "youtube", "tiktok", "pinterest", "google_business",
    "whatsapp_business", "snapchat", "threads", "mastodon", "bluesky",
}  # fmt: skip
HISTORICAL = {"forums", "blogs", "flickr", "second_life", "viadeo", "google_plus"}


@pytest.fixture(scope="module")
def platforms(root):
    listed = yaml.safe_load((root / "data/reference/platforms.yml").read_text(encoding="utf-8"))["platforms"]
    assert len({p["id"] for p in listed}) == len(listed)
    return {p["id"]: p for p in listed}


def test_all_platforms_to_know_are_there(platforms):
    assert set(platforms) == TO_KNOW | HISTORICAL


def test_survey_asks_for_the_platforms_of_today(root, platforms):
    book = yaml.safe_load((root / "data/codebook/questionnaire.yml").read_text(encoding="utf-8"))
    asked = next(v for v in book["variables"] if v["name"] == "platforms")
    assert set(asked["options"]) == TO_KNOW


@pytest.mark.parametrize("name", sorted(TO_KNOW | HISTORICAL))
def test_platform_is_described_in_both_languages_with_sourced_dates(platforms, name):
    platform = platforms[name]
    assert platform["family"] in FAMILIES
    for words in (platform["name"], platform["role"]):
        assert set(words) == {"en", "fr"} and all(text.strip() for text in words.values())
    assert len(platform["dates"]) > 30
    opened, closed = platform["opened"], platform["closed"]
    assert opened is None or 1995 <= opened <= 2025
    assert closed is None or (opened is not None and opened < closed <= 2025)
    for year in filter(None, (opened, closed)):
        assert str(year) in platform["dates"]


def test_only_kinds_of_sites_have_no_first_year(platforms):
    assert {name for name, p in platforms.items() if p["opened"] is None} == {"forums", "blogs"}


def test_platforms_that_closed_are_told_from_those_that_faded(platforms):
    closed = {name: p["closed"] for name, p in platforms.items() if p["closed"]}
    assert closed == {"viadeo": 2020, "google_plus": 2019}
    assert "never closed" in platforms["second_life"]["dates"]


def test_successors_are_platforms_of_the_list(platforms):
    assert {p["successor"] for p in platforms.values() if p["successor"]} <= set(platforms)


def test_exports_are_format_files_and_each_format_file_is_listed(root, platforms):
    formats = {path.stem for path in (root / "src/analysis/platforms/formats").glob("*.yml")}
    listed = {name for platform in platforms.values() for name in platform["exports"]}
    assert listed == formats


def test_archives_are_known_kinds_and_each_kind_is_listed(root, platforms):
    text = (root / "src/analysis/platforms/archives/members.yml").read_text(encoding="utf-8")
    listed = {name for platform in platforms.values() for name in platform.get("archives", [])}
    assert listed == set(yaml.safe_load(text)["archives"])
