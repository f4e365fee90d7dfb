"""The client report reads well whatever is known of the client: any period, either language, a bare client.yml."""

from __future__ import annotations

import csv
import io
import re
import shutil

import pytest
import yaml

from analysis.catalog import load
from analysis.errors import DataError
from analysis.reports.document import MIME, plain_text
from analysis.survey.indices import scale_score
from conftest import ROOT
from notebooks.committed import FOLDER, read

CLIENT = "librairie-des-tilleuls"
NOTEBOOK = read(FOLDER / "client" / "client_report.ipynb")
NEEDED = ("id", "name", "trade", "language")
FAULTS = {
    "a missing value": r"\bnan\b|<NA>|\bNaT\b|\bNone\b(?! over the period)|\binf\b",
    "an interval without ends": r"(?:entre|between|de|from) – |– (?:et|and|à|to) –",
    "a code instead of its word": r"\b(?:trade_size|trade_any|coup_de_coeur|food_shop|size_class|per_week)\b",
    "a wrong plural": r"\b1 (?:publications|jours|semaines|boostées|days|fichiers)\b(?! de deux)",
    "a gap where a word was": r"\(\s*\)|« »|“”| ,| \.(?!\w)|\{\{|\}\}",
    "a count of peers below five": r"\bn = [1-4]\b",
}


@pytest.fixture
def clients(tmp_path, monkeypatch):
    """Give a function that adds a client with the bookshop's exports and other facts."""
    for folder in ("data/codebook", "data/reference", "data/sample", "notebooks"):
        (tmp_path / folder).parent.mkdir(exist_ok=True)
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.setenv("ANALYSIS_HOME", str(tmp_path))
    source = ROOT / "data" / "clients" / CLIENT
    known = yaml.safe_load((source / "client.yml").read_text(encoding="utf-8"))

    def added(without=(), only=None, **facts):
        folder = tmp_path / "data" / "clients" / CLIENT
        shutil.copytree(source / "exports", folder / "exports")
        kept = {k: v for k, v in (known | facts).items() if k not in without and (only is None or k in only)}
        (folder / "client.yml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
        return folder

    return added


@pytest.fixture
def report(monkeypatch):
    """Give a function that runs the notebook's cells here and returns the words of each kind of block."""
    shown = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data[MIME]))

    def run(**parameters):
        shown.clear()
        space = {}
        for cell in (cell for cell in NOTEBOOK.cells if cell.cell_type == "code"):
            exec(cell.source, space)  # the notebook is ours
            if "parameters" in cell.metadata.get("tags", []):
                space.update({"client": CLIENT} | parameters)
        return [
            (block, " ".join(words_of(block)).replace("\u00a0", " ").replace("\u202f", " "))
            for block in shown
        ]

    return run


def words_of(value):
    """Take the words of a block: texts of its data, and those written in its drawings."""
    if isinstance(value, dict) and any(part["kind"] == "text" for part in value.get("children", ())):
        return [plain_text([value])]
    if isinstance(value, dict):
        names = (
            "block",
            "kind",
            "inputs",
            "style",
            "id",
            "state",
            "format",
            "claim",
            "claims",
            "tables",
            "data",
        )
        return [word for key, part in value.items() if key not in names for word in words_of(part)]
    if isinstance(value, list | tuple):
        return [word for part in value for word in words_of(part)]
    if not isinstance(value, str):
        return []
    return re.findall(r">([^<>]+)</t", value) if "<svg" in value else [value]


def faults(said):
    return [
        (what, found)
        for _, text in said
        for what, sign in FAULTS.items()
        for found in re.findall(f".{{0,40}}(?:{sign})", text)
    ]


def sentence(said, kind, number=0):
    return [text for block, text in said if block["block"] == kind][number]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("period", "language"), [("2025-11", "fr"), ("2025-12", "en"), ("2025", "fr"), ("2025-Q4", "en")]
)
def test_any_period_reads_well(clients, report, period, language):
    clients()
    assert faults(report(period=period, language=language)) == []


@pytest.mark.slow
def test_a_bare_client_has_its_report(clients, report):
    clients(only=NEEDED)
    said = report(period="2025-Q4", language="fr")
    assert faults(said) == []
    assert "librairie indépendante · du 1er octobre" in sentence(said, "cover")
    assert "moins de dix salariés" in sentence(said, "kpi")
    assert not any("simulées" in text for _, text in said)
    assert any("sont simulés" in text for block, text in said if block["block"] == "callout")
    assert any("Ce qui freine les entreprises de votre secteur" in text for _, text in said)


@pytest.mark.slow
def test_a_client_of_the_survey_is_placed_by_its_own_answers(clients, report):
    clients()
    said = [text for _, text in report(period="2025-Q4", language="en")]
    answers = load("survey").query("firm == 'F01084' and wave == 2026")
    own = scale_score(answers, "readiness").item()
    assert any(f"Your answers to the survey make {own:.0f} out of 100" in text for text in said)
    assert any("You cite: Does not know what to answer." in text for text in said)
    assert not any("and you cite it too" in text for text in said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("firm", "answer"), [("F01084", "resemble you more than their towns"), ("F01154", "We cannot tell")]
)
def test_contacts_are_set_beside_what_their_towns_offer(clients, report, firm, answer):
    clients(firm=firm)
    said = [text for _, text in report(period="2025-Q4", language="en")]
    told, own = load("ties"), load("survey").set_index("firm")["sector"][firm]
    own = own.iloc[0] if hasattr(own, "iloc") else own
    mine = told[told["ego"] == firm].drop_duplicates("alter")
    others = told[told["ego"] != firm].drop_duplicates("alter")
    offered = (others["alter_sector"] == own).groupby(others["alter_town"]).mean()
    like = int((mine["alter_sector"] == own).sum())
    found = next(text for text in said if "Like with like?" in text)
    assert f"{like} of {len(mine)} contacts are in your sector" in found
    assert f"it would be {offered[mine['alter_town']].sum():.1f} on average" in found
    assert answer in found
    assert not re.search(r"[CF]0\d{4}", found)


@pytest.mark.slow
def test_an_unknown_trade_is_compared_with_nobody(clients, report):
    clients(without=("sector", "size_class", "topics", "town"), trade="cheesemonger of the hills")
    said = report(period="2025-Q4", language="en")
    assert faults(said) == []
    assert "we do not compare" in sentence(said, "finding", 1)
    assert not any("firms in your sector" in text for _, text in said)
    assert all(
        row["peers"]["n"] == "n < 5" for block, _ in said if block["block"] == "kpi" for row in block["rows"]
    )


@pytest.mark.slow
def test_both_languages_tell_the_same_numbers(clients, report):
    clients()
    numbers = []
    for language in ("fr", "en"):
        said = report(period="2025-Q4", language=language)
        rows = [row for block, _ in said if block["block"] == "kpi" for row in block["rows"]]
        strips = [row["peers"].get("quartiles") for row in rows]
        assert any(strips)
        numbers.append((strips, re.findall(r"\d+", sentence(said, "finding").replace(",", "."))))
    assert numbers[0] == numbers[1]


def test_a_period_without_posts_is_told(clients, report):
    clients()
    with pytest.raises(DataError, match="Fewer than 5 posts on each platform in 2023-Q1"):
        report(period="2023-Q1", language="fr")


@pytest.mark.slow
def test_seven_posts_of_a_client_without_topics_have_their_report(clients, report):
    exports = clients(without=["topics"]) / "exports"
    for path in exports.iterdir():
        if path.name != "Oct-01-2025_Dec-31-2025_9992577193018432.csv":
            path.unlink()
    last = next(exports.iterdir())
    kept = list(csv.reader(io.StringIO(last.read_text(encoding="utf-8-sig"))))[:8]
    with last.open("w", encoding="utf-8-sig", newline="") as written:
        csv.writer(written).writerows(kept)
    said = report(period="2025-Q4", language="fr")
    assert faults(said) == []
    assert "trop peu nombreuses" in sentence(said, "finding")


def test_the_faults_are_recognised():
    assert faults([({}, "entre – et –")]) and faults([({}, "nan personnes")]) and faults([({}, "n = 3")])
    assert faults([({}, "None over the period. n = 15, 1 publication")]) == []
