"""Every rule of the notebooks' lint has a notebook that breaks it, and one that comes close and does not."""

from __future__ import annotations

import json

import nbformat
import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.errors import ParameterError
from analysis.reports.linting import lint
from analysis.reports.linting.digits import typed

OPENING = "# Trial: does it work?\n\n**Input**: none.\n**Output**: one sentence."
IMPORTS = "import pandas as pd\n\nfrom analysis.reports import figure, finding, section, start"
CELL = 'language: str = "en"  # language of the report'
SHOWS = (
    'start("trial", language=language)\nsection("one", n=len(pd.DataFrame()))\n'
    'figure(lambda ax: None, text="drawn")\nfinding("seen", None)'
)
TEXT = "## one\ntitle: {{ n | number }} posts\n\n## drawn\ntitle: A\nalt: B\n\n## seen\ntitle: C\n"


@pytest.fixture
def made(tmp_path):
    """Give a function that writes a sound notebook with its texts, changed as asked."""

    def write(
        *cells,
        prose=OPENING,
        imports=IMPORTS,
        parameters=CELL,
        english=TEXT,
        french=TEXT,
        shows=SHOWS,
        **metadata,
    ):
        sources = [imports, parameters, shows, *cells]
        code = [nbformat.v4.new_code_cell(source) for source in sources if source]
        for cell in code:
            if cell.source == parameters:
                cell.metadata["tags"] = ["parameters"]
        texts = [
            nbformat.v4.new_markdown_cell(text) for text in ([prose] if isinstance(prose, str) else prose)
        ]
        notebook = nbformat.v4.new_notebook(cells=[*texts, *code])
        notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}} | metadata
        path = tmp_path / "trial.ipynb"
        text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8")
        for language, blocks in (("en", english), ("fr", french)):
            if blocks is not None:
                (tmp_path / f"trial.{language}.md").write_text(blocks, encoding="utf-8")
        return path

    return write


def found(path):
    return [(row.rule, row.cell, row.finding) for row in lint([path]).itertuples()]


def rules(path):
    return [rule for rule, _, _ in found(path)]


def test_a_sound_notebook_has_no_finding(made):
    assert found(made()) == []


CODE = [
    ("clock", "pd.Timestamp.now()"),
    ("clock", "from datetime import date\nday = date.today()"),
    ("clock", "import datetime as dt\ndt.datetime.utcnow()"),
    ("clock", "from time import time as moment\nmoment()"),
    ("clock", 'pd.Timestamp("now")'),
    ("clock", 'pd.to_datetime("today")'),
    ("chance", "import numpy as np\nnp.random.normal(3)"),
    ("chance", "import numpy as np\nnp.random.seed(3)"),
    ("chance", "import numpy as np\nrng = np.random.default_rng()"),
    ("chance", "from numpy.random import default_rng\nrng = default_rng(None)"),
    ("chance", "import random\nrandom.shuffle([1])"),
    ("chance", "from random import choice\nchoice([1])"),
    ("chance", "import random\nrandom.Random()"),
    ("chance", "pd.DataFrame().sample(5)"),
    ("chance", "import uuid\nuuid.uuid4()"),
    ("chance", "import os\nos.urandom(3)"),
    ("chance", "from sklearn.cluster import KMeans\nKMeans(3)"),
    ("chance", "import networkx as nx\nnx.spring_layout(nx.Graph())"),
    ("clock", 'import time\ntime.strftime("%Y")'),
    ("clock", "from datetime import datetime as d\nlist(map(d.now, []))"),
    ("clock", 'from pathlib import Path\nPath("a").stat().st_mtime'),
    ("chance", "from random import *\nchoice([1])"),
    ("chance", "import numpy.random as npr\nnpr.default_rng(seed=None)"),
    ("chance", "pd.DataFrame().sample(5, random_state=None)"),
    ("chance", "from scipy.stats import norm\nnorm.rvs(size=3)"),
    ("chance", "from scipy.stats import bootstrap\nbootstrap(([1],), max)"),
    ("chance", "from sklearn.utils import shuffle\nshuffle([1])"),
    ("chance", "from sklearn.model_selection import KFold\nKFold(5, shuffle=True)"),
    ("chance", "import networkx as nx\nnx.gnp_random_graph(10, 0.1)"),
    ("chance", "import networkx as nx\nnx.draw(nx.Graph())"),
    ("path", "import tempfile\ntempfile.mkdtemp()"),
    ("path", "import os\nos.environ['HOME']"),
    ("path", "from pathlib import Path\nPath.cwd()"),
    ("path", "from pathlib import Path\nPath('/') / 'home'"),
    ("path", 'pd.read_csv("file:///srv/a.csv")'),
    ("path", 'pd.read_csv("/a.csv")'),
    ("network", "from http import client\nclient"),
    ("network", "from importlib import import_module\nimport_module('requests')"),
    ("network", "from sklearn.datasets import fetch_openml\nfetch_openml('a')"),
    ("magic", "import subprocess\nsubprocess.run(['ls'])"),
    ("magic", "get_ipython().system('ls')"),
    ("path", 'pd.read_csv("/srv/file.csv")'),
    ("path", r'pd.read_csv("C:\\data.csv")'),
    ("path", 'pd.read_csv("C:/data.csv")'),
    ("path", 'pd.read_csv("~/data.csv")'),
    ("path", 'pd.read_csv(f"/home/{language}/data.csv")'),
    ("path", "from pathlib import Path\nPath.home()"),
    ("network", 'pd.read_csv("https://example.org/a.csv")'),
    ("network", "import requests\nrequests"),
    ("network", 'from urllib.request import urlopen\nurlopen("a")'),
    ("network", 'from analysis.catalog import fetch\nfetch("cosmetics")'),
    ("magic", "%matplotlib inline"),
    ("magic", "!pip install x"),
    ("magic", "files = !ls"),
    ("magic", "pd?"),
    ("magic", "%%bash\nls"),
    ("python", "x = = 3"),
]


@pytest.mark.parametrize(("rule", "code"), CODE)
def test_what_differs_between_two_runs_is_found(made, rule, code):
    got = [(name, cell) for name, cell, _ in found(made(code)) if name != "imports"]
    assert got and set(got) == {(rule, "code cell 4")}


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nrng = np.random.default_rng(3)\nrng.normal(3)\nnp.random.Generator(np.random.PCG64(1))",
        "import random\nrandom.Random(3).shuffle([1])",
        "pd.DataFrame({'now': [1]}).sample(1, random_state=3)",
        "from sklearn.cluster import KMeans\nKMeans(3, random_state=0)",
        "now = pd.Timestamp('2025-10-01')\nnow.year",
        "label = '/'\nper = 'posts / week'\nshare = '1/2'",
        "rate = 7 % 3\nno = rate != 3",
        "text = 'a % b ? !x'",
        "time = pd.Series([1])\ntime.max()",
        "requests = pd.Series([1])\nrequests.sum()\nrandom = requests\nrandom.mean()",
        "import time\ntime.gmtime(0)\ntime.strftime('%Y', time.gmtime(0))",
        "from sklearn.model_selection import KFold\nKFold(5)",
        "import networkx as nx\nnx.gnp_random_graph(10, 0.1, 3)\nnx.draw(nx.Graph(), {})",
        "pd.DataFrame().resample('W')\nlabel = '~5/6'\nshown = '/h'",
    ],
)
def test_what_only_looks_like_it_is_not(made, code):
    assert [rule for rule in rules(made(code)) if rule != "imports"] == []


def test_the_line_is_the_readers(made):
    row = lint([made("x = 1\n%time x\n\npd.Timestamp.now()")]).set_index("rule")
    assert (row.loc["magic", "line"], row.loc["clock", "line"]) == (2, 4)
    assert row.loc["clock", "finding"].endswith("make the date a parameter.")


@pytest.mark.parametrize(
    ("rule", "change", "said"),
    [
        ("title", {"prose": "Trial?\n**Input** **Output**"}, "it has no title"),
        ("title", {"prose": [OPENING, "# Another"]}, "second title"),
        ("headings", {"prose": [OPENING, "### Deep"]}, "skips a level: write it with ##"),
        ("links", {"prose": [OPENING, "[a](nowhere.md)"]}, "the link to nowhere.md leads nowhere"),
        ("opening", {"prose": "# Trial\n**Input** **Output**"}, "a title that asks a question"),
        ("kernel", {"kernelspec": {"name": "ir"}}, "its kernel is ir: choose python3"),
        ("metadata", {"widgets": {}}, "take widgets out"),
        ("parameters", {"parameters": "language = 'en'  # language"}, "language has no type"),
        ("parameters", {"parameters": "language: str = 'en'"}, "language has no help"),
        ("parameters", {"parameters": "language: str = open('a')"}, "must be a plain value"),
        (
            "parameters",
            {"parameters": "language: str = 'en'  # a\nkey: str = 'abc'  # secret: b"},
            "is secret, so",
        ),
        (
            "parameters",
            {"parameters": "language: str = 'en'  # a\napi_key: str = ''  # key of the service"},
            "api_key looks like a secret and would be kept",
        ),
        ("language", {"parameters": "lang: str = 'en'  # language"}, "add language"),
        ("texts", {"french": None}, "trial.fr.md is missing"),
        ("texts", {"french": TEXT + "## one\n"}, 'two blocks are called "one"'),
        ("languages", {"french": TEXT + "## two\n"}, 'block "two" of trial.fr.md is not in trial.en.md'),
        ("languages", {"french": TEXT.replace("{{ n | number }}", "")}, "have other values: n"),
        ("languages", {"french": TEXT.replace("alt: B", "alt: B\nreading: C")}, "have other fields: reading"),
        ("unused", {"english": TEXT + "## two\n", "french": TEXT + "## two\n"}, 'no cell uses block "two"'),
        ("unknown", {"shows": SHOWS + '\nsection("two")'}, 'has no block "two"'),
        (
            "number",
            {"english": TEXT.replace("title: C", "title: 12 posts")},
            "the number 12 is typed by hand",
        ),
        (
            "number",
            {"english": "typed: 2022 — a year\n\n" + TEXT},
            "declares the number 2022, which it does not",
        ),
        ("words", {"english": TEXT.replace("alt: B", "")}, "the figure has no alt: give one in block"),
        ("words", {"english": TEXT.replace("title: A", "")}, "the figure has no title"),
        (
            "words",
            {"shows": SHOWS + '\nfigure(lambda ax: None, title="x")'},
            r"the figure has no alt: give one in fig",
        ),
        (
            "words",
            {"shows": SHOWS.replace("None)", "lambda ax: None)")},
            'the finding has no alt: give one in block "s',
        ),
    ],
)
def test_what_is_wrong_with_a_report_is_found(made, rule, change, said):
    got = [(name, text) for name, _, text in found(made(**change))]
    assert any(name == rule and said in text for name, text in got), got


def test_a_declared_number_and_those_of_every_report_are_let_through(made):
    head = "typed: 2022 — the year of the law\n\n"
    text = head + TEXT.replace("title: C", "title: The law of 2022: 95% intervals, 1,000 draws, per 100")
    assert found(made(english=text, french=text)) == []


def test_a_number_typed_in_a_text_cell_of_the_report_is_found(made):
    path = made(prose=[OPENING, "There were 12 posts."])
    notebook = nbformat.read(path, as_version=4)
    assert "number" not in rules(path)
    notebook.cells[1].metadata["tags"] = ["report"]
    nbformat.write(notebook, path)
    assert ("number", "text cell 2") in [(rule, cell) for rule, cell, _ in found(path)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("95 % of firms use it.\n1 000 firms, 100 answers", [(1, "95"), (2, "1"), (2, "000"), (2, "100")]),
        ("Intervalle à 95 %, 1 000 tirages, score sur 100, 95% of draws", []),
        ("```\nx = 12\n```\n½ of `x[3]`, [there](page2.md)", [(4, "½")]),
    ],
)
def test_numbers_of_the_method_and_of_code_are_told_from_results(text, expected):
    assert typed(text) == expected


@pytest.mark.parametrize(
    ("code", "rule", "said"),
    [
        ('figure(lambda ax: None, text="drawn", title="12 posts")', "number", "12 is typed by hand in title"),
        ('figure(lambda ax: None, title="A", alt="")', "words", "the figure has no alt"),
        ("from analysis import reports\nreports.figure(lambda ax: None, title='A')", "words", "the figure has no alt"),
        ("import matplotlib.pyplot as plt\nplt.show()", "words", "give it to figure"),
    ],
)  # fmt: skip
def test_each_way_of_showing_a_drawing_needs_its_words(made, code, rule, said):
    got = [text for name, _, text in found(made(code)) if name == rule]
    assert len(got) == 1 and said in got[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ 45 | percent }}", ["45"]),
        ("{{ '45 %' }} and {{ -0.5 }}", ["0.5", "45"]),
        ("{% set n = 45 %}{{ n }}", ["45"]),
        ("{{ 12 if few else n }}", ["12"]),
        ("{{ 1 - rate }} {{ n | number(2) }} {{ '%02d' | format(n) }} {{ 'x' if n == 3 else '' }}", []),
    ],
)
def test_a_number_a_template_holds_is_typed_by_hand(text, expected):
    assert sorted(number for _, number in typed(text)) == expected
    assert typed(text, expected) == []


@pytest.mark.parametrize("value", ["45", "-0.45", "'45 %'"])
def test_a_number_written_out_as_a_value_of_a_text_is_found(made, value):
    (said,) = [text for rule, _, text in found(made(f'section("one", n={value})')) if rule == "number"]
    assert f"{value} is typed by hand as n" in said
    assert "number" not in rules(made('section("one", n=len("four"), simulated=True)'))


def test_an_empty_field_is_no_alternative_text(made):
    assert "words" in rules(made(english=TEXT.replace("alt: B", "alt:")))


def test_headings_are_those_a_reader_sees(made):
    titled = OPENING.replace("# Trial: does it work?\n", "Trial: does it work?\n====\n")
    assert "title" not in rules(made(prose=titled))
    assert "title" in rules(made(prose=[OPENING, "  # Another"]))
    assert "title" not in rules(made(prose=[OPENING, "1. a\n\n   ```\n   # b\n   ```\n\n~~~\n# c"]))


@pytest.mark.parametrize("text", ["[a](/)", "[a](file:///a)", "[a](c:/a)", "[a][1]\n\n[1]: nowhere.md"])
def test_links_that_lead_nowhere_elsewhere_are_found(made, text):
    assert "links" in rules(made(prose=[OPENING, text]))


def test_links_out_and_links_quoted_are_none(made):
    text = "`[a](b.md)` [c](https://example.org) [d](#e) [f][1] [^2]\n\n[1]: trial.ipynb\n[^2]: a note"
    assert "links" not in rules(made(prose=[OPENING, text]))


def test_a_picture_of_a_text_cell_needs_words(made):
    (text,) = [text for rule, _, text in found(made(prose=[OPENING, "![ ](trial.ipynb)"])) if rule == "words"]
    assert "no alternative text" in text
    assert "words" not in rules(made(prose=[OPENING, "![a plan](trial.ipynb)"]))


def test_a_missing_drawing_needs_no_words_but_a_possible_one_does(made):
    shows = SHOWS.replace('finding("seen", None)', 'finding(f"seen{language}", drawing)')
    both = TEXT.replace("## seen\n", "## seen\n") + "\n## seen2\ntitle: D\nalt: E\n"
    imports = IMPORTS.replace(
        "import pandas as pd", "import pandas as pd\nfrom analysis.charts import drawing"
    )
    assert found(made(shows=shows, english=both, french=both, imports=imports)) == []
    without = both.replace("alt: E\n", "")
    assert rules(made(shows=shows, english=without, french=without, imports=imports)) == ["words", "words"]


def test_cells_are_short_but_for_imports(made):
    assert "length" in rules(made("\n".join("x = 1" for _ in range(16))))
    assert "length" not in rules(made("\n".join("x = 1" for _ in range(15))))
    names = "\n".join(f"from os import path as p{n}" for n in range(16))
    assert "length" not in rules(made(imports=IMPORTS + "\n" + names, shows=SHOWS + "\n" + "p0"))


def test_imports_stand_first_and_are_used(made):
    said = [text for rule, _, text in found(made("import os")) if rule == "imports"]
    assert said == ["imports stand before the parameters: move it up.", "os is not used: take it out."]


@pytest.mark.parametrize("name", ["mot_de_passe", "access_key", "db_pwd", "Jeton"])
def test_what_sounds_like_a_secret_is_asked_to_be_one(made, name):
    got = [text for rule, _, text in found(made(parameters=f"{CELL}\n{name}: str = ''  # of the service"))]
    assert got == [f"{name} looks like a secret and would be kept: open its comment with secret:."]


def test_outputs_and_the_way_of_writing_are_found(made):
    path = made("x = 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].execution_count = 1
    notebook.cells[-1].id = notebook.cells[-2].id
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert set(rules(path)) == {"written", "outputs", "ids"}


def test_two_cells_of_parameters_and_none(made):
    path = made()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    assert ("parameters", "code cell 3") in [(rule, cell) for rule, cell, _ in found(path)]
    assert any("no cell is tagged parameters" in text for _, _, text in found(made(parameters="")))


def test_headings_in_code_are_no_headings(made):
    assert found(made(prose=[OPENING, "```\n# not a title\n```\n\n## Next"])) == []


def test_what_is_no_notebook_is_named(tmp_path):
    with pytest.raises(
        ParameterError, match=r'There is no notebook "01_adoptoin\.ipynb"\. Did you mean "01_adoption"'
    ):
        lint([tmp_path / "01_adoptoin.ipynb"])
    (tmp_path / "x.ipynb").write_bytes(b"\xff\xfe")
    with pytest.raises(ParameterError, match="cannot be read as JSON"):
        lint([tmp_path / "x.ipynb"])
    (tmp_path / "x.ipynb").write_text("{}")
    with pytest.raises(ParameterError, match=r"x\.ipynb is not a notebook"):
        lint([tmp_path / "x.ipynb"])


def test_a_folder_stands_for_its_notebooks(made, tmp_path):
    one = made("x = 1\n%time x")
    pd.testing.assert_frame_equal(lint([one.parent]), lint([one]))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ParameterError, match="no notebook in empty/"):
        lint([tmp_path / "empty"])


def test_the_command_lists_findings_and_ends_with_2(made, capsys):
    assert main(["lint", str(made("pd.Timestamp.now()"))]) == 2
    said = capsys.readouterr()
    assert "trial.ipynb, code cell 4, line 1: [clock] now() reads the clock" in said.out
    assert said.err == "1 finding, listed above.\n"
    assert main(["lint", str(made())]) == 0
    assert capsys.readouterr().out == "1 notebook: nothing found.\n"
