from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.engagement.topics import with_topic
from analysis.platforms import read_export, read_folder
from analysis.platforms.posts import posts
from analysis.sample.clients import MAKERS, client_files
from analysis.sample.stories import posts_of, stories, videos_of

CLIENTS = list(MAKERS)


@pytest.fixture(scope="module")
def folders(root):
    return {client: root / "data/clients" / client for client in CLIENTS}


@pytest.fixture(scope="module")
def read(folders):
    return {client: read_folder(folder / "exports") for client, folder in folders.items()}


def drawn(client, seed, platform="facebook"):
    """Draw the client's posts again, as the maker of its files does."""
    rng = np.random.default_rng([seed, 100 + CLIENTS.index(client)])
    facebook, instagram = (posts_of(stories()[client], name, rng) for name in ("facebook", "instagram"))
    return {"facebook": facebook, "instagram": instagram}[platform]


@pytest.mark.parametrize("client", CLIENTS)
def test_cards_are_complete(folders, client, truth, survey):
    card = yaml.safe_load((folders[client] / "client.yml").read_text(encoding="utf-8"))
    needed = {"id", "name", "trade", "sector", "size_class", "employees", "town", "region", "language"}
    assert needed | {"consultant", "hours_available"} <= set(card)
    assert card["id"] == client
    assert card["simulated"] is True
    assert card["firm"] == truth["clients"][client]
    mine = survey[survey["firm"] == card["firm"]]
    assert len(mine) == 3
    assert set(mine["trade"]) == {card["trade"]}
    assert set(mine["size_class"]) == {card["size_class"]}


@pytest.mark.parametrize("client", CLIENTS)
def test_every_file_is_read(read, folders, client):
    assert not read[client].unrecognised
    files = {
        p.relative_to(folders[client] / "exports").as_posix()
        for p in (folders[client] / "exports").rglob("*.*")
    }
    assert {export.file for export in read[client]} == {
        name for name in files if not name.endswith("Joinery")
    }


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_the_readers_give_back_what_the_client_did(read, client, platform, truth):
    expected = drawn(client, truth["seed"], platform).set_index("post_id").sort_index()
    table = posts(read[client])
    result = table[(table["platform"] == platform) & (table["published"].dt.year == 2025)]
    result = result.set_index("post_id").sort_index()
    assert result.index.tolist() == expected.index.tolist()
    assert (result["published"] == expected["published"].dt.floor("min")).all()
    assert (result["kind"] == expected["kind"]).all()
    again = (
        expected["published"].dt.month.eq(9) & (client == "librairie-des-tilleuls") & (platform == "facebook")
    )
    for name in ("reach", "reactions", "comments", "shares"):
        assert (result.loc[~again, name] == expected.loc[~again, name]).all(), name
        assert (result.loc[again, name] >= expected.loc[again, name]).all(), name
    assert result.loc[again, "reach"].sum() > expected.loc[again, "reach"].sum() or not again.any()


def test_captions_survive(read, truth):
    table = posts(read["librairie-des-tilleuls"])
    facebook = table[table["platform"] == "facebook"].set_index("post_id")["text"]
    expected = drawn("librairie-des-tilleuls", truth["seed"]).set_index("post_id")
    still = expected[expected["kind"].isin(["photo", "text", "link"])]["text"]
    assert (facebook.loc[still.index] == still).all()
    assert still.str.contains("\n").any()
    assert still.str.contains("𝗖𝗼𝘂𝗽").any()


@pytest.mark.parametrize("client", CLIENTS)
def test_topics_are_recognised_by_their_words(client, truth):
    data = drawn(client, truth["seed"])
    topics = stories()[client]["topics"]
    result = with_topic(data[["text"]], topics)["topic"]
    expected = data["topic"]
    assert (result == expected).mean() > 0.97


def test_staff_picks_are_seen_about_twice_as_often_as_announcements(read):
    table = posts(read["librairie-des-tilleuls"])
    facebook = table[table["platform"] == "facebook"]
    words = stories()["librairie-des-tilleuls"]["topics"]["annonce"]["words"]
    text = facebook["text"].str.normalize("NFKC").str.casefold()
    pick, news = text.str.contains("coup de cœur"), text.map(lambda t: any(w in t for w in words))
    ratio = facebook.loc[pick, "reach"].median() / facebook.loc[news, "reach"].median()
    assert 1.6 < ratio < 2.6


@pytest.mark.parametrize("client", CLIENTS)
def test_every_quarter_has_posts_and_august_is_silent(client, truth):
    data = drawn(client, truth["seed"])
    counts = data["published"].dt.quarter.value_counts()
    assert counts.between(18, 39).all()
    august = data[data["published"].between("2025-08-04", "2025-08-25", inclusive="left")]
    assert august.empty


def test_some_posts_are_boosted_and_their_reach_does_not_add_up(truth):
    data = drawn("librairie-des-tilleuls", truth["seed"])
    boosted = data[data["reach_boosted"] > 0]
    assert 2 <= len(boosted) <= 12
    assert (boosted["reach"] < boosted["reach_organic"] + boosted["reach_boosted"]).all()


def test_the_newer_export_of_september_wins(folders, read):
    exports = folders["librairie-des-tilleuls"] / "exports"
    first = read_export(next(exports.glob("Jul-01*_99925*.csv"))).table.set_index("post_id")["reach"]
    later = read_export(next(exports.glob("Sep-01*.csv"))).table.set_index("post_id")["reach"]
    kept = posts(read["librairie-des-tilleuls"]).set_index("post_id")["reach"]
    assert (later > first.loc[later.index]).all()
    assert (kept.loc[later.index] == later).all()


def test_quirks_of_the_files_are_there(folders):
    bookshop = folders["librairie-des-tilleuls"] / "exports"
    quarters = sorted(bookshop.glob("*_9992577*.csv"))
    assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in quarters)
    heads = [path.read_bytes().decode("utf-8-sig").split("\r\n")[0] for path in quarters]
    assert len({head.count("Clics sur un lien") for head in heads}) == 2
    assert sum(";" in head for head in heads) == 1
    assert (bookshop / "Follows.csv").read_bytes()[:2] == b"\xff\xfe"
    assert (bookshop / "Follows.csv").read_text(encoding="utf-16").startswith("sep=,")
    bakery = folders["le-fournil-de-jeanne"] / "exports"
    assert ',"' in next(bakery.glob("*_9991784*.csv")).read_text(encoding="utf-8-sig")
    french = (bakery / "Informations relatives aux tableaux.csv").read_text(encoding="utf-8-sig")
    assert "\u202f" in french and " %" in french
    joiner = folders["hartwell-joinery"] / "exports"
    old = next(joiner.glob("Facebook Insights*.csv")).read_bytes().decode("utf-8-sig").split("\r\n")
    assert old[0].startswith("Post ID,") and "Unique Users" in old[1]


def test_french_video_figures_are_read(read, truth):
    rng = np.random.default_rng([truth["seed"], 101])
    story = stories()["le-fournil-de-jeanne"]
    for platform in ("facebook", "instagram"):
        posts_of(story, platform, rng)
    expected = videos_of(story, rng).set_index("post_id").sort_index()
    table = posts(read["le-fournil-de-jeanne"])
    result = table[table["platform"] == "youtube"].set_index("post_id").sort_index()
    assert (result["views"] == expected["views"]).all()
    assert (result["reactions"] == expected["likes"]).all()
    assert (result["published"].dt.normalize() == expected["published"]).all()


def test_the_workbook_of_linkedin_adds_up(read):
    sheets = {export.part: export for export in read["hartwell-joinery"] if export.file.endswith(".xlsx")}
    assert set(sheets) == {"ENGAGEMENT", "TOP POSTS", "FOLLOWERS", "DEMOGRAPHICS"}
    daily = sheets["ENGAGEMENT"].table
    assert daily.loc[daily["metric"] == "views", "value"].sum() == sheets["ENGAGEMENT"].totals["views"]
    assert len(sheets["TOP POSTS"].table) == 24


def test_a_workbook_carries_no_clock():
    name = "Content_2025-01-01_2025-12-31_HartwellJoinery.xlsx"
    content = client_files("hartwell-joinery", seed=3)[name]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2026, 1, 5, 9, 0, 0)}
        assert b"2026-01-05T09:00:00Z" in archive.read("docProps/core.xml")
    assert content == client_files("hartwell-joinery", seed=3)[name]


def test_daily_figures_leave_days_out(read):
    follows = next(e for e in read["librairie-des-tilleuls"] if e.file == "Follows.csv")
    assert set(follows.table["metric"]) == {"new_followers"}
    assert follows.table["value"].sum() == 158
    assert 250 > len(follows.table) > 60
    assert pd.Timestamp("2025-01-01") <= follows.table["date"].min()
