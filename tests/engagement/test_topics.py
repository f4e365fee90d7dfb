"""Posts find their topic by label or word, whatever the letters look like, and words never match inside others."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest

from analysis.engagement.topics import topic_names, with_topic
from analysis.errors import DataError

TOPICS = {
    "pick": {
        "label": {"en": "Staff pick", "fr": "Coup de cœur"},
        "words": ["coup de cœur", "l'équipe choisit"],
    },
    "offer": {"label": {"en": "Offer", "fr": "Offre"}, "words": ["offre", "été"]},
}


def topics_of(*texts, topics=TOPICS, **columns):
    data = pd.DataFrame({"text": pd.array(texts, dtype="string"), **columns})
    found = with_topic(data, topics)["topic"]
    return [None if pd.isna(topic) else topic for topic in found]


@pytest.mark.parametrize(
    "text",
    [
        "Un coup de cœur !",
        "COUP DE CŒUR",
        "𝗖𝗼𝘂𝗽 𝗱𝗲 𝗰œ𝘂𝗿 : un roman",
        "L’équipe choisit pour vous",
        "#coup de cœur",
    ],
)
def test_case_bold_letters_and_apostrophes_are_looks(text):
    assert topics_of(text) == ["pick"]


def test_composed_and_decomposed_accents_are_one_letter():
    assert topics_of(unicodedata.normalize("NFD", "Bel été")) == ["offer"]
    assert topics_of("un sac de jute") == [None]


def test_a_word_begins_a_word_of_the_text():
    assert topics_of("Nos offres", "un coffre ancien", "Offre", "") == ["offer", None, "offer", None]


def test_signs_in_words_are_taken_as_they_stand():
    topics = {"deal": {"label": {"en": "Deal"}, "words": ["c++", "50 % (net)"]}}
    assert topics_of("learn C++", "cc", "50 % (net)", topics=topics) == ["deal", None, "deal"]


def test_first_topic_wins_where_two_fit():
    assert topics_of("Offre coup de cœur") == ["pick"]
    turned = dict(reversed(TOPICS.items()))
    assert topics_of("Offre coup de cœur", topics=turned) == ["offer"]


def test_labels_by_hand_go_before_words_in_any_language():
    labels = pd.array(["Offer", "autre; OFFRE", "News, staff pick", None, "offers"], dtype="string")
    texts = ["coup de cœur", "coup de cœur", "offre", "offre", "coup de cœur"]
    assert topics_of(*texts, custom_labels=labels) == ["offer", "offer", "pick", "offer", "pick"]


def test_missing_text_has_no_topic_and_is_not_the_word_nan():
    topics = {"nan": {"label": {"en": "Bread"}, "words": ["nan", "none", "<na>"]}}
    assert topics_of(None, "nan bread", topics=topics) == [None, "nan"]


def test_without_topics_all_are_missing_and_the_posts_stay_as_they_were():
    data = pd.DataFrame({"text": ["a", "b"]}, index=[5, 9])
    before = data.copy()
    result = with_topic(data, {})
    assert result["topic"].isna().all() and result.index.tolist() == [5, 9]
    pd.testing.assert_frame_equal(data, before)


def test_topics_are_the_same_in_every_language_and_named_after():
    assert topic_names(TOPICS, "fr") == {"pick": "Coup de cœur", "offer": "Offre"}
    assert topic_names(TOPICS, "en") == {"pick": "Staff pick", "offer": "Offer"}
    assert topic_names({}, "en") == {}


@pytest.mark.parametrize(
    "topic",
    [
        {"words": ["a"]},
        {"label": "Event", "words": ["a"]},
        {"label": {"en": "Event"}},
        {"label": {"en": "Event"}, "words": []},
        {"label": {"en": "Event"}, "words": "reading"},
        "reading",
        None,
    ],
)
def test_a_half_written_topic_is_refused(topic):
    with pytest.raises(DataError, match=r'client\.yml, topic "event": give it a label per language'):
        with_topic(pd.DataFrame({"text": ["a"]}), {"event": topic})


def test_topics_as_a_list_are_refused():
    with pytest.raises(DataError, match="topics: write each topic as a name"):
        with_topic(pd.DataFrame({"text": ["a"]}), ["event"])


def test_a_topic_without_a_name_in_the_language_is_refused():
    with pytest.raises(DataError, match=r'topic "event": it has no label in "fr"\. Labels found: en'):
        topic_names({"event": {"label": {"en": "Event"}, "words": ["a"]}}, "fr")
