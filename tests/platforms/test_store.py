from __future__ import annotations

from datetime import datetime

import pytest

from analysis.errors import DataError
from analysis.platforms import import_files, read_folder
from platforms.faithful import facebook, post


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


def test_one_mistake_and_nothing_is_written(downloads, tmp_path):
    (downloads / "open.csv").write_bytes(facebook([post(3, published=datetime(2025, 9, 4))]))
    with pytest.raises(
        DataError, match=r"open\.csv, column Publish time, row 2: .*--dayfirst or --monthfirst"
    ):
        import_files([downloads], tmp_path / "client")
    assert not (tmp_path / "client").exists()
    import_files([downloads], tmp_path / "client", dayfirst=False)
    assert len(names(tmp_path / "client")) == 2


def test_nothing_recognised_and_absent_paths_are_errors(downloads, tmp_path):
    with pytest.raises(DataError, match=r"No platform export was recognised\. notes\.txt: no known export"):
        import_files([downloads / "notes.txt"], tmp_path / "client")
    with pytest.raises(DataError, match="There is no file or folder nowhere"):
        import_files([tmp_path / "nowhere"], tmp_path / "client")
