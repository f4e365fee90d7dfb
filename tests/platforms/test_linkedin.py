"""LinkedIn's page workbooks are read to the last cell, whichever of their containers they come in."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import read_export
from analysis.platforms.opening import read_bytes
from platforms.faithful_linkedin import (
    ADDRESS,
    POSTS_2020,
    book,
    competitors,
    content,
    followers,
    metrics_row,
    visitors,
)
from platforms.faithful_linkedin import METRICS as HEADINGS

FIXTURES = Path(__file__).parent / "fixtures"
FILE = "maison-durand_content_1708000000000.xls"


def codes(export):
    return [notice.code for notice in export.warnings]


def of(exports, format_):
    return next(export for export in exports if export.format == format_)


def wide(export):
    return export.table.pivot(index="date", columns="metric", values="value")


def test_content_by_day_keeps_organic_sponsored_and_total_apart():
    daily = wide(of(read_bytes(book(content()), "a.xlsx"), "linkedin_page_daily"))
    assert daily["views"].tolist() == [101, 112, 123]
    assert daily["views_organic"].tolist() == [101, 102, 103]
    assert daily["views_sponsored"].tolist() == [0, 10, 20]
    assert daily["reach_organic"].tolist() == [61, 62, 63]
    assert daily["shares"].tolist() == [0, 0, 0]
    assert daily["engagement_rate"].tolist() == [0.0525] * 3
    assert daily.index.tolist() == list(pd.date_range("2024-02-12", periods=3))


def test_counts_below_zero_are_kept_and_said():
    export = of(read_bytes(book(content()), "a.xlsx"), "linkedin_page_daily")
    assert wide(export)["reactions"].tolist() == [4, 1, -2]
    said = next(notice for notice in export.warnings if notice.code == "negative_counts")
    assert "Reactions (total) (row 5)" in said and "Reactions (organic)" in said


def test_posts_have_their_identifier_their_page_and_the_day_of_export():
    export = of(read_bytes(book(content()), FILE.replace("xls", "xlsx")), "linkedin_page_posts")
    table = export.table
    assert export.kind == "posts" and export.platform == "linkedin" and export.tool == "linkedin_page"
    assert table["post_id"].tolist() == [f"71600000000000000{n:02d}" for n in (1, 2, 3)]
    assert table["account"].unique().tolist() == ["maison-durand"]
    assert table["exported"].unique().tolist() == [pd.Timestamp("2024-02-15")]
    assert table["text"].iloc[0] == "Atelier\nd’hiver"
    assert table["kind"].tolist() == ["photo", "video", "link"]
    assert table["paid"].tolist() == [False, True, False]
    assert table[["views", "clicks", "reactions", "comments", "shares"]].sum().tolist() == [
        9503,
        106,
        62,
        3,
        3,
    ]
    assert table["reach"].isna().all()
    assert "rate_counts_clicks" in codes(export)


def test_a_rate_above_one_stays_a_rate():
    table = of(read_bytes(book(content()), "a.xlsx"), "linkedin_page_posts").table
    assert table["engagement_rate"].tolist() == [0.072, 0.0153, 1.666667]
    assert table["click_through"].tolist() == [0.024, 0.01, 1.333333]


def test_the_headings_of_2020_are_known():
    row = ["Bonjour", ADDRESS.format(7), "Organic", None, "Anne", "05/13/2020", "All followers", 80, 12, 3, 0.04, 9, 1,
           2, 0, 0.19]  # fmt: skip
    (export,) = read_bytes(book({"Update engagement": [["Updates"], POSTS_2020, row]}), "a.xlsx")
    line = export.table.iloc[0]
    assert line[["views", "video_views", "clicks", "reactions", "comments", "shares"]].tolist() == [
        80,
        12,
        3,
        9,
        1,
        2,
    ]
    assert line["published"] == pd.Timestamp("2020-05-13")
    shares = [heading.replace("Reposts", "Shares") for heading in HEADINGS]
    (daily,) = read_bytes(book({"Metrics": [["x"], shares, metrics_row("05/13/2020", 100)]}), "a.xlsx")
    assert wide(daily)["shares"].tolist() == [0]


def test_total_followers_by_day_are_new_followers():
    export = of(
        read_bytes(book(followers()), "maison-durand_followers_1708000000000.xlsx"), "linkedin_page_followers"
    )
    assert wide(export)["new_followers"].tolist() == [4, 4]
    assert wide(export)["new_followers_invited"].tolist() == [1, 1]
    assert "followers" not in set(export.table["metric"])
    assert "total_is_new" in codes(export) and "parts_differ" not in codes(export)
    assert export.accounts == ("maison-durand",)


def test_the_followers_of_2020_had_no_invited_column():
    export = of(read_bytes(book(followers(invited=False)), "a.xlsx"), "linkedin_page_followers")
    assert wide(export)["new_followers"].tolist() == [3, 3]
    assert "parts_differ" not in codes(export)


def test_each_segment_names_its_dimension():
    exports = read_bytes(book(followers()), "a.xlsx")
    tables = pd.concat(export.table for export in exports if export.kind == "audience")
    assert tables.groupby("dimension")["value"].sum().to_dict() == {
        "company_size": 53, "industry": 53, "job_function": 53, "location": 53, "seniority": 53,
    }  # fmt: skip
    assert tables["unit"].unique().tolist() == ["followers"]
    assert "2-10" in set(tables["level"])


def test_visitors_have_twenty_four_figures_a_day_that_are_not_added_up():
    daily, location = read_bytes(book(visitors()), "maison-durand_visitors_1708000000000.xlsx")
    assert daily.table["metric"].nunique() == 24
    assert wide(daily)["page_views"].tolist() == [18, 18]
    assert wide(daily)["unique_visitors"].tolist() == [13, 13]
    assert wide(daily)["overview_page_views_desktop"].tolist() == [8, 8]
    assert "unique_people" in codes(daily) and "parts_differ" not in codes(daily)
    assert location.table[["dimension", "unit", "value"]].iloc[0].tolist() == ["location", "page_views", 11]


def test_competitors_carry_the_period_above_them():
    (export,) = read_bytes(book(competitors()), "maison-durand_competitor_analytics_1708000000000.xlsx")
    assert export.kind == "competitors"
    table = export.table.pivot(index="account", columns="metric", values="value")
    assert table.loc["Grand Meuble"].to_dict() == {
        "followers": 3000,
        "interactions": 150,
        "new_followers": -2,
        "posts": 30,
    }
    assert export.table["first"].unique().tolist() == [pd.Timestamp("2024-10-01")]
    assert export.table["last"].unique().tolist() == [pd.Timestamp("2024-10-31")]
    assert "negative_counts" in codes(export)


def test_competitors_without_a_period_say_so():
    (export,) = read_bytes(book(competitors("Competitor analytics")), "a.xlsx")
    assert export.table["first"].isna().all()
    assert "period_unsaid" in codes(export)


def test_days_that_leave_none_out_show_their_order():
    days = ("02/01/2024", "02/02/2024", "02/03/2024")
    exports = read_bytes(book(content(days)), "a.xlsx")
    daily, posts = of(exports, "linkedin_page_daily"), of(exports, "linkedin_page_posts")
    assert wide(daily).index.tolist() == list(pd.date_range("2024-02-01", periods=3))
    assert any("leaves no day out" in notice for notice in daily.warnings)
    assert posts.table["published"].tolist() == list(pd.date_range("2024-02-01", periods=3))


def test_a_single_open_day_is_asked():
    alone = book({"Metrics": content(("02/03/2024",) * 3)["Metrics"]})
    with pytest.raises(DataError, match=r"02/03/2024 may be day first or month first"):
        read_bytes(alone, "a.xlsx")
    (export,) = read_bytes(alone, "a.xlsx", dayfirst=False)
    assert export.table["date"].unique().tolist() == [pd.Timestamp("2024-02-03")]


def test_identifiers_tell_the_order_of_days_that_leave_it_open():
    exports = read_bytes(book(content(("02/03/2024", "02/03/2024", "02/03/2024"))), "a.xlsx")
    assert {day for export in exports for day in export.table.get("published", [])} == {
        pd.Timestamp("2024-02-03")
    }
    assert of(exports, "linkedin_page_daily").table["date"].max() == pd.Timestamp("2024-02-03")
    assert any(
        "identifiers" in n for n in of(exports, "linkedin_page_posts").warnings if n.code == "date_order"
    )


@pytest.mark.parametrize(("made", "last"), [("1710288000000", "2024-03-12"), ("1733270400000", None)])
def test_no_day_of_a_workbook_is_later_than_the_workbook(made, last):
    sheet = book(competitors("2/12/2024 - 3/12/2024"))
    if last is None:
        with pytest.raises(DataError, match="may be day first or month first"):
            read_bytes(sheet, f"a_competitor_analytics_{made}.xlsx")
        return
    (export,) = read_bytes(sheet, f"a_competitor_analytics_{made}.xlsx")
    assert export.table["last"].unique().tolist() == [pd.Timestamp(last)]
    assert any("after the one the file was made on" in n for n in export.warnings)


@pytest.mark.parametrize("seed", range(3))
def test_columns_may_be_permuted_left_out_or_added(seed):
    shuffle = random.Random(seed)
    sheets = content()
    whole = of(read_bytes(book(sheets), "a.xlsx"), "linkedin_page_posts").table
    (title, headings, *rows) = sheets["All posts"]
    kept = [h for h in headings if h not in {"Audience", "Campaign name", "Offsite Views"}]
    shuffle.shuffle(kept)
    lines = [[*(row[headings.index(h)] for h in kept), 9] for row in rows]
    (export,) = read_bytes(book({"All posts": [title, [*kept, "Saves by robots"], *lines]}), "a.xlsx")
    same = [name for name in whole if name in export.table and name != "source"]
    pd.testing.assert_frame_equal(export.table[same], whole[same])
    assert "offsite_views" not in export.table


def as_csv(rows):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def test_a_sheet_saved_as_csv_reads_the_same():
    whole = of(read_bytes(book(content()), "a.xlsx"), "linkedin_page_posts").table
    export = read_bytes(as_csv(content()["All posts"]), "a.csv")
    pd.testing.assert_frame_equal(export.table.drop(columns="source"), whole.drop(columns="source"))


@pytest.mark.parametrize(
    "name", ["maison-durand_content_1708000000000.xls", "maison-durand_followers_1708000000000.xls"]
)
def test_a_true_old_workbook_reads_as_the_new_one(name):
    made = content() if "content" in name else followers()
    old, new = read_export(FIXTURES / name), read_bytes(book(made), name.replace(".xls", ".xlsx"))
    assert (FIXTURES / name).read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    assert [export.format for export in old] == [export.format for export in new]
    for one, other in zip(old, new, strict=True):
        pd.testing.assert_frame_equal(
            one.table.drop(columns="source", errors="ignore"),
            other.table.drop(columns="source", errors="ignore"),
        )


def damaged(data, rng):
    broken = bytearray(data)
    for _ in range(rng.randrange(1, 6)):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    return bytes(broken[: rng.randrange(600, len(broken))] if rng.random() < 0.5 else broken)


def test_a_damaged_old_workbook_is_refused_in_words_never_by_a_crash():
    rng, data, told = random.Random(1), (FIXTURES / FILE).read_bytes(), []
    for _ in range(80):
        try:
            read_bytes(damaged(data, rng), FILE, dayfirst=False)
        except DataError as error:
            told.append(str(error))
    assert len(told) > 20 and all(message.startswith(FILE) for message in told)
    assert any("cannot be opened as a workbook" in message for message in told)


CREATOR = {
    "DISCOVERY": [["Overall Performance", "9/18/2023 - 9/20/2023"], ["Impressions", 60], ["Members reached", 41]],
    "ENGAGEMENT": [
        ["Date", "Impressions", "Engagements"], ["9/18/2023", 10, 1], ["9/19/2023", 20, 0], ["9/20/2023", 30, 2],
    ],
    "TOP POSTS": [
        ["Maximum of 50 posts available to include in this list"],
        [],
        ["Post URL", "Post publish date", "Engagements", None, "Post URL", "Post publish date", "Impressions"],
        [ADDRESS.format(1), "9/18/2023", 14, None, ADDRESS.format(2), "9/19/2023", 900],
        [ADDRESS.format(2), "9/19/2023", 3, None, ADDRESS.format(1), "9/18/2023", 400],
        [None, None, None, None, ADDRESS.format(3), "9/20/2023", 7],
    ],
    "FOLLOWERS": [
        ["Total followers on 9/20/2023:", 1782], [], ["Date", "New followers"], ["9/18/2023", 3], ["9/20/2023", 0],
    ],
    "DEMOGRAPHICS": [
        ["Top Demographics", "Value", "Percentage"], ["Company size", "2-10", 0.3], ["Location", "Lille", "< 1%"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("file", ["xlsx", "xls"])
def test_the_creator_workbook_reads_in_both_containers(file):
    data = book(CREATOR) if file == "xlsx" else (FIXTURES / "creator.xls").read_bytes()
    exports = read_bytes(data, f"creator.{file}")
    posts = of(exports, "linkedin_creator_posts").table.set_index("post_id")
    assert posts.loc["7160000000000000001", ["views", "interactions"]].tolist() == [400, 14]
    assert posts.loc["7160000000000000003", "views"] == 7
    assert pd.isna(posts.loc["7160000000000000003", "interactions"])
    stock = of(exports, "linkedin_creator_followers")
    assert wide(stock)["followers"].dropna().tolist() == [1782]
    assert stock.exported == pd.Timestamp("2023-09-20")
    shares = of(exports, "linkedin_creator_audience").table["value"]
    assert np.isclose(shares.iloc[0], 0.3) and pd.isna(shares.iloc[1])


def test_the_creator_workbook_in_french():
    both, lone = (
        f"https://www.linkedin.com/feed/update/urn:li:activity:7{n}34567890123456789/" for n in (2, 1)
    )
    head = ["URL du post", "Date de publication du post"]
    sheets = {
        "DÉCOUVERTE": [["Performance globale", "18/05/2026 - 19/05/2026"], ["Impressions", 72],
                       ["Membres touchés", "40"]],
        "ENGAGEMENT": [["Date", "Impressions", "Interactions"], ["18/05/2026", 64, 0], ["19/05/2026", 8, 2]],
        "MEILLEURS POSTS": [
            ["50 posts disponibles au maximum"], [], [*head, "Interactions", None, *head, "Impressions"],
            [both, "10/05/2026", 5, None, both, "10/05/2026", 51], [*[None] * 4, lone, "09/05/2026", 29],
        ],
        "ABONNÉS": [["Nombre total d'abonnés le 24/05/2026", 1005], ["Date", "Nouveaux abonnés"], ["18/05/2026", 3]],
        "DONNÉES DÉMOGRAPHIQUES": [
            ["Principales données démographiques", "Valeur", "Pourcentage"],
            ["Lieux", "Paris et périphérie", 0.511], ["Lieux", "Lyon", "< 1 %"],
        ],
    }  # fmt: skip
    exports = read_bytes(book(sheets), "AggregateAnalytics_Anne.xlsx")
    daily, posts, followers, audience = exports
    assert daily.totals == {"views": 72, "reach": 40} and not exports.unrecognised
    assert posts.table[["views", "interactions"]].sum().tolist() == [80, 5]
    assert posts.table["published"].tolist() == [pd.Timestamp("2026-05-10"), pd.Timestamp("2026-05-09")]
    assert (followers.totals, followers.exported) == ({"followers": 1005}, pd.Timestamp("2026-05-24"))
    assert audience.table["value"].tolist() == [0.511, pd.NA]
