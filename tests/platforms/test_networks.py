"""X, YouTube, TikTok, Pinterest and Google Business Profile are read as their files mean it."""

from __future__ import annotations

import random
from datetime import datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError
from analysis.platforms import read_folder
from analysis.platforms.opening import read_bytes
from platforms.faithful import table
from platforms.faithful_networks import (
    GOOGLE,
    book,
    google,
    made,
    quoted,
    tiktok,
    tweets,
    x_content,
    youtube,
    zipped,
)

FIGURES = ["views", "reactions", "comments", "shares"]


def codes(export):
    return [notice.code for notice in export.warnings]


def said(export, code):
    return next(notice for notice in export.warnings if notice.code == code)


def figures(export, names=FIGURES):
    return export.table[names].astype(object).to_numpy().tolist()


# X


@pytest.mark.parametrize("likes", ["likes", "favorites"])
def test_tweets_keep_long_identifiers_and_read_floats_as_counts(likes):
    posts = made()
    export = read_bytes(tweets(posts, likes), "tweet_activity_metrics_atelier_20260301_20260401_en.csv")
    assert (export.platform, export.tool, export.kind, export.format) == (
        "x", "x_analytics", "posts", "x_posts_by_tweet",
    )  # fmt: skip
    assert export.table["post_id"].tolist() == [post["post_id"] for post in posts]
    assert figures(export) == [[post[name] for name in FIGURES] for post in posts]
    assert export.table["published"].tolist() == [pd.Timestamp(post["published"]) for post in posts]
    assert export.table["published_zone_known"].all()
    assert export.table["clicks"].tolist() == [11] * 6
    assert export.accounts == ("atelier_du_bois",)
    assert export.columns["shares"] == "retweets"
    assert export.columns["reactions"] == likes


def test_promoted_twins_make_a_tweet_paid_and_are_not_added():
    posts = [made(2)[0], made(2)[1] | {"promoted": 500}]
    export = read_bytes(tweets(posts), "a.csv")
    assert export.table["paid"].tolist() == [False, True]
    assert export.table["views"].tolist() == [post["views"] for post in posts]
    assert export.table["promoted_views"].tolist() == [pd.NA, 500]
    assert "Tweets that were promoted: 1." in said(export, "promoted_apart")
    assert '"-" in promoted impressions (1)' in said(export, "missing_words")
    assert read_bytes(tweets(posts, promoted=False), "a.csv").table["paid"].isna().all()


def test_shares_of_x_are_its_reposts_and_the_other_word_is_kept():
    posts = made()
    export = read_bytes(x_content(posts), "account_analytics_content_2026-03-01_2026-03-31.csv")
    assert figures(export) == [[post[name] for name in FIGURES] for post in posts]
    assert export.table["saves"].tolist() == [5] * 6
    assert export.table["shares_by_menu"].tolist() == [7] * 6
    assert (export.columns["shares"], export.columns["shares_by_menu"]) == ("Reposts", "Shares")
    assert export.table["published"].tolist() == [pd.Timestamp(post["published"].date()) for post in posts]
    assert {"shares_are_reposts", "hour_unknown", "zone_unknown"} <= set(codes(export))


X_DAYS = [
    ["Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows", "Replies",
     "Reposts", "Profile visits", "Create Post", "Video views", "Media views"],
    ["Tue, Jul 14, 2026", "1200", "30", "80", "2", "3", "5", "1", "4", "6", "40", "2", "0", "11"],
    ["Mon, Jul 13, 2026", "900", "20", "60", "0", "0", "2", "3", "1", "2", "31", "1", "0", "0"],
]  # fmt: skip


def test_days_of_x_give_gained_and_lost_followers_apart():
    export = read_bytes(table(X_DAYS, encoding="utf-8"), "account_overview_analytics.csv")
    sums = export.table.groupby("metric")["value"].sum()
    assert (export.platform, export.kind) == ("x", "daily")
    assert sums[["views", "new_followers", "lost_followers", "shares", "shares_by_menu", "visits"]].tolist() == [
        2100, 7, 4, 8, 3, 71,
    ]  # fmt: skip
    assert [export.table["date"].min(), export.table["date"].max()] == [
        pd.Timestamp("2026-07-13"), pd.Timestamp("2026-07-14"),
    ]  # fmt: skip


def test_days_of_the_older_x_and_days_of_video_are_told_apart():
    older = [["Date", "Tweets published", "impressions", "engagements", "retweets", "follows"],
             ["2019-01-31", "2", "312.0", "14.0", "3.0", "1"]]  # fmt: skip
    video = [["Video overview", "", ""], ["Date", "Views", "Watch Time (ms)", "Completion Rate"],
             ["Tue, Jul 14, 2026", "52", "81000", "0.31"]]  # fmt: skip
    first, second = read_bytes(quoted(older), "a.csv"), read_bytes(table(video), "b.csv")
    assert first.table.set_index("metric")["value"].to_dict() == {
        "posts": 2, "views": 312, "interactions": 14, "shares": 3, "new_followers": 1,
    }  # fmt: skip
    assert (second.platform, second.format) == ("x", "x_video")


# YouTube


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("total", ["first", "last"])
@pytest.mark.parametrize("sign", [False, True])
def test_videos_whatever_the_language_the_place_of_the_total_and_the_sign(language, total, sign):
    videos = made(3)
    wide = {"group": "\u202f", "delimiter": ";", "title": True} if language == "fr" else {}
    export = read_bytes(youtube(videos, language, total=total, sign=sign, **wide), "Table data.csv")
    assert figures(export) == [[video[name] for name in FIGURES] for video in videos]
    assert export.table["view_duration"].tolist() == pytest.approx([4271.27] * 3)
    assert export.table["click_through"].tolist() == pytest.approx([0.0658] * 3)
    assert export.table["watch_hours"].tolist() == pytest.approx([12.4812] * 3)
    assert export.totals["views"] == sum(video["views"] for video in videos) + 5
    assert {"total_row", "totals_differ", "footer", "hour_unknown"} <= set(codes(export))


LEVELS = {
    "Traffic source": "traffic_source", "Device type": "device", "Subscription status": "subscription_status",
    "Content type": "content_type", "Operating system": "operating_system", "Source de trafic": "traffic_source",
    "Type d’appareil": "device",
}  # fmt: skip


@pytest.mark.parametrize("heading", LEVELS)
def test_the_first_column_of_any_table_is_its_dimension(heading):
    french = heading in {"Source de trafic", "Type d’appareil"}
    rows = [
        [
            heading,
            "Vues" if french else "Views",
            "Durée de visionnage (heures)" if french else "Watch time (hours)",
        ],
        ["Total", "36", "6.9541"],
        ["One", "22", "4.0417"],
        ["Two", "", "1.0528"],
    ]
    export = read_bytes(table(rows, encoding="utf-8"), "Table data.csv")
    wide = export.table.pivot(index="level", columns="unit", values="value")
    assert export.table["dimension"].unique().tolist() == [LEVELS[heading]]
    assert wide["views"].tolist() == [22, pd.NA]
    assert wide["hours_watched"].tolist() == [4.0417, 1.0528]
    assert export.totals["views"] == 36


def test_ages_come_in_percent_of_views():
    rows = [
        [
            "Viewer age",
            "Views (%)",
            "Average view duration",
            "Average percentage viewed (%)",
            "Watch time (hours) (%)",
        ],
        ["18–24 years", "12.5", "2:45", "42.3", "11.8"],
        ["25–34 years", "87.5", "3:12", "48.7", "88.2"],
    ]
    export = read_bytes(table(rows, encoding="utf-8"), "Table data.csv")
    wide = export.table.pivot(index="level", columns="unit", values="value")
    assert export.table["dimension"].unique().tolist() == ["age"]
    assert wide["share"].tolist() == [0.125, 0.875]
    assert wide["seconds_per_view"].tolist() == [165, 192]


def test_an_archive_of_youtube_is_read_in_place_and_named_after_its_channel():
    days = b"Date,Views\n2025-01-01,4\n2025-01-02,6\n"
    chart = b"Date,Traffic source,Views\n2025-01-01,External,4\n"
    sources = b"Traffic source,Views\nTotal,10\nExternal,10\n"
    content = zipped({"Table data.csv": sources, "Totals.csv": days, "Chart data.csv": chart})
    exports = read_bytes(content, "Traffic source 2025-01-01_2025-01-03 Atelier du Bois.zip")
    assert [(export.kind, len(export.table)) for export in exports] == [("audience", 1), ("daily", 2)]
    assert {name for export in exports for name in export.accounts} == {"Atelier du Bois"}
    assert [notice.code for notice in exports.unrecognised] == ["set_aside"]


# TikTok


def test_tiktok_posts_take_identifier_account_and_kind_from_their_link():
    posts = made()
    export = read_bytes(tiktok(posts), "Content.csv")
    assert (export.platform, export.kind) == ("tiktok", "posts")
    assert export.table["post_id"].tolist() == [post["post_id"] for post in posts]
    assert figures(export) == [[post[name] for name in FIGURES] for post in posts]
    assert export.table["kind"].unique().tolist() == ["video"]
    assert export.accounts == ("atelier.du.bois",)
    assert "hour_unknown" not in codes(export)


def test_abbreviated_views_are_reported_and_days_without_a_year_take_it_from_the_user():
    content = tiktok(made(2), clock=False, short=True)
    export = read_bytes(content, "Content.csv", year=2026)
    assert export.table["views"].tolist() == [12400, 12400]
    assert "2 figures are abbreviated" in said(export, "rounded")
    assert export.table["published"].tolist() == [pd.Timestamp("2026-03-10"), pd.Timestamp("2026-03-11")]
    with pytest.raises(DataError, match=r"Content\.csv.*year"):
        read_bytes(content, "Content.csv")


@pytest.mark.parametrize("days", [("19 avril", "20 avril"), ("April 19", "April 20")])
def test_overview_of_tiktok_in_either_language_of_its_days(days):
    rows = [
        ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"],
        [days[0], "1441", "52", "31", "2", "11"],
        [days[1], "undefined", "77", "57", "1", "6"],
    ]
    content = zipped({"Overview.csv": quoted(rows, "utf-8-sig", end="")})
    (export,) = read_bytes(content, "Overview_2026-02-19_1776845545_atelier.du.bois.zip")
    views = export.table[export.table["metric"] == "views"]
    assert (export.platform, export.accounts) == ("tiktok", ("atelier.du.bois",))
    assert views["value"].tolist() == [1441, pd.NA]
    assert views["date"].tolist() == [pd.Timestamp("2026-04-19"), pd.Timestamp("2026-04-20")]
    assert '"undefined" in Video Views (1)' in said(export, "missing_words")


def test_active_followers_stand_at_their_hour():
    rows = [
        ["Date", "Hour", "Active followers"],
        *([f"April {d}", str(h), str(d * h)] for d in (1, 2) for h in range(3)),
    ]
    export = read_bytes(quoted(rows, "utf-8-sig"), "FollowerActivity.csv", year=2026)
    assert export.table["date"].tolist() == [
        pd.Timestamp(2026, 4, day, hour) for day in (1, 2) for hour in range(3)
    ]
    assert export.table["value"].tolist() == [0, 1, 2, 0, 2, 4]
    assert "hourly" in codes(export)


# Pinterest and Google


def test_pinterest_days_and_pins():
    days = [["Date", "Impressions", "Engagements", "Pin clicks", "Outbound clicks", "Saves"],
            ["2026-01-01", "1,200", "80", "40", "9", "31"]]  # fmt: skip
    pins = [["Pin ID", "Pin link", "Pin title", "Created date", "Format", "Impressions", "Pin clicks",
             "Outbound clicks", "Saves"],
            ["9871234567890123456", "https://www.pinterest.com/pin/9871234567890123456/", "Table", "2026-01-05",
             "Standard", "900", "30", "7", "21"]]  # fmt: skip
    first, second = read_bytes(table(days), "a.csv"), read_bytes(table(pins), "b.csv")
    assert first.table.set_index("metric")["value"].to_dict() == {
        "views": 1200, "interactions": 80, "pin_clicks": 40, "link_clicks": 9, "saves": 31,
    }  # fmt: skip
    line = second.table.iloc[0]
    assert line[["post_id", "kind", "views", "saves", "clicks"]].tolist() == [
        "9871234567890123456", "photo", 900, 21, 7,
    ]  # fmt: skip


PROFILES = [
    {"Store code": "L1", "Business name": "Le Fournil", "Address": "1 rue des Lilas, Lyon",
     "Google Search - Mobile": 1204, "Google Search - Desktop": 310, "Google Maps - Mobile": 550, "Calls": 12,
     "Website clicks": 33},
    {"Store code": "L2", "Business name": "Le Fournil", "Address": "9 quai Rambaud, Lyon",
     "Google Search - Mobile": 90, "Directions": 4},
]  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_profiles_have_one_total_each_dated_with_the_first_day(kind):
    rows = google(PROFILES)
    content = book(rows) if kind == "xlsx" else table([[str(cell) for cell in row] for row in rows])
    name = f"GMB insights (Business Profile Performance Report) - 2026-3-1 - 2026-3-31 - 4f2a.{kind}"
    read = read_bytes(content, name)
    export = read[0] if kind == "xlsx" else read
    wide = export.table.pivot(index="account", columns="metric", values="value")
    assert (export.platform, export.kind, export.rows_read) == ("google_business", "daily", 2)
    assert wide.index.tolist() == ["Le Fournil (L1)", "Le Fournil (L2)"]
    assert wide["views_search_mobile"].tolist() == [1204, 90]
    assert wide["link_clicks"].tolist() == [33, pd.NA]
    assert wide["views_maps_desktop"].isna().all()
    assert export.table["date"].unique().tolist() == [pd.Timestamp("2026-03-01")]
    assert "(2026-03), dated with its first day" in said(export, "period_total")
    assert "description" in codes(export)


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("gbp 2026-03.csv", None, "2026-03-01"),
        ("mars.csv", 2026, "2026-03-01"),
        ("March 2026.csv", None, "2026-03-01"),
        ("GMB - 2026-1-5 - 2026-2-3.csv", None, "2026-01-05"),
    ],
)
def test_the_period_of_a_profile_is_in_its_name(name, year, day):
    content = table([[str(cell) for cell in row] for row in google(PROFILES[:1])])
    export = read_bytes(content, name, year=year)
    assert export.table["date"].unique().tolist() == [pd.Timestamp(day)]


def test_a_profile_without_a_period_is_asked_for_it():
    content = table([[str(cell) for cell in row] for row in google(PROFILES[:1])])
    with pytest.raises(DataError, match=r"insights\.csv: the table has no dates .* gives no period"):
        read_bytes(content, "insights.csv")


def test_the_older_report_of_profiles():
    rows = [["Store code", "Business name", "Address", "Labels", "Total searches", "Search views",
             "Phone call actions"],
            ["", "", "", "", "Searches in all", "Views on Search", "Calls"],
            ["", "Le Fournil", "Lyon", "", "1,804", "2,310", "12"]]  # fmt: skip
    export = read_bytes(table(rows), "GMB insights (Discovery Report) - 2021-2-28 - 2021-3-6 - 1.csv")
    assert export.table.set_index("metric")["value"].to_dict() == {
        "searches": 1804,
        "views_search": 2310,
        "calls": 12,
    }


# every format: columns permuted, absent, unknown


def written():
    posts = made()
    yield "x_posts_by_tweet", tweets(posts)
    yield "x_posts", x_content(posts)
    yield "tiktok_posts", tiktok(posts)
    yield "x_overview", table(X_DAYS, encoding="utf-8")
    yield "google_business_performance", table([[str(cell) for cell in row] for row in google(PROFILES)])
    yield "youtube_content", youtube(posts, footer=False)


@pytest.mark.parametrize(
    ("known", "content"), list(written()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_columns_may_be_permuted_and_unknown_ones_are_named(known, content):
    import csv
    import io

    name = "a - 2026-3-1 - 2026-3-31.csv"
    plain = read_bytes(content, name)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    order = list(range(len(rows[0])))
    random.Random(7).shuffle(order)
    permuted = [
        [row[place] for place in order] + ["Later thing" if n == 0 else "9"] for n, row in enumerate(rows)
    ]
    export = read_bytes(table(permuted), name)
    assert (plain.format, export.format) == (known, known)
    assert "Columns not read: Later thing." in said(export, "columns_unread")
    pd.testing.assert_frame_equal(export.table[list(plain.table)], plain.table)


@pytest.mark.parametrize("absent", ["Bookmarks", "Shares", "Engagements", "New follows", "Permalink Clicks"])
def test_a_column_of_x_may_be_absent(absent):
    frame = pd.read_csv(pd.io.common.BytesIO(x_content(made())), dtype=str).drop(columns=absent)
    export = read_bytes(frame.to_csv(index=False).encode(), "a.csv")
    assert figures(export) == [[post[name] for name in FIGURES] for post in made()]


def test_a_folder_of_an_unpacked_archive_names_its_channel(tmp_path):
    folder = tmp_path / "Content 2025-01-01_2026-01-01 Atelier du Bois"
    folder.mkdir()
    (folder / "Table data.csv").write_bytes(youtube(made(2)))
    (export,) = read_folder(tmp_path)
    assert export.accounts == ("Atelier du Bois",)


# properties

POST = st.fixed_dictionaries(
    {
        "published": st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)).map(
            lambda moment: moment.replace(second=0, microsecond=0)
        ),
        "text": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
        **{
            name: st.integers(0, 3_000_000)
            for name in ("views", "reactions", "comments", "shares", "saves", "clicks")
        },
    }
)
WRITERS = {
    "tweets": (tweets, {}),
    "x_content": (x_content, {}),
    "tiktok": (tiktok, {}),
    "youtube_en": (youtube, {"total": "last"}),
    "youtube_fr": (youtube, {"language": "fr", "delimiter": ";", "group": "\u202f", "sign": True}),
}


@settings(max_examples=15)
@given(drawn=st.lists(POST, min_size=1, max_size=5), writer=st.sampled_from(sorted(WRITERS)))
def test_any_posts_in_any_of_these_files_are_read_back(drawn, writer):
    posts = [made(1)[0] | post | {"post_id": f"19000000000000{n:05d}"} for n, post in enumerate(drawn)]
    write, options = WRITERS[writer]
    export = read_bytes(write(posts, **options), "a.csv")
    clock = writer in {"tweets", "tiktok"}
    expected = [pd.Timestamp(p["published"] if clock else p["published"].date()) for p in posts]
    assert export.table["published"].tolist() == expected
    assert figures(export) == [[post[name] for name in FIGURES] for post in posts]
    assert export.table["text"].tolist() == [post["text"] for post in posts]
    assert export.table["post_id"].tolist() == [post["post_id"] for post in posts]


def test_every_column_of_a_profile_is_known():
    content = table([[str(cell) for cell in row] for row in google(PROFILES)])
    export = read_bytes(content, "a 2026-03.csv")
    assert len(export.columns) == len(GOOGLE) == 16
    assert "columns_unread" not in codes(export)
