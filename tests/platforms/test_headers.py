from __future__ import annotations

from analysis.platforms.layout.headers import find, unknown_format
from platforms.faithful import FACEBOOK


def test_headings_are_found_below_a_title_and_blank_lines():
    (match,) = find([["Chaîne : Atelier"], [], ["Date", "Vues"], ["2025-01-01", "4"]])
    assert (match.format.name, match.row, match.language) == ("youtube_daily", 2, "fr")


def test_exact_headings_come_before_parts_of_headings():
    row = ["Est un crosspostage", *FACEBOOK["fr"].values()]
    (match,) = find([row])
    assert row[match.places["comments"]] == "Commentaires"
    assert row[match.places["interactions"]] == "Réactions, commentaires et partages"
    assert match.places["is_crosspost"] == 0


def test_case_spaces_and_apostrophes_do_not_matter():
    row = ["post id", "PUBLISH  TIME", "Post\u00a0type", "Reactions, comments and shares", "reach"]
    (match,) = find([row])
    assert match.format.name == "meta_facebook_posts"
    assert match.headings["interactions"] == "Reactions, comments and shares"


def test_tables_side_by_side_are_told_apart():
    row = [
        "Post URL",
        "Post publish date",
        "Engagements",
        None,
        "Post URL",
        "Post publish date",
        "Impressions",
    ]
    first, second = find([row])
    assert (first.start, first.stop, second.start, second.stop) == (0, 3, 4, 7)
    assert (set(first.places), set(second.places)) == (
        {"url", "published", "interactions"},
        {"url", "published", "views"},
    )


def test_chart_data_are_not_taken_for_the_table():
    assert find([["Date", "Content", "Video title", "Views"]])[0].format.name == "youtube_chart"


def test_the_refusal_names_headings_the_nearest_format_and_what_it_lacks():
    message = str(unknown_format([["Post ID", "Post type", "Reach"]], "a.csv"))
    assert "Post ID, Post type, Reach" in message
    assert "Publish time" in message
    assert "is empty" in str(unknown_format([["", ""]], "a.csv"))
