"""Files of research tools and dashboards are read exactly, whatever their locale, order of columns and age."""

from __future__ import annotations

import csv
import io
import random
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.platforms.opening import read_bytes
from analysis.platforms.posts import history as readings_of
from analysis.platforms.posts import posts as posts_of
from analysis.platforms.posts import summary
from platforms.collected import (
    content_library,
    crowdtangle,
    fourcat,
    history,
    hootsuite,
    minet,
    sprout,
    unix,
)
from platforms.faithful import table


def codes(export):
    return [notice.code for notice in export.warnings]


def said(export, code):
    return next(notice for notice in export.warnings if notice.code == code)


def post(place=1, **changes):
    made = {
        "post_id": f"34542887381{place:04d}",
        "published": datetime(2024, 5, place % 28 + 1, 18, 2, 45),
        "kind": "Photo" if place % 2 else "Native Video",
        "kinds": [270729 + place, 100226, 254, 3657, 93, 565, 2848],
        "text": f"Pain n° {place}, l’automne",
        "followers": 81438971,
        "views": 461836 + place,
        "reach": 1200 + place,
        "reactions": 1400 + place,
        "comments": 24506,
        "shares": 4259,
        "score": 1.4,
    }
    return made | changes


# CrowdTangle


@pytest.mark.parametrize(
    ("zone", "hours", "group", "decimal"),
    [("BRT", -3, ".", ","), ("EDT", -4, ",", "."), ("CET", 1, "\u202f", ","), ("GMT", 0, "", ".")],
)
def test_crowdtangle_in_the_locale_of_its_dashboard(zone, hours, group, decimal):
    rows = [post(1), post(2, score=105.68)]
    content = crowdtangle(rows, zone=zone, hours=hours, group=group, decimal=decimal)
    export = read_bytes(content, f"2021-07-05-22-49-20-{zone}-search-csv-export.csv")
    result = export.table
    assert (export.platform, export.tool, export.kind) == ("facebook", "crowdtangle", "posts")
    assert result["published"].tolist() == [pd.Timestamp(row["published"]) for row in rows]
    assert result["published_zone_known"].all()
    assert result["reactions"].tolist() == [sum(row["kinds"]) for row in rows]
    nine = result[["likes", "loves", "wows", "hahas", "sads", "angrys", "cares", "comments", "shares"]]
    assert nine.sum(axis=1).tolist() == result["interactions"].tolist()
    assert "parts_differ" not in codes(export)
    assert result["overperformance"].tolist() == [1.4, 105.68]
    assert result["views"].tolist() == [pd.NA, rows[1]["views"]]
    assert result["followers"].tolist() == [81438971] * 2
    assert result["kind"].tolist() == ["photo", "video"]
    assert result["post_id"].tolist() == [row["post_id"] for row in rows]
    assert export.exported == pd.Timestamp("2021-07-05")
    assert "other posts that show 0 (missing, not 0): 1" in said(export, "views_of_films")


def test_a_total_that_is_not_the_sum_of_the_nine_is_reported():
    content = crowdtangle([post(1)]).replace(b"407.138", b"407.238")
    notice = said(read_bytes(content, "a.csv"), "parts_differ")
    assert "Total Interactions is not Likes + Comments + Shares + Love" in notice
    assert "on 1 of 1 row (row 2)" in notice


def test_crowdtangle_before_april_2021_has_likes_for_followers():
    export = read_bytes(crowdtangle([post(1), post(2)], zone="EDT", hours=-4, old=True), "a.csv")
    assert export.format == "crowdtangle_facebook"
    assert export.table["followers"].tolist() == [687, 687]
    assert "Likes at Posting and no followers" in said(export, "followers_are_likes")
    assert export.table["interactions"].tolist() == [
        sum(post(n)["kinds"]) + post(n)["comments"] + post(n)["shares"] for n in (1, 2)
    ]


def test_crowdtangle_groups_and_zones_that_are_not_understood():
    export = read_bytes(crowdtangle([post(1)], owner="Group Name", zone="CST", hours=0), "a.csv")
    assert export.accounts == ("Le Fournil",)
    assert not export.table["published_zone_known"].any()
    assert '"CST" (1) names no single time zone' in said(export, "zone_unknown")


CROWDTANGLE_INSTAGRAM = [
    ["Account", "User Name", "Followers at Posting", "Post Created", "Post Created Date", "Post Created Time", "Type",
     "Total Interactions", "Likes", "Comments", "Views", "Like and View Counts Disabled", "URL", "Link", "Photo",
     "Title", "Description", "Overperforming Score (weighted  —  Likes 1x Comments 1x )"],
    ["Le Fournil", "le_fournil", "900", "2023-03-04 10:00:00 CET", "2023-03-04", "10:00:00", "Album", "1,234", "1200",
     "34", "0", "No", "https://www.instagram.com/p/Cq1/", "", "", "", "Pain", "-1.25"],
    ["Le Fournil", "le_fournil", "900", "2023-03-05 10:00:00 CET", "2023-03-05", "10:00:00", "IGTV", "5", "0", "5",
     "70", "Yes", "https://www.instagram.com/tv/Cq2/", "", "", "", "Four", "2"],
]  # fmt: skip


def test_crowdtangle_instagram():
    export = read_bytes(table(CROWDTANGLE_INSTAGRAM), "a.csv")
    result = export.table
    assert (export.platform, export.accounts) == ("instagram", ("le_fournil",))
    assert result["post_id"].tolist() == ["Cq1", "Cq2"]
    assert result["reactions"].tolist() == [1200, pd.NA]
    assert result["views"].tolist() == [pd.NA, 70]
    assert result["kind"].tolist() == ["carousel", "video"]
    assert result["overperformance"].tolist() == [-1.25, 2]
    assert result["published"][0] == pd.Timestamp("2023-03-04 09:00")
    assert "the account hides (missing, not 0): 1" in said(export, "likes_hidden")


def test_the_history_of_a_post_is_read_at_each_age():
    published = datetime(2021, 7, 4, 22, 38, 3)
    steps = [
        (published + timedelta(hours=21), 36, [61973, 2950, 584, 7773]),
        (published + timedelta(hours=1), 3, [19328, 1036, 185, 2679]),
    ]
    export = read_bytes(history(steps, published), "history_post_3758007754304128.csv")
    result = export.table
    assert (len(result), export.accounts) == (2, ("LeFournil",))
    assert result["post_id"].unique().tolist() == ["3758007754304128"]
    assert (result["exported"] - result["published"]).tolist() == [
        pd.Timedelta(hours=21),
        pd.Timedelta(hours=1),
    ]
    assert result["reactions"].tolist() == [61973 + 7773, 19328 + 2679]
    assert result["overperformance"].tolist() == [2.3, 2.3]
    assert result["views"].isna().all()
    assert posts_of(export)["reactions"].tolist() == [69746]
    assert readings_of(export)["reading"].tolist() == [0, 1]
    assert "reactions 69 746" in summary(export)["sums"][0]
    assert "never add them up" in said(export, "history_of_a_post")


# 4CAT and minet


@pytest.mark.parametrize(
    "network", ["instagram", "tiktok", "threads", "x", "linkedin", "bluesky", "facebook"]
)
def test_fourcat_of_each_network(network):
    rows = [post(n) for n in (1, 2)]
    export = read_bytes(fourcat(network, rows), "4cat-dataset.csv")
    result = export.table
    assert (export.platform, export.tool, export.format) == (network, "4cat", f"fourcat_{network}")
    assert result["post_id"].tolist() == [row["post_id"] for row in rows]
    assert result["published"].tolist() == [pd.Timestamp(row["published"]) for row in rows]
    assert result["published_zone_known"].all()
    assert export.accounts == ("lefournil",)
    if network == "facebook":
        assert result["reactions"].isna().all()
    else:
        assert result["reactions"].tolist() == [row["reactions"] for row in rows]
        assert result["comments"].tolist() == [24506] * 2
    assert "kind_unknown" not in codes(export)


def test_fourcat_of_a_crowdtangle_file():
    rows = [
        ["id", "thread_id", "body", "author", "timestamp", "unix_timestamp", "page_name", "page_likes",
         "page_followers", "type", "interactions", "comments", "shares", "likes", "likes_love", "likes_wow",
         "likes_haha", "likes_sad", "likes_angry", "likes_care", "views_post", "views_total", "url"],
        ["345428873810280", "345428873810280", "Pain", "lefournil", "2021-07-05 18:02:45", "1625508165", "Le Fournil",
         "687", "814", "Photo", "42", "2", "1", "30", "9", "0", "0", "0", "0", "0", "0", "0", "https://f/1"],
    ]  # fmt: skip
    export = read_bytes(table(rows, encoding="utf-8"), "a.csv")
    assert (export.format, export.accounts) == ("fourcat_crowdtangle", ("Le Fournil",))
    line = export.table.iloc[0]
    assert line[["reactions", "comments", "shares", "followers"]].tolist() == [39, 2, 1, 814]
    assert line["published"] == pd.Timestamp("2021-07-05 18:02:45")
    assert not line["published_zone_known"]
    assert "parts_differ" not in codes(export)


def test_hidden_likes_are_missing_not_zero():
    export = read_bytes(fourcat("instagram", [post(1), post(2, hidden="yes", reactions=0)]), "a.csv")
    assert export.table["reactions"].tolist() == [1401, pd.NA]
    assert "the account hides (missing, not 0): 1" in said(export, "likes_hidden")


def test_a_count_below_zero_is_missing():
    export = read_bytes(fourcat("instagram", [post(1, comments=-1), post(2)]), "a.csv")
    assert export.table["comments"].tolist() == [pd.NA, 24506]
    assert "(missing, not 0): 1" in said(export, "negative")


def test_the_unix_time_wins_over_the_clock_of_the_server():
    content = fourcat("x", [post(1)]).replace(b"2024-05-02 18:02:45", b"2024-05-02 20:02:45")
    export = read_bytes(content, "a.csv")
    assert export.table["published"].tolist() == [pd.Timestamp("2024-05-02 18:02:45")]
    assert "differ on 1 row (row 2)" in said(export, "two_clocks")


def test_times_of_linkedin_are_flagged_as_coarse():
    export = read_bytes(fourcat("linkedin", [post(1)]), "a.csv")
    assert export.table["published_coarse"].tolist() == [True]
    assert export.exported == pd.Timestamp("2024-06-01 10:00")
    assert 'shows "2 w" and no time' in said(export, "times_coarse")


def test_a_time_that_is_the_moment_of_collection_is_no_time():
    rows = [post(1), post(2, published=datetime(2024, 6, 1, 10))]
    export = read_bytes(fourcat("linkedin", rows), "a.csv")
    assert export.table["published"].isna().tolist() == [False, True]
    assert export.table["published_zone_known"].tolist() == [True, pd.NA]
    assert "moment of collection" in said(export, "times_unknown")


def test_retweets_are_set_apart():
    export = read_bytes(fourcat("x", [post(1), post(2, retweet="yes")]), "a.csv")
    assert export.table["post_id"].tolist() == [post(1)["post_id"]]
    assert export.apart["post_id"].tolist() == [post(2)["post_id"]]
    assert "reposts" in codes(export)


def test_minet_tiktok_behind_the_columns_of_its_input():
    rows = [post(1), post(2, shares=None)]
    export = read_bytes(minet(rows), "videos.csv")
    result = export.table
    assert (export.platform, export.tool) == ("tiktok", "minet")
    assert result["shares"].tolist() == [4259, pd.NA]
    assert result["views"].tolist() == [row["views"] for row in rows]
    assert result["url"][0] == f"https://www.tiktok.com/@lefournil/video/{rows[0]['post_id']}"
    assert "day the posts were collected" in said(export, "followers_now")


def test_minet_facebook_comments_are_texts_whose_answers_are_unknown():
    rows = [
        ["id", "fbid", "depth", "parent_id", "author_name", "author_short_name", "author_gender", "author_url",
         "author_is_verified", "created_time", "text", "attachments", "reactions", "replies"],
        ["Y29t", "1049", "0", "", "A B", "A", "FEMALE", "https://f", "false", unix(datetime(2024, 5, 2, 10)), "Miam !",
         "0", "3", "1"],
        ["Y29u", "1050", "1", "Y29t", "C D", "C", "MALE", "https://f", "false", unix(datetime(2024, 5, 2, 11)), "",
         "1", "0", "0"],
    ]  # fmt: skip
    export = read_bytes(table(rows, encoding="utf-8"), "comments.csv")
    assert (export.kind, export.format) == ("reviews", "minet_facebook_comments")
    assert export.table["review_id"].tolist() == ["1049", "1050"]
    assert export.table["text"].tolist() == ["Miam !", pd.NA]
    assert export.table["published"].tolist() == [
        pd.Timestamp("2024-05-02 10:00"),
        pd.Timestamp("2024-05-02 11:00"),
    ]
    assert export.table["answered"].isna().all()
    assert not {"author_name", "author_gender"} & set(export.table)
    assert "no answer known is not no answer" in said(export, "answers_unknown")


# Meta Content Library


@pytest.mark.parametrize("network", ["facebook", "instagram"])
def test_content_library_of_each_network(network):
    rows = [post(1), post(2, views=None)]
    export = read_bytes(content_library(network, rows), "content_library.csv")
    result = export.table
    assert (export.platform, export.tool) == (network, "meta_content_library")
    assert result["reactions"].tolist() == [row["reactions"] for row in rows]
    assert result["views"].tolist() == [rows[0]["views"], pd.NA]
    assert result["published"].tolist() == [pd.Timestamp(row["published"]) for row in rows]
    assert result["published_zone_known"].all()
    assert result["kind"].tolist() == [{"facebook": "photo", "instagram": "carousel"}[network]] * 2
    assert export.accounts == ("lefournil",)
    assert "parts_differ" not in codes(export)


def test_reshares_of_the_content_library_are_set_apart():
    rows = [post(1), post(2, shared="77"), post(3, shared="NaN"), post(4, shared="0")]
    export = read_bytes(content_library("facebook", rows), "a.csv")
    assert export.apart["post_id"].tolist() == [rows[1]["post_id"]]
    assert len(export.table) == 3


# Hootsuite


def test_hootsuite_posts():
    rows = [post(1, text=""), post(2, loves=5000)]
    name = "facebook_2017-11-18_to_2018-09-19_created_on_20180920T0920Z_facebook_posts.csv"
    export = read_bytes(hootsuite(rows), name)
    result = export.table
    assert result["post_id"].tolist() == [row["post_id"] for row in rows]
    assert result["account_id"].unique().tolist() == ["492532490957500"]
    assert result["text"].tolist() == [pd.NA, rows[1]["text"]]
    assert result["engagement_printed"].tolist() == [0.0375] * 2
    assert result["published_zone_known"].all()
    assert export.exported == pd.Timestamp("2018-09-20")
    assert "on 1 post (row 3)" in said(export, "parts_exceed")


def test_hootsuite_account_metrics_have_their_pages_in_the_headings():
    pages = ", ".join(f"Le Fournil {n}" for n in range(60))
    daily = f"Page Reactions by Type - Wow (Daily aggregated values for Facebook pages: {pages})"
    overall = f"Page Reactions by Type - Love (Overall aggregated value for Facebook pages: {pages})"
    assert len(daily) > 600
    rows = [["Date (GMT)", overall, daily], ["2018-07-01", "", "82.0"], ["2018-07-02", "10543.0", "23.0"]]
    export = read_bytes(table(rows), "a_created_on_20181018T0503Z_account_metrics.csv")
    assert (export.kind, export.rows_read) == ("daily", 2)
    assert export.table["metric"].unique().tolist() == ["page_reactions_by_type_wow"]
    assert export.table["value"].sum() == 105
    assert export.totals == {"page_reactions_by_type_love": 10543.0}
    assert (export.platform, export.accounts) == ("facebook", (pages,))
    assert "totals, not figures of that day" in said(export, "overall_values")


def test_hootsuite_metrics_of_single_pages_keep_their_page():
    name = "Page Likes (Daily aggregated values for Facebook pages: {})"
    rows = [
        ["Date (GMT)", name.format("A"), name.format("B")],
        ["2018-07-01", "82.0", ""],
        ["2018-07-02", "83", "7"],
    ]
    export = read_bytes(table(rows), "a.csv")
    assert export.table.groupby("account")["value"].sum().to_dict() == {"A": 165, "B": 7}
    assert export.table["metric"].unique().tolist() == ["followers"]


def test_hootsuite_metrics_of_another_network():
    rows = [["Date (GMT)", "Followers (Daily values for Instagram accounts: A)"], ["2018-07-01", "82"]]
    export = read_bytes(table(rows), "a.csv")
    assert (export.platform, export.table["metric"].tolist()) == ("instagram", ["followers"])


def test_private_messages_of_hootsuite_are_left_out():
    rows = [
        ["Date (GMT)", "Facebook Page", "Message Author", "Type", "Message ID", "Message Permalink", "Message", "Tags",
         "Language", "Gender", "Sentiment"],
        ["2018-07-23 00:02:39", "A", "X Y", "Received Comment", "182", "https://f/1", "Well done", "", "English", "",
         ""],
        ["2018-07-23 00:04:19", "A", "Z", "Received PM", "183", "https://f/2", "secret", "", "", "", ""],
    ]  # fmt: skip
    export = read_bytes(table(rows), "inbound.csv")
    assert export.table["review_id"].tolist() == ["182"]
    assert export.table["language"].tolist() == ["en"]
    assert "secret" not in export.table.to_csv()
    assert "X Y" not in export.table.to_csv()
    assert "left out: 1" in said(export, "private_left_out")


# Sprout Social


def test_sprout_parts_its_networks():
    rows = [
        post(20),
        post(21, network="Instagram"),
        post(22, network="X", type="Retweet"),
        post(23, network="X"),
    ]
    exports = read_bytes(sprout(rows), "Post Performance.csv")
    assert [(e.platform, len(e.table)) for e in exports] == [("facebook", 1), ("instagram", 1), ("x", 1)]
    assert [e.table["reactions"].iloc[0] for e in exports] == [1420, 1421, 1423]
    assert sum(e.rows_dropped for e in exports) == 1
    assert exports[0].table["published"][0] == pd.Timestamp(rows[0]["published"]).floor("min")
    assert exports[0].table["engagement_printed"][0] == pytest.approx(0.034)
    assert exports[0].table["paid"].tolist() == [False]
    assert "3 networks, read apart: facebook, instagram, x" in said(exports[0], "networks_parted")


def test_sprout_without_a_single_post_type_keeps_the_content_type():
    export = read_bytes(sprout([post(20, type=""), post(21, type="")]), "Post Performance.csv")
    assert export.table["kind"].tolist() == ["photo", "photo"]


def test_sprout_profiles_give_every_metric_of_a_day():
    rows = [
        [
            "Date",
            "Network",
            "Profile",
            "Audience",
            "Impressions",
            "Engagement Rate (per Impression)",
            "Story Replies",
        ],
        ["01-13-2026", "Facebook", "Le Fournil", "1,500", "2,000", "4%", "3"],
        ["01-14-2026", "Facebook", "Le Fournil", "1,503", "1,000", "", ""],
    ]
    export = read_bytes(table(rows), "Profile Performance.csv")
    values = export.table.pivot(index="date", columns="metric", values="value")
    assert (export.platform, export.kind) == ("facebook", "daily")
    assert values["followers"].tolist() == [1500, 1503]
    assert values["views"].sum() == 3000
    assert values["story_replies"].tolist() == [3, pd.NA]
    assert values["engagement_printed"].tolist() == [0.04, pd.NA]


# every format, any order of columns, columns missing, columns unknown, any encoding

WRITERS = {
    "crowdtangle": lambda posts, **how: crowdtangle(posts, group="\u00a0", **how),
    **{
        f"4cat {n}": (lambda posts, n=n, **how: fourcat(n, posts, **how)) for n in ("tiktok", "x", "linkedin")
    },
    "minet": minet,
    "mcl": lambda posts, **how: content_library("facebook", posts, **how),
    "hootsuite": hootsuite,
    "sprout": lambda posts, **how: sprout(posts, group="", **how),
}


def rearranged(content, leave_out=(), extra=0, seed=0):
    """Permute the columns of a text export, drop some, add unknown ones."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    order = [place for place, heading in enumerate(rows[0]) if heading not in leave_out]
    random.Random(seed).shuffle(order)
    made = [[row[place] for place in order] for row in rows]
    for place in range(extra):
        made = [[*row, f"Unknown {place}" if number == 0 else str(place)] for number, row in enumerate(made)]
    return table(made)


OPTIONAL = ("Message", "body", "description", "text", "Post Message", "Post", "Tags")


@pytest.mark.parametrize("tool", sorted(WRITERS))
def test_columns_may_come_in_any_order_be_absent_or_unknown(tool):
    rows = [post(n) for n in (20, 21)]
    plain = read_bytes(WRITERS[tool](rows), "a.csv")
    mixed = read_bytes(rearranged(WRITERS[tool](rows), OPTIONAL, extra=2, seed=3), "a.csv")
    names = ["post_id", "published", "kind", "reactions", "comments", "shares", "views", "followers"]
    pd.testing.assert_frame_equal(plain.table[names], mixed.table[names])
    assert mixed.format == plain.format
    assert mixed.table["text"].isna().all()
    assert "Unknown 0" in said(mixed, "columns_unread")


COUNT = st.integers(0, 5_000_000)
ROW = st.fixed_dictionaries(
    {
        "published": st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)).map(
            lambda m: m.replace(second=0, microsecond=0)
        ),
        "reactions": COUNT,
        "comments": COUNT,
        "shares": COUNT,
        "views": st.one_of(st.none(), COUNT),
        "reach": COUNT,
        "kinds": st.lists(COUNT, min_size=7, max_size=7),
        "text": st.text(st.sampled_from("abcéè «»,;\"'\n1.œ—"), min_size=1, max_size=12)
        .map(str.strip)
        .filter(lambda text: len(text) > 1),
    }
)


@pytest.mark.parametrize("tool", sorted(WRITERS))
@settings(max_examples=12)
@given(
    rows=st.lists(ROW, min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "utf-16-le", "utf-16-be"]),
)
def test_what_is_written_is_read_back(tool, rows, delimiter, encoding):
    rows = [post(place) | row for place, row in enumerate(rows, start=20)]
    if tool in {"crowdtangle", "sprout", "mcl", "hootsuite"}:
        rows = [row | {"views": row["views"] or 0} for row in rows]
    rows.append(post(59, published=datetime(2024, 5, 31, 18, 2)))
    export = read_bytes(WRITERS[tool](rows, delimiter=delimiter, encoding=encoding), "a.csv")
    result = export.table
    assert result["post_id"].tolist() == [row["post_id"] for row in rows]
    assert result["published"].tolist() == [pd.Timestamp(row["published"]) for row in rows]
    assert result["comments"].tolist() == [row["comments"] for row in rows]
    assert result["shares"].tolist() == [row["shares"] for row in rows]
    expected = [sum(row["kinds"]) if tool == "crowdtangle" else row["reactions"] for row in rows]
    assert result["reactions"].tolist() == expected
    assert result["text"].tolist() == [row["text"] for row in rows]
