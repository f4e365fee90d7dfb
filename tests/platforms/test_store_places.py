"""A file whose network or year its folder and its neighbours said must say the same from the client's folder."""

from __future__ import annotations

import pytest

from analysis.platforms import import_files, read_folder
from analysis.platforms.store.answers import answers

HISTORY = "Date,Followers,Difference in followers from previous day\n2026-04-01,102,2\n2026-04-02,104,2\n"
POSTS = (
    "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views\n"
    "t,https://www.tiktok.com/@lea/video/7000000000000000001,2026-08-02 19:05:00,1,2,3,4\n"
)
OVERVIEW = "Date,Video Views,Profile Views,Likes,Comments,Shares\n1 avril,1,1,1,0,0\n2 avril,2,1,1,0,0\n"
VIEWS = 'sep=,\n"Views"\n"Date","Primary"\n"2020-09-20T00:00:00","1"\n"2020-09-21T00:00:00","5"\n'
FOLLOWS = VIEWS.replace("Views", "Facebook follows")


def folder(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(("\ufeff" + text).encode("utf-16-le" if text.startswith("sep") else "utf-8"))
    return root


def told(exports):
    return {(e.file.rsplit("/", 1)[-1], e.platform, str(e.table.get("date", e.table.get("published")).min()))
            for e in exports}  # fmt: skip


@pytest.mark.parametrize(
    "files",
    [
        {"tiktok/FollowerHistory.csv": HISTORY, "fb/Follows.csv": FOLLOWS},
        {"a/FollowerHistory.csv": HISTORY, "a/Content.csv": POSTS, "b/Follows.csv": FOLLOWS},
        {"Instagram/Views.csv": VIEWS, "Follows.csv": FOLLOWS},
        {"a/Overview.csv": OVERVIEW, "a/FollowerHistory.csv": HISTORY, "b/Follows.csv": FOLLOWS},
    ],
    ids=["folder's name", "neighbours", "days in a folder", "year of neighbours"],
)
def test_the_client_folder_says_what_the_import_said(tmp_path, files):
    given = folder(tmp_path / "given", files)
    import_files([given], tmp_path / "client")
    again = read_folder(tmp_path / "client" / "exports")
    assert told(again) == told(read_folder(given))
    assert set(import_files([given], tmp_path / "client")["action"]) == {"already there"}


def test_days_in_a_folder_named_after_a_network_are_that_network_s(tmp_path):
    (export,) = read_folder(folder(tmp_path, {"Instagram/Views.csv": VIEWS}))
    assert export.platform == "instagram" and set(export.table["platform"]) == {"instagram"}
    assert [notice.code for notice in export.warnings] == ["network_in_path"]


def test_the_title_of_a_table_of_days_goes_before_its_folder(tmp_path):
    (export,) = read_folder(folder(tmp_path, {"Instagram/Follows.csv": FOLLOWS}))
    assert export.platform == "facebook"


def test_a_year_taken_from_neighbours_is_remembered(tmp_path):
    given = folder(tmp_path / "given", {"a/Overview.csv": OVERVIEW, "a/FollowerHistory.csv": HISTORY,
                                        "b/Follows.csv": FOLLOWS})  # fmt: skip
    import_files([given], tmp_path / "client")
    assert answers(tmp_path / "client" / "exports") == {"Overview.csv": {"year": 2026}}
