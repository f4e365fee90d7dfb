from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.platforms.archives import texts
from analysis.platforms.opening import read_bytes
from analysis.platforms.posts import posts
from platforms.archived import (
    activity,
    car,
    facebook_post,
    instagram_post,
    meta_json,
    outbox,
    script,
    tarred,
    tweet,
    zipped,
)

WORDS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=40).map(
    lambda text: " ".join(text.split())
)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)).map(
    lambda when: when.replace(microsecond=0)
)
FILES = st.lists(st.sampled_from(["media/a.jpg", "media/b.png", "media/c.mp4"]), max_size=3)
COUNTS = st.integers(0, 10_000_000)
KINDS = {"photo": "image/jpeg", "video": "video/mp4"}
few = settings(max_examples=20)


@st.composite
def tables(draw):
    """Draw a table of posts, one moment each."""
    drawn = draw(st.lists(MOMENTS, max_size=6, unique=True))
    return [
        {
            "published": when,
            "text": draw(WORDS.filter(lambda text: not text.startswith("RT @"))),
            "uris": draw(FILES),
            "post_id": str(1580000000000000000 + place),
            "reactions": draw(COUNTS),
            "shares": draw(COUNTS),
            "media": draw(st.lists(st.sampled_from(["photo", "video"]), max_size=2)),
        }
        for place, when in enumerate(drawn)
    ]


def check(export, table, figures=("reactions", "shares")):
    """Compare what was read with what was written, figure by figure."""
    result = export.table
    assert result["text"].fillna("").tolist() == [post["text"] for post in table]
    assert result["published"].tolist() == [pd.Timestamp(post["published"]) for post in table]
    for name in ("reactions", "shares"):
        expected = [post[name] for post in table] if name in figures else [pd.NA] * len(table)
        assert result[name].tolist() == expected
    assert result["post_id"].is_unique
    assert len(posts(export)) == len(table)


@few
@given(
    table=tables(),
    member=st.sampled_from(["content/posts_1.json", "your_instagram_activity/media/posts_1.json"]),
)
def test_instagram_is_read_as_written(table, member):
    table = [post | {"uris": post["uris"] or ["media/a.jpg"]} for post in table]
    (export,) = read_bytes(zipped({member: meta_json([instagram_post(post) for post in table])}), "a.zip")
    check(export, table, figures=())
    several = [len(post["uris"]) > 1 for post in table]
    assert (export.table["kind"] == "carousel").tolist() == several


@few
@given(table=tables(), broken=st.booleans())
def test_facebook_is_read_as_written(table, broken):
    content = [facebook_post(post) for post in table]
    data = meta_json(content) if broken else json.dumps(content, ensure_ascii=False).encode()
    export = read_bytes(data, "your_posts_1.json")
    check(export, table, figures=())
    films = [any(uri.endswith("mp4") for uri in post["uris"]) for post in table]
    assert (export.table["kind"] == "video").tolist() == films


@few
@given(table=tables(), bare=st.booleans(), parts=st.integers(1, 3))
def test_x_is_read_as_written(table, bare, parts):
    entries = [tweet(post)["tweet"] if bare else tweet(post) for post in table]
    names = ["data/tweets.js", "data/tweets-part1.js", "data/tweets-part2.js"][:parts]
    members = {name: script("tweets", entries[place::parts], place) for place, name in enumerate(names)}
    exports = read_bytes(zipped(members), "a.zip")
    assert [export.file for export in exports] == sorted(f"a.zip/{name}" for name in names)
    for export in exports:
        part = table[names.index(export.file.removeprefix("a.zip/")) :: parts]
        check(export, part)
        assert export.table["kind"].tolist() == [
            "video" if "video" in post["media"] else "photo" if post["media"] else "text" for post in part
        ]


@few
@given(table=tables(), pack=st.sampled_from([zipped, tarred]), twice=st.booleans())
def test_mastodon_is_read_as_written(table, pack, twice):
    table = [
        post | {"post_id": f"https://a.example/users/fournil/statuses/{place}",
                "media": [KINDS[kind] for kind in post["media"]]}
        for place, post in enumerate(table)
    ]  # fmt: skip
    members = {"outbox.json": outbox([activity(post) for post in table], twice=twice)}
    (export,) = read_bytes(pack(members), "a.zip" if pack is zipped else "a.tar.gz")
    check(export, table, figures=())
    assert export.table["post_id"].tolist() == [post["post_id"] for post in table]


@few
@given(table=tables(), fan=st.integers(1, 5))
def test_bluesky_is_read_as_written(table, fan):
    records = {
        f"app.bsky.feed.post/3k{place:05d}": {
            "$type": "app.bsky.feed.post", "text": post["text"], "createdAt": f"{post['published'].isoformat()}Z",
        }
        for place, post in enumerate(table)
    }  # fmt: skip
    check(read_bytes(car(records, fan=fan), "repo.car"), table, figures=())


@few
@given(table=tables(), camel=st.booleans(), mark=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_bluesky_lines_are_read_as_written(table, camel, mark):
    likes, reposts, made = (
        ("likeCount", "repostCount", "createdAt") if camel else ("like_count", "repost_count", "created_at")
    )
    lines = [
        {"uri": f"at://did:plc:f/app.bsky.feed.post/{place}", "author": {"handle": "a.example"},
         "record": {"text": post["text"], made: f"{post['published'].isoformat()}Z"},
         likes: post["reactions"], reposts: post["shares"]}
        for place, post in enumerate(table)
    ]  # fmt: skip
    if lines:
        data = "\r\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode(mark)
        check(read_bytes(data, "bsky.ndjson"), table)


@pytest.mark.parametrize("name", ["posts_1.json", "tweets.js", "followers_1.json", "your_posts_1.json"])
def test_an_empty_list_is_an_empty_table_and_said(name):
    export = read_bytes(b"window.YTD.tweets.part0 = []" if name.endswith("js") else b"[]", name)
    assert export.table.empty
    kind = "followers" if name.startswith("followers") else "posts"
    network = {"tweets.js": "x", "your_posts_1.json": "facebook"}.get(name, "instagram")
    assert (export.kind, export.platform) == (kind, network)
    assert "empty" in [notice.code for notice in export.warnings]


MARKUP = st.sampled_from([
    "<p>", "</p>", "<br>", "<b>", "</b>", "</a>", "<p/>", "<h2>", "<li>", "<script>", "</script>", "<P>", "<em", "<",
    ">", "&", "&amp;", "&lt;3", "&copy", "</", "pain", "\n", " ", '"', "é🍞", "<br />", "</span >", "<!-- a -->",
    "<a href='x'>", "<a title='>' href=y>", '<a href="https://a.b/c" class="u-url mention">', '<span class="u">',
    '<a href="https://a.b/?x=1&amp;y=2" rel="nofollow">', '<img src="a.jpg" alt="">', '<a href="x" class="b"/>',
])  # fmt: skip


@settings(max_examples=400)
@given(st.lists(MARKUP, max_size=12).map("".join))
def test_tags_are_read_as_a_parser_of_any_html_reads_them(text):
    words = texts._Words()
    words.feed(text)
    words.close()
    assert texts.plain(text) == "".join(words.words).strip()
    assert texts.links(text) == words.links


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["Ã©tÃ©", "été", "Ã"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "Ã©", "é", "b"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def rebuilt(value, repair):
    """Repair by making everything again, from the leaves up."""
    if isinstance(value, str):
        return repair.text(value)
    if isinstance(value, list):
        return [rebuilt(item, repair) for item in value]
    if isinstance(value, dict):
        return {repair.text(key): rebuilt(item, repair) for key, item in value.items()}
    return value


@settings(max_examples=200)
@given(JSONS)
def test_repair_reaches_every_string_once(value):
    first, second = texts.Repair(), texts.Repair()
    expected = rebuilt(value, first)
    result = second.all(value)
    assert json.dumps(result) == json.dumps(expected)
    assert (second.repaired, second.suspect) == (first.repaired, first.suspect)
