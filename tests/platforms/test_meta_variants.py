"""Meta's exports as public files of 2022 to 2026 show them: rows, columns and days the fixtures do not have."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.platforms.opening import read_bytes

POSTS = (
    '"Post ID","Page ID","Page name",Title,Description,"Publish time",Permalink,"Is share","Post type","Data comment",'
    'Date,IMPRESSION:UNIQUE_USERS,Reach,Impressions,"Reactions, Comments and Shares",Reactions,Comments,Shares\n'
)
POST = (
    '1142979803545{n},108912,Le Four,,"a\nb","12/{day}/2023 01:12",https://fb.com/{n},0,Photo,,Lifetime,,'
    "59,69,9,6,1,2\n"
)
TROUBLE = "An error occurred while computing metadata for content with ID 933528094972880."
UNTOLD = f',,,,,,,,,"{TROUBLE}",Lifetime,51,,,,,,\n'
DAYS = 'sep=,\n"{title}"\n"Date","Primary"\n'


def codes(export):
    return {notice.code for notice in export.warnings}


def daily(title, *lines):
    text = DAYS.format(title=title) + "".join(f'"{day}","{value}"\n' for day, value in lines)
    return read_bytes(("\ufeff" + text).encode("utf-16-le"), "Views.csv")


@pytest.mark.parametrize("first", [True, False])
def test_a_post_meta_could_not_describe_is_a_post_wherever_it_stands(first):
    known = POST.format(n=328, day=12) + POST.format(n=329, day=30)
    export = read_bytes((POSTS + (UNTOLD + known if first else known + UNTOLD)).encode(), "posts.csv")
    row = export.table.set_index("post_id").loc["933528094972880"]
    assert len(export.table) == 3 and export.rows_dropped == 0
    assert row[["published", "reach", "views", "reactions"]].isna().all()
    assert export.table["reactions"].sum() == 12
    assert "posts_not_described" in codes(export) and "description" not in codes(export)


def test_a_figure_is_read_from_its_own_column_not_from_a_part_of_it():
    text = (
        "Identifiant de la publication;Nom de la page;Heure de publication;Type de publication;Vues;"
        "Vues de vidéo de 3 secondes de publications boostées;Vues de vidéo de 3 secondes;Spectateurs de 3 secondes;"
        "Secondes regardées depuis les recommandations;Secondes regardées\n"
        "122;Le Four;16/01/2026 21:13;Reels;90;1;70;60;1,5;1\u202f234,75\n"
    )
    row = read_bytes(text.encode("utf-8-sig"), "posts.csv").table.iloc[0]
    assert row[["video_views_3s", "video_viewers_3s", "seconds_viewed"]].tolist() == [70, 60, 1234.75]


def test_the_words_of_2022_are_known_and_said():
    text = (
        "Post ID,Page ID,Page name,Description,Duration (sec),Publish time,Permalink,Post type,Impressions,"
        "People Reached,Engagements,Shares,Likes,Comments,Seconds Viewed,60-Second Video Views,Total clicks\n"
        "1,2,Le Four,d,0,01/13/2022 21:00,https://fb.com/1,Photo,1000,800,30,3,20,7,,,12\n"
    )
    export = read_bytes(text.encode(), "export.csv")
    found = export.table[["views", "reach", "interactions", "reactions", "comments", "shares", "clicks"]]
    assert found.iloc[0].tolist() == [1000, 800, 30, 20, 7, 3, 12]
    assert {"reactions_are_likes", "views_are_impressions"} <= codes(export)
    assert "parts_differ" not in codes(export)


def test_videos_are_posts_of_their_own_kind():
    text = (
        "Video asset ID,Page ID,Page name,Title,Duration (sec),Publish time,Date,Reach,3-second video views,"
        "Reactions,Comments,Shares\n"
        "1234567890,98,Le Four,Pain,180,01/15/2023 14:30,Lifetime,5243,1423,35,12,8\n"
    )
    row = read_bytes(text.encode(), "videos.csv").table.iloc[0]
    assert row[["post_id", "kind", "reach", "reactions"]].tolist() == ["1234567890", "video", 5243, 35]
    assert pd.isna(row["views"]) and row["video_views_3s"] == 1423


def test_a_page_by_day_gives_every_figure_chosen():
    text = (
        '"Page ID","Page name","Data comment",Date,"Unique user engagements","Overall negative feedback: Hide all"\n'
        '106,"Le Four",,02/10/2026,620,0\n106,"Le Four",,02/13/2026,426,1\n'
    )
    export = read_bytes(text.encode(), "Feb-10-2026_Feb-13-2026_1.csv")
    sums = export.table.groupby("metric")["value"].sum().to_dict()
    assert sums == {"people_engaged": 1046, "overall_negative_feedback_hide_all": 1}
    assert (export.platform, export.kind, export.accounts) == ("facebook", "daily", ("Le Four",))
    assert {"unique_people", "days_absent"} <= codes(export)


@pytest.mark.parametrize(
    "clocks",
    [
        ("2025-03-08T00:00:00", "2025-03-09T00:00:00", "2025-03-09T23:00:00", "2025-03-10T23:00:00"),
        ("2025-11-01T00:00:00", "2025-11-02T00:00:00", "2025-11-03T01:00:00", "2025-11-04T01:00:00"),
        ("2025-12-15T00:00:00-08:00", "2025-12-16T00:00:00-08:00", "2025-12-17T00:00:00+01:00", "2025-12-18"),
    ],
    ids=["hour lost", "hour won", "zone printed"],
)
def test_every_line_is_a_day_of_its_own_across_a_change_of_hour(clocks):
    export = daily("Facebook views", *((clock, 10 + place) for place, clock in enumerate(clocks)))
    expected = pd.date_range(clocks[0][:10], periods=4)
    assert export.table["date"].tolist() == list(expected)
    assert "days_absent" not in codes(export)


def test_figures_a_spreadsheet_made_dates_of_are_missing_and_the_rest_is_read():
    lines = ["Age & gender;;;", ";Women;Men;", *(f"{age};3;4;" for age in ("18-24", "25-34", "35-44", "65+")),
             ";;;", "Top cities;;;", "Lille, France;Lens, France;Arras, France;Albi, France", "74.3;4.avr;avr.-03;0.1",
             ";;;", "Top countries;;;", "France;Italie;;", "98.4;0.9;;"]  # fmt: skip
    ages, cities, countries = read_bytes("\n".join(lines).encode(), "Audience.csv")
    assert len(ages.table) == 8 and "figures_dated" not in codes(ages)
    assert cities.table["level"].tolist()[0] == "Lille, France"
    assert cities.table["value"].isna().tolist() == [False, True, True, False]
    assert countries.table["value"].tolist() == pytest.approx([0.984, 0.009])
    assert "figures_dated" in codes(cities)


@pytest.mark.parametrize(
    ("title", "platform", "metric"),
    [
        ("Followers en plus", "facebook", "new_followers"),
        ("Followers Instagram en plus", "instagram", "new_followers"),
        ("Couverture d’Instagram", "instagram", "reach"),
        ("Visites sur Facebook", "facebook", "visits"),
        ("Gifts on Instagram", "instagram", "gifts_on_instagram"),
    ],
)
def test_the_network_may_stand_anywhere_in_the_line_above(title, platform, metric):
    export = daily(title, ("2025-03-07T00:00:00", 1), ("2025-03-08T00:00:00", 3))
    assert (export.platform, set(export.table["metric"])) == (platform, {metric})


def test_earnings_by_day_keep_their_decimals():
    text = (
        'sep=,\n"Approximate earnings"\n"Date","Primary","content_monetization","stars","subscriptions"\n'
        '"2026-08-06T00:00:00","23.936","0.566","0","23.37"\n"2026-08-07T00:00:00","1.235","1.235","0","0"\n'
    )
    table = read_bytes(("\ufeff" + text).encode("utf-16-le"), "Earnings.csv").table
    sums = table.groupby("metric")["value"].sum().round(3).to_dict()
    assert sums == {
        "earnings": 25.171, "earnings_content": 1.801, "earnings_stars": 0, "earnings_subscriptions": 23.37,
    }  # fmt: skip


def test_stories_with_the_french_headings_parsers_show():
    text = (
        "Identifiant de la publication,ID du compte,Nom de profil du compte,Nom du compte,Description,Durée (s),"
        "Heure de publication,Permalien,Type de publication,Commentaire des données,Date,Vues,Couverture,"
        "Mentions J’aime,Partages,Followers en plus,Visites de profil,Réponses,Navigation,Clics sur le lien,"
        "Appuis sur des stickers\n"
        "179,178,lea,Léa,,0,03/27/2026 06:08,https://i.com/1,Story IG,,Total,160,140,3,1,2,4,5,150,6,7\n"
    )
    export = read_bytes(text.encode("utf-8-sig"), "stories.csv")
    names = ["follows", "profile_visits", "replies", "navigation", "link_clicks", "sticker_taps", "reactions"]
    assert export.table.iloc[0][names].tolist() == [2, 4, 5, 150, 6, 7, 3]
    assert (export.accounts, "columns_unread" in codes(export)) == (("lea",), False)


def test_exports_of_two_languages_put_one_below_the_other_are_one_table():
    english = ["Post ID", "Page name", "Publish time", "Post type", "Views", "Reach", "Reactions"]
    french = ["Identifiant de la publication", "Nom de la page", "Heure de publication", "Type de publication", "Vues",
              "Couverture", "Réactions"]  # fmt: skip
    first, second = (
        "1,Le Four,01/13/2026 21:00,Photos,90,80,7",
        "2,Le Four,01/14/2026 21:00,Vidéos,900,800,70",
    )
    lines = [",".join([*english, *french]), first + "," * 7, "," * 7 + second]
    export = read_bytes("\n".join(lines).encode(), "posts.csv")
    assert export.table[["views", "reach", "reactions"]].to_numpy().tolist() == [[90, 80, 7], [900, 800, 70]]
    assert export.table["kind"].tolist() == ["photo", "video"]
    assert "two_languages" in codes(export) and "columns_unread" not in codes(export)


def test_times_of_the_old_insights_are_said_to_be_those_of_california():
    text = "Post ID,Permalink,Type,Posted,Lifetime Post Total Reach\n{},https://fb.com/1,Photo,{},1024\n"
    export = read_bytes(text.format("12_34", "07/15/2020 09:32:49 PM").encode(), "posts.csv")
    row = export.table.iloc[0]
    assert (row["published"], row["published_zone_known"]) == (pd.Timestamp("2020-07-15 21:32:49"), False)
    assert "times_of_california" in codes(export)
    undated = read_bytes(text.format("12_34", "").encode(), "posts.csv")
    assert "times_of_california" not in codes(undated)


def test_reels_of_2023_without_impressions_count_plays():
    text = (
        "Post ID,Account username,Publish time,Post type,Date,Impressions,Reach,Likes,Plays\n"
        '17,lea,12/31/2023 11:59 PM,IG reel,Lifetime,,"1\u00a0200",5,"12\u202f345"\n'
        "18,lea,01/01/2024 12:00 AM,IG carousel,Lifetime,500,200,5,\n"
    )
    export = read_bytes(text.encode(), "posts.csv")
    assert export.table["views"].tolist() == [12345, 500]
    assert export.table["published"].tolist() == [
        pd.Timestamp("2023-12-31 23:59"),
        pd.Timestamp("2024-01-01"),
    ]
    assert any("plays stand in for those of 1 reel" in notice for notice in export.warnings)


@pytest.mark.parametrize(
    ("views", "expected"),
    [
        ("0,0,0,0,0,0", [*[pd.NA] * 5, 0]),
        ("0,0,0,0,0", [0] * 5),
        ("0,0,0,5,0,0", [0, 0, 0, 5, 0, 0]),
        (",,,,,", [pd.NA] * 6),
    ],
)
def test_views_that_are_all_0_beside_people_reached_were_not_counted(views, expected):
    head = "Post ID,Page name,Publish time,Post type,Views,Reach,Reactions,Views\n"
    told = zip(views.split(","), [37] * (len(expected) - 1) + [0], strict=True)
    lines = [
        f"{n},Le Four,01/{n + 12}/2026 21:00,Photos,{v},{r},1,0\n" for n, (v, r) in enumerate(told, start=1)
    ]
    export = read_bytes((head + "".join(lines)).encode(), "posts.csv")
    assert export.table["views"].tolist() == expected
    assert ("views_never_counted" in codes(export)) == (views == "0,0,0,0,0,0")
    assert "heading_twice" in codes(export)
