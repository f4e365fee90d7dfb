from __future__ import annotations

import io
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from analysis import platforms
from analysis.language import word
from analysis.platforms import read_folder
from analysis.platforms.cells.numbers import numbers
from analysis.platforms.opening import read_bytes
from platforms.faithful import facebook, post, table

INSTAGRAM = [
    ["Post ID", "Account ID", "Account username", "Account name", "Publish time", "Post type", "Date", "Views",
     "Reach", "Likes", "Shares", "Comments", "Saves"],
    ["18001", "178", "le_fournil", "Le Fournil", "03/27/2026 06:08", "IG reel", "Lifetime", "12,400", "9,001", "310",
     "4", "11", "25"],
]  # fmt: skip


def book(rows):
    made, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("absent", "account"),
    [
        ([], "le_fournil"),
        (["Account username"], "Le Fournil"),
        (["Account username", "Account name"], "178"),
        (["Account ID", "Account name"], "le_fournil"),
    ],
)
def test_instagram_posts_are_known_by_any_account_column(absent, account):
    keep = [place for place, heading in enumerate(INSTAGRAM[0]) if heading not in absent]
    export = read_bytes(table([[row[place] for place in keep] for row in INSTAGRAM]), "a.csv")
    line = export.table.iloc[0]
    assert export.platform == "instagram"
    assert line[["account", "kind", "reactions", "saves"]].tolist() == [account, "reel", 310, 25]


def test_the_first_column_of_a_youtube_table_is_its_dimension():
    rows = [
        ["Cities", "City name", "Geography", "Views", "Engaged views", "Watch time (hours)",
         "Average view duration", "Subscribers", "Impressions", "Unique viewers"],
        ["Total", "", "", "50", "9", "1.5", "0:01:00", "7", "90", "40"],
        ["0x47e66e", "Paris", "FR", "30", "4", "1.0", "0:01:02", "3", "60", "20"],
        ["0x47f4ea", "Lyon", "FR", "10", "2", "0.5", "0:00:58", "1", "15", "8"],
    ]  # fmt: skip
    export = read_bytes(table(rows), "Table data.csv")
    wide = export.table.pivot(index="level", columns="unit", values="value")
    assert export.table["dimension"].unique().tolist() == ["city"]
    assert export.totals["views"] == 50
    assert wide.index.tolist() == ["Lyon", "Paris"]
    assert wide["views"].tolist() == [10, 30]
    assert wide["unique_viewers"].tolist() == [8, 20]


@pytest.mark.parametrize("padding", [[], ["", ""]])
def test_a_footer_in_another_language_is_no_country(padding):
    rows = [
        ["Zone géographique", "Vues", "Durée de visionnage (heures)"],
        ["Total", "50", "1,5"],
        ["FR", "30", "1"],
        ["BE", "10", "0,123"],
        ["Affichage des 500 premiers résultats", *padding],
    ]
    export = read_bytes(table(rows, ";"), "Informations relatives aux tableaux.csv")
    assert export.table["level"].unique().tolist() == ["FR", "BE"]
    assert [notice.code for notice in export.warnings] == ["footer", "total_row", "totals_differ"]


def test_durations_a_spreadsheet_has_turned_into_times_of_day():
    rows = [
        ["Content", "Video title", "Video publish time", "Views", "Average view duration"],
        ["Total", None, None, 9, time(0, 0, 54)],
        ["dQw4w9WgXcQ", "Ouvrir", datetime(2025, 6, 7), 5, time(0, 13, 29)],
        ["abcdefghijk", "Relier", datetime(2025, 6, 9), 4, timedelta(hours=25)],
    ]
    (export,) = read_bytes(book(rows), "a.xlsx")
    assert export.table["view_duration"].tolist() == [13 * 60 + 29, 25 * 3600]
    assert export.totals["view_duration"] == 54


def test_a_video_identifier_that_looks_like_a_power_is_kept():
    rows = [["Content", "Video title", "Views"], ["1e123456789", "Relier", "5"], ["1.2E+10", "Ouvrir", "4"]]
    export = read_bytes(table(rows), "Table data.csv")
    assert export.table["post_id"].tolist() == ["1e123456789", pd.NA]


STACKED = [
    ["Facebook follows"],
    ["Date", "Primary"],
    ["2025-09-20T00:00:00", "5"],
    ["2025-09-21T00:00:00", "6"],
    ["Instagram follows"],
    ["Date", "Primary"],
    ["2025-09-20T00:00:00", "77"],
]


@pytest.mark.parametrize("blank", [False, True])
def test_daily_tables_one_below_the_other_are_not_one_metric(blank):
    rows = [*STACKED[:4], [], *STACKED[4:]] if blank else STACKED
    content = b"\xff\xfe" + ("sep=,\r\n" + table(rows, encoding="utf-8").decode()).encode("utf-16-le")
    facebook, instagram = read_bytes(content, "Follows.csv")
    assert (facebook.platform, facebook.table["value"].tolist()) == ("facebook", [5, 6])
    assert (instagram.platform, instagram.table["value"].tolist()) == ("instagram", [77])
    assert not [notice for notice in facebook.warnings if notice.code in {"unreadable", "short_rows"}]


def test_shares_with_and_without_a_sign_in_one_column():
    rows = [
        ["Top Demographics", "Value", "Percentage"],
        ["Locations", "Paris", "12%"],
        ["Locations", "Lyon", 0.034],
        ["Locations", "Lille", "< 1%"],
    ]
    (export,) = read_bytes(book(rows), "a.xlsx")
    assert export.table["value"].tolist()[:2] == pytest.approx([0.12, 0.034])
    assert export.table["value"].isna().tolist() == [False, False, True]
    assert numbers(["12%", "3"], whole=False).percent == {0}


def test_a_post_listed_twice_in_a_table_beside_another():
    link = "https://www.linkedin.com/feed/update/urn:li:activity:710000000000000000"
    rows = [
        [
            "Post URL",
            "Post publish date",
            "Engagements",
            None,
            "Post URL",
            "Post publish date",
            "Impressions",
        ],
        [f"{link}1", "9/23/2023", 14, None, f"{link}1", "9/23/2023", 900],
        [f"{link}1", "9/23/2023", 14, None, f"{link}2", "9/24/2023", 800],
    ]
    (export,) = read_bytes(book(rows), "a.xlsx")
    assert export.table["views"].tolist() == [900, 800]
    assert export.table["interactions"].tolist() == [14, pd.NA]


def test_a_figure_without_a_recognised_heading_is_named():
    whole = read_bytes(facebook([post(15)], "fr"), "a.csv")
    garbled = read_bytes(facebook([post(15)], "fr").replace("Réactions".encode(), b"R?actions"), "a.csv")
    older = read_bytes(facebook([post(15)], leave_out=("views", "shares")), "a.csv")
    said = [
        [notice for notice in export.warnings if notice.code == "figures_absent"]
        for export in (whole, garbled, older)
    ]
    assert said[0] == []
    assert "No heading was recognised for: Réactions. These figures are missing, not 0" in said[1][0]
    assert garbled.table["reactions"].isna().all()
    assert "No heading was recognised for: Views, Shares." in said[2][0]


@pytest.mark.parametrize(("other", "mixed"), [("8", True), ("5", False)])
def test_two_unnamed_networks_in_one_folder_are_noticed(tmp_path, other, mixed):
    for name, value in (("Views.csv", "5"), ("Views (1).csv", other)):
        rows = [["Views"], ["Date", "Primary"], ["2025-09-20T00:00:00", value]]
        (tmp_path / name).write_bytes(table(rows, encoding="utf-16-le"))
    exports = read_folder(tmp_path)
    notices = [n for export in exports for n in export.warnings if n.code == "networks_mixed"]
    assert bool(notices) is mixed
    if mixed:
        assert "Views (1).csv and Views.csv" in notices[0]
        assert "differ on 1 of 1 common day:" in notices[0]


def test_followers_printed_as_text_above_their_table():
    rows = [["Total followers on 8/25/2024:", "1,782"], [], ["Date", "New followers"], ["9/23/2023", 3]]
    (export,) = read_bytes(book(rows), "a.xlsx")
    assert export.totals["followers"] == 1782
    assert export.exported == pd.Timestamp("2024-08-25")


def test_legacy_insights_without_their_second_sheet_name_what_is_absent():
    rows = [
        ["Post ID", "Type", "Posted", "Lifetime Post Total Reach", "Lifetime Post Total Impressions"],
        ["1_2", "Photo", "07/15/2020 09:32:49 AM", "500", "800"],
    ]
    export = read_bytes(table(rows), "a.csv")
    assert export.table[["reactions", "comments", "shares"]].isna().all(axis=None)
    assert "figures_absent" in [notice.code for notice in export.warnings]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_notice_can_be_worded_in_a_report(language):
    sources = Path(platforms.__file__).parent.rglob("*.py")
    calls = re.compile(r'(?:Notice|\.notice)\(\s*"([a-z_]+)",')
    codes = {code for source in sources for code in calls.findall(source.read_text(encoding="utf-8"))}
    assert {"figures_absent", "networks_mixed", "zone_unknown"} <= codes
    for code in sorted(codes):
        assert "a.csv" in word(f"notice.{code}", language, files="a.csv")
