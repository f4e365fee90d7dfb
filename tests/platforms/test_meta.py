"""Meta's files beside the list of posts: dashboards, days, audiences, stories and the insights of old."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import read_export, read_folder
from analysis.platforms.opening import read_bytes
from analysis.platforms.posts import daily as by_day
from analysis.platforms.posts import posts, summary
from platforms.faithful import facebook, post, table
from platforms.faithful_linkedin import book
from platforms.faithful_meta import (
    AUDIENCE,
    STORY,
    STORY_LINE,
    daily,
    history,
    page_rows,
    post_sheets,
    utf16,
    viewers,
)

FIXTURES = Path(__file__).parent / "fixtures"
COUNTS = [100, 103, 101, 101, 110]


def codes(export):
    return [notice.code for notice in export.warnings]


def wide(export):
    return export.table.pivot(index="date", columns="metric", values="value")


def test_the_difference_of_the_follower_history_is_to_the_next_day():
    export = read_bytes(history(date(2025, 8, 18), COUNTS), "FollowerHistory.csv", year=2025)
    found = wide(export)
    assert found["followers"].tolist() == COUNTS
    assert found["followers_change_to_next_day"].tolist() == [3, -2, 0, 9, 0]
    assert "followers_change" not in found
    assert any(
        "NEXT day (it agrees with the followers on 4 of 4 days)" in notice for notice in export.warnings
    )


def test_a_difference_that_is_what_its_heading_says_keeps_its_name():
    export = read_bytes(history(date(2025, 8, 18), COUNTS, shifted=False), "FollowerHistory.csv", year=2025)
    assert wide(export)["followers_change"].tolist() == [0, 3, -2, 0, 9]
    assert not {"difference_shifted", "difference_unsure"} & set(codes(export))


def test_a_difference_that_agrees_with_nothing_is_said_to():
    rows = [["Date", "Followers", "Difference in followers from previous day"]]
    rows += [[f"August {18 + place}", str(100 + 7 * place), "1"] for place in range(4)]
    export = read_bytes(table(rows), "FollowerHistory.csv", year=2025)
    assert any("agrees with the followers on 0 of 3 days" in notice for notice in export.warnings)
    assert "difference_unsure" in codes(export)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_year_that_turns_is_given_whatever_the_order(language, backwards):
    made = history(date(2025, 12, 30), COUNTS, language).decode("utf-8-sig").strip().split("\r\n")
    lines = [made[0], *(made[:0:-1] if backwards else made[1:])]
    export = read_bytes("\r\n".join(lines).encode(), "FollowerHistory.csv", year=2025)
    assert sorted(wide(export).index) == list(pd.date_range("2025-12-30", periods=5))
    assert wide(export).loc[pd.Timestamp("2026-01-01"), "followers"] == 101


def test_a_day_not_over_is_missing_with_the_zeros_beside_it():
    export = read_bytes(viewers(date(2025, 8, 18), [30, 33]), "Viewers.csv", year=2025)
    found = wide(export)
    assert found["total_viewers"].sum() == 63 and found["new_viewers"].sum() == 21
    assert found.loc[pd.Timestamp("2025-08-20")].isna().all()
    assert {"undefined_day", "missing_words", "unique_people"} <= set(codes(export))
    assert "parts_differ" not in codes(export)


def test_a_true_zero_day_stays_zero():
    export = read_bytes(viewers(date(2025, 8, 18), [0, 33]), "Viewers.csv", year=2025)
    assert wide(export).loc[pd.Timestamp("2025-08-18")].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("scale", "sign"), [(1, ""), (100, ""), (100, "%")])
def test_shares_are_fractions_whichever_way_they_are_printed(scale, sign):
    rows = [
        ["Gender", "Distribution"],
        ["Female", f"{0.59 * scale:g}{sign}"],
        ["Male", f"{0.41 * scale:g}{sign}"],
    ]
    export = read_bytes(table(rows), "FollowerGender.csv")
    assert export.table["value"].tolist() == pytest.approx([0.59, 0.41])
    assert export.table["dimension"].unique().tolist() == ["gender"]
    assert "shares_partial" not in codes(export)


@pytest.mark.parametrize("heading", ["Top territories", "Top Territories"])
def test_territories_by_name_are_metas_and_by_code_tiktoks(heading):
    names = read_bytes(table([[heading, "Distribution"], ["Philippines", "0.6"], ["Others", "0.1"]]), "a.csv")
    coded = read_bytes(table([[heading, "Distribution"], ["PH", "0.6"], ["Others", "0.4"]]), "a.csv")
    assert (names.platform, coded.platform) == ("facebook", "tiktok")
    assert "network_open" in codes(names) and "network_open" not in codes(coded)
    assert "shares_partial" in codes(names) and "shares_partial" not in codes(coded)
    assert names.table["dimension"].unique().tolist() == ["country"]


def test_the_files_beside_settle_the_network_and_the_year(tmp_path):
    (tmp_path / "FollowerHistory.csv").write_bytes(history(date(2025, 12, 30), COUNTS))
    days = {date(2025, 12, 20) + timedelta(n): n for n in range(30)}
    (tmp_path / "Visits.csv").write_bytes(daily("Facebook visits", days))
    export = next(e for e in read_folder(tmp_path) if e.format == "dashboard_followers")
    assert export.platform == "facebook" and "network_open" not in codes(export)
    assert sorted(wide(export).index) == list(pd.date_range("2025-12-30", periods=5))
    assert any("from the files beside it" in notice for notice in export.warnings)


def test_an_archive_of_tiktok_is_tiktoks():
    overview = table([
        ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"],
        *[[f"August {day}", "10", "2", "1", "0", "0"] for day in range(18, 23)],
    ])  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("Overview.csv", overview)
        archive.writestr("FollowerHistory.csv", history(date(2025, 8, 18), COUNTS))
    exports = read_bytes(stream.getvalue(), "Overview_1755950000_fournil.zip")
    assert {export.platform for export in exports} == {"tiktok"}
    found = next(export for export in exports if export.format == "dashboard_followers")
    assert found.table["platform"].unique().tolist() == ["tiktok"] and found.tool == "tiktok_studio"
    assert wide(found).index.min() == pd.Timestamp("2025-08-18")


def test_an_archive_named_as_tiktok_names_it_is_tiktoks():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("FollowerHistory.csv", history(date(2025, 8, 18), COUNTS))
    (export,) = read_bytes(stream.getvalue(), "Followers_le_fournil.zip", year=2025)
    assert (export.platform, export.accounts) == ("tiktok", ("le_fournil",))
    assert "network_open" not in codes(export)


def test_a_single_file_takes_its_year_from_those_beside_it(tmp_path):
    file = tmp_path / "FollowerHistory.csv"
    file.write_bytes(history(date(2025, 12, 30), COUNTS))
    (tmp_path / "Visits (2).csv").write_bytes(b"not an export")
    with pytest.raises(DataError, match="has no year"):
        read_export(file)
    (tmp_path / "Visits.csv").write_bytes(
        daily("Facebook visits", {date(2026, 1, 2): 5, date(2026, 1, 9): 6})
    )
    assert sorted(wide(read_export(file)).index) == list(pd.date_range("2025-12-30", periods=5))


def test_without_a_year_anywhere_one_is_asked():
    with pytest.raises(
        DataError, match=r'FollowerHistory.csv, column Date, row 2: "August 18" has no year. Say which'
    ):
        read_bytes(history(date(2025, 8, 18), COUNTS), "FollowerHistory.csv")


def test_the_audience_is_read_block_by_block():
    exports = read_bytes(utf16(AUDIENCE), "Audience.csv")
    ages, cities, countries, pages, follows = exports
    assert ages.table.set_index("level")["value"].to_dict() == pytest.approx(
        {"Men 18-24": 0.101, "Women 18-24": 0.12, "Men 25-34": 0.302, "Women 25-34": 0.477}
    )
    assert cities.table["value"].tolist() == pytest.approx([0.605, 0.004])
    assert cities.table["level"].tolist() == ["Lille, France", "Lens, France"]
    assert countries.table["value"].sum() == pytest.approx(1)
    assert pages.table[["unit", "value"]].to_numpy().tolist() == [["affinity", 140], ["affinity", 20.5]]
    assert [e.table["dimension"].iloc[0] for e in exports[:4]] == ["age_gender", "city", "country", "page"]
    assert follows.kind == "daily" and follows.table["value"].sum() == 41
    assert "daily_repeated" in codes(follows)


def test_the_followers_repeated_in_the_audience_count_once(tmp_path):
    (tmp_path / "Audience.csv").write_bytes(utf16(AUDIENCE))
    days = {date(2025, 8, 1): 20, date(2025, 8, 2): 21, date(2025, 8, 3): 5}
    (tmp_path / "Follows.csv").write_bytes(daily("Facebook follows", days))
    exports = read_folder(tmp_path)
    assert by_day(exports)["value"].sum() == 46
    assert len(summary(exports)) == 6


@pytest.mark.parametrize("blank", ["\n", ""])
def test_blocks_in_another_order_with_one_unknown_are_told_apart(blank):
    parts = AUDIENCE.removeprefix("sep=,\n").split("\n\n")
    parts[0], parts[-1] = parts[-1].strip(), parts[0]
    strange = '"Devices"\n"Phone","Tablet"\n"90","10"'
    text = "sep=,\n" + f"\n{blank}".join([*parts, strange] if blank else parts) + "\n"
    exports = read_bytes(utf16(text), "Audience.csv")
    assert sum(export.kind == "audience" for export in exports) == 4
    assert sum(export.table["value"].sum() for export in exports if export.kind == "daily") == 41
    assert [notice.code for notice in exports.unrecognised] == (["block_unknown"] if blank else [])


def test_an_audience_of_instagram_is_instagrams():
    exports = read_bytes(utf16(AUDIENCE.replace('"Follows"', '"Instagram follows"')), "Audience.csv")
    assert {export.platform for export in exports} == {"instagram"}
    assert {name for export in exports for name in export.table["platform"]} == {"instagram"}
    assert not any("network_unsaid" in codes(export) for export in exports)


@pytest.mark.parametrize(
    ("title", "platform", "metric", "guessed"),
    [
        ("Facebook follows", "facebook", "new_followers", False),
        ("Instagram profile visits", "instagram", "visits", False),
        ("Content interactions", "facebook", "interactions", False),
        ("Viewers", "facebook", "reach", False),
        ("Couverture Instagram", "instagram", "reach", True),
        ("Räckvidd", "facebook", "reach", True),
        ("Net saves of stickers", "facebook", "net_saves_of_stickers", False),
    ],
)
def test_the_line_above_names_network_and_metric(title, platform, metric, guessed):
    header = {"Räckvidd": ("Datum", "Primär"), "Couverture Instagram": ("Date", "Principal")}.get(
        title, ("Date", "Primary")
    )
    export = read_bytes(daily(title, {date(2025, 9, 20): 5}, header), "Views.csv")
    assert (export.platform, export.table["metric"].iloc[0], export.table["value"].iloc[0]) == (
        platform,
        metric,
        5,
    )
    assert ("headings_guessed" in codes(export)) is guessed


def test_page_insights_name_every_column_after_its_heading():
    export = read_bytes(
        table(page_rows()), "Facebook Insights Data Export - Chez Saku - Lille - 2020-08-03.csv"
    )
    found = wide(export)
    assert export.rows_read == 5 and export.accounts == ("Chez Saku - Lille",)
    assert export.exported == pd.Timestamp("2020-08-03")
    assert found["lifetime_total_likes"].dropna().tolist() == [102, 103, 104]
    assert found["reach"].sum() == 42 + 43 + 44 and found["views"].sum() == 92 + 93 + 94
    assert found["28_days_total_reach"].dropna().unique().tolist() == [700]
    assert found["daily_negative_feedback_unique_users"].dropna().tolist() == [0, 1, 0]
    assert found["daily_negative_feedback_total_count"].dropna().tolist() == [2, 2, 2]
    assert found["lifetime_likes_by_city_lille_france"].dropna().unique().tolist() == [55]


def test_days_below_the_threshold_are_missing_and_windows_are_not_added_up():
    export = read_bytes(table(page_rows()), "Facebook Insights Data Export - Saku - 2020-08-03.csv")
    assert wide(export).loc["2020-05-07"].isna().all(axis=None)
    assert "Days without any figure: 2." in next(n for n in export.warnings if n.code == "days_hidden")
    assert "2 metrics are such windows" in next(n for n in export.warnings if n.code == "unique_people")
    assert "description" in codes(export)
    assert summary(export)["sums"].iloc[0] == "views 279"


def test_page_insights_of_a_workbook_are_joined_by_day():
    whole = [[cell or None for cell in row] for row in page_rows()]
    key = [row[:9] for row in whole]
    city = [["Date", "Lille, France"], *[[row[0], row[9]] for row in whole[1:]]]
    (export,) = read_bytes(
        book({"Key Metrics": key, "Lifetime Likes by City": [city[0], *city[:0:-1]]}), "a.xlsx"
    )
    flat = read_bytes(table(page_rows()), "a.csv")
    pd.testing.assert_frame_equal(export.table, flat.table)


def test_actions_by_type_of_a_workbook_are_joined_to_their_posts():
    (export,) = read_bytes(
        book(post_sheets()), "Facebook Insights Data Export (Post Level) - Saku - 2020-08-03.xlsx"
    )
    lines = export.table.set_index("post_id")
    assert lines.loc["1000_2001", ["reactions", "comments", "shares"]].tolist() == [40, 6, 0]
    assert lines.loc["1000_2002", ["reactions", "comments", "shares"]].tolist() == [9, 0, 0]
    assert lines["people_reactions"].tolist() == [39, 8]
    assert lines["paid"].tolist() == [False, True]
    assert export.accounts == ("Saku",) and "people_not_actions" not in codes(export)


def test_an_old_workbook_of_posts_reads_as_the_new_one():
    old, new = read_export(FIXTURES / "insights_posts.xls"), read_bytes(book(post_sheets()), "a.xlsx")
    assert (FIXTURES / "insights_posts.xls").read_bytes().startswith(b"\xd0\xcf\x11\xe0")
    pd.testing.assert_frame_equal(old[0].table.drop(columns="source"), new[0].table.drop(columns="source"))


def test_headings_of_2017_in_the_names_of_programs_are_known():
    sheets = post_sheets()
    names = {"Lifetime Post Total Reach": "post_impressions_unique:lifetime",
             "Lifetime Post organic reach": "post_impressions_organic_unique:lifetime",
             "Lifetime Post Paid Reach": "post_impressions_paid_unique:lifetime",
             "Lifetime Post Total Impressions": "post_impressions:lifetime",
             "Lifetime Engaged Users": "post_engaged_users:lifetime"}  # fmt: skip
    (usual,) = read_bytes(book(sheets), "a.xlsx")
    sheets["Key Metrics"][0] = [names.get(name, name) for name in sheets["Key Metrics"][0]]
    for name in list(sheets)[1:]:
        del sheets[name][1]
    (named,) = read_bytes(book(sheets), "a.xlsx")
    pd.testing.assert_frame_equal(named.table[sorted(named.table)], usual.table[sorted(usual.table)])


def test_people_are_counted_where_there_are_no_actions_and_said_to_be():
    sheets = {name: rows for name, rows in post_sheets().items() if "Stories" not in name}
    (export,) = read_bytes(book(sheets), "a.xlsx")
    assert export.table["reactions"].tolist() == [39, 8]
    assert "people_not_actions" in codes(export)


def test_a_file_of_stories_keeps_what_only_stories_have():
    export = read_bytes(table([STORY, STORY_LINE]), "stories.csv")
    line = export.table.iloc[0]
    assert export.platform == "instagram" and line["kind"] == "story"
    assert line[["views", "reach", "reactions", "shares", "replies", "navigation", "sticker_taps"]].tolist() == [
        280, 238, 3, 0, 1, 251, 2,
    ]  # fmt: skip
    assert pd.isna(line["comments"]) and pd.isna(line["link_clicks"])
    assert "stories_replies" in codes(export)


SWEDISH = ["Publicerings-id", "Sid-id", "Sidnamn", "Titel", "Publiceringstid", "Inläggstyp", "Permalänk", "Visningar",
           "Räckvidd", "Reaktioner, kommentarer och delningar", "Reaktioner", "Kommentarer", "Delningar",
           "Totalt antal klick", "Länkklick", "Övriga klick"]  # fmt: skip


def test_a_swedish_file_of_facebook_posts():
    row = ["1221", "10", "Bageriet", "Bullar", "2026-03-27 06:08", "Bilder", "https://x", "1 200", "900", "45", "40",
           "4", "1", "60", "50", "10"]  # fmt: skip
    export = read_bytes(table([SWEDISH, row]), "a.csv")
    assert export.table[["views", "reach", "reactions", "comments", "shares", "clicks"]].iloc[0].tolist() == [
        1200, 900, 40, 4, 1, 60,
    ]  # fmt: skip
    assert export.table["kind"].tolist() == ["photo"]
    assert not {"headings_guessed", "parts_differ"} & set(codes(export))


def test_a_french_file_of_instagram_says_that_its_headings_are_guessed():
    headings = ["Identifiant de la publication", "Nom d'utilisateur du compte", "Heure de publication",
                "Type de publication", "Vues", "Couverture", "Mentions J’aime", "Partages",
                "Enregistrements"]  # fmt: skip
    row = ["18001", "le_fournil", "27/03/2026 06:08", "Reel IG", "12 400", "9 001", "310", "4", "25"]
    export = read_bytes(table([headings, row], ";"), "a.csv")
    assert export.table[["views", "reach", "reactions", "saves"]].iloc[0].tolist() == [12400, 9001, 310, 25]
    assert "headings_guessed" in codes(export)


def test_styled_letters_are_kept_and_made_plain_beside():
    bold = "\U0001d5d5\U0001d5fc\U0001d5fb\U0001d5f7\U0001d5fc\U0001d602\U0001d5ff 🥖"
    export = read_bytes(facebook([post(15, text=bold), post(16)]), "a.csv")
    assert export.table["text"].iloc[0] == bold
    assert export.table["text_plain"].iloc[0] == "Bonjour 🥖"
    assert "Texts with styled letters: 1." in next(n for n in export.warnings if n.code == "letters_styled")
    assert "text_plain" not in read_bytes(facebook([post(16)]), "a.csv").table


def test_crossposts_are_counted_and_a_copy_beside_its_original_counts_once():
    made = facebook([post(15), post(16, text="n° 15"), post(17)]).decode("utf-8-sig").split("\r\n")
    head = made[0].split(",")
    assert head.index("Is crosspost") > 0
    rows = [["Post ID", "Page name", "Title", "Publish time", "Post type", "Is crosspost", "Reactions"]]
    rows += [
        [str(n), "Fournil", "Pain", "09/16/2025 21:13", "Photos", copy, "5"]
        for n, copy in ((1, "0"), (2, "1"))
    ]
    export = read_bytes(
        table([*rows, ["3", "Fournil", "Sel", "09/17/2025 10:00", "Photos", "1", "7"]]), "a.csv"
    )
    assert "Cross-posts among the posts: 2." in next(n for n in export.warnings if n.code == "crossposts")
    assert posts(export)["post_id"].tolist() == ["1", "3"]


@pytest.mark.parametrize(
    "extra", [(), ("Negative feedback from users: Hide all",), ("Negative feedback from users: Hide",)]
)
def test_columns_that_come_and_go_change_no_figure(extra):
    base = facebook([post(15), post(16)]).decode("utf-8-sig").replace("Rentrée littéraire\nn", "Rentrée n")
    lines = [line for line in base.split("\r\n") if line]
    widened = [
        f"{lines[0]},{','.join(extra)}",
        *[f"{line},{','.join('0' for _ in extra)}" for line in lines[1:]],
    ]
    export = read_bytes("\r\n".join(widened if extra else lines).encode(), "a.csv")
    assert export.table[["views", "reach", "reactions"]].sum().tolist() == [4031, 2431, 111]


@pytest.mark.parametrize("seed", range(3))
def test_instagram_columns_may_be_permuted(seed):
    order = list(range(len(STORY)))
    random.Random(seed).shuffle(order)
    export = read_bytes(table([[row[place] for place in order] for row in (STORY, STORY_LINE)]), "a.csv")
    whole = read_bytes(table([STORY, STORY_LINE]), "a.csv")
    pd.testing.assert_frame_equal(export.table[sorted(export.table)], whole.table[sorted(whole.table)])
