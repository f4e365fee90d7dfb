from __future__ import annotations

import json
from datetime import datetime, timedelta

import pandas as pd
import pytest

from analysis.errors import DataError
from analysis.platforms import read_export, read_folder, summary
from analysis.platforms.contracts import POSTS
from analysis.platforms.opening import read_bytes
from analysis.platforms.posts import posts
from platforms.archived import (
    PRIVATE,
    activity,
    car,
    facebook_post,
    instagram_post,
    meta_json,
    outbox,
    script,
    seconds,
    tarred,
    tweet,
    unpacked,
    zipped,
)

NEW, OLD = "your_instagram_activity/media/", "content/"
PICTURE = "media/posts/202405/1811747470448{:04d}.jpg"
INSTAGRAM = "instagram-le_fournil-2025-03-04-aB.zip"


def said(export, code):
    return next(notice for notice in export.warnings if notice.code == code)


def codes(export):
    return [notice.code for notice in export.warnings]


def moments(number):
    return [datetime(2024, 5, 1 + place, 8, 30, place) for place in range(number)]


def instagram_posts(number=4):
    texts = ["Pain d’été 🥖", "Café crème", "", "Ça sent bon", "plain"]
    uris = [[PICTURE.format(1)], ["a.jpg", "b.mp4"], [PICTURE.format(2)], ["media/reels/1.mp4"], ["a.jpg"]]
    return [
        {"published": when, "text": texts[place % 5], "uris": uris[place % 5]}
        for place, when in enumerate(moments(number))
    ]


def instagram_archive(posts_folder=NEW):
    story = {"uri": "media/stories/a.mp4", "creation_timestamp": seconds(moments(1)[0]), "title": ""}
    follower = {"title": "", "string_list_data": [{"href": "h", "value": "someone", "timestamp": 1700000000}]}
    return {
        f"{posts_folder}posts_1.json": meta_json([instagram_post(post) for post in instagram_posts()]),
        f"{posts_folder}stories.json": meta_json({"ig_stories": [story]}),
        "connections/followers_and_following/followers_1.json": meta_json([follower]),
        "connections/followers_and_following/following.json": PRIVATE,
        "your_instagram_activity/messages/inbox/ami_1/message_1.json": PRIVATE,
        "your_instagram_activity/messages/inbox/ami_1/files/clients.csv": b"Date,Views\n2024-01-01,4\n",
        "personal_information/personal_information.json": PRIVATE,
        "media/posts/202405/1.jpg": PRIVATE,
    }


# Instagram and Facebook


@pytest.mark.parametrize("folder", [NEW, OLD])
def test_instagram_archive_posts(folder):
    exports = read_bytes(zipped(instagram_archive(folder)), INSTAGRAM)
    export = exports[0]
    result = export.table
    assert (export.platform, export.tool, export.kind) == ("instagram", "instagram_archive", "posts")
    assert {name: str(dtype) for name, dtype in result[list(POSTS)].dtypes.items()} == POSTS
    assert result["published"].tolist() == [pd.Timestamp(when) for when in moments(4)]
    assert result["published_zone_known"].all()
    assert result["kind"].tolist() == ["photo", "carousel", "photo", "video"]
    assert result["text"].tolist() == ["Pain d’été 🥖", "Café crème", pd.NA, "Ça sent bon"]
    assert result["media"].tolist() == [1, 2, 1, 1]
    assert result[["reach", "views", "reactions", "comments", "shares", "saves"]].isna().all(axis=None)
    assert export.exported == pd.Timestamp("2025-03-04")
    assert export.accounts == ("le_fournil",)
    assert "repaired: 3." in said(export, "mojibake")
    assert "missing, not 0" in said(export, "figures_absent")


def test_an_identifier_is_the_number_of_the_picture_or_made_of_account_and_moment():
    exports = read_bytes(zipped(instagram_archive()), INSTAGRAM)
    made = f"le_fournil-{seconds(moments(2)[1])}"
    assert exports[0].table["post_id"].tolist()[:3] == ["18117474704480001", made, "18117474704480002"]
    assert "stands for it: 2." in said(exports[0], "id_made")
    assert exports[1].table["post_id"].tolist() == [f"le_fournil-{seconds(moments(1)[0])}-story"]


def test_stories_and_followers_are_tables_of_their_own():
    exports = read_bytes(zipped(instagram_archive()), INSTAGRAM)
    assert [export.kind for export in exports] == ["posts", "posts", "followers"]
    assert exports[1].table["kind"].tolist() == ["story"]
    followers = exports[2].table
    assert followers.columns.tolist() == ["platform", "account", "date"]
    assert followers["date"].tolist() == [pd.Timestamp("2023-11-14 22:13:20")]
    assert "someone" not in followers.to_csv()
    assert "who has left since is not listed" in said(exports[2], "followers_left")
    assert summary(exports)["rows"].tolist()[:3] == [4, 1, 1]


def test_private_members_are_never_opened(monkeypatch):
    opened = []
    from analysis.platforms.archives.container import Zip

    whole = Zip._content
    monkeypatch.setattr(Zip, "_content", lambda self, name: opened.append(name) or whole(self, name))
    exports = read_bytes(zipped(instagram_archive()), INSTAGRAM)
    assert sorted(opened) == [
        "connections/followers_and_following/followers_1.json",
        f"{NEW}posts_1.json",
        f"{NEW}stories.json",
    ]
    (notice,) = [n for n in exports.unrecognised if n.code == "not_opened"]
    assert "never opened: 5 (1 csv, 1 jpg, 3 json)." in notice


def test_an_unpacked_archive_reads_as_the_zip(tmp_path):
    packed = read_bytes(zipped(instagram_archive()), INSTAGRAM)
    unpacked(instagram_archive(), tmp_path / INSTAGRAM.removesuffix(".zip"))
    for folder in (tmp_path, tmp_path / INSTAGRAM.removesuffix(".zip")):
        result = read_folder(folder)
        assert len(result) == len(packed)
        for one, other in zip(result, packed, strict=True):
            left = one.table.drop(columns="source", errors="ignore")
            pd.testing.assert_frame_equal(left, other.table.drop(columns="source", errors="ignore"))


def test_other_exports_beside_an_unpacked_archive_are_read_too(tmp_path):
    unpacked(instagram_archive(), tmp_path)
    (tmp_path / "Geography.csv").write_text("Geography,Views\nTotal,50\nFR,30\nDE,20\n", encoding="utf-8")
    below = tmp_path / "youtube" / "Totals.csv"
    below.parent.mkdir()
    below.write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    result = read_folder(tmp_path)
    assert {export.platform for export in result} == {"instagram", "youtube"}
    assert [export.file for export in result if export.platform == "youtube"] == [
        "Geography.csv",
        "youtube/Totals.csv",
    ]


def test_a_correct_string_beside_broken_ones_is_left_alone():
    content = [{"media": [{"uri": "a.jpg", "creation_timestamp": 1700000000 + n, "title": text}]}
               for n, text in enumerate(["Ã©tÃ©", "été", "l’été", "Ã", "¿?"])]  # fmt: skip
    data = json.dumps(content, ensure_ascii=False).encode()
    export = read_bytes(data, "posts_1.json")
    assert export.table["text"].tolist() == ["été", "été", "l’été", "Ã", "¿?"]
    assert "repaired: 1." in said(export, "mojibake")


def test_a_broken_text_cut_in_the_middle_is_left_and_said():
    content = [{"media": [{"uri": "a.jpg", "creation_timestamp": 1700000000, "title": "cafÃ© caf\u00c3"}]}]
    export = read_bytes(json.dumps(content).encode(), "posts_1.json")
    assert export.table["text"].tolist() == ["cafÃ© caf\u00c3"]
    assert "could not be repaired: 1." in said(export, "mojibake_left")


def facebook_posts():
    when = moments(6)
    return [
        {"published": when[0], "text": "Ouvert dès 7 h", "uris": []},
        {"published": when[1], "text": "La fournée", "uris": ["posts/media/a.jpg", "posts/media/b.jpg"]},
        {"published": when[2], "text": "Le four", "uris": ["posts/media/c.mp4"]},
        {"published": when[3], "text": "Notre site", "uris": [], "link": "https://fournil.example"},
        {"published": when[4], "text": "", "uris": [], "title": "Le Fournil était à Lyon."},
        {"published": when[5], "text": "Bon anniversaire", "uris": [],
         "title": "Le Fournil a écrit sur le journal de Marie."},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "member",
    [
        "posts/your_posts_1.json",
        "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json",
        "this_profile's_activity_across_facebook/posts/profile_posts_1.json",
    ],
)
def test_facebook_archive_posts(member):
    content = meta_json([facebook_post(post) for post in facebook_posts()])
    members = {member: content, "messages/inbox/x_1/message_1.json": PRIVATE}
    (export,) = read_bytes(zipped(members), "facebook-lefournil-2024-06-01-xyz.zip")
    result = export.table
    assert (export.platform, export.accounts) == ("facebook", ("lefournil",))
    assert result["kind"].tolist() == ["text", "photo", "video", "link", "other"]
    assert result["text"].tolist() == ["Ouvert dès 7 h", "La fournée", "Le four", "Notre site", pd.NA]
    assert result["link"].tolist()[3] == "https://fournil.example"
    assert result["published"].tolist() == [pd.Timestamp(when) for when in moments(5)]
    assert export.apart["text"].tolist() == ["Bon anniversaire"]
    assert "are not the account's: 1." in said(export, "reposts")


def test_an_archive_of_html_pages_is_refused_in_words():
    members = {"your_instagram_activity/media/posts_1.html": b"<html>", "start_here.html": b"<html>"}
    with pytest.raises(DataError, match=r"instagram-a\.zip is an archive of HTML pages\. Download it again"):
        read_bytes(zipped(members), "instagram-a.zip")


def test_a_part_of_an_archive_without_posts_is_set_aside_unopened(tmp_path):
    unpacked(
        {"instagram-a-2025-01-01-x/your_instagram_activity/messages/inbox/b/message_1.json": PRIVATE},
        tmp_path,
    )
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    result = read_folder(tmp_path)
    assert [export.file for export in result] == ["Totals.csv"]
    assert "is part of an archive without posts: set aside (1 file, none opened)" in result.unrecognised[0]
    with pytest.raises(DataError, match="part of an archive without posts"):
        read_bytes(zipped({"personal_information/x.json": PRIVATE}), "a.zip")


def test_the_newer_list_of_posts_is_read_where_it_stands_alone():
    labels = [
        {"label": "Légende", "value": "Été à la boulangerie"},
        {"label": "Publié", "value": "Vrai"},
        {"label": "Contenu multimédia", "media": [{"uri": "media/other/18159195736450118.jpg"}]},
    ]
    hidden = [{"label": "Publié", "value": "Faux"}]
    items = [
        {"timestamp": 1700000000, "media": [], "label_values": labels, "fbid": "18159195736450118"},
        {"timestamp": 1700000009, "media": [], "label_values": hidden, "fbid": "18159195736450119"},
    ]
    (export,) = read_bytes(zipped({f"{NEW}posts.json": meta_json(items)}), INSTAGRAM)
    assert export.table["post_id"].tolist() == ["18159195736450118"]
    assert export.table["text"].tolist() == ["Été à la boulangerie"]
    assert "no published posts, not read: 1." in said(export, "unreadable")
    members = {f"{NEW}posts.json": meta_json(items), **instagram_archive()}
    exports = read_bytes(zipped(members), INSTAGRAM)
    assert f"{INSTAGRAM}/{NEW}posts.json" not in [export.file for export in exports]
    assert "repeats the posts of the numbered files" in exports.unrecognised[0]


def test_posts_of_one_second_are_told_apart_and_true_repeats_dropped():
    when = seconds(moments(1)[0])
    items = [
        {"media": [{"uri": "a.jpg", "creation_timestamp": when, "title": text}]}
        for text in ("un", "deux", "un")
    ]
    export = read_bytes(meta_json(items), "posts_1.json")
    assert export.table["text"].tolist() == ["un", "deux"]
    assert export.table["post_id"].tolist() == [str(when), f"{when}-2"]
    assert "one of each was kept: 1." in said(export, "duplicates")
    assert export.rows_dropped == 1


def test_a_post_without_a_moment_is_kept_and_said():
    items = [{"media": [{"uri": "a.jpg", "title": "sans date"}], "creation_timestamp": 0}]
    export = read_bytes(meta_json(items), "posts_1.json")
    assert export.table["published"].isna().tolist() == [True]
    assert export.table["post_id"].isna().tolist() == [True]
    assert "1 post has no date" in said(export, "no_dates")


def test_threads_are_a_network_of_their_own():
    post = {"media": [{"uri": "", "creation_timestamp": 1700000000, "title": "Bonjour",
                       "text_app_post": {"is_reply": True}}]}  # fmt: skip
    member = "your_instagram_activity/threads/threads_and_replies.json"
    (export,) = read_bytes(zipped({member: meta_json({"text_post_app_text_posts": [post]})}), INSTAGRAM)
    assert (export.platform, export.table["kind"][0], export.table["reply"][0]) == ("threads", "text", True)


def test_the_instagram_archive_of_before_2021():
    photo = {"caption": "Pain d’été", "taken_at": "2019-07-01T12:34:56+00:00", "path": "photos/201907/a.jpg"}
    content = {
        "photos": [
            photo,
            photo | {"path": "photos/201907/b.jpg"},
            photo | {"taken_at": "2019-07-02T08:00:00"},
        ],
        "videos": [{"caption": "Le four", "taken_at": "2019-08-01T06:00:00+02:00", "path": "videos/c.mp4"}],
        "stories": [{"taken_at": "2019-09-01T06:00:00+00:00", "path": "stories/d.jpg"}],
        "direct": [{"taken_at": "2019-09-01T06:00:00+00:00", "path": "direct/secret.jpg"}],
    }
    members = {"media.json": meta_json(content), "messages.json": PRIVATE, "photos/201907/a.jpg": PRIVATE}
    (export,) = read_bytes(zipped(members), "le_fournil_20210105.zip")
    result = export.table
    assert (export.accounts, export.exported) == (("le_fournil",), pd.Timestamp("2021-01-05"))
    assert result["kind"].tolist() == ["carousel", "photo", "video", "story"]
    assert result["published"].tolist() == list(
        map(pd.Timestamp, ["2019-07-01 12:34:56", "2019-07-02 08:00", "2019-08-01 04:00", "2019-09-01 06:00"])
    )
    assert result["published_zone_known"].tolist() == [True, False, True, True]
    assert "zone_unknown" in codes(export)


def test_a_wanted_member_that_holds_something_else_is_said_and_the_rest_is_read():
    members = instagram_archive() | {"your_instagram_activity/media/reels.json": b'{"something": "new"}'}
    exports = read_bytes(zipped(members), INSTAGRAM)
    assert len(exports) == 3
    (notice,) = [n for n in exports.unrecognised if n.code == "unknown_format"]
    assert "your_instagram_activity/media/reels.json: no known list" in notice


def test_a_folder_of_members_taken_out_of_an_archive_is_read(tmp_path):
    (tmp_path / "posts_1.json").write_bytes(instagram_archive()[f"{NEW}posts_1.json"])
    (tmp_path / "message_1.json").write_bytes(PRIVATE)
    (tmp_path / "notes.json").write_bytes(PRIVATE)
    result = read_folder(tmp_path)
    assert [export.file for export in result] == ["posts_1.json"]
    assert [notice.code for notice in result.unrecognised] == ["not_an_export", "not_an_export"]
    assert len(read_export(tmp_path / "posts_1.json").table) == 4


# past insights


def insight(when, figures, uri="https://scontent.example/x.jpg", label="Miniature du contenu multimédia"):
    media = {label: {"uri": uri, "creation_timestamp": seconds(when), "title": "Pain d’été"}}
    return {
        "media_map_data": media,
        "string_map_data": {k: {"href": "", "value": v, "timestamp": 0} for k, v in figures.items()},
    }


WORDS = {
    "en": ("Accounts reached", "Impressions", "Likes", "Comments", "Shares", "Saves", "1,204", "12,345"),
    "fr": ("Comptes touchés", "Impressions", "Mentions J’aime", "Commentaires", "Partages", "Enregistrements",
           "1 204", "12 345"),
    "de": ("Erreichte Konten", "Impressionen", "„Gefällt mir“-Angaben", "Kommentare", "Geteilt", "Gespeichert",
           "1.204", "12.345"),
}  # fmt: skip


def test_past_insights_without_their_picture_keep_their_moment():
    when = datetime(2026, 6, 15, 10)
    bare = insight(when, {"Comptes touchés": "9012", "J’aime": "310"}) | {"media_map_data": {}}
    bare["string_map_data"]["Timestamp de la création"] = {
        "value": "",
        "timestamp": seconds(when),
    }
    content = json.dumps({"organic_insights_posts": [bare]}).encode()
    (export,) = read_bytes(
        zipped({"logged_information/past_instagram_insights/posts.json": content}), INSTAGRAM
    )
    row = export.table.iloc[0]
    assert (row["published"], row["reach"], row["reactions"]) == (pd.Timestamp("2026-06-15 10:00"), 9012, 310)


@pytest.mark.parametrize("language", list(WORDS))
def test_past_insights_in_each_language(language):
    reach, views, likes, comments, shares, saves, small, large = WORDS[language]
    figures = {
        reach: small,
        views: large,
        likes: "310",
        comments: "0",
        shares: "--",
        saves: "7",
        "Was neu ist": "3",
    }
    content = {"organic_insights_posts": [insight(moments(1)[0], figures)]}
    export = read_bytes(meta_json(content), "posts.json")
    row = export.table.iloc[0]
    expected = [1204, 12345, 310, 0, pd.NA, 7]
    assert row[["reach", "views", "reactions", "comments", "shares", "saves"]].tolist() == expected
    assert export.columns["reach"] == reach
    assert 'missing, not 0: "--" 1.' in said(export, "missing_words")
    assert "labels not read: Was neu ist." in said(export, "columns_unread")


def test_figures_join_the_posts_of_the_archive_by_number_or_moment():
    first, second = moments(4)[:2]
    figures = [
        insight(datetime(2020, 1, 1), {"Accounts reached": "500", "Likes": "31"}, uri=PICTURE.format(1)),
        insight(second - timedelta(seconds=1), {"Accounts reached": "40", "Likes": "2"}),
        insight(datetime(2019, 1, 1), {"Accounts reached": "7"}),
    ]
    member = "logged_information/past_instagram_insights/posts.json"
    members = {**instagram_archive(), member: meta_json({"organic_insights_posts": figures})}
    exports = read_bytes(zipped(members), INSTAGRAM)
    own = exports[0].table
    assert own["reach"].tolist() == [500, 40, pd.NA, pd.NA]
    assert own["reactions"].tolist() == [31, 2, pd.NA, pd.NA]
    assert "2 of 4 posts got their figures" in said(exports[0], "figures_joined")
    assert "figures_absent" not in codes(exports[0])
    table = posts(exports)
    assert len(table) == 4 + 1 + 1
    assert table["reach"].sum() == 547
    assert table.loc[table["published"] == pd.Timestamp(second), "kind"].tolist() == ["carousel"]
    assert table.loc[table["published"] == pd.Timestamp(first), "text"].notna().any()


def test_reels_of_past_insights_count_plays():
    content = {
        "organic_insights_reels": [
            insight(moments(1)[0], {"Instagram Plays": "55000", "Instagram Likes": "9"})
        ]
    }
    row = read_bytes(meta_json(content), "reels.json").table.iloc[0]
    assert (row["kind"], row["views"], row["plays"], row["reactions"]) == ("reel", 55000, 55000, 9)


def test_the_audience_of_past_insights():
    figures = {
        "Période": "May 29 - Aug 26",
        "Followers": "102,497",
        "Pourcentage de followers en fonction du pays": "France: 84,5%, États-Unis: 5,1%",
        "Pourcentage de followers en fonction de l'âge pour tous les genres": "18-24: 1.5%, 65+: 2.1%",
        "Pourcentage du total des followers hommes": "21,1%",
    }
    content = {
        "organic_insights_audience": [{"string_map_data": {k: {"value": v} for k, v in figures.items()}}]
    }
    export = read_bytes(meta_json(content), "audience_insights.json")
    result = export.table.set_index(["dimension", "level"])["value"]
    assert result.to_dict() == {
        ("country", "France"): 0.845,
        ("country", "États-Unis"): 0.051,
        ("age", "18-24"): 0.015,
        ("age", "65+"): 0.021,
        ("gender", "men"): 0.211,
    }
    assert export.totals == {"followers": 102497.0}
    assert "May 29 - Aug 26" in said(export, "period")


def test_a_share_that_cannot_be_read_is_said():
    figures = {"Follower percentage by country": {"value": "France: 84,5%, Belgique: beaucoup"}}
    content = {"organic_insights_audience": [{"string_map_data": figures}]}
    export = read_bytes(meta_json(content), "audience_insights.json")
    assert export.table["level"].tolist() == ["France"]
    assert "no readable share in: Belgique: beaucoup" in said(export, "unreadable")


# X


def tweets(number=4):
    return [
        {"published": when, "text": f"Pain & café <{place}>", "post_id": str(1580000000000000000 + place),
         "reactions": 10 * place, "shares": place}
        for place, when in enumerate(moments(number))
    ]  # fmt: skip


def x_archive(entries, name="data/tweets.js", wrapper="tweets"):
    return {
        name: script(wrapper, entries),
        "data/account.js": script("account", [{"account": {"email": "a@b.example", "username": "fournil"}}]),
        "data/direct-messages.js": PRIVATE,
        "data/deleted-tweets.js": PRIVATE,
        "data/tweets_media/1.jpg": PRIVATE,
        "Your archive.html": PRIVATE,
    }


@pytest.mark.parametrize(
    ("name", "wrapper"), [("data/tweets.js", "tweets"), ("data/tweet.js", "tweet"), ("tweet.js", "tweet")]
)
@pytest.mark.parametrize("bare", [False, True])
def test_x_archive_posts(name, wrapper, bare):
    entries = [tweet(post)["tweet"] if bare else tweet(post) for post in tweets()]
    (export,) = read_bytes(zipped(x_archive(entries, name, wrapper)), "twitter-2024-06-01-abc.zip")
    result = export.table
    assert (export.platform, export.tool, export.exported) == ("x", "x_archive", pd.Timestamp("2024-06-01"))
    assert result["post_id"].tolist() == [post["post_id"] for post in tweets()]
    assert result["text"].tolist() == [post["text"] for post in tweets()]
    assert result["published"].tolist() == [pd.Timestamp(when) for when in moments(4)]
    assert (result["reactions"].sum(), result["shares"].sum()) == (60, 6)
    assert result[["followers", "views", "comments"]].isna().all(axis=None)
    if name.startswith("data/"):
        assert result["url"][1] == "https://x.com/fournil/status/1580000000000000001"
        assert "a@b.example" not in result.to_csv()


def test_x_retweets_apart_replies_marked_kinds_by_media():
    entries = tweets(6)
    entries[0] |= {"text": "RT @voisin: Merci !"}
    entries[1] |= {"reply_to": "99"}
    entries[2] |= {"media": ["photo", "photo"]}
    entries[3] |= {"media": ["animated_gif"]}
    entries[4] |= {"links": ["https://fournil.example"]}
    entries[5] |= {"links": ["https://twitter.com/voisin/status/1"]}
    (export,) = read_bytes(zipped(x_archive([tweet(post) for post in entries])), "a.zip")
    assert export.table["kind"].tolist() == ["text", "photo", "video", "link", "text"]
    assert export.table["reply_to"].tolist() == ["99", *[pd.NA] * 4]
    assert export.table["quote"].tolist() == [False] * 4 + [True]
    assert export.apart["text"].tolist() == ["RT @voisin: Merci !"]
    assert "not own posts: 1." in said(export, "reposts")
    assert "1 of 5" in said(export, "replies")


def test_x_parts_and_long_posts():
    first, second = tweets(2), tweets(4)[2:]
    note = {
        "noteTweet": {
            "createdAt": "2024-05-01T08:30:00.000Z",
            "core": {"text": "Pain &amp; café <0> et la suite"},
        }
    }
    members = x_archive([tweet(post) for post in first]) | {
        "data/tweets-part1.js": script("tweets", [tweet(post) for post in second], part=1),
        "data/note-tweet.js": script("note_tweet", [note]),
    }
    exports = read_bytes(zipped(members), "a.zip")
    assert sum(len(export.table) for export in exports) == 4
    texts = posts(exports)["text"].tolist()
    assert texts[0] == "Pain & café <0> et la suite"
    assert texts[1:] == [post["text"] for post in tweets()[1:]]


def test_the_x_archive_of_before_2018():
    entry = {"id_str": "24000000000", "text": "Ouvert", "created_at": "2014-01-31 22:08:00 +0100"}
    content = b"Grailbird.data.tweets_2014_01 =\n [ " + json.dumps(entry).encode() + b" ]"
    (export,) = read_bytes(zipped({"data/js/tweets/2014_01.js": content, "index.html": b""}), "a.zip")
    assert export.table["published"].tolist() == [pd.Timestamp("2014-01-31 21:08")]
    assert export.table["reactions"].isna().all()


# Mastodon


def notes():
    base = "https://piaille.example/users/fournil/statuses/"
    kinds = ["public", "unlisted", "followers", "direct", "public"]
    return [
        {
            "published": when,
            "text": f"Pain & café\n<{place}>",
            "post_id": f"{base}{place}",
            "visibility": kinds[place],
        }
        for place, when in enumerate(moments(5))
    ]


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("twice", [False, True])
def test_mastodon_archive(pack, twice):
    entries = notes()
    entries[1] |= {"media": ["image/png"], "warning": "faim"}
    entries[4] |= {"media": ["video/mp4"], "reply_to": "https://a.example/1"}
    boosted = {"published": moments(1)[0], "post_id": "https://b.example/2"}
    activities = [*map(activity, entries), activity(boosted, kind="Announce")]
    members = {
        "outbox.json": outbox(activities, total=9, twice=twice),
        "actor.json": json.dumps(
            {"id": "https://piaille.example/users/fournil", "preferredUsername": "Fournil"}
        ).encode(),
        "likes.json": PRIVATE,
        "bookmarks.json": PRIVATE,
        "media_attachments/files/1.png": PRIVATE,
    }
    name = "archive-20240601120000-ab.zip" if pack is zipped else "archive-20240601120000-ab.tar.gz"
    (export,) = read_bytes(pack(members), name)
    result = export.table
    assert (export.platform, export.accounts) == ("mastodon", ("Fournil@piaille.example",))
    assert result["text"].tolist() == [f"Pain & café\n<{place}>" for place in (0, 1, 2, 4)]
    assert result["kind"].tolist() == ["text", "photo", "text", "video"]
    assert result["visibility"].tolist() == ["public", "unlisted", "followers", "public"]
    assert result["content_warning"].tolist() == [pd.NA, "faim", pd.NA, pd.NA]
    assert result["published"].tolist() == [pd.Timestamp(moments(5)[place]) for place in (0, 1, 2, 4)]
    assert result[["reactions", "shares", "comments"]].isna().all(axis=None)
    assert export.apart["post_id"].tolist() == ["https://b.example/2"]
    assert "counted and not kept: 1." in said(export, "private")
    assert "<3>" not in result.to_csv()
    assert "says 9 entries and holds 6" in said(export, "totals_differ")
    assert export.rows_dropped == 1


def test_mastodon_links_and_the_account_without_its_card():
    entry = activity(notes()[0])
    entry["object"]["content"] = (
        '<p><a href="https://a.example/@b" class="u-url mention">@b</a> <a href="https://shop.example">shop</a></p>'
    )
    export = read_bytes(outbox([entry]), "outbox.json")
    assert export.table["kind"].tolist() == ["link"]
    assert export.table["text"].tolist() == ["@b shop"]
    assert export.accounts == ("fournil@piaille.example",)
    assert codes(export) == ["figures_absent"]


def test_mastodon_entries_of_unknown_kinds_are_counted():
    strange = [{"type": ["Create"], "object": {}}, {"type": "Delete"}, "text", None]
    export = read_bytes(outbox([activity(notes()[0]), *strange]), "outbox.json")
    assert len(export.table) == 1
    assert "neither posts nor boosts, not read: 4." in said(export, "unreadable")


# Bluesky


def skeet(place, **more):
    return {"$type": "app.bsky.feed.post", "text": f"Pain {place}", "langs": ["fr"],
            "createdAt": f"2024-05-0{place + 1}T08:30:00.000Z", **more}  # fmt: skip


def test_bluesky_repository():
    key = "app.bsky.feed.post/3kabc{:03d}"
    records = {key.format(place): skeet(place) for place in range(7)}
    records[key.format(1)]["embed"] = {"$type": "app.bsky.embed.images", "images": [{"alt": ""}]}
    media = {"$type": "app.bsky.embed.video"}
    records[key.format(2)]["embed"] = {"$type": "app.bsky.embed.recordWithMedia", "media": media}
    records[key.format(3)]["reply"] = {"parent": {"uri": "at://did:plc:b/app.bsky.feed.post/1"}}
    records["app.bsky.feed.like/3k1"] = {"subject": {"uri": "at://x"}, "createdAt": "2024-05-01T08:30:00Z"}
    records["app.bsky.feed.repost/3k1"] = {"subject": {"uri": "at://x"}, "createdAt": "2024-05-01T08:30:00Z"}
    export = read_bytes(car(records), "repo.car")
    result = export.table
    assert result["text"].tolist() == [f"Pain {place}" for place in range(7)]
    assert result["post_id"].tolist() == [f"at://did:plc:fournil/{key.format(place)}" for place in range(7)]
    assert result["kind"].tolist() == ["text", "photo", "video", "text", "text", "text", "text"]
    assert result["published"].tolist() == [pd.Timestamp(f"2024-05-0{place + 1} 08:30") for place in range(7)]
    assert result["reply_to"].notna().tolist() == [False, False, False, True, False, False, False]
    assert len(export.apart) == 1
    assert "not kept: 1." in said(export, "not_opened")


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-20], lambda b: b[:60], lambda b: b"\x00" * 50, lambda b: b[1:]]
)
def test_a_damaged_repository_is_refused(damage):
    with pytest.raises(DataError, match=r"repo\.car is not a complete CAR file"):
        read_bytes(
            damage(car({"app.bsky.feed.post/3k1": skeet(0), "app.bsky.feed.post/3k2": skeet(1)})), "repo.car"
        )


def bluesky_line(place, **more):
    return {
        "uri": f"at://did:plc:f/app.bsky.feed.post/{place}",
        "author": {"did": "did:plc:f", "handle": "fournil.example"},
        "record": {"text": f"Pain {place}", "created_at": f"2024-05-0{place + 1}T08:30:00.000Z"},
        "like_count": place, "repost_count": 2, "reply_count": 0, "quote_count": 1, **more,
    }  # fmt: skip


def test_bluesky_lines_of_4cat():
    lines = [
        bluesky_line(0),
        bluesky_line(1, embed={"py_type": "app.bsky.embed.external#view"}),
        bluesky_line(1, like_count=5),
    ]
    data = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
    export = read_bytes(data, "bsky.ndjson")
    result = export.table
    assert (export.platform, export.tool, export.accounts) == ("bluesky", "4cat", ("fournil.example",))
    assert result[["reactions", "shares", "comments", "quotes"]].to_numpy().tolist() == [
        [0, 2, 0, 1],
        [5, 2, 0, 1],
    ]
    assert result["url"][1] == "https://bsky.app/profile/fournil.example/post/1"
    assert "was kept: 1." in said(export, "duplicates")


def test_a_cut_last_line_is_dropped_and_said():
    data = "\n".join(json.dumps(bluesky_line(place)) for place in range(4)).encode()[:-30]
    export = read_bytes(data, "bsky.ndjson")
    assert len(export.table) == 3
    assert "row 4, the last one, is cut: not read" in said(export, "cut")


def test_lines_that_are_no_known_records_are_refused():
    with pytest.raises(DataError, match=r"a\.ndjson: no known export has these fields: colour, size"):
        read_bytes(b'{"colour": 1, "size": 2}\n', "a.ndjson")
    with pytest.raises(DataError, match=r"a\.ndjson, row 1: not a JSON object per line"):
        read_bytes(b"[1, 2]\n", "a.ndjson")
