from __future__ import annotations

import io
import random
import zipfile
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DataError, ParameterError
from analysis.platforms import Exports, import_files, read_export, read_folder
from analysis.platforms.contracts import AUDIENCE, DAILY, POSTS
from analysis.platforms.opening import read_bytes
from platforms.faithful import facebook, post, table


def codes(export):
    return [notice.code for notice in export.warnings]


def said(export, code):
    return next(notice for notice in export.warnings if notice.code == code)


# Facebook and Instagram posts


@pytest.mark.parametrize("language", ["en", "fr"])
def test_facebook_posts_in_both_languages(language):
    rows = [post(n, kind=kind) for n, kind in enumerate(["photo", "video", "reel", "link", "text"], start=11)]
    export = read_bytes(facebook(rows, language), "Sep-01-2025_Sep-30-2025_1.csv")
    result = export.table
    assert (export.platform, export.tool, export.kind) == ("facebook", "meta_business_suite", "posts")
    assert list(result.columns[: len(POSTS)]) == list(POSTS)
    assert {name: str(dtype) for name, dtype in result[list(POSTS)].dtypes.items()} == POSTS
    assert result["post_id"].tolist() == [row["post_id"] for row in rows]
    assert result["kind"].tolist() == ["photo", "video", "reel", "link", "text"]
    assert result["published"].tolist() == [pd.Timestamp(row["published"]) for row in rows]
    for name in ("reach", "views", "reactions", "comments", "shares", "clicks"):
        assert result[name].tolist() == [row[name] for row in rows]
    assert result["saves"].isna().all()
    assert not result["published_zone_known"].any()
    assert export.accounts == ("Librairie des Tilleuls",)
    assert export.columns["comments"] == {"en": "Comments", "fr": "Commentaires"}[language]
    assert result["text"][0] == rows[0]["text"]


def test_comments_are_not_the_combined_column():
    export = read_bytes(facebook([post(15)], "fr"), "a.csv")
    assert export.table["comments"].tolist() == [3]
    assert export.table["interactions"].tolist() == [59]


def test_columns_come_and_go():
    export = read_bytes(
        facebook([post(15)], leave_out=("views", "clicks", "duration", "interactions")), "a.csv"
    )
    assert export.table["views"].isna().all()
    assert export.table["reach"].tolist() == [1215]


def test_a_combined_column_that_differs_from_its_parts_is_reported():
    content = facebook([post(15), post(16)]).replace(b",59,", b",61,")
    notice = said(read_bytes(content, "a.csv"), "parts_differ")
    assert "is not Reactions + Comments + Shares on 1 of 2 rows (row 2)" in notice


def test_duplicated_rows_are_counted_dropped_or_kept():
    content = facebook([post(15), post(16), post(15)])
    dropped, kept = (read_bytes(content, "a.csv", duplicates=word) for word in ("drop", "keep"))
    assert (len(dropped.table), dropped.rows_dropped) == (2, 1)
    assert "1 duplicated row was dropped (row 4)" in said(dropped, "duplicates")
    assert len(kept.table) == 3
    assert "kept" in said(kept, "duplicates")


def test_an_identifier_ruined_by_a_spreadsheet_is_missing_and_reported():
    export = read_bytes(facebook([post(15), post(16, post_id="1.22158E+17")]), "a.csv")
    assert export.table["post_id"].isna().tolist() == [False, True]
    assert "1.22158E+17" in said(export, "id_ruined")


def test_shares_of_other_posts_are_set_apart():
    export = read_bytes(facebook([post(15), post(16, is_share=1)]), "a.csv")
    assert len(export.table) == 1
    assert export.apart["post_id"].tolist() == [post(16)["post_id"]]
    assert "Shares of other posts set apart, as they are not own posts: 1." in said(export, "reposts")


def test_figures_by_day_are_refused():
    content = facebook([post(15)]).replace(b"Lifetime", b"2025-09-16")
    with pytest.raises(DataError, match=r"a\.csv, row 2: the column Date holds a day .*lifetime figures"):
        read_bytes(content, "a.csv")


def test_an_unknown_post_type_is_other_and_reported():
    content = facebook([post(15)]).replace(b"Photos", b"Hologram")
    export = read_bytes(content, "a.csv")
    assert export.table["kind"].tolist() == ["other"]
    assert "hologram" in said(export, "kind_unknown")


def test_paid_is_known_only_where_boosts_are_reported():
    rows = [post(15, reach_boosted=0), post(16, reach_boosted=8), post(17)]
    assert read_bytes(facebook(rows), "a.csv").table["paid"].tolist() == [False, True, pd.NA]


INSTAGRAM = [
    ["Post ID", "Account ID", "Account username", "Account name", "Description", "Duration (sec)", "Publish time",
     "Permalink", "Post type", "Data comment", "Date", "Views", "Reach", "Likes", "Shares", "Follows", "Comments",
     "Saves"],
    ["18001", "178", "le_fournil", "Le Fournil", "Pain 🥖", "0", "03/27/2026 06:08", "https://x/1", "IG image", "",
     "Lifetime", "12,400", "9,001", "310", "4", "2", "11", "25"],
    ["18002", "178", "le_fournil", "Le Fournil", "", "31", "03/02/2026 18:00", "https://x/2", "IG carousel", "",
     "Lifetime", "900", "700", "30", "0", "", "1", ""],
]  # fmt: skip


@pytest.mark.parametrize("order", ["as printed", "reversed"])
def test_instagram_posts_whatever_the_order_of_columns(order):
    rows = INSTAGRAM if order == "as printed" else [list(reversed(row)) for row in INSTAGRAM]
    export = read_bytes(table(rows), "Mar-01-2026_Mar-31-2026_9.csv")
    result = export.table
    assert export.platform == "instagram"
    assert result["account"].tolist() == ["le_fournil"] * 2
    assert result["kind"].tolist() == ["photo", "carousel"]
    assert result[["views", "reach", "reactions", "comments", "shares"]].sum().tolist() == [
        13300,
        9701,
        340,
        12,
        4,
    ]
    assert result["saves"].tolist() == [25, pd.NA]
    assert result["published"][1] == pd.Timestamp("2026-03-02 18:00")


# daily page insights, legacy insights


def daily_file(title, rows, encoding="utf-16-le"):
    lines = [
        f"{title}" if title.startswith("sep") else f'"{title}"',
        '"Date","Primary"',
        *(f'"{d}","{v}"' for d, v in rows),
    ]
    text = "sep=,\r\n" + "\r\n".join(lines) + "\r\n"
    return b"\xff\xfe" + text.encode(encoding)


def test_daily_insights_are_known_by_their_second_line():
    content = daily_file("Instagram follows", [("2025-09-20T00:00:00", "3"), ("2025-09-22T00:00:00", "0")])
    export = read_bytes(content, "Views.csv")
    assert (export.platform, export.kind) == ("instagram", "daily")
    assert {name: str(dtype) for name, dtype in export.table.dtypes.items()} == DAILY
    assert export.table["metric"].unique().tolist() == ["new_followers"]
    assert export.table["value"].tolist() == [3, 0]
    assert "Days without a line between the first and the last: 1" in said(export, "days_absent")


def test_a_daily_file_that_names_no_network_says_so():
    export = read_bytes(daily_file("Views", [("2025-09-20T00:00:00", "1,250")]), "Views.csv")
    assert export.table["value"].tolist() == [1250]
    assert "does not name the network" in said(export, "network_unsaid")


def test_a_daily_file_without_its_metric_is_refused():
    with pytest.raises(DataError, match="does not say which figure it holds"):
        read_bytes(b"Date,Primary\n2025-01-01T00:00:00,4\n", "Follows.csv")


def test_legacy_post_insights_have_two_header_rows_and_twin_headings():
    by_type = "Lifetime Talking About This (Post) by action type - "
    rows = [
        ["Post ID", "Permalink", "Post Message", "Type", "Posted", "Lifetime Post Total Reach",
         "Lifetime Post Total Impressions", "Lifetime Post Consumers", "Lifetime Post Consumers",
         f"{by_type}like", f"{by_type}comment"],
        ["", "", "", "", "", "Lifetime: The total number of people your Page post was served to.",
         "Lifetime: The number of impressions of your Page post.", "Lifetime: The number of clicks.",
         "Lifetime: The number of people who clicked anywhere in your posts.", "Lifetime: likes", "Lifetime: comments"],
        ["1_2", "https://f/2", "Bonjour", "Photo", "07/15/2020 09:32:49 AM", "500", "800", "30", "20", "12", ""],
    ]  # fmt: skip
    name = "Facebook Insights Data Export (Post Level) - Page - 2020-08-01.csv"
    export = read_bytes(table(rows), name)
    line = export.table.iloc[0]
    assert line[["reach", "views", "reactions", "comments", "shares", "consumers"]].tolist() == [
        500,
        800,
        12,
        0,
        0,
        20,
    ]
    assert export.exported == pd.Timestamp("2020-08-01")
    assert export.accounts == ("Page",)
    assert {"description", "blank_is_zero"} <= set(codes(export))


# YouTube


def youtube_french(delimiter=","):
    return table(
        [
            ["Contenu", "Titre de la vidéo", "Heure de publication de la vidéo", "Durée", "Vues",
             "Durée de visionnage (heures)", "Abonnés", "Impressions", "Taux de clics par impression (%)",
             "Durée moyenne d’une vue"],
            ["Total", "", "", "", "4\u202f100", "62,5", "12", "20\u202f000", "5,1 %", "0:00:54"],
            ["dQw4w9WgXcQ", "Ouvrir un livre", "28 sept. 2026", "754",
             "1\u202f234", "12,48", "-1", "9\u202f000", "6,58 %", "1:11:11,270"],
            ["abcdefghijk", "Relier", "3 janv. 2026", "61", "2\u202f000", "50", "13", "11\u202f000", "4 %", "0:00:30"],
            ["Showing top 500 results"],
        ],
        delimiter=delimiter,
        encoding="utf-8",
        newline="\n",
    )  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_french_youtube_table(delimiter):
    export = read_bytes(youtube_french(delimiter), "Informations relatives aux tableaux.csv")
    result = export.table
    assert (export.platform, export.kind, len(result)) == ("youtube", "posts", 2)
    assert result["views"].tolist() == [1234, 2000]
    assert result["watch_hours"].tolist() == [12.48, 50]
    assert result["click_through"].tolist() == pytest.approx([0.0658, 0.04])
    assert result["view_duration"].tolist() == pytest.approx([4271.27, 30])
    assert result["published"].tolist() == [pd.Timestamp("2026-09-28"), pd.Timestamp("2026-01-03")]
    assert result["reactions"].isna().all()
    assert export.totals["views"] == 4100
    assert "The 2 videos sum to 3 234 views, less than the total 4 100" in said(export, "totals_differ")
    assert "footer" in codes(export)


def test_a_youtube_archive_is_read_in_place_and_its_chart_set_aside(tmp_path):
    archive = tmp_path / "Content 2025.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(
            "Table data.csv",
            'Content,Video title,Video publish time,Views\nTotal,,,10\na1,T,"Jun 7, 2020",10\n',
        )
        file.writestr("Totals.csv", "Date,Views\n2025-01-01,4\n2025-01-02,6\n")
        file.writestr("Chart data.csv", "Date,Content,Video title,Views\n2025-01-01,a1,T,4\n")
    exports = read_export(archive)
    assert isinstance(exports, Exports)
    assert [export.kind for export in exports] == ["posts", "daily"]
    assert exports[0].file == "Content 2025.zip/Table data.csv"
    assert [notice.code for notice in exports.unrecognised] == ["set_aside"]
    assert list(tmp_path.iterdir()) == [archive]


# authentic files


def test_authentic_youtube_export(shared_data):
    exports = read_folder(shared_data / "exports" / "youtube_codingtrain")
    countries, days = exports
    views = countries.table[countries.table["unit"] == "views"]
    assert list(countries.table.columns) == list(AUDIENCE)
    assert countries.totals["views"] == days.table["value"].sum() == 15503810
    assert (len(views), views["value"].sum()) == (201, 14344009)
    assert "The 201 countries sum to 14 344 009 views, less than the total 15 503 810" in said(
        countries, "totals_differ"
    )
    assert (days.table["date"].min(), days.table["date"].max()) == (
        pd.Timestamp("2020-12-31"),
        pd.Timestamp("2021-12-30"),
    )
    seconds = countries.table.query("unit == 'seconds_per_view' and level == 'US'")["value"]
    assert seconds.tolist() == [5 * 60 + 42]


def test_authentic_linkedin_workbook(shared_data):
    exports = read_folder(shared_data / "exports" / "linkedin_personal")
    daily, top, followers, audience = exports
    sums = daily.table.groupby("metric")["value"].sum()
    assert sums.to_dict() == {"interactions": 1255, "views": 70416}
    assert daily.totals["views"] == 70416
    assert "equal to the 70 416 of sheet DISCOVERY" in said(daily, "overview")
    assert daily.table["date"].nunique() == 365
    assert (len(top.table), top.table["post_id"].nunique()) == (45, 45)
    assert top.table.loc[0, ["views", "interactions"]].tolist() == [12463, 146]
    gained = followers.table.query("metric == 'new_followers'")["value"]
    assert (gained.sum(), len(gained), followers.totals["followers"]) == (969, 365, 782)
    assert followers.exported == pd.Timestamp("2024-08-05")
    assert len(audience.table) == 30
    assert audience.table["value"].isna().sum() == 1
    assert '"< 1%" in Percentage (1)' in said(audience, "missing_words")
    assert audience.table["value"].max() < 1


def test_authentic_live_sellers(shared_data):
    path = shared_data / "fb_live_sellers_thailand" / "Live.csv"
    kept, dropped = read_export(path, duplicates="keep"), read_export(path)
    assert (len(kept.table), len(dropped.table)) == (7050, 6999)
    assert "51 duplicated rows" in said(dropped, "duplicates")
    assert "two date formats in one column" in said(dropped, "date_formats")
    assert dropped.table["post_id"].nunique() == 6997
    assert len(dropped.accounts) == 9
    assert (kept.table["published"].min().date(), kept.table["published"].max().date()) == (
        datetime(2012, 7, 15).date(),
        datetime(2018, 6, 13).date(),
    )
    assert kept.table["kind"].value_counts().to_dict() == {
        "photo": 4288,
        "video": 2334,
        "text": 365,
        "link": 63,
    }
    assert dropped.sha256 == "621ffbc125507577a2bb548b78aaba84b82091e391dc1333ab2229d8691eb850"


def test_authentic_cosmetics_page(shared_data):
    export = read_export(shared_data / "fb_metrics_cosmetics_moro" / "dataset_Facebook.csv")
    result = export.table
    sums = result[["reactions", "comments", "shares", "interactions"]].sum()
    assert sums.tolist() == [88795, 3741, 13524, 106060]
    assert result[["paid", "reactions", "shares"]].isna().sum().tolist() == [1, 1, 4]
    assert result["published"].isna().all()
    assert result["post_id"].isna().all()
    assert result.groupby("kind")["consumers"].mean().round(1).to_dict() == {
        "link": 292.7,
        "photo": 690.4,
        "text": 1949.6,
        "video": 1584.7,
    }
    assert "parts_differ" not in codes(export)


# mistakes


def test_an_unknown_format_names_the_file_its_headings_and_the_nearest(tmp_path):
    path = tmp_path / "ventes.csv"
    path.write_text("Post ID,Publish time,Colour\n1,2025-01-01,blue\n", encoding="utf-8")
    with pytest.raises(
        DataError,
        match=r"ventes\.csv: no known export has these headings: Post ID, Publish time, Colour\. "
        r"The nearest is .* which also needs",
    ) as error:
        read_export(path)
    assert str(tmp_path) not in str(error.value)


def test_headings_without_rows_give_an_empty_table_and_a_warning():
    export = read_bytes(facebook([]), "a.csv")
    assert len(export.table) == 0
    assert {name: str(dtype) for name, dtype in export.table[list(POSTS)].dtypes.items()} == POSTS
    assert "empty" in codes(export)


def test_a_last_row_cut_in_the_middle_is_dropped_and_reported():
    content = facebook([post(15), post(16)])
    export = read_bytes(content[: content.rindex(b",1,17")], "a.csv")
    assert len(export.table) == 1
    assert "row 3, the last one, is cut" in said(export, "cut")


def test_a_file_cut_inside_a_quoted_text_is_refused():
    content = facebook([post(15), post(16)])
    with pytest.raises(DataError, match=r"a\.csv, row 3: the row cannot be split"):
        read_bytes(content[: content.rindex(b"automne")], "a.csv")


def test_swapped_columns_are_refused():
    headings = facebook([]).decode("utf-8-sig")
    swapped = (
        headings.replace("Reach,", "@,", 1).replace("Publish time,", "Reach,").replace("@,", "Publish time,")
    )
    body = facebook([post(n) for n in range(12, 16)]).decode("utf-8-sig").removeprefix(headings)
    with pytest.raises(
        DataError, match=r"a\.csv, column (Reach|Publish time), rows 2, 3, 4 and 1 more: .* is not a"
    ):
        read_bytes((swapped + body).encode("utf-8-sig"), "a.csv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", bytes(range(256)), "control characters|cannot be read"),
        ("a.zip", b"PK\x03\x04broken", "not a complete ZIP archive"),
        ("a.xlsx", b"nonsense", "cannot be opened as a workbook"),
        ("a.csv", b"hello\n", "no known export"),
    ],
)
def test_what_is_no_export_is_refused_in_words(name, content, message):
    with pytest.raises(DataError, match=message):
        read_bytes(content, name)


def test_an_archive_that_leaves_its_folder_or_explodes_is_refused():
    outside, bomb = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(outside, "w") as file:
        file.writestr("../Totals.csv", "Date,Views\n2025-01-01,4\n")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("Totals.csv", b"0" * 60_000_000)
    with pytest.raises(DataError, match="leaves the archive"):
        read_bytes(outside.getvalue(), "a.zip")
    with pytest.raises(DataError, match="refused as unsafe"):
        read_bytes(bomb.getvalue(), "a.zip")


def test_wrong_choices_and_absent_files(tmp_path):
    with pytest.raises(ParameterError, match=r'duplicates="dorp" is not a choice\. Did you mean "drop"'):
        read_export(tmp_path / "a.csv", duplicates="dorp")
    with pytest.raises(DataError, match=r"a\.csv cannot be opened: No such file"):
        read_export(tmp_path / "a.csv")
    with pytest.raises(DataError, match="There is no file or folder nowhere"):
        read_folder(tmp_path / "nowhere")


def test_a_folder_reports_what_it_does_not_read_and_names_every_mistake(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "posts.csv").write_bytes(facebook([post(15)]))
    (tmp_path / "logo.png").write_bytes(b"\x89PNG")
    (tmp_path / "sales.csv").write_text("Colour,Price\nred,2\n", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    exports = read_folder(tmp_path)
    assert [export.file for export in exports] == ["deep/posts.csv"]
    assert [notice.code for notice in exports.unrecognised] == ["not_an_export", "unknown_format"]
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(facebook([post(3, published=datetime(2025, 9, 4))]))
    with pytest.warns(UserWarning, match=r"^Figures are missing of 2 files refused: one\.csv.* two\.csv"):
        partly = read_folder(tmp_path)
    assert [export.file for export in partly] == ["deep/posts.csv"]
    pd.testing.assert_frame_equal(partly[0].table, exports[0].table)
    assert list(partly.refused) == ["one.csv", "two.csv"]
    assert all(f"{file}, column Publish time, row 2" in why for file, why in partly.refused.items())
    whole = read_folder(tmp_path, dayfirst=False)
    assert (len(whole), whole.refused) == (3, {})
    (tmp_path / "deep" / "posts.csv").unlink()
    with pytest.raises(DataError, match=r"(?s)one\.csv.*--dayfirst.*two\.csv.*--dayfirst"):
        read_folder(tmp_path)


def test_a_workbook_of_strangers_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Colour", "Price"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match=r"a\.xlsx: no known export has these headings: Colour, Price"):
        read_export(tmp_path / "a.xlsx")


# properties

COUNT = st.one_of(st.none(), st.integers(0, 3_000_000))
ROW = st.fixed_dictionaries(
    {
        "published": st.datetimes(datetime(2020, 1, 13), datetime(2026, 12, 28)).map(
            lambda d: d.replace(second=0, microsecond=0)
        ),
        "kind": st.sampled_from(["photo", "video", "reel", "link", "text"]),
        "text": st.text(
            st.characters(codec="cp1252", exclude_categories=["Cc", "Zs", "Zl", "Zp"]),
            min_size=1,
            max_size=20,
        ),
        "views": COUNT,
        "reach": COUNT,
        "reactions": COUNT,
        "comments": COUNT,
        "shares": COUNT,
    }
)
UNSEEN = ROW.map(lambda row: {**row, "views": 0, "reach": row["reach"] or 37})


def views_told(rows):
    """Nobody is reached without a view: where five posts or more say so and no view was counted, theirs are unknown."""
    impossible = [row["views"] == 0 and (row["reach"] or 0) > 0 for row in rows]
    uncounted = not any(row["views"] for row in rows) and sum(impossible) >= 5
    return [
        None if uncounted and wrong else row["views"] for row, wrong in zip(rows, impossible, strict=True)
    ]


@settings(max_examples=40)
@given(
    rows=st.lists(ROW, min_size=1, max_size=6) | st.lists(UNSEEN, min_size=4, max_size=5),
    language=st.sampled_from(["en", "fr"]),
    order=st.sampled_from(["day", "month"]),
    group=st.sampled_from(["", ",", ".", "\u00a0", " "]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"]),
)
def test_any_table_in_any_locale_and_encoding_is_read_back(rows, language, order, group, delimiter, encoding):
    rows = [{**row, "post_id": f"1001{number:012d}"} for number, row in enumerate(rows)]
    content = facebook(rows, language, order, group, delimiter, encoding)
    result = read_bytes(content, "a.csv", dayfirst=order == "day").table
    assert result["published"].tolist() == [pd.Timestamp(row["published"]) for row in rows]
    assert result["kind"].tolist() == [row["kind"] for row in rows]
    assert result["text"].tolist() == [row["text"] for row in rows]
    told = [{**row, "views": views} for row, views in zip(rows, views_told(rows), strict=True)]
    for name in ("views", "reach", "reactions", "comments", "shares"):
        found = [None if pd.isna(value) else int(value) for value in result[name]]
        assert found == [row[name] for row in told]


def mutants(content, count, seed):
    rng = random.Random(seed)
    for _ in range(count):
        data = bytearray(content)
        kind = rng.choice(["cut", "bytes", "mark", "lines", "cells", "drop"])
        if kind == "cut":
            del data[rng.randrange(len(data)) :]
        elif kind == "bytes":
            for _ in range(rng.randint(1, 20)):
                data[rng.randrange(len(data))] = rng.randrange(256)
        elif kind == "mark":
            data[:0] = rng.choice([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00"])
        elif kind == "drop":
            start = rng.randrange(len(data))
            del data[start : start + rng.randint(1, 40)]
        else:
            separator = b"\n" if kind == "lines" else b","
            parts = bytes(data).split(separator)
            rng.shuffle(parts)
            data = bytearray(separator.join(parts))
        yield bytes(data)


def samples():
    yield "posts.csv", facebook([post(n) for n in range(1, 25)])
    yield "tableaux.csv", youtube_french()
    yield (
        "Follows.csv",
        daily_file("Facebook follows", [(f"2025-09-{n:02d}T00:00:00", str(n)) for n in range(1, 29)]),
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("Totals.csv", "Date,Views\n2025-01-01,4\n2025-01-02,6\n" * 20)
    yield "a.zip", stream.getvalue()
    book, target = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "ENGAGEMENT"
    for row in [["Date", "Impressions", "Engagements"], *([f"9/{n}/2023", n, 0] for n in range(1, 29))]:
        book.active.append(row)
    book.save(target)
    yield "Content.xlsx", target.getvalue()


@pytest.mark.parametrize(
    ("name", "content"), list(samples()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_damaged_file_gives_a_table_or_a_data_error(name, content):
    outcomes = {"table": 0, "refused": 0}
    for mutant in mutants(content, 70, seed=20250901):
        try:
            found = read_bytes(mutant, name, dayfirst=False)
        except DataError as error:
            assert name in str(error)
            outcomes["refused"] += 1
        else:
            exports = found if isinstance(found, Exports) else [found]
            assert all(isinstance(export.table, pd.DataFrame) for export in exports)
            outcomes["table"] += 1
    assert outcomes["refused"] > 0


def test_reading_does_not_depend_on_where_numbers_come_from():
    values = np.array([1, 2, 3])
    export = read_bytes(facebook([post(n, reach=int(n)) for n in values + 12]), "a.csv")
    assert export.table["reach"].tolist() == (values + 12).tolist()


@pytest.mark.parametrize("read", [read_export, read_folder])
@pytest.mark.parametrize(
    "given, message",
    [
        ({"path": 3}, "path=3 is no path"),
        ({"dayfirst": "yes"}, "dayfirst='yes': give True"),
        ({"year": "2025"}, "year='2025': give a year in figures"),
    ],
)
def test_what_is_no_answer_about_a_file_is_refused(tmp_path, read, given, message):
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=message):
        read(**{"path": tmp_path / "Totals.csv"} | given)


def test_one_path_is_imported_as_a_list_of_one(tmp_path):
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    assert import_files(str(tmp_path / "Totals.csv"))["action"].tolist() == ["read"]
