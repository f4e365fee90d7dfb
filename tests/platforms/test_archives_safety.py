from __future__ import annotations

import io
import json
import random
import struct
import tarfile
import zipfile

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import import_files, read_export, read_folder
from analysis.platforms.archives.container import packed
from analysis.platforms.archives.found import archives, may_open
from analysis.platforms.opening import read_bytes
from analysis.platforms.read import folder_files
from platforms.archived import (
    PRIVATE,
    activity,
    instagram_post,
    meta_json,
    outbox,
    script,
    tarred,
    tweet,
    unpacked,
    zipped,
)
from platforms.test_archives import (
    INSTAGRAM,
    bluesky_line,
    car,
    facebook_post,
    facebook_posts,
    instagram_archive,
    instagram_posts,
    notes,
    skeet,
    tweets,
    x_archive,
)

TABLE = b"Geography,Views\nTotal,50\nFR,30\nDE,20\n"


# archives that must not be trusted


@pytest.mark.parametrize(
    "name", ["../out.csv", "/etc/out.csv", "a/../../out.csv", "C:/out.csv", "..\\out.csv"]
)
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_member_that_leaves_the_archive_is_refused(name, pack):
    file = "a.zip" if pack is zipped else "a.tar.gz"
    with pytest.raises(DataError, match=r"that leaves the archive: refused"):
        read_bytes(pack({name: TABLE}), file)


def test_a_bomb_is_refused_before_it_is_opened():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/tweets.js", b"0" * 40_000_000)
    with pytest.raises(DataError, match=r"a\.zip would unpack to 40,000,000 bytes in 1 file .* unsafe"):
        read_bytes(stream.getvalue(), "a.zip")


def test_a_tar_that_claims_too_much_is_refused():
    info = tarfile.TarInfo("outbox.json")
    info.size = 3_000_000_000
    data = info.tobuf() + b"\0" * 1024
    with pytest.raises(DataError, match=r"would unpack to more than 3,000,000,000 bytes .* unsafe"):
        read_bytes(data, "a.tar")


def test_a_member_larger_than_the_archive_says_is_refused():
    data = bytearray(zipped({"a.csv": TABLE * 50}))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)
    with pytest.raises(DataError, match=r'a\.zip: the member "a\.csv" (is larger|cannot be unpacked)'):
        read_bytes(bytes(data), "a.zip")


def test_a_member_protected_by_a_password_is_refused():
    data = bytearray(zipped({"data/tweets.js": script("tweets", [])}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark)
        data[start + place] |= 1
    with pytest.raises(DataError, match=r'"data/tweets\.js" is protected by a password'):
        read_bytes(bytes(data), "a.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_of_one_name_the_last_is_read_and_said():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in (2, 3):
            archive.writestr("data/tweets.js", script("tweets", [tweet(post) for post in tweets(number)]))
    exports = read_bytes(stream.getvalue(), "a.zip")
    assert [len(export.table) for export in exports] == [3]
    assert "the last was read: data/tweets.js" in exports.unrecognised[0]


def test_a_zip_in_a_zip_is_read_and_one_deeper_is_not():
    inner = zipped({"posts/Table.csv": TABLE, "deeper.zip": zipped({"still.zip": zipped({"a.csv": TABLE})})})
    exports = read_bytes(zipped({"inside.zip": inner}), "outer.zip")
    assert [export.file for export in exports] == ["outer.zip/inside.zip/posts/Table.csv"]
    with pytest.raises(DataError, match=r"outer\.zip/inside\.zip/deeper\.zip lies too deep: not read"):
        read_bytes(zipped({"inside.zip": zipped({"deeper.zip": zipped({"a.csv": TABLE})})}), "outer.zip")


def test_an_archive_of_a_network_inside_a_zip_is_known():
    exports = read_bytes(zipped({INSTAGRAM: zipped(instagram_archive()), "sales.csv": TABLE}), "client.zip")
    assert [export.platform for export in exports] == ["instagram"] * 3 + ["youtube"]
    assert exports[0].accounts == ("le_fournil",)
    assert exports[0].file == f"client.zip/{INSTAGRAM}/your_instagram_activity/media/posts_1.json"


def test_links_and_devices_in_a_tar_are_passed_over():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        link = tarfile.TarInfo("outbox.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        info = tarfile.TarInfo("a.csv")
        info.size = len(TABLE)
        archive.addfile(info, io.BytesIO(TABLE))
    assert packed(stream.getvalue(), "a.tar").names == ["a.csv"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.tar.gz", b"\x1f\x8bbroken"), ("a.tgz", b"x" * 600), ("a.zip", b"PK\x05")]
)
def test_a_broken_archive_is_refused(name, data):
    with pytest.raises(DataError, match=rf"{name} is not a complete (tar|ZIP) archive"):
        read_bytes(data, name)


def test_nothing_is_written_to_disk(tmp_path, monkeypatch):
    (tmp_path / INSTAGRAM).write_bytes(zipped(instagram_archive()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.mkdtemp", lambda *a, **k: pytest.fail("a folder was made"))
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *a, **k: pytest.fail("a file was made"))
    assert len(read_export(tmp_path / INSTAGRAM)) == 3
    assert [path.name for path in tmp_path.iterdir()] == [INSTAGRAM]


# recognition


@pytest.mark.parametrize(
    "name",
    ["message_1.json", "direct-messages.js", "deleted-tweets.js", "contacts.json", "likes.json", "bookmarks.json",
     "personal_information.json", "like.js", "following.json", "account.js", "ad-impressions.js"],
)  # fmt: skip
def test_private_files_are_not_opened_even_alone(name, tmp_path):
    assert not may_open(name)
    (tmp_path / name).write_bytes(PRIVATE)
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    exports = read_folder(tmp_path)
    known = name in {"direct-messages.js", "ad-impressions.js"}
    assert [notice.code for notice in exports.unrecognised] == ["set_aside" if known else "not_an_export"]


def test_several_archives_of_one_folder_are_told_apart():
    names = [
        "ig/your_instagram_activity/media/posts_1.json", "ig/messages/inbox/a/message_1.json", "ig/a.csv",
        "tw/data/tweets.js", "tw/data/like.js", "outbox.json", "actor.json", "likes.json", "sales.csv", "repo.car",
    ]  # fmt: skip
    found, rest = archives(names)
    assert {(item.kind, item.root): item.wanted for item in found} == {
        ("meta", "ig/"): ["ig/your_instagram_activity/media/posts_1.json"],
        ("x", "tw/"): ["tw/data/tweets.js"],
        ("mastodon", ""): ["actor.json", "outbox.json"],
        ("bluesky", ""): ["repo.car"],
    }
    assert rest == ["sales.csv"]
    assert sorted(name for item in found for name in (*item.wanted, *item.others)) == sorted(
        set(names) - set(rest)
    )


def test_recognition_does_not_depend_on_order():
    names = [
        *instagram_archive(),
        *(f"x/{name}" for name in x_archive([])),
        "sales.csv",
        "deep/er/outbox.json",
    ]
    first = archives(names)
    shuffled = names.copy()
    random.Random(3).shuffle(shuffled)
    second = archives(shuffled)
    assert first[0] == second[0]
    assert sorted(first[1]) == sorted(second[1])


# damaged files


def samples():
    ig = meta_json([instagram_post(post) for post in instagram_posts()])
    fb = meta_json([facebook_post(post) for post in facebook_posts()])
    lines = "\n".join(json.dumps(bluesky_line(place)) for place in range(8)).encode()
    return {
        "posts_1.json": ig,
        "your_posts_1.json": fb,
        "tweets.js": script("tweets", [tweet(post) for post in tweets(6)]),
        "outbox.json": outbox([activity(post) for post in notes()]),
        "repo.car": car({f"app.bsky.feed.post/3k{n}": skeet(n) for n in range(6)}),
        "bsky.ndjson": lines,
        INSTAGRAM: zipped(instagram_archive()),
        "archive.tar.gz": tarred({"outbox.json": outbox([activity(post) for post in notes()])}),
    }


def mutated(data, seed):
    """Cut, overwrite, drop or double a run of bytes, or write the text in another encoding."""
    chance = random.Random(seed)
    start = chance.randrange(len(data))
    length = chance.randrange(1, max(2, len(data) // 10))
    run = data[start : start + length]
    other = "utf-16" if seed % 2 else "cp1252"
    return {
        0: lambda: data[:start],
        1: lambda: data[:start] + chance.randbytes(length) + data[start + length :],
        2: lambda: data[:start] + data[start + length :],
        3: lambda: data[:start] + run + run + data[start + length :],
        4: lambda: data.decode("utf-8", "replace").encode(other, "replace"),
        5: lambda: chance.randbytes(length),
    }[seed % 6]()


@pytest.mark.parametrize("name", list(samples()))
def test_a_damaged_file_is_read_with_what_is_left_or_refused_by_name(name):
    data = samples()[name]
    whole = len(_tables(data, name)[0])
    read = 0
    for seed in range(60):
        damaged = mutated(data, seed)
        try:
            table, notices = _tables(damaged, name)
        except DataError as error:
            assert name in str(error) or f"{name}/" in str(error), (seed, error)
            continue
        read += 1
        assert len(table) >= whole or notices, seed
    assert read < 60


def _tables(data, name):
    found = read_bytes(data, name)
    found = found if isinstance(found, list) else [found]
    notices = [notice for export in found for notice in export.warnings]
    return [row for export in found for row in export.table.to_dict("records")], notices


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("posts_1.json", b"", "empty"),
        ("posts_1.json", b'[{"media": [', r"line 1: no JSON can be read there"),
        ("posts_1.json", b'{"messages": []}', "no known list of posts"),
        ("posts_1.json", b"[NaN]", "NaN is no figure"),
        ("posts_1.json", b'"text"', "no known list of posts"),
        ("tweets.js", b"window.YTD.tweets.part0 = [\n{\n", r"line 2|line 3"),
        ("outbox.json", b"[" * 100_000, "no JSON can be read"),
    ],
)
def test_what_cannot_be_read_is_said(name, content, message):
    with pytest.raises(DataError, match=message) as caught:
        read_bytes(content, name)
    assert name in str(caught.value)


def test_a_damaged_member_of_an_archive_is_named_and_all_of_them(tmp_path):
    members = instagram_archive()
    for name in list(members)[:2]:
        members[name] = members[name][:-9]
    with pytest.raises(DataError) as caught:
        read_bytes(zipped(members), INSTAGRAM)
    assert str(caught.value).count(f"{INSTAGRAM}/your_instagram_activity/media/") == 2


# import


def test_import_of_archives(tmp_path):
    client = tmp_path / "client"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / INSTAGRAM).write_bytes(zipped(instagram_archive()))
    unpacked(x_archive([tweet(post) for post in tweets()]), tmp_path / "in" / "twitter-2024-06-01-x")
    first = import_files([tmp_path / "in"], client)
    assert set(first.loc[first["kind"] != "not read", "action"]) == {"copied"}
    again = import_files([tmp_path / "in"], client)
    assert set(again.loc[again["kind"] != "not read", "action"]) == {"already there"}
    names = sorted(path.name for path in (client / "exports").rglob("*") if path.is_file())
    assert names == sorted([INSTAGRAM, "account.js", "tweets.js"])
    (tweeted,) = [export for export in read_folder(client / "exports") if export.platform == "x"]
    assert tweeted.accounts == ("fournil",)
    assert tweeted.exported == pd.Timestamp("2024-06-01")


def test_import_of_one_unpacked_archive_keeps_its_name(tmp_path):
    folder = unpacked(instagram_archive(), tmp_path / INSTAGRAM.removesuffix(".zip"))
    import_files([folder], tmp_path / "client")
    exports = read_folder(tmp_path / "client" / "exports")
    assert [export.accounts for export in exports] == [("le_fournil",)] * 3
    assert {path.suffix for path in (tmp_path / "client").rglob("*") if path.is_file()} == {".json"}
    assert set(import_files([folder], tmp_path / "client")["action"]) <= {"already there", ""}


def test_a_kept_reading_of_archives_is_the_reading_and_opens_nothing_private(tmp_path, monkeypatch):
    for name in ("data/codebook", "notebooks", "data/clients/fournil/exports"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    folder = tmp_path / "data" / "clients" / "fournil" / "exports"
    (folder / INSTAGRAM).write_bytes(zipped(instagram_archive()))
    unpacked(x_archive([tweet(post) for post in tweets()]), folder / "twitter-2024-06-01-x")
    may = {name for name, path in folder_files(folder) if path is not None}
    root = "twitter-2024-06-01-x/data/"
    assert may == {INSTAGRAM, f"{root}tweets.js", f"{root}account.js"}
    first, again = read_folder(folder), read_folder(folder)
    assert [(e.kind, e.file, len(e.table)) for e in first] == [(e.kind, e.file, len(e.table)) for e in again]
    for one, other in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(one.table, other.table)
        assert one.warnings == other.warnings
    assert first.unrecognised == again.unrecognised


JUNK = [None, 0, -1, 1.5, "", True, [], {}, "x", [None], {"a": 1}, 10**30, 1e300]


def junk(value, chance):
    """Put values of a wrong type anywhere, and leave keys out."""
    if chance.random() < 0.04:
        return chance.choice(JUNK)
    if isinstance(value, list):
        return [junk(item, chance) for item in value]
    if isinstance(value, dict):
        return {key: junk(item, chance) for key, item in value.items() if chance.random() > 0.02}
    return value


@pytest.mark.parametrize("name", [name for name in samples() if name.endswith((".json", ".js", ".ndjson"))])
def test_values_of_a_wrong_type_are_counted_or_refused_by_name(name):
    text = samples()[name].decode()
    whole, read = len(_tables(samples()[name], name)[0]), 0
    for seed in range(40):
        chance = random.Random(seed)
        head, body = text.split("=", 1) if name.endswith(".js") else ("", text)
        lines = body.split("\n") if name.endswith(".ndjson") else [body]
        broken = "\n".join(json.dumps(junk(json.loads(line), chance)) for line in lines)
        try:
            table, notices = _tables(f"{head}={broken}".encode() if head else broken.encode(), name)
        except DataError as error:
            assert name in str(error), (seed, error)
            continue
        read += 1
        assert len(table) >= whole or notices, seed
    assert read > 0
