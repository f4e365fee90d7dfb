"""Files that differ from the fixtures the way files of clients do: other wordings, other layouts, lone entries."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import read_export

IG = (
    "Identifiant de publication,ID du compte,Nom d’utilisateur du compte,Nom du compte,Description,Durée (s),"
    "Heure de publication,Permalien,Type de publication,Commentaire sur les données,Date,Vues,Couverture,"
    "Mentions J’aime,Partages,Followers,Commentaires,Enregistrements\n"
)
ROWS = [
    f"1790000000000000{i},17841400000000000,lea,Léa,x,0,03/{i + 14}/2026 06:08,https://i.com/{i},Image IG,,"
    f"Total,{100 * i},{30 * i},{4 * i},{i},0,{2 * i},{3 * i}\n"
    for i in (1, 2, 3)
]


def written(folder, name, text, encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def test_instagram_posts_with_french_headings_of_another_wording(tmp_path):
    export = read_export(written(tmp_path, "publications.csv", IG + "".join(ROWS)))
    assert (export.platform, export.kind, len(export.table)) == ("instagram", "posts", 3)
    assert export.table[["views", "reactions", "saves"]].sum().tolist() == [600, 24, 18]
    assert {"headings_guessed", "zone_unknown"} <= {notice.code for notice in export.warnings}


def test_posts_whose_date_column_says_total_are_not_days_of_youtube(tmp_path):
    text = (IG + "".join(ROWS)).replace("Identifiant de publication", "Réf.")
    with pytest.raises(DataError, match="no known export has these headings"):
        read_export(written(tmp_path, "publications.csv", text))


def test_total_of_a_table_of_days_is_set_apart_as_a_total(tmp_path):
    text = "Date,Views\nTotal,1000\n2020-06-01,300\n2020-06-02,297\n"
    export = read_export(written(tmp_path, "Table data.csv", text))
    assert export.totals == {"views": 1000}
    assert export.table["value"].tolist() == [300, 297]
    assert {"total_row", "totals_differ"} <= {notice.code for notice in export.warnings}
    assert "description" not in {notice.code for notice in export.warnings}


def test_audience_printed_down_is_read_down(tmp_path):
    lines = ["sep=,", '"Age & gender"', '"Age","Women","Men"', '"18-24","3.2%","1.1%"', "", '"Top cities"',
             '"Lyon, France","12.3%"', '"Paris, France","10%"', "", '"Top pages"', '"Le Four","1%"']  # fmt: skip
    exports = read_export(
        written(tmp_path, "Audience.csv", "\ufeff" + "\r\n".join(lines) + "\r\n", "utf-16-le")
    )
    cities = exports[1].table.set_index("level")["value"]
    assert cities.to_dict() == {"Lyon, France": pytest.approx(0.123), "Paris, France": pytest.approx(0.1)}
    assert exports[2].table["level"].tolist() == ["Le Four"]


@pytest.mark.parametrize("above", [[], ['"Top pages"', '"Page A","Page B"', '"1","2"']])
def test_days_right_below_an_audience_block_are_a_table_of_their_own(tmp_path, above):
    lines = ["sep=,", '"Age & gender"', '"","Women","Men"', '"18-24","3.2","1.1"', *above, '"Follows"',
             '"Date","Primary"', '"2025-09-20T00:00:00","1"', '"2025-09-21T00:00:00","5"']  # fmt: skip
    exports = read_export(
        written(tmp_path, "Audience.csv", "\ufeff" + "\r\n".join(lines) + "\r\n", "utf-16-le")
    )
    assert exports[0].table["level"].tolist() == ["Women 18-24", "Men 18-24"]
    assert (exports[-1].kind, exports[-1].table["value"].tolist()) == ("daily", [1, 5])


def test_watching_times_in_units_are_seconds(tmp_path):
    text = (
        "Video title,Video link,Post time,Total likes,Total comments,Total shares,Total views,"
        "Average watch time,Total play time\n"
        "t,https://www.tiktok.com/@lea/video/7000000000000000001,2026-08-02 19:05:00,1,2,3,4,5.2s,1h:2m:3s\n"
        "t,https://www.tiktok.com/@lea/video/7000000000000000002,2026-08-03 19:05:00,1,2,3,4,1m 4s,2h 5s\n"
    )
    table = read_export(written(tmp_path, "Content.csv", text)).table
    assert table["view_duration"].tolist() == [5.2, 64]
    assert table["play_seconds"].tolist() == [3723, 7205]


def test_a_lone_post_and_a_lone_follower_stand_in_no_list(tmp_path):
    post = {"media": [{"uri": "media/posts/a.jpg", "creation_timestamp": 1672660800, "title": "Pain"}]}
    follower = {"string_list_data": [{"value": "u", "timestamp": 1672574400}]}
    posts = read_export(written(tmp_path, "posts_1.json", json.dumps(post)))
    assert posts.table["published"].tolist() == [pd.Timestamp("2023-01-02 12:00")]
    followers = read_export(written(tmp_path, "followers_1.json", json.dumps(follower)))
    assert followers.kind == "followers" and len(followers.table) == 1


def test_likes_fill_blank_reactions_only_where_a_network_has_no_other_kind(tmp_path):
    text = (
        "Date,Post ID,Network,Post Type,Profile,Post,Impressions,Reactions,Likes,Comments\n"
        "03/11/2024 01:30 pm,1,Instagram,Post,Léa,a,100,,10,1\n"
        "03/12/2024 01:30 pm,2,Instagram,Post,Léa,b,100,0,3,1\n"
        "03/13/2024 01:30 pm,3,Facebook,Post,Léa,c,100,,7,1\n"
        "03/14/2024 01:30 pm,4,Facebook,Post,Léa,d,100,12,7,1\n"
    )
    exports = {e.platform: e for e in read_export(written(tmp_path, "Post Performance.csv", text))}
    assert exports["instagram"].table["reactions"].tolist() == [10, 0]
    assert exports["facebook"].table["reactions"].tolist() == [pd.NA, 12]
    assert "likes_as_reactions" in {notice.code for notice in exports["instagram"].warnings}


def test_facebook_archive_keeps_no_address_of_files(tmp_path):
    post = [{"timestamp": 1609459200, "data": [{"post": "Bonjour"}]}]
    assert "_uri" not in read_export(written(tmp_path, "your_posts_1.json", json.dumps(post))).table


def test_linkedin_days_are_said_to_be_days(tmp_path):
    text = (
        "Post title,Post link,Post type,Created date,Impressions,Clicks,Likes,Comments,Reposts,Engagement rate\n"
        "T,https://www.linkedin.com/feed/update/urn:li:activity:7160000000000000001,Organic,02/13/2024,9,1,1,0,0,0.2\n"
    )
    export = read_export(written(tmp_path, "All posts.csv", text))
    assert "hour_unknown" in {notice.code for notice in export.warnings}


HEAD = "Post ID,Page name,Title,Publish time,Post type,Views,Reach,Reactions,Comments,Shares\n"
POSTS = "".join(f"10{i},Léa,t{i},09/{i + 12}/2025 21:13,Photos,{100 * i},90,{i},0,0\n" for i in (1, 2, 3))


@pytest.mark.parametrize("line", ["Total,,,,,600,270,6,0,0\n", ",,TOTAL,,,600,,,,\n", ",,,,,600,270,,,\n"])
def test_a_sum_put_below_the_posts_is_no_post(tmp_path, line):
    export = read_export(written(tmp_path, "posts.csv", HEAD + POSTS + line))
    assert (len(export.table), export.table["views"].sum(), export.totals["views"]) == (3, 600, 600)
    assert [notice for notice in export.warnings if notice.code == "total_row"] == [
        "A total line (row 5) was set apart and is not in the table."
    ]


def test_a_lone_word_for_a_total_is_no_post(tmp_path):
    export = read_export(written(tmp_path, "posts.csv", HEAD + POSTS + "Total,,,,,,,,,\n"))
    assert (len(export.table), export.rows_dropped) == (3, 1)
    assert "footer" in {notice.code for notice in export.warnings}


def test_a_page_called_total_has_posts(tmp_path):
    export = read_export(written(tmp_path, "posts.csv", HEAD + POSTS.replace("Léa", "Total")))
    assert len(export.table) == 3 and export.totals == {}


def test_posts_without_date_and_identifiers_on_two_rows_are_said(tmp_path):
    text = HEAD + POSTS + "102,Léa,t2,09/14/2025 21:13,Photos,777,90,1,0,0\n104,Léa,t4,,Photos,1,1,1,0,0\n"
    export = read_export(written(tmp_path, "posts.csv", text))
    said = {notice.code: notice for notice in export.warnings}
    assert len(export.table) == 5
    assert said["post_twice"].startswith(
        "Rows whose identifier stands on an earlier, different row: 1 (row 5)"
    )
    assert said["undated"] == "Posts without a date: 1 (row 6); they are in no period."


def test_a_line_of_descriptions_without_labels_is_no_sum(tmp_path):
    described = ",,,,,Lifetime: the number of times,Lifetime: people,,,\n"
    export = read_export(written(tmp_path, "posts.csv", HEAD + described + POSTS))
    assert (len(export.table), export.totals) == (3, {})
    assert "description" in {notice.code for notice in export.warnings}


def test_linkedin_posts_and_days_with_french_headings(tmp_path):
    posts = (
        "Titre du post,Lien du post,Type de post,Date de création,Impressions,Vues,Clics,J’aime,Commentaires,"
        "Republications,Taux d’engagement,Type de contenu\n"
        "a,https://www.linkedin.com/feed/update/urn:li:activity:7160000000000000001,Organique,02/13/2024,900,,20,10,2,1,"
        "0.031,Article\n"
        "b,https://www.linkedin.com/feed/update/urn:li:activity:7160000000000000002,Sponsorisé,02/14/2024,100,50,1,0,0,"
        "0,0.02,Vidéo\n"
    )
    export = read_export(written(tmp_path, "Tous les posts.csv", posts))
    table = export.table
    assert table[["views", "clicks", "reactions", "comments", "shares"]].sum().tolist() == [
        1000,
        21,
        10,
        2,
        1,
    ]
    assert (table["kind"].tolist(), table["paid"].tolist()) == (["link", "video"], [False, True])
    assert "headings_guessed" in {notice.code for notice in export.warnings}
    days = (
        "Date,Impressions (organiques),Impressions (sponsorisées),Impressions (total),Clics (total),"
        "Republications (total)\n"
        "02/13/2024,5,1,6,2,1\n02/14/2024,7,0,7,3,0\n"
    )
    daily = read_export(written(tmp_path, "Indicateurs.csv", days)).table
    sums = daily.groupby("metric")["value"].sum().to_dict()
    assert sums == {"views": 13, "views_organic": 12, "views_sponsored": 1, "clicks": 5, "shares": 1}


def test_posts_of_an_unknown_export_are_not_days_of_linkedin(tmp_path):
    text = (
        "Réf. du post,Date,Texte du post,Lien du post,Impressions,J'aime,Engagements\n"
        "1800000000000000001,2026-07-14,x,https://x.com/lea/status/1800000000000000001,10,1,2\n"
    )
    with pytest.raises(DataError, match="no known export has these headings"):
        read_export(written(tmp_path, "posts.csv", text))


def test_one_unknown_post_dated_total_is_not_a_day_of_youtube(tmp_path):
    text = (IG + ROWS[0]).replace("Identifiant de publication", "Réf.")
    with pytest.raises(DataError, match="no known export has these headings"):
        read_export(written(tmp_path, "publications.csv", text))


@pytest.mark.parametrize("every", [True, False], ids=["headings too", "only lines with quotes"])
def test_lines_a_spreadsheet_quoted_whole_are_split_again(tmp_path, every):
    lines = (HEAD + POSTS.replace(",t2,", ',"t2, ""deux""",')).splitlines()
    wrapped = [
        '"' + line.replace('"', '""') + '"' if every or place else line for place, line in enumerate(lines)
    ]
    export = read_export(written(tmp_path, "posts.csv", "\r\n".join(wrapped) + "\r\n"))
    assert export.table[["views", "reactions"]].sum().tolist() == [600, 6]
    assert export.table["text"].tolist()[1] == 't2, "deux"'
    assert "lines_unwrapped" in {notice.code for notice in export.warnings}
