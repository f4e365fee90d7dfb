"""Words, numbers, dates and typography are what a French and an English reader expect."""

from __future__ import annotations

import re
from decimal import Decimal
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
import yaml
from babel.numbers import format_decimal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis import typography
from analysis.errors import ParameterError
from analysis.language import (
    LANGUAGES,
    check_language,
    date,
    interval,
    label,
    listing,
    money,
    number,
    percent,
    period,
    period_bounds,
    raised,
    typeset,
    word,
)
from analysis.reports.traces import Said

N, H = "\u202f", "\u00a0"
PIECES = [
    " ", "  ", H, N, "\n", ":", ";", "!", "?", "%", "€", "«", "»", "=", "'", "-", "1", "12", "234", "000",
    "h", "min", "pt", "l", "mot", "`", "$", "<b>", "</b>", "&amp;", "https://a.fr/b?c=1;d", "10:30", "(",
    ")", "[", "](u)", "|", "*", "_", "<", ">", "{{", "}}", ",", ".", "+", "{%", "%}", "&", "a@b.fr", "…", "×",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pourquoi ?", f"Pourquoi{N}?"),
        ("Pourquoi?", f"Pourquoi{N}?"),
        ("Quoi ?!", f"Quoi{N}?!"),
        ("un ; deux", f"un{N}; deux"),
        ("44 % ou 44%", f"44{N}% ou 44{N}%"),
        ("en % (intervalle à 95 %)", f"en{N}% (intervalle à 95{N}%)"),
        ("Lecture : 12 €", f"Lecture{H}: 12{H}€"),
        ("**Lecture :** oui", f"**Lecture{H}:** oui"),
        ("« oui »", f"«{H}oui{H}»"),
        ("«oui»", f"«{H}oui{H}»"),
        ("1 234 567 firmes", f"1{N}234{N}567 firmes"),
        ("2 h 10", f"2{H}h{H}10"),
        ("+9 pts, 30 min", f"+9{H}pts, 30{H}min"),
        ("n = 23", f"n{H}={H}23"),
        ("n < 5", f"n{H}<{H}5"),
        ("p = -0,08", f"p{H}={H}−0,08"),
        ("de -20 % à +79 %", f"de −20{N}% à +79{N}%"),
        ("l'attendu d'une", "l’attendu d’une"),
    ],
)
def test_french_typography(text, expected):
    assert typeset(text, "fr") == expected


@pytest.mark.parametrize(
    "text",
    [
        "à 10:30, le 2025-10-01",
        "https://exemple.fr/a?b=1;c:d!e%20f",
        "écrire à a.b-c@exemple.fr",
        "![image](dessin.png)",
        "| :--- | ---: |",
        "`a ? b : c ; d`",
        "$x = 1 ; y$",
        '<p class="a ; b" style="width: 10 %">texte</p>',
        "a&nbsp;b &amp; c",
        "- une puce",
        "18-24 ans",
        "en 2024 300 firmes",
        "{{ valeur | filtre }} {% if a %}",
        "clé: valeur",
        "ligne\n: définition",
    ],
)
def test_french_typography_leaves_alone(text):
    assert typeset(text, "fr") == text


def test_english_keeps_ordinary_spaces():
    assert typeset("Why? 44% : 12 000; it's -3", "en") == "Why? 44% : 12 000; it’s −3"


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(LANGUAGES))
@example("$ 5?$", "fr")
@example("n < 5 et p > 3", "fr")
@example("«-1", "fr")
def test_typeset_twice_changes_nothing_more(text, language):
    once = typeset(text, language)
    assert typeset(once, language) == once


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(LANGUAGES))
def test_typeset_changes_only_spaces_apostrophes_and_minus(text, language):
    def bare(value):
        return re.sub(r"\s", "", value).replace("’", "'").replace("−", "-")

    assert bare(typeset(text, language)) == bare(text)


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.sampled_from(LANGUAGES))
@example("mot - mot", "fr")
def test_typeset_leaves_out_only_rules_that_would_change_nothing(text, language):
    pieces = typography.PROTECTED.split(text)
    for _, pattern, replacement in typography.BOTH + (typography.FRENCH if language == "fr" else []):
        pieces[::2] = [pattern.sub(replacement, piece) for piece in pieces[::2]]
    assert typeset(text, language) == "".join(pieces)


@pytest.mark.parametrize("text", ["un mot", "l'an"])
def test_typeset_gives_plain_text_also_of_words_that_remember_their_numbers(text):
    assert type(typeset(Said(text), "fr")) is str


def test_typeset_never_touches_line_ends():
    text = "un\n; deux\n: trois\n\n« quatre\n»"
    assert typeset(text, "fr").count("\n") == text.count("\n")
    assert [line.strip(N + H) for line in typeset(text, "fr").split("\n")][1] == "; deux"


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "fr", "en"),
    [
        (1234567.891, 1, False, f"1{N}234{N}567,9", "1,234,567.9"),
        (-12, 0, False, "−12", "−12"),
        (12, 0, True, "+12", "+12"),
        (-0.04, 1, True, "0,0", "0.0"),
        (2.5, 0, False, "3", "3"),
        (0.125, 2, False, "0,13", "0.13"),
        (np.float64(3.14159), 2, False, "3,14", "3.14"),
        (np.int64(1000), 0, False, f"1{N}000", "1,000"),
        (Decimal("0.5"), 0, False, "1", "1"),
        (None, 0, False, "–", "–"),
        (pd.NA, 2, True, "–", "–"),
        (float("nan"), 0, False, "–", "–"),
        (float("inf"), 0, False, "–", "–"),
        (0, 0, False, "0", "0"),
    ],
)
def test_number(value, decimals, sign, fr, en):
    assert number(value, "fr", decimals, sign) == fr
    assert number(value, "en", decimals, sign) == en


@pytest.mark.parametrize(
    ("value", "currency", "decimals", "sign", "fr", "en"),
    [
        (1234.5, "EUR", 2, False, f"1{N}234,50{H}€", "€1,234.50"),
        (1234.5, "EUR", 0, False, f"1{N}235{H}€", "€1,235"),
        (-80, "GBP", 2, False, f"−80,00{H}£GB", "−£80.00"),
        (12, "EUR", 0, True, f"+12{H}€", "+€12"),
        (0.004, "EUR", 2, True, f"0,00{H}€", "€0.00"),
        (None, "EUR", 2, False, "–", "–"),
        (float("nan"), "EUR", 2, True, "–", "–"),
    ],
)
def test_money(value, currency, decimals, sign, fr, en):
    assert money(value, "fr", currency, decimals, sign) == fr
    assert money(value, "en", currency, decimals, sign) == en


def test_money_refuses_what_is_no_currency():
    with pytest.raises(ParameterError, match=r'"EURO" is not a currency\. Write its ISO 4217 code'):
        money(3, "fr", "EURO")


@given(st.integers(0, 10**12), st.integers(0, 4), st.sampled_from(LANGUAGES))
def test_number_writes_digits_as_the_common_locale_data_do(digits, decimals, language):
    value = Decimal(digits).scaleb(-decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    assert number(value, language, decimals) == format_decimal(value, pattern, locale=language)


@given(st.integers(-(10**9), 10**9), st.sampled_from(LANGUAGES))
def test_number_reads_back(value, language):
    written = number(value, language).replace("−", "-").replace(N, "").replace(",", "")
    assert int(written) == value


def test_percent_and_interval():
    assert percent(0.44, "fr") == f"44{N}%"
    assert percent(0.4449, "en", 1) == "44.5%"
    assert percent(0.005, "en") == "1%"
    assert percent(None, "en") == "–"
    assert interval(231, 352, "en") == "231 to 352"
    assert interval(0.56, 0.85, "fr", percent=True) == f"de 56 à 85{N}%"
    assert interval(0.56, 0.85, "en", percent=True) == "56% to 85%"
    assert interval(-0.2, 0.79, "fr", percent=True, sign=True) == f"de −20{N}% à +79{N}%"
    assert interval(1.25, 3, "fr", 1, form="between") == "entre 1,3 et 3,0"
    assert interval(None, 3, "fr") == "–"
    with pytest.raises(ParameterError, match='"range" or "between", not "around"'):
        interval(1, 2, "fr", form="around")


def test_date():
    assert date("2026-11-21", "fr") == f"21{H}novembre 2026"
    assert date(pd.Timestamp("2026-08-01 23:59"), "fr") == f"1er{H}août 2026"
    assert date("2026-08-15", "fr", "short") == f"15{H}août"
    assert date("2026-09-12", "fr", "short") == f"12{H}sept."
    assert date("2026-11-21", "en") == f"21{H}November 2026"
    assert date("2026-11-21", "en", "month") == "November 2026"
    assert date(pd.NaT, "fr") == "–"
    with pytest.raises(ParameterError, match='"soon" is not a date'):
        date("soon", "fr")
    with pytest.raises(ParameterError, match='not "tiny"'):
        date("2026-11-21", "fr", "tiny")


@pytest.mark.parametrize(
    ("code", "language", "form", "expected"),
    [
        ("2025-Q4", "fr", "long", "quatrième trimestre 2025"),
        ("2025-Q1", "en", "long", "first quarter of 2025"),
        ("2025-Q4", "fr", "short", f"T4{H}2025"),
        ("2025-Q4", "en", "short", f"Q4{H}2025"),
        ("2025-11", "fr", "long", "novembre 2025"),
        ("2025-11", "en", "short", "Nov 2025"),
        ("2025", "fr", "long", "2025"),
    ],
)
def test_period(code, language, form, expected):
    assert period(code, language, form) == expected


@pytest.mark.parametrize("code", ["2025-Q5", "2025Q4", "T4 2025", "2025-13", "25", ""])
def test_a_wrong_period_says_how_to_write_one(code):
    with pytest.raises(ParameterError, match=f'"{code}" is not a period. Write a quarter as 2025-Q4'):
        period(code, "fr")
    with pytest.raises(ParameterError, match="is not a period"):
        period_bounds(code)


def test_period_bounds_hold_every_instant_and_no_other():
    first, last = period_bounds("2024-Q1")
    days = pd.date_range("2023-12-01", "2024-05-01", freq="h")
    inside = days[(days >= first) & (days <= last)]
    assert inside.equals(days[(days.year == 2024) & (days.quarter == 1)])
    assert period_bounds("2024-02")[1].day == 29
    assert period_bounds("2025")[1] + pd.Timedelta(1, "us") == pd.Timestamp("2026-01-01")


def _read(language):
    return yaml.safe_load(files("analysis").joinpath("words", f"{language}.yml").read_text(encoding="utf-8"))


def test_catalogues_have_the_same_keys_placeholders_and_no_empty_word():
    fr, en = _read("fr"), _read("en")
    assert list(fr) == list(en)
    for key in fr:
        assert str(fr[key]).strip() and str(en[key]).strip(), key
        if not key.startswith("reading."):
            assert sorted(re.findall(r"{(\w+)}", fr[key])) == sorted(re.findall(r"{(\w+)}", en[key])), key


def test_catalogues_have_no_duplicate_key():
    for language in LANGUAGES:
        text = files("analysis").joinpath("words", f"{language}.yml").read_text(encoding="utf-8")
        keys = re.findall(r"^(\S.*?): ", text, flags=re.MULTILINE)
        assert len(keys) == len(set(keys))


def test_catalogue_months_agree_with_the_calendar_library():
    for month in range(1, 13):
        for language in LANGUAGES:
            assert date(f"2026-{month:02d}-02", language, "month").startswith(
                word(f"month.{month}", language)
            )


def test_words_of_every_platform_sector_and_stage():
    platforms = "facebook instagram linkedin x youtube tiktok pinterest google_business whatsapp_business "
    platforms += "snapchat threads mastodon bluesky"
    for key in platforms.split():
        assert word(f"platform.{key}", "fr") and word(f"platform.{key}", "en")
    assert word("sector.construction", "fr") == "Bâtiment"
    assert word("stage.aware", "en") == "Has heard of it"
    assert word("report.peers_withdrawn", "fr") == f"moins de 5 pairs{H}: comparaison retirée"


def test_every_trade_has_its_plural():
    keys = _read("en")
    singular = {key.partition(".")[2] for key in keys if key.startswith("trade.")}
    assert singular == {key.partition(".")[2] for key in keys if key.startswith("trades.")}


def test_an_unknown_word_or_language_is_refused():
    with pytest.raises(ParameterError, match=r'no word "sector.constructio".*Did you mean "sector.constr'):
        word("sector.constructio", "fr")
    with pytest.raises(ParameterError, match=r'"word|The word "chart.n" needs a value for n'):
        word("chart.n", "fr", m=3)
    with pytest.raises(ParameterError, match='The language "de" is not written here'):
        check_language("de")


def test_label_listing_raised():
    assert label("sector", "food_shop", "en") == "Food shops"
    assert label("town", "Saint-Malo", "fr") == "Saint-Malo"
    assert label("size_class", pd.NA, "fr") == "–"
    assert listing([], "fr") == "" and listing(["a"], "fr") == "a"
    assert listing(["a", "b", "c"], "en") == "a, b and c"
    assert raised("1er quart, 3e quart, 2e") == "1ᵉʳ quart, 3ᵉ quart, 2ᵉ"


def test_every_level_of_the_questionnaire_s_grouping_variables_has_a_name(root):
    text = (root / "data" / "codebook" / "questionnaire.yml").read_text(encoding="utf-8")
    options = {v["name"]: v.get("options") or {} for v in yaml.safe_load(text)["variables"]}
    for variable in ("sector", "region", "size_class", "trade", "platforms"):
        column = {"platforms": "platform"}.get(variable, variable)
        assert options[variable]
        for level in options[variable]:
            assert word(f"{column}.{level}", "fr") and word(f"{column}.{level}", "en")
