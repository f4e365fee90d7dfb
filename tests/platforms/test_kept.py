"""What was read is kept while nothing it came from changes; a copy that is damaged or stale is never used."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.errors import DataError, ParameterError
from analysis.platforms import Export, Exports, as_posts, read, read_folder
from analysis.platforms.store import kept as keeping
from analysis.platforms.store.dataset import dataset, forget, write_dataset
from analysis.platforms.store.kept import store_of
from platforms.faithful import facebook, post
from platforms.faithful_networks import made, tweets, x_content, youtube, zipped


@pytest.fixture
def exports(tmp_path, monkeypatch):
    """A client's exports below the data folder of a project of its own."""
    for name in ("data/codebook", "notebooks", "data/clients/atelier/exports"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data" / "clients" / "atelier" / "exports"
    (folder / "Sep-01-2025_Sep-30-2025_1.csv").write_bytes(
        facebook([post(15), post(16, is_share=1), post(17)])
    )
    (folder / "account_analytics_content.csv").write_bytes(x_content(made(3)))
    (folder / "Content 2025-01-01_2026-01-01 Atelier.zip").write_bytes(
        zipped({"Table data.csv": youtube(made(2))})
    )
    (folder / "notes.md").write_text("to do", encoding="utf-8")
    return folder


@pytest.fixture
def readings(monkeypatch):
    """Count how often raw files are read."""
    count, true = [], read.read_files

    def counted(named, **choices):
        count.append(1)
        return true(named, **choices)

    monkeypatch.setattr(read, "read_files", counted)
    return count


def same(first, second):
    assert len(first) == len(second)
    for one, two in zip(first, second, strict=True):
        for name, value in vars(one).items():
            other = getattr(two, name)
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(value, other)
            else:
                assert value == other
        assert [notice.code for notice in one.warnings] == [notice.code for notice in two.warnings]
    assert first.unrecognised == second.unrecognised
    assert [n.code for n in first.unrecognised] == [n.code for n in second.unrecognised]


def places(folder):
    return sorted(path for path in store_of(folder).rglob("*") if path.is_file())


def test_a_second_reading_gives_the_same_without_opening_a_table(exports, readings):
    first, second = read_folder(exports), read_folder(exports)
    assert len(readings) == 1
    assert len(first) == 3
    assert first[-1].apart is not None or any(export.apart is not None for export in first)
    same(first, second)


def test_the_same_folder_gives_the_same_bytes(exports):
    read_folder(exports)
    before = {path.name: path.read_bytes() for path in places(exports)}
    forget(exports)
    assert not store_of(exports).exists()
    read_folder(exports)
    assert {path.name: path.read_bytes() for path in places(exports)} == before


def test_a_changed_added_or_renamed_file_is_read_again(exports, readings):
    read_folder(exports)
    path = exports / "account_analytics_content.csv"
    path.write_bytes(x_content(made(4)))
    assert len(read_folder(exports)[1].table) + len(read_folder(exports)[0].table) > 0
    assert len(readings) == 2
    assert sum(len(export.table) for export in read_folder(exports) if export.platform == "x") == 4
    (exports / "more.csv").write_bytes(tweets(made(5)))
    assert len(read_folder(exports)) == 4
    path.rename(exports / "other.csv")
    assert "other.csv" in {export.file for export in read_folder(exports)}
    assert len(readings) == 4


def test_another_choice_is_kept_beside(exports, readings):
    read_folder(exports)
    read_folder(exports, duplicates="keep")
    read_folder(exports)
    read_folder(exports, duplicates="keep")
    assert len(readings) == 2


def test_a_change_of_code_makes_the_copy_stale(exports, readings, monkeypatch):
    read_folder(exports)
    monkeypatch.setattr(keeping, "_code", lambda: b"another version")
    read_folder(exports)
    assert len(readings) == 2


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "manifest", "forged", "empty"])
def test_a_damaged_copy_is_made_again(exports, readings, damage):
    first = read_folder(exports)
    table = next(path for path in places(exports) if path.suffix == ".parquet")
    manifest = table.parent / "manifest.json"
    if damage == "cut":
        table.write_bytes(table.read_bytes()[:-9])
    elif damage == "flip":
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(bytes(content))
    elif damage == "gone":
        table.unlink()
    elif damage == "manifest":
        manifest.write_bytes(manifest.read_bytes()[:-30])
    elif damage == "forged":
        told = json.loads(manifest.read_bytes())
        told["exports"][0]["accounts"] = ["Somebody else"]
        manifest.write_text(json.dumps(told), encoding="utf-8")
    else:
        manifest.write_bytes(b"")
    same(read_folder(exports), first)
    assert len(readings) == 2
    read_folder(exports)
    assert len(readings) == 2


def test_a_mistake_is_told_each_time_and_nothing_is_kept(exports):
    (exports / "open.csv").write_bytes(facebook([post(3, published=pd.Timestamp("2025-09-04"))]))
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"^Figures are missing of 1 file refused: open\.csv"):
            assert "open.csv, column Publish time" in read_folder(exports).refused["open.csv"]
    assert not store_of(exports).exists()


def test_files_whose_bytes_cannot_be_compared_are_read_and_not_kept(exports, readings, monkeypatch):
    def shut(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(keeping, "digest", shut)
    assert len(read_folder(exports)) == len(read_folder(exports)) > 0
    assert len(readings) == 2
    assert not store_of(exports).exists()


def test_a_store_that_cannot_be_written_costs_nothing(exports, readings):
    (exports.parents[2] / "store").write_text("in the way", encoding="utf-8")
    same(read_folder(exports), read_folder(exports))
    assert len(readings) == 2


def test_folders_elsewhere_are_not_kept(exports, tmp_path):
    elsewhere = tmp_path / "downloads"
    elsewhere.mkdir()
    (elsewhere / "a.csv").write_bytes(tweets(made(2)))
    read_folder(elsewhere)
    assert store_of(elsewhere) is None
    assert not (exports.parents[2] / "store").exists()
    assert store_of(exports.parents[2] / "store" / "a") is None


# the store to query


def test_the_store_holds_the_newest_figures_and_their_history(exports):
    (exports / "older.csv").write_bytes(tweets(made(3, reactions=1, views=10)))
    place = dataset(exports)
    newest = pd.read_parquet(place / "x")
    history = pd.read_parquet(dataset(exports, "history") / "x")
    assert newest["post_id"].is_unique
    assert len(history) == 6
    assert sorted(history["reading"].tolist()) == [0, 0, 0, 1, 1, 1]
    assert sorted(path.name for path in place.iterdir()) == [
        "facebook",
        "x",
        "youtube",
    ]
    assert (place / "facebook" / "Librairie%20des%20Tilleuls" / "part.parquet").is_file()


def test_the_store_is_deterministic_and_made_again_when_stale_or_damaged(exports):
    part = dataset(exports) / "x" / "atelier_du_bois" / "part.parquet"
    before = part.read_bytes()
    part.write_bytes(before[:50])
    assert dataset(exports) == part.parents[2]
    assert part.read_bytes() == before
    extra = part.with_name("more.parquet")
    extra.write_bytes(before)
    dataset(exports)
    assert not extra.exists()
    (exports / "account_analytics_content.csv").write_bytes(x_content(made(5)))
    dataset(exports)
    assert len(pd.read_parquet(part)) == 5


@pytest.mark.parametrize(
    "names", [("Atelier", "atelier"), ("..", "."), ("a" * 300 + "1", "a" * 300 + "2"), ("0012", None)]
)
def test_accounts_never_share_a_folder_nor_leave_it(tmp_path, names):
    table = as_posts(
        pd.DataFrame({"platform": "x", "account": list(names), "post_id": ["1", "2"], "views": [1, 2]})
    )
    export = Export("x", "t", "posts", table, (), "", None, {}, (), "f")
    written = write_dataset(Exports([export]), tmp_path / "store")
    read = pd.read_parquet(tmp_path / "store" / "posts").sort_values("post_id", ignore_index=True)
    assert len(written) == 4
    assert read["account"].fillna("").tolist() == [name or "" for name in names]
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_duckdb_reads_the_store_as_it_is(exports):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    place = dataset(exports)
    total = duckdb.sql(f"select sum(views) from read_parquet('{place}/**/*.parquet')").fetchall()[0][0]
    raw = read_folder(exports)
    assert total == sum(export.table["views"].sum() for export in raw if export.kind == "posts")


def test_what_is_not_there_is_said(exports, tmp_path):
    with pytest.raises(DataError, match="exports holds no daily"):
        dataset(exports, "daily")
    with pytest.raises(ParameterError, match=r'kind="post" is not a choice\. Did you mean "posts"'):
        dataset(exports, "post")
    with pytest.raises(DataError, match="does not lie below the project's data folder"):
        dataset(tmp_path)
