"""A user can describe any other file, and every mistake in the description is answered in the user's words."""

from __future__ import annotations

import re
from datetime import datetime

import openpyxl
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.errors import DataError
from analysis.platforms import import_files, read_export, read_folder
from analysis.platforms.contracts import AUDIENCE, DAILY, MESSAGES, POSTS, REVIEWS
from analysis.platforms.mappings.mapping import FIELDS, load_columns
from analysis.platforms.mappings.scaffold import scaffold_columns
from platforms.faithful import number, table

HEADINGS = ["Publié le", "Légende", "J'aime", "Commentaires", "Taux"]
ROWS = [
    ["Rapport du mois"],
    HEADINGS,
    ["03/06/2026 10:00", "Pain", "1.234", "5", "1,5"],
    ["16/06/2026 10:00", "Four", "34", "", "2,5"],
]
SAID = {
    "platform": "Instagram",
    "tool": "iconosquare",
    "account": "le_fournil",
    "zone": "Europe/Paris",
    "columns": {
        "published": "Publié le",
        "text": "Légende",
        "reactions": "J'aime",
        "comments": "Commentaires",
    },
}


@pytest.fixture
def export_file(tmp_path):
    path = tmp_path / "iconosquare.csv"
    path.write_bytes(table(ROWS, delimiter=";"))
    return path


def mapping(folder, said=SAID, name="columns.yml"):
    path = folder / name
    text = said if isinstance(said, str) else yaml.safe_dump(said, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    return path


def checked(export):
    result = export.table
    assert (export.platform, export.tool, export.kind) == ("instagram", "iconosquare", "posts")
    assert list(result.columns[: len(POSTS)]) == list(POSTS)
    assert result["reactions"].tolist() == [1234, 34]
    assert result["comments"].tolist() == [5, pd.NA]
    assert result["published"].tolist() == [
        pd.Timestamp("2026-06-03 08:00"),
        pd.Timestamp("2026-06-16 08:00"),
    ]
    assert result["published_zone_known"].all()
    assert export.accounts == ("le_fournil",)
    assert export.columns["reactions"] == "J'aime"


def test_a_mapping_may_be_given_as_a_file_a_dictionary_or_lie_beside(export_file, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    checked(read_export(export_file, columns=mapping(elsewhere)))
    checked(read_export(export_file, columns=SAID))
    mapping(tmp_path)
    checked(read_export(export_file))
    checked(read_folder(tmp_path)[0])


def test_a_mapping_of_one_file_goes_before_that_of_its_folder(export_file, tmp_path):
    mapping(tmp_path, SAID | {"tool": "agorapulse"})
    mapping(tmp_path, name="iconosquare.csv.columns.yml")
    checked(read_export(export_file))


def test_columns_the_mapping_leaves_out_are_named(export_file):
    export = read_export(export_file, columns=SAID)
    assert [n for n in export.warnings if n.code == "columns_unread"] == ["Columns not read: Taux."]


def test_without_a_mapping_the_file_is_refused(export_file):
    with pytest.raises(DataError, match="no known export has these headings: Publié le, Légende"):
        read_export(export_file)


def test_a_mapping_beside_known_exports_leaves_them_alone(export_file, tmp_path):
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    mapping(tmp_path)
    exports = read_folder(tmp_path)
    assert [(e.file, e.format) for e in exports] == [
        ("Totals.csv", "youtube_daily"),
        ("iconosquare.csv", "columns"),
    ]
    assert exports.unrecognised == ()


def test_files_names_what_a_mapping_is_for_even_where_a_format_knows_it(tmp_path):
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    said = {
        "platform": "tiktok",
        "kind": "daily",
        "files": "Tot*.csv",
        "columns": {"date": "Date", "visits": "Views"},
    }
    mapping(tmp_path, said)
    export = read_export(tmp_path / "Totals.csv")
    assert (export.platform, export.table["metric"].tolist()) == ("tiktok", ["visits"])


def test_several_mappings_in_one_file_each_for_its_files(export_file, tmp_path):
    (tmp_path / "jours.csv").write_text("Jour;Abonnés\n2026-06-01;12\n2026-06-02;15\n", encoding="utf-8")
    daily = {"platform": "instagram", "kind": "daily", "files": ["jours*"], "columns": {"date": "Jour",
             "followers": "Abonnés"}}  # fmt: skip
    mapping(tmp_path, yaml.safe_dump([daily, SAID], allow_unicode=True))
    first, second = read_folder(tmp_path)
    checked(first)
    assert second.table["value"].tolist() == [12, 15]


@pytest.mark.parametrize(
    ("kind", "columns", "more", "contract"),
    [
        ("daily", {"date": "A", "followers": "B"}, {}, DAILY),
        ("audience", {"level": "C", "followers": "B"}, {"dimension": "city"}, AUDIENCE),
        ("reviews", {"review_id": "B", "text": "C", "published": "A"}, {}, REVIEWS),
        ("messages", {"thread_id": "B", "received": "A"}, {}, MESSAGES),
    ],
)
def test_every_kind_of_table_follows_its_contract(tmp_path, kind, columns, more, contract):
    path = tmp_path / "any.csv"
    path.write_text("A,B,C\n2026-06-13,1,Lyon\n2026-06-14,2,Brest\n", encoding="utf-8")
    said = {"platform": "google_business", "kind": kind, "columns": columns} | more
    export = read_export(path, columns=said)
    assert export.kind == kind
    assert {n: str(d) for n, d in export.table[list(contract)].dtypes.items()} == contract
    assert len(export.table) == 2
    if kind == "audience":
        assert export.table["dimension"].unique().tolist() == ["city"]
        assert export.table.set_index("level")["value"].to_dict() == {"Lyon": 1, "Brest": 2}


def test_a_column_may_name_the_network_of_each_row(tmp_path):
    path = tmp_path / "any.csv"
    path.write_text("Network,When,Likes\nX (Twitter),2026-06-13,1\nFacebook,2026-06-14,2\n", encoding="utf-8")
    said = {"columns": {"platform": "Network", "published": "When", "reactions": "Likes"}}
    exports = read_export(path, columns=said)
    assert [(e.platform, e.table["reactions"].tolist()) for e in exports] == [("facebook", [2]), ("x", [1])]


def test_the_mapping_settles_dates_decimals_and_kinds(tmp_path):
    path = tmp_path / "any.csv"
    path.write_text("Date;Type;Durée\n03/04/2026;Boucle;1,234\n05/06/2026;Photo;2,345\n", encoding="utf-8")
    said = {"platform": "facebook", "dayfirst": True, "decimal": ",", "kinds": {"Boucle": "reel"},
            "columns": {"published": "Date", "kind": "Type", "duration": "Durée"}}  # fmt: skip
    result = read_export(path, columns=said).table
    assert result["published"].tolist() == [pd.Timestamp("2026-04-03"), pd.Timestamp("2026-06-05")]
    assert result["kind"].tolist() == ["reel", "photo"]
    months = read_export(path, columns=said | {"dayfirst": False}).table
    assert months["published"].tolist() == [pd.Timestamp("2026-03-04"), pd.Timestamp("2026-05-06")]


def test_a_decimal_mark_settles_what_the_column_leaves_open(tmp_path):
    path = tmp_path / "any.csv"
    path.write_text("Nom;Note\na;1,234\nb;2,345\n", encoding="utf-8")
    said = {"platform": "facebook", "kind": "reviews", "columns": {"text": "Nom", "rating": "Note"}}
    assert read_export(path, columns=said | {"decimal": ","}).table["rating"].tolist() == [1.234, 2.345]
    assert read_export(path, columns=said | {"decimal": "."}).table["rating"].tolist() == [1234, 2345]


def test_a_workbook_is_mapped_too(tmp_path):
    book = openpyxl.Workbook()
    for row in [["Posted", "Likes"], [datetime(2026, 6, 13, 8), 12]]:
        book.active.append(row)
    book.save(tmp_path / "any.xlsx")
    said = {"platform": "linkedin", "columns": {"published": "Posted", "reactions": "Likes"}}
    (export,) = read_export(tmp_path / "any.xlsx", columns=said)
    assert export.table["reactions"].tolist() == [12]


# mistakes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colums": {}}, r'"colums" is not something a mapping says\. Did you mean "columns"\?'),
        ({"kind": "post"}, r'kind: "post" is no kind of table\. Did you mean "posts"\?'),
        (
            {"columns": {"published": "A", "reations": "B"}},
            r'"reations" is no column of posts\. Did you mean "reactions"',
        ),
        ({"columns": {"reactions": "B"}}, 'a table of posts needs the column "published"'),
        (
            {"columns": {"published": "A", "text": "a "}},
            'heading "a " is given for both "published" and "text"',
        ),
        ({"columns": {"published": None}}, '"published" needs the heading its column has'),
        ({"columns": ["A"]}, '"columns" must list column: heading'),
        ({"kinds": {"Boucle": "rel"}}, r'kinds, "Boucle": "rel" is no kind of post\. Did you mean "reel"\?'),
        ({"zone": "Europe/Pari"}, '"Europe/Pari" is no time zone. Write one such as Europe/Paris'),
        ({"decimal": ";"}, r'decimal ";" is neither "\." nor ","'),
        ({"dayfirst": "yes"}, 'dayfirst "yes" is neither true nor false'),
        ({"files": {"a": 1}}, r'"files" must be names such as "posts-\*\.csv"'),
        ({"optional": ["saves"]}, 'optional: "saves" is not among the columns'),
        ({"kind": "daily", "columns": {"date": "A", "folowers": "B"}}, r'Did you mean "followers"\?'),
    ],
)
def test_a_mistake_in_a_mapping_is_named(tmp_path, change, message):
    with pytest.raises(DataError, match=rf"columns\.yml.*{message}"):
        load_columns(mapping(tmp_path, SAID | change))


def test_a_mapping_must_name_its_network(tmp_path):
    with pytest.raises(DataError, match=r'columns\.yml: say "platform: \.\.\."'):
        load_columns(mapping(tmp_path, {"columns": {"published": "A"}}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("platform: x\ncolumns: {published: A", r"columns\.yml, line \d: this is not YAML"),
        (
            "platform: x\ncolumns:\n  text: A\n  text: B\n",
            r'line 4: "text" is given twice \(first on line 3\)',
        ),
        ("- just a list", 'must say "platform'),
        ("", 'must say "platform'),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        load_columns(mapping(tmp_path, text))


def test_a_mapping_that_is_absent_or_not_text_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"columns\.yml cannot be opened: No such file"):
        load_columns(tmp_path / "columns.yml")
    (tmp_path / "columns.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"columns\.yml is not UTF-8 text"):
        load_columns(tmp_path / "columns.yml")


def test_a_heading_the_file_lacks_is_named_with_the_nearest(export_file):
    said = SAID | {"columns": {"published": "Publié le", "reactions": "Jaime", "text": "Légende"}}
    with pytest.raises(
        DataError, match=r'''iconosquare\.csv has no heading "Jaime", .*"reactions"\. Did you mean "J'aime"'''
    ):
        read_export(export_file, columns=said)


def test_no_heading_of_the_mapping_in_the_file(export_file):
    said = {"platform": "x", "columns": {"published": "Posted", "reactions": "Hearts"}}
    with pytest.raises(DataError, match=r"none of the headings columns\.yml gives is in it"):
        read_export(export_file, columns=said)


def test_two_headings_of_the_file_for_one_column(export_file):
    said = SAID | {"columns": {"published": "Publié le", "reactions": ["J'aime", "Commentaires"]}}
    with pytest.raises(DataError, match=r"""has two headings for "reactions" in .*: J'aime, Commentaires"""):
        read_export(export_file, columns=said)


def test_optional_columns_may_be_absent(export_file):
    said = SAID | {"columns": SAID["columns"] | {"saves": "Enregistrements"}, "optional": ["saves"]}
    assert read_export(export_file, columns=said).table["saves"].isna().all()


def test_a_folder_of_nothing_but_mistakes_lists_them(export_file, tmp_path):
    mapping(tmp_path, SAID | {"columns": {"published": "Publié le", "text": "Titre"}})
    with pytest.raises(DataError, match=r'iconosquare\.csv has no heading "Titre"'):
        read_folder(tmp_path)


def test_the_example_of_the_readme_is_a_mapping(root):
    example = re.search(
        r"```yaml\n(.*?)```", (root / "data/README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    known = load_columns(yaml.safe_load(example[1])).entries[0][1]
    assert (known.platform, known.zone, known.kinds["boucle"]) == ("instagram", "Europe/Paris", "reel")


# drafts, import


def test_a_draft_is_a_mapping_that_reads_the_file_once_corrected(export_file, tmp_path):
    draft = scaffold_columns(ROWS, "iconosquare.csv")
    said = yaml.safe_load(draft)
    assert said["columns"] == {"published": "Publié le", "text": "Légende", "reactions": "J'aime",
                               "comments": "Commentaires"}  # fmt: skip
    assert '#   ...: "Taux"' in draft
    export = read_export(export_file, columns=mapping(tmp_path, draft, "draft.yml"))
    assert export.table["reactions"].tolist() == [1234, 34]


def test_import_suggests_a_mapping_for_an_unknown_file(export_file, capsys):
    assert main(["import", str(export_file)]) == 3
    shown = capsys.readouterr().err
    assert "To read iconosquare.csv all the same:" in shown
    assert 'published: "Publié le"' in shown


def test_import_suggests_a_mapping_beside_what_it_could_read(export_file, tmp_path, capsys):
    (tmp_path / "Totals.csv").write_text("Date,Views\n2025-01-01,4\n", encoding="utf-8")
    assert main(["import", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "Totals.csv: youtube daily" in shown
    assert "To read iconosquare.csv all the same:" in shown


def test_import_reads_by_a_mapping(export_file, tmp_path, capsys):
    folder = tmp_path / "said"
    folder.mkdir()
    assert main(["import", str(export_file), "--columns", str(mapping(folder))]) == 0
    assert "iconosquare.csv: instagram posts (iconosquare), 2 rows" in capsys.readouterr().out


def test_the_mapping_is_kept_beside_the_copy(export_file, tmp_path):
    folder, client = tmp_path / "said", tmp_path / "client"
    folder.mkdir()
    said = mapping(folder)
    assert import_files([export_file], client, columns=said)["action"].tolist() == ["copied"]
    assert sorted(p.name for p in (client / "exports").iterdir()) == [
        "iconosquare.csv",
        "iconosquare.csv.columns.yml",
    ]
    checked(read_folder(client / "exports")[0])
    assert import_files([export_file], client, columns=said)["action"].tolist() == ["already there"]
    assert len(list((client / "exports").iterdir())) == 2


def test_a_corrected_mapping_replaces_the_one_kept(export_file, tmp_path):
    folder, client = tmp_path / "said", tmp_path / "client"
    folder.mkdir()
    import_files([export_file], client, columns=mapping(folder, SAID | {"tool": "agorapulse"}))
    import_files([export_file], client, columns=mapping(folder))
    checked(read_folder(client / "exports")[0])


def test_a_dry_run_keeps_no_mapping(export_file, tmp_path):
    client, said = tmp_path / "client", tmp_path / "said"
    said.mkdir()
    assert import_files([export_file], client, columns=mapping(said), dry_run=True)["action"].tolist() == [
        "would copy"
    ]
    assert not client.exists()


# any headings, any locale

WORD = (
    st.text(st.sampled_from("abcdeéàüñ ’'()%-ßЖ日"), min_size=2, max_size=9)
    .map(str.strip)
    .filter(lambda word: len(word) > 1 and any(c.isalpha() for c in word))
)


@settings(max_examples=40)
@given(
    words=st.lists(WORD, min_size=5, max_size=5, unique_by=lambda word: " ".join(word.casefold().split())),
    posts=st.lists(
        st.tuples(
            st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),
            st.integers(0, 9_000_000),
            st.one_of(st.none(), st.integers(0, 9_000_000)),
        ),
        min_size=1,
        max_size=5,
    ),
    group=st.sampled_from(["", ",", ".", "\u00a0", "\u202f", " "]),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(["utf-8-sig", "utf-8", "utf-16-le"]),
    dayfirst=st.booleans(),
)
def test_any_table_is_read_back_by_its_mapping(
    tmp_path_factory, words, posts, group, delimiter, encoding, dayfirst
):
    form = "%d/%m/%Y %H:%M" if dayfirst else "%m/%d/%Y %H:%M"
    rows = [
        [f"id{place}", moment.strftime(form), number(likes, group), number(saves, group), "x y"]
        for place, (moment, likes, saves) in enumerate(posts)
    ]
    path = tmp_path_factory.mktemp("any") / "posts.csv"
    path.write_bytes(table([words, *rows], delimiter, encoding))
    names = ["post_id", "published", "reactions", "saves", "text"]
    said = {"platform": "pinterest", "dayfirst": dayfirst, "columns": dict(zip(names, words, strict=True))}
    result = read_export(path, columns=said).table
    assert result["post_id"].tolist() == [row[0] for row in rows]
    assert result["published"].tolist() == [pd.Timestamp(m).floor("min") for m, _, _ in posts]
    assert result["reactions"].tolist() == [likes for _, likes, _ in posts]
    assert result["saves"].tolist() == [pd.NA if saves is None else saves for _, _, saves in posts]


def test_every_field_of_posts_is_a_column_a_table_can_have():
    assert set(POSTS) - {"published_zone_known", "source"} <= set(FIELDS["posts"])
    assert set(REVIEWS) <= set(FIELDS["reviews"])
    assert set(MESSAGES) <= set(FIELDS["messages"])
