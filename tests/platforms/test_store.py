from __future__ import annotations

import re
from datetime import datetime

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import import_files, read_folder
from analysis.platforms.store.answers import answers
from analysis.platforms.store.dataset import dataset
from platforms.faithful import facebook, post
from platforms.faithful_networks import made, tiktok, tweets, youtube, zipped


@pytest.fixture
def downloads(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "Sep-01-2025_Sep-30-2025_1.csv").write_bytes(facebook([post(15), post(16)]))
    (folder / "notes.txt").write_text("to do", encoding="utf-8")
    return folder


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_recognised_files_are_copied_as_they_are(downloads, tmp_path):
    client = tmp_path / "client"
    result = import_files([downloads], client)
    assert result[["kind", "action"]].to_numpy().tolist() == [["posts", "copied"], ["not read", ""]]
    copied = client / "exports" / "Sep-01-2025_Sep-30-2025_1.csv"
    assert names(client) == [copied.name]
    assert copied.read_bytes() == (downloads / copied.name).read_bytes()


def test_the_same_file_twice_changes_nothing_even_under_another_name(downloads, tmp_path):
    client = tmp_path / "client"
    import_files([downloads], client)
    before = names(client)
    (downloads / "Sep-01-2025_Sep-30-2025_1.csv").rename(downloads / "again.csv")
    assert import_files([downloads], client)["action"].tolist() == ["already there", ""]
    assert names(client) == before


def test_another_content_under_the_same_name_gets_a_number(downloads, tmp_path):
    client = tmp_path / "client"
    import_files([downloads], client)
    (downloads / "Sep-01-2025_Sep-30-2025_1.csv").write_bytes(facebook([post(15), post(16, reactions=99)]))
    import_files([downloads], client)
    assert names(client) == ["Sep-01-2025_Sep-30-2025_1 (2).csv", "Sep-01-2025_Sep-30-2025_1.csv"]
    assert len(read_folder(client / "exports")) == 2


def test_a_dry_run_and_a_run_without_client_write_nothing(downloads, tmp_path):
    assert import_files([downloads], tmp_path / "client", dry_run=True)["action"][0] == "would copy"
    assert import_files([downloads])["action"][0] == "read"
    assert not (tmp_path / "client").exists()


def refused(result):
    rows = result[result["kind"] == "refused"]
    return dict(zip(rows["file"], map("\n".join, rows["warnings"]), strict=True))


def test_a_file_with_a_mistake_is_refused_and_the_others_are_imported(downloads, tmp_path):
    client = tmp_path / "client"
    (downloads / "open.csv").write_bytes(facebook([post(3, published=datetime(2025, 9, 4))]))
    (downloads / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    result = import_files([downloads], client)
    assert result["action"].tolist() == ["copied", "", "", ""]
    assert names(client) == ["Sep-01-2025_Sep-30-2025_1.csv"]
    told = refused(result)
    assert list(told) == ["cut.zip", "open.csv"]
    assert re.search(r"open\.csv, column Publish time, row 2: .*--dayfirst or --monthfirst", told["open.csv"])
    assert "cut.zip is not a complete ZIP archive" in told["cut.zip"]


def test_the_same_folder_again_after_the_mending_imports_what_is_new(downloads, tmp_path):
    client = tmp_path / "client"
    (downloads / "open.csv").write_bytes(facebook([post(3, published=datetime(2025, 9, 4))]))
    (downloads / "cut.zip").write_bytes(b"PK\x03\x04 and no more")
    import_files([downloads], client)
    (downloads / "cut.zip").write_bytes(zipped({"Table data.csv": youtube(made(2))}))
    result = import_files([downloads], client, dayfirst=False)
    assert result.set_index("file")["action"].to_dict() == {
        "Sep-01-2025_Sep-30-2025_1.csv": "already there",
        "cut.zip/Table data.csv": "copied",
        "open.csv": "copied",
        "": "",
    }
    assert names(client) == ["Sep-01-2025_Sep-30-2025_1.csv", "answers.yml", "cut.zip", "open.csv"]
    assert answers(client / "exports") == {"open.csv": {"dayfirst": False}}
    assert [export.file for export in read_folder(client / "exports")] == [
        "Sep-01-2025_Sep-30-2025_1.csv",
        "cut.zip/Table data.csv",
        "open.csv",
    ]


def test_a_file_given_alone_is_an_error_and_nothing_is_written(downloads, tmp_path):
    (downloads / "open.csv").write_bytes(facebook([post(3, published=datetime(2025, 9, 4))]))
    with pytest.raises(
        DataError, match=r"open\.csv, column Publish time, row 2: .*--dayfirst or --monthfirst"
    ):
        import_files([downloads / "open.csv"], tmp_path / "client")
    assert not (tmp_path / "client").exists()


def test_a_zip_is_imported_whole_or_not_at_all(downloads, tmp_path):
    good, bad = facebook([post(15)]), facebook([post(3, published=datetime(2025, 9, 4))])
    (downloads / "all.zip").write_bytes(zipped({"a.csv": bad, "b.csv": good, "c.csv": bad}))
    result = import_files([downloads], tmp_path / "client")
    assert names(tmp_path / "client") == ["Sep-01-2025_Sep-30-2025_1.csv"]
    lines = refused(result)["all.zip"].split("\n")
    assert [line.split(",")[0] for line in lines[:2]] == ["all.zip/a.csv", "all.zip/c.csv"]
    assert lines[2:] == [
        "Nothing of all.zip was read. Unpack it and give the folder: the other files in it can be read."
    ]


def test_a_damaged_member_of_an_unpacked_archive_stays_behind(tmp_path):
    place = tmp_path / "instagram-le_fournil-2025-03-04-a1" / "your_instagram_activity" / "media"
    place.mkdir(parents=True)
    story = '{"ig_stories": [{"uri": "a.jpg", "creation_timestamp": 1700000000}]}'
    (place / "stories.json").write_text(story, encoding="utf-8")
    (place / "posts_1.json").write_text('[{"media": [', encoding="utf-8")
    result = import_files([place.parents[1]], tmp_path / "client")
    assert names(tmp_path / "client") == ["stories.json"]
    (name,) = refused(result)
    assert name.endswith("media/posts_1.json")
    (place / "posts_1.json").write_text('[{"media": [{"creation_timestamp": 1700000060}]}]', encoding="utf-8")
    again = import_files([place.parents[1]], tmp_path / "client")
    assert sorted(again["action"]) == ["already there", "copied"]
    assert {export.accounts for export in read_folder(tmp_path / "client" / "exports")} == {("le_fournil",)}


def test_an_archive_whose_account_cannot_be_told_stays_behind_whole(tmp_path):
    place = tmp_path / "x" / "data"
    place.mkdir(parents=True)
    tweet = '{"tweet": {"id_str": "1", "full_text": "a", "created_at": "Wed Oct 19 20:07:25 +0000 2022"}}'
    (place / "tweets.js").write_text(f"window.YTD.tweets.part0 = [{tweet}]", encoding="utf-8")
    (place / "account.js").write_text("window.YTD.account.part0 = [{", encoding="utf-8")
    (tmp_path / "x" / "posts.csv").write_bytes(tweets(made(2)))
    result = import_files([tmp_path / "x"], tmp_path / "client")
    assert list(refused(result)) == ["data/account.js"]
    assert names(tmp_path / "client") == ["posts.csv"]


def test_nothing_recognised_and_absent_paths_are_errors(downloads, tmp_path):
    with pytest.raises(DataError, match=r"No platform export was recognised\. notes\.txt: no known export"):
        import_files([downloads / "notes.txt"], tmp_path / "client")
    with pytest.raises(DataError, match="There is no file or folder nowhere"):
        import_files([tmp_path / "nowhere"], tmp_path / "client")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, with one client."""
    for name in ("data/codebook", "notebooks", "data/clients/atelier"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    return tmp_path


def test_what_was_said_of_dates_is_asked_once(project, tmp_path):
    client, files = project / "data" / "clients" / "atelier", tmp_path / "files"
    files.mkdir()
    (files / "open.csv").write_bytes(facebook([post(3, published=datetime(2025, 9, 4))], order="day"))
    (files / "Content.csv").write_bytes(tiktok(made(2), clock=False))
    (files / "clear.csv").write_bytes(facebook([post(15)]))
    assert list(refused(import_files([files], client))) == ["open.csv", "Content.csv"]
    import_files([files], client, dayfirst=True, year=2026)
    assert answers(client / "exports") == {
        "open.csv": {"dayfirst": True, "year": 2026},
        "Content.csv": {"dayfirst": True, "year": 2026},
    }
    found = {export.file: export.table["published"].min() for export in read_folder(client / "exports")}
    assert found["open.csv"] == datetime(2025, 9, 4)
    assert found["Content.csv"] == datetime(2026, 3, 10)
    assert dataset(client / "exports").is_dir()


def test_an_import_brings_the_store_up_to_date(project, downloads):
    client = project / "data" / "clients" / "atelier"
    import_files([downloads], client)
    place = project / "data" / "store" / "clients" / "atelier" / "exports" / "dataset" / "posts"
    assert len(pd.read_parquet(place)) == 2
    (downloads / "tweets.csv").write_bytes(tweets(made(3)))
    import_files([downloads / "tweets.csv"], client, dry_run=True)
    assert len(pd.read_parquet(place)) == 2
    import_files([downloads / "tweets.csv"], client)
    assert len(pd.read_parquet(place)) == 5
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    import_files([downloads], client)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("given", ["folder", "parent", "file"])
def test_a_folder_named_by_the_platform_keeps_its_name(tmp_path, given):
    folder = tmp_path / "files" / "Content 2025-01-01_2026-01-01 Atelier du Bois"
    folder.mkdir(parents=True)
    (folder / "Table data.csv").write_bytes(youtube(made(2)))
    path = {"folder": folder, "parent": folder.parent, "file": folder / "Table data.csv"}[given]
    result = import_files([path], tmp_path / "client")
    assert result["accounts"].tolist() == ["Atelier du Bois"]
    assert result["action"].tolist() == ["copied"]
    (export,) = read_folder(tmp_path / "client" / "exports")
    assert export.accounts == ("Atelier du Bois",)


MISTAKES = [
    "- a",
    "a.csv: 3",
    "a.csv: {dayfirst: maybe}",
    "a.csv: {order: day}",
    "a: [",
    "a.csv: {year: '2025'}",
]


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_the_answers_is_told(downloads, text):
    (downloads / "answers.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"answers\.yml"):
        read_folder(downloads)
