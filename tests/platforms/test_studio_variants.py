"""Exports of YouTube, TikTok, Google and mixed tables as public files of later years write them."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from datetime import time as clock

import openpyxl
import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import read_export, read_folder
from analysis.platforms.archives import reading
from analysis.platforms.opening import read_bytes
from platforms.faithful import table


def codes(export):
    return {notice.code for notice in export.warnings}


def said(export, code):
    return next(notice for notice in export.warnings if notice.code == code)


# YouTube


def test_thumbnail_impressions_are_the_impressions_of_before():
    rows = [
        ["Content", "Video title", "Video publish time", "Duration", "Views", "Thumbnail impressions",
         "Thumbnail click-through rate (%)"],
        ["Total", "", "", "", "5", "22", "1.35"],
        [" -jBLlV16Dko", "Pain", "", "9855", "2", "9", ""],
        ["H2KzO52VAsc", "Levain", "Mar 19, 2026", "26", "3", "13", "7.5"],
    ]  # fmt: skip
    export = read_bytes(table(rows), "Table data.csv")
    assert export.table["post_id"].tolist() == ["-jBLlV16Dko", "H2KzO52VAsc"]
    assert export.table["impressions"].tolist() == [9, 13]
    assert export.table["click_through"].tolist() == [pd.NA, 0.075]
    assert not codes(export) & {"columns_unread", "totals_differ"}


def test_returning_and_regular_viewers_are_two_figures_that_do_not_add_up():
    rows = [
        ["Content", "Video title", "Views", "New viewers", "Returning viewers", "Casual viewers", "Regular viewers"],
        ["Total", "", "30", "50", "40", "35", "5"],
        ["H2KzO52VAsc", "Levain", "30", "30", "20", "18", "2"],
    ]  # fmt: skip
    export = read_bytes(table(rows), "Table data.csv")
    names = ["viewers_new", "viewers_returning", "viewers_casual", "viewers_regular"]
    assert export.table[names].iloc[0].tolist() == [30, 20, 18, 2]
    assert "totals_differ" not in codes(export)


@pytest.mark.parametrize(
    ("heading", "total"),
    [
        ("Contenu;Vues;Durée moyenne de visionnage", "Total"),
        ("Videos;Aufrufe;Durchschnittliche Wiedergabedauer", "Gesamt"),
    ],
)
def test_a_table_of_videos_without_titles_has_posts_without_dates(heading, total):
    text = f"{heading}\n -Abc_def12X;1\u202f234;1:11:11,270\nUJs6__K7gSY;99;0:30\n{total};1\u202f333;1:00\n"
    export = read_bytes(text.encode(), "Table data.csv")
    assert export.table["post_id"].tolist() == ["-Abc_def12X", "UJs6__K7gSY"]
    assert export.table["views"].tolist() == [1234, 99]
    assert export.table["view_duration"].tolist() == [4271.27, 30]
    assert export.totals["views"] == 1333
    assert "no_dates" in codes(export)


def test_videos_a_spreadsheet_saved_again_keep_their_days_and_say_which_identifiers_are_lost():
    rows = [
        ["Content", "Video title", "Video publish time", "Views"],
        ["vWNRhaV3KDA", "A", "3-Jun-26", "186"],
        ["#NAME?", "B", "9-Jul-26", "171"],
        ["#NAME?", "C", "16-juil.-26", "125"],
    ]
    export = read_bytes(table(rows), "Table data.csv")
    assert export.table["post_id"].tolist() == ["vWNRhaV3KDA", pd.NA, pd.NA]
    assert export.table["published"].tolist() == [
        pd.Timestamp(2026, m, d) for m, d in ((6, 3), (7, 9), (7, 16))
    ]
    assert "#NAME?" in said(export, "id_ruined")
    assert "post_twice" not in codes(export)


# TikTok


def numbered(*moment):
    """Make the address of a post given its number at a moment, as TikTok makes it."""
    number = (int(datetime(*moment, tzinfo=UTC).timestamp()) << 32) + 79054
    return f"https://www.tiktok.com/@fournil/video/{number}"


def content(*posts, day="February 28"):
    head = [
        "Time",
        "Video title",
        "Video link",
        "Post time",
        "Total likes",
        "Total comments",
        "Total shares",
        "Total views",
    ]
    return table([head, *([day, "Pain", link, printed, "1", "0", "0", "9"] for link, printed in posts)])


UNSORTED = [
    (numbered(2025, 7, 16, 10), "July 16"),
    (numbered(2025, 9, 4, 1), "September 3"),
    (numbered(2025, 4, 8, 20), "April 8"),
    (numbered(2026, 1, 23, 22), "January 23"),
    (numbered(2025, 11, 22, 1), "November 21"),
]
DAYS = [pd.Timestamp(day) for day in ("2025-07-16", "2025-09-03", "2025-04-08", "2026-01-23", "2025-11-21")]


@pytest.mark.parametrize("year", [None, 2025])
def test_posts_without_a_year_take_it_from_their_identifiers(year):
    export = read_bytes(content(*UNSORTED), "Content.csv", year=year)
    assert export.table["published"].tolist() == DAYS
    assert "posts' identifiers" in said(export, "year_inferred")
    assert export.exported == pd.Timestamp("2026-02-28")


def test_identifiers_that_contradict_the_printed_day_give_no_year():
    posts = [(numbered(2025, 1, 16, 10), "July 16"), (numbered(2025, 9, 4, 1), "September 3")]
    with pytest.raises(DataError, match=r"Content\.csv, column Post time.*has no year"):
        read_bytes(content(*posts), "Content.csv")
    assert (
        read_bytes(content(*posts), "Content.csv", year=2024).table["published"].dt.year.tolist()
        == [2024] * 2
    )


def test_a_folder_of_tiktok_answers_its_own_questions(tmp_path):
    (tmp_path / "Content.csv").write_bytes(content(*UNSORTED))
    year = [f"{day:%B} {day.day}" for day in pd.date_range("2025-02-28", "2026-02-27")]
    head = ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"]
    (tmp_path / "Overview.csv").write_bytes(
        table([head, *([day, "10", "1", "0", "-1", "0"] for day in year)])
    )
    history = [
        ["Date", "Followers", "Difference in followers from previous day"],
        ["February 26", "103", "1"],
        ["February 27", "104", "0"],
    ]
    (tmp_path / "Followers_fournil").mkdir()
    (tmp_path / "Followers_fournil" / "FollowerHistory.csv").write_bytes(table(history))
    countries = [["Top territories", "Distribution"], ["FR", "0.9"], ["BE", "0.1"]]
    (tmp_path / "Followers_fournil" / "FollowerTopTerritories.csv").write_bytes(table(countries))
    exports = {export.file: export.table for export in read_folder(tmp_path)}
    assert exports["Overview.csv"]["date"].agg(["min", "max"]).tolist() == [
        pd.Timestamp("2025-02-28"),
        pd.Timestamp("2026-02-27"),
    ]
    assert exports["Overview.csv"].groupby("metric")["value"].sum()[["views", "comments"]].tolist() == [
        3650,
        -365,
    ]
    assert exports["Followers_fournil/FollowerHistory.csv"]["date"].dt.year.unique().tolist() == [2026]
    assert set(exports["Followers_fournil/FollowerHistory.csv"]["platform"]) == {"tiktok"}


# Google


def review(number, stars="FIVE", **more):
    return {
        "name": f"accounts/1009/locations/2001/reviews/r{number}", "reviewer": {"displayName": "Jeanne Petit"},
        "starRating": stars, "createTime": f"2024-05-{number:02}T10:00:00.5Z", **more,
    }  # fmt: skip


def takeout():
    place = "Takeout/Google Business Profile/account-1009/location-2001"
    answer = {"comment": "Merci", "updateTime": "2024-06-01T08:00:00Z"}
    pages = {
        f"{place}/reviews.json": [
            review(1, comment="(Translated by Google) Good\n\n(Original)\nTrès bon"),
            review(2, "TWO", reviewReply=answer),
        ],
        f"{place}/reviews-ABx_y-z.json": [
            review(2, "TWO"), review(3, "ONE", comment="Déçu\n\n(Translated by Google)\nDisappointed"),
        ],
    }  # fmt: skip
    files = {name: {"reviews": page} for name, page in pages.items()} | {
        f"{place}/data.json": {"title": "Fournil"}
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, value in files.items():
            archive.writestr(name, json.dumps(value, ensure_ascii=False))
    return packed.getvalue()


def test_reviews_of_google_are_read_once_in_their_authors_words(monkeypatch):
    opened, load = [], reading.load
    monkeypatch.setattr(
        reading, "load", lambda data, file, *rest: opened.append(file) or load(data, file, *rest)
    )
    exports = read_bytes(takeout(), "takeout-20261008T000000Z-001.zip")
    reviews = pd.concat([export.table for export in exports]).sort_values("review_id").reset_index(drop=True)
    assert {(e.platform, e.kind, e.exported) for e in exports} == {
        ("google_business", "reviews", pd.Timestamp("2026-10-08"))
    }
    assert reviews["review_id"].tolist() == ["r1", "r2", "r3"]
    assert reviews["rating"].tolist() == [5, 2, 1]
    assert reviews["text"].tolist() == ["Très bon", pd.NA, "Déçu"]
    assert reviews["answered"].tolist() == [pd.NaT, pd.Timestamp("2024-06-01 08:00"), pd.NaT]
    assert (
        not reviews.astype("string")
        .apply(lambda cells: cells.str.contains("Jeanne", na=False))
        .to_numpy()
        .any()
    )
    assert sorted(name.rsplit("/", 1)[-1] for name in opened) == ["reviews-ABx_y-z.json", "reviews.json"]
    assert sum(export.rows_dropped for export in exports) == 1


# Dashboards and tables of one's own


def test_facebook_posts_of_sprout_have_the_identifier_of_other_exports():
    rows = [
        ["Date", "Post ID", "Network", "Post Type", "Profile", "Impressions", "Reactions"],
        ["12/31/2025 11:59 pm", "123_456", "Facebook", "Photo", "Fournil", "1,234", "3"],
        ["12/31/2025 12:05 am", "18001_99", "Instagram", "Photo", "Fournil", "9", "3"],
    ]
    first, second = read_bytes(table(rows), "a.csv")
    assert (first.table["post_id"].item(), second.table["post_id"].item()) == ("456", "18001_99")
    assert first.table["published"].item() == pd.Timestamp("2025-12-31 23:59")
    assert second.table["published"].item() == pd.Timestamp("2025-12-31 00:05")


def test_days_of_parted_networks_are_counted_in_lines_of_the_file():
    rows = [
        ["Date", "Network", "Profile", "Audience", "Impressions"],
        ["01-14-2026", "Facebook", "Fournil", "1,200", "12"],
        ["01-15-2026", "Facebook", "Fournil", "1,201", "13"],
        ["01-15-2026", "X", "@fournil", "30", "1"],
    ]
    assert [(e.platform, e.rows_read, len(e.table)) for e in read_bytes(table(rows), "a.csv")] == [
        ("facebook", 2, 4), ("x", 1, 2),
    ]  # fmt: skip


def test_own_tables_may_have_a_line_of_units_rows_of_no_network_and_a_sum_without_a_name(tmp_path):
    rows = [
        ["Suivi — Le Fournil"],
        ["", "Publié le", "Réseau", "Nb de\nvues", "Likes"],
        ["", "", "", "(nombre)", "en tout"],
        ["", "lundi 15 décembre 2025", "Instagram", "12 345", "1 200"],
        ["", "16/12/2025 14h30", "Facebook", "1 234", "99"],
        ["", "17/12/2025 14h30", "", "7", "1"],
        ["", "", "", "13 586", "1 300"],
    ]
    (tmp_path / "suivi.csv").write_bytes(table(rows, delimiter=";"))
    said_of = {
        "account": "fournil",
        "columns": {
            "published": "Publié le",
            "platform": "Réseau",
            "views": "Nb de vues",
            "reactions": "Likes",
        },
    }
    facebook, instagram = read_export(tmp_path / "suivi.csv", columns=said_of)
    assert facebook.table[["views", "reactions"]].to_numpy().tolist() == [[1234, 99]]
    assert instagram.table[["views", "reactions"]].to_numpy().tolist() == [[12345, 1200]]
    assert facebook.totals == {"views": 13586, "reactions": 1300}
    assert {"description", "total_row", "no_network"} <= codes(facebook)
    assert facebook.rows_dropped == 3


def test_a_sum_without_a_name_at_the_end_of_a_sheet_is_no_post(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Publié le", "Vues"],
        [datetime(2025, 12, 15, 8), 10],
        [datetime(2025, 12, 16, 8), 5],
        [None, 15],
    ):
        book.active.append(row)
    book.save(tmp_path / "bilan.xlsx")
    (export,) = read_export(
        tmp_path / "bilan.xlsx",
        columns={"platform": "instagram", "columns": {"published": "Publié le", "views": "Vues"}},
    )
    assert export.table["views"].tolist() == [10, 5]
    assert export.totals == {"views": 15}


def test_own_days_hold_counts_with_thousands_and_rates_as_fractions(tmp_path):
    rows = [
        ["Jour", "Abonnés", "Taux"],
        ["13.12.2025", "1.204", "3,4 %"],
        ["14.12.2025", "1.210", "10 %"],
        ["Total", "", ""],
    ]
    (tmp_path / "jours.csv").write_bytes(table(rows, delimiter=";"))
    columns = {"date": "Jour", "followers": "Abonnés", "engagement_rate": "Taux"}
    export = read_export(
        tmp_path / "jours.csv", columns={"platform": "facebook", "kind": "daily", "columns": columns}
    )
    wide = export.table.pivot(index="date", columns="metric", values="value")
    assert wide["followers"].tolist() == [1204, 1210]
    assert wide["engagement_rate"].tolist() == pytest.approx([0.034, 0.1])
    assert "number_format" not in codes(export)


def test_films_on_youtube_have_the_views_sprout_counts_and_names_lose_their_guard():
    rows = [
        ["Date", "Post ID", "Network", "Post Type", "Content Type", "Profile", "Impressions", "Reactions", "Dislikes",
         "Video Views", "Video Length (Seconds)", "Video View Time (Seconds)"],
        ["12/31/2025 7:05 am", "ylrtJbfBrEs", "YouTube", "Post", "Video", "FlyONT", "", "19", "1", "1,587", "", ""],
        ["12/31/2025 7:05 am", "7582987424800820493", "TikTok", "Post", "Video", "'@flyont", "912", "46", "",
         "900", "11.2", "4,870"],
    ]  # fmt: skip
    tiktok, youtube = read_bytes(table(rows), "a.csv")
    assert (youtube.table["views"].item(), tiktok.table["views"].item()) == (1587, 912)
    assert "(row 2)" in said(youtube, "video_views_as_views")
    assert tiktok.accounts == ("@flyont",)
    assert tiktok.table[["length", "play_seconds"]].iloc[0].tolist() == [11.2, 4870]


@pytest.mark.parametrize("shuffled", [False, True])
def test_hours_still_to_come_are_no_zeros(shuffled):
    lines = [(day, hour, 0 if hour == 3 else 9) for day in (1, 2) for hour in range(24)]
    lines = [(day, hour, 0 if day == 2 and hour > 17 else active) for day, hour, active in lines]
    rows = [[f"April {day}", str(hour), str(active)] for day, hour, active in lines[:: -1 if shuffled else 1]]
    export = read_bytes(
        table([["Date", "Hour", "Active followers"], *rows]), "FollowerActivity.csv", year=2026
    )
    found = export.table.set_index("date")["value"]
    assert found.isna().sum() == 6
    assert found.isna()[found.index >= pd.Timestamp(2026, 4, 2, 18)].all()
    assert found[pd.Timestamp(2026, 4, 2, 3)] == 0
    assert "6 hours at the end" in said(export, "hours_to_come")


def test_first_videos_whose_identifier_holds_no_figure_are_no_description():
    rows = [
        ["Content", "Video title", "Views", "Impressions"],
        ["abcdefghijk", "A", "1,234", ""],
        ["bcdefghijkl", "B", "", ""],
        ["c1defghijkl", "C", "1", ""],
    ]
    for kept in (rows, [rows[0], rows[2], rows[1], rows[3]]):
        export = read_bytes(table(kept), "Table data.csv")
        assert sorted(export.table["post_id"]) == ["abcdefghijk", "bcdefghijkl", "c1defghijkl"]
        assert "description" not in codes(export)


def test_a_video_called_total_is_no_total_wherever_its_title_stands():
    rows = [
        ["Views", "Video title", "Content"],
        ["10", "", "Total"],
        ["4", "Total", "abcdefghijk"],
        ["6", "Pain", "x1cdefghijk"],
    ]
    export = read_bytes(table(rows), "Table data.csv")
    assert export.table["views"].tolist() == [4, 6]
    assert export.totals == {"views": 10}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_hour_may_stand_in_a_column_of_its_own(tmp_path, kind):
    file = tmp_path / f"suivi.{kind}"
    if kind == "csv":
        rows = [
            ["Jour", "Heure", "Likes"],
            ["25/03/2026", "14h30", "5"],
            ["29/03/2026", "08:05", "6"],
            ["30/03/2026", "", "7"],
        ]
        file.write_bytes(table(rows, delimiter=";"))
    else:
        book = openpyxl.Workbook()
        book.active.append(["Jour", "Heure", "Likes"])
        book.active.append([datetime(2026, 3, 25), clock(14, 30), 5])
        book.active.append([datetime(2026, 3, 29), clock(8, 5), 6])
        book.active.append([datetime(2026, 3, 30), None, 7])
        book.save(file)
    columns = {"published": "Jour", "time": "Heure", "reactions": "Likes"}
    read = read_export(file, columns={"platform": "instagram", "zone": "Europe/Paris", "columns": columns})
    export = read[0] if kind == "xlsx" else read
    summer_began = [
        pd.Timestamp("2026-03-25 13:30"),
        pd.Timestamp("2026-03-29 06:05"),
        pd.Timestamp("2026-03-29 22:00"),
    ]
    assert export.table["published"].tolist() == summer_began
