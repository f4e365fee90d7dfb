"""Objects of the networks, one a line, are read as raw files of the browser and as 4CAT keeps them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.platforms.opening import read_bytes

COLLECTED = datetime(2024, 6, 1, 10, tzinfo=UTC)
PUBLISHED = datetime(2024, 5, 2, 18, 2, 45, tzinfo=UTC)
PLACES = {
    "instagram": "instagram.com", "threads": "threads.net", "tiktok": "tiktok.com", "x": "twitter.com",
    "linkedin": "linkedin.com", "facebook": "facebook.com",
}  # fmt: skip


def unix(moment):
    return int(moment.timestamp())


def item(network, number="11", likes=3, comments=2, shares=1, when=PUBLISHED, **changes):
    """Make the object a network sends for one post."""
    if network == "instagram":
        made = {"code": f"C{number}", "taken_at": unix(when), "media_type": 1, "user": {"username": "lefournil"},
                "caption": {"text": "Pain"}, "like_count": likes, "comment_count": comments}  # fmt: skip
    elif network == "threads":
        made = {"code": f"C{number}", "taken_at": unix(when), "media_type": 19, "user": {"username": "lefournil"},
                "caption": {"text": "Pain"}, "like_count": likes, "carousel_media": None, "video_versions": None,
                "image_versions2": {"candidates": []}, "text_post_app_info": {
                    "direct_reply_count": comments, "repost_count": shares, "quote_count": 0}}  # fmt: skip
    elif network == "tiktok":
        made = {"id": number, "desc": "Pain", "createTime": unix(when), "isAd": False,
                "author": {"uniqueId": "lefournil"}, "authorStats": {"followerCount": 1500},
                "stats": {"diggCount": likes, "commentCount": comments, "shareCount": shares,
                          "playCount": 900}}  # fmt: skip
    elif network == "x":
        made = {"rest_id": number, "views": {"count": "900"},
                "core": {"user_results": {"result": {"legacy": {"screen_name": "lefournil", "followers_count": 12}}}},
                "legacy": {"created_at": f"{when:%a %b %d %H:%M:%S} +0000 {when:%Y}", "full_text": "Pain",
                           "favorite_count": likes, "reply_count": comments, "retweet_count": shares,
                           "quote_count": 0, "entities": {"urls": [], "media": [{"type": "photo"}]}}}  # fmt: skip
    elif network == "linkedin":
        counts = {"numLikes": likes, "numComments": comments, "numShares": shares}
        made = {"actor": {"subDescription": {"text": "2w • "}, "name": {"text": "Le Fournil"},
                          "navigationContext": {"actionTarget": "https://www.linkedin.com/company/lefournil?x=1"}},
                "updateMetadata": {"urn": f"urn:li:aggregate:(urn:li:activity:{number},urn:li:activity:9)"},
                "commentary": {"text": {"text": "Pain"}}, "content": {"images": [{}]},
                "*socialDetail": {"*totalSocialActivityCounts": counts}}  # fmt: skip
    else:
        told = {"__typename": "CometFeedStoryMinimizedTimestampStrategy",
                "story": {"creation_time": unix(when), "url": "https://f"}}  # fmt: skip
        story = {"post_id": number, "wwwURL": f"https://f/{number}", "message": {"text": "Pain"},
                 "actors": [{"url": "https://www.facebook.com/lefournil"}], "attachments": []}  # fmt: skip
        context = {"story": {"comet_sections": {"metadata": [told]}}}
        made = {"comet_sections": {"content": {"story": story}, "context_layout": context}}
    return made | changes


def lines(network, items, form):
    """Write items as the browser extension does, or as 4CAT does with its notes inside."""
    meta = {
        "nav_index": "1:0", "item_id": "1", "timestamp_collected": unix(COLLECTED) * 1000,
        "source_platform": PLACES[network], "source_platform_url": "", "source_url": "", "user_agent": "",
    }  # fmt: skip
    written = [meta | {"data": i} if form == "raw" else i | {"__import_meta": meta} for i in items]
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in written).encode() + b"\n"


@pytest.mark.parametrize("form", ["raw", "4cat"])
@pytest.mark.parametrize("network", sorted(PLACES))
def test_posts_of_every_network_in_both_forms(network, form):
    export = read_bytes(
        lines(network, [item(network), item(network, "12", likes=30)], form), "zeeschuimer.ndjson"
    )
    result = export.table
    assert (export.platform, export.tool, export.kind, len(result)) == (network, "4cat", "posts", 2)
    assert result["text"].tolist() == ["Pain"] * 2
    assert result["exported"].tolist() == [pd.Timestamp(COLLECTED.replace(tzinfo=None))] * 2
    assert result["account"].unique().tolist() == [
        "company/lefournil" if network == "linkedin" else "lefournil"
    ]
    if network == "linkedin":
        assert result["published"].tolist() == [pd.Timestamp("2024-05-18 10:00")] * 2
        assert "times_coarse" in [n.code for n in export.warnings]
    else:
        assert result["published"].tolist() == [pd.Timestamp("2024-05-02 18:02:45")] * 2
    if network == "facebook":
        assert result["reactions"].isna().all()
    else:
        assert result["reactions"].tolist() == [3, 30]
        assert result["comments"].tolist() == [2, 2]


def test_identifiers_are_those_of_the_flat_file():
    expected = {
        "instagram": "C11",
        "threads": "C11",
        "tiktok": "11",
        "x": "11",
        "linkedin": "11",
        "facebook": "11",
    }
    found = {n: read_bytes(lines(n, [item(n)], "raw"), "a.ndjson").table["post_id"][0] for n in PLACES}
    assert found == expected


def test_hidden_likes_and_figures_not_given_are_missing():
    items = [item("instagram", like_and_view_counts_disabled=True), item("instagram", "12", likes=-1)]
    export = read_bytes(lines("instagram", items, "raw"), "a.ndjson")
    assert export.table["reactions"].isna().all()
    assert "the account hides (missing, not 0): 1" in next(
        n for n in export.warnings if n.code == "likes_hidden"
    )


def test_the_form_of_instagrams_pages():
    node = {
        "__typename": "GraphSidecar", "shortcode": "Cx", "taken_at_timestamp": unix(PUBLISHED),
        "owner": {"username": "a"},
        "edge_media_to_caption": {"edges": []}, "edge_media_preview_like": {"count": 4},
    }  # fmt: skip
    row = read_bytes(lines("instagram", [node], "raw"), "a.ndjson").table.iloc[0]
    assert (row["post_id"], row["kind"], row["reactions"]) == ("Cx", "carousel", 4)
    assert pd.isna(row["text"]) and pd.isna(row["comments"])


def test_advertisements_are_not_posts():
    items = [item("instagram"), item("instagram", "12", product_type="ad")]
    export = read_bytes(lines("instagram", items, "raw"), "a.ndjson")
    assert (len(export.table), export.rows_dropped) == (1, 1)
    assert "hold no post (advertisements, cut objects): 1" in export.warnings[0]


def test_a_post_collected_twice_keeps_its_last_figures():
    items = [item("tiktok", likes=3), item("tiktok", likes=8)]
    export = read_bytes(lines("tiktok", items, "raw"), "a.ndjson")
    assert export.table["reactions"].tolist() == [8]
    assert export.rows_dropped == 1


def test_retweets_stand_apart():
    share = item("x", "12")
    share["legacy"]["retweeted_status_result"] = {"result": {}}
    export = read_bytes(lines("x", [item("x"), share], "raw"), "a.ndjson")
    assert export.table["post_id"].tolist() == ["11"]
    assert export.apart["post_id"].tolist() == ["12"]


def test_several_networks_in_one_file_are_several_exports():
    content = lines("tiktok", [item("tiktok")], "raw") + lines("x", [item("x")], "raw")
    exports = read_bytes(content, "a.ndjson")
    assert sorted(export.platform for export in exports) == ["tiktok", "x"]


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        ("18h", "2024-05-31 16:00"),
        ("3mo", "2024-03-02 02:30"),
        ("3 mois •", "2024-03-02 02:30"),
        ("2 j", None),
        ("", None),
    ],
)
def test_times_of_linkedin_are_counted_back(ago, expected):
    made = item("linkedin")
    made["actor"]["subDescription"]["text"] = ago
    published = read_bytes(lines("linkedin", [made], "raw"), "a.ndjson").table["published"][0]
    assert published == pd.Timestamp(expected) if expected else pd.isna(published)


def test_objects_of_no_known_network_are_refused():
    with pytest.raises(DataError, match=r"a\.ndjson: no known export has these fields: colour"):
        read_bytes(b'{"colour": "red"}\n', "a.ndjson")


@settings(max_examples=40)
@given(
    network=st.sampled_from(sorted(set(PLACES) - {"facebook"})),
    figures=st.lists(st.tuples(*[st.integers(0, 10**9)] * 3), min_size=1, max_size=5),
    form=st.sampled_from(["raw", "4cat"]),
)
def test_what_is_written_is_read_back(network, figures, form):
    items = [item(network, str(100 + n), *values) for n, values in enumerate(figures)]
    result = read_bytes(lines(network, items, form), "a.ndjson").table
    assert result["reactions"].tolist() == [likes for likes, _, _ in figures]
    assert result["comments"].tolist() == [comments for _, comments, _ in figures]
    if network != "instagram":
        assert result["shares"].tolist() == [shares for _, _, shares in figures]


@settings(max_examples=60)
@given(network=st.sampled_from(sorted(PLACES)), data=st.data())
def test_an_object_with_a_part_gone_or_of_another_type_is_never_a_traceback(network, data):
    made = item(network)
    key = data.draw(st.sampled_from(sorted(made)))
    made[key] = data.draw(st.sampled_from([None, [], {}, "x", 7, True, [1], {"x": 1}]))
    try:
        read_bytes(lines(network, [made, item(network, "12")], "raw"), "a.ndjson")
    except DataError as error:
        assert "a.ndjson" in str(error)
