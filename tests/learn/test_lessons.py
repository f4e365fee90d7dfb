"""The five guards of the lessons: they run, they do not leak, their checks bite, what is committed is current."""

from __future__ import annotations

import re
from pathlib import Path
from statistics import median

import jupytext
import pytest
from nbformat import NotebookNode

from analysis.errors import DataError, ReportError
from analysis.language import typeset
from analysis.learn import lessons
from analysis.learn.exercises import lesson

pytestmark = pytest.mark.xdist_group("lessons")

LEARN = Path(__file__).resolve().parents[2] / "notebooks" / "learn"
HEADING = re.compile(r"^### (?:Exercise|Exercice) (\S+)$", re.MULTILINE)
MINUTES = re.compile(r"^- \*\*Minutes\*\*\s?: (\d{2})\b", re.MULTILINE)
BOX = {
    "en": ("You will be able to", "Before you start", "Minutes", "Data"),
    "fr": ("Vous saurez", "Avant de commencer", "Minutes", "Données"),
}


def language_of(source: Path) -> str:
    return "fr" if source.parent.name == "fr" else "en"


def cells_of(source: Path) -> list[NotebookNode]:
    return jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent").cells


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def number_of(source: Path) -> str:
    return str(int(source.stem[:2]))


def lines_of(cells: list[NotebookNode]) -> set[str]:
    return {line.strip() for cell in cells for line in cell.source.splitlines() if line.strip()}


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def written_words(notebook: NotebookNode) -> str:
    outputs = [out for cell in code(notebook) for out in cell.outputs]
    plain = [out.get("data", {}).get("text/plain", out.get("text", "")) for out in outputs]
    return "\n".join([*plain, *(cell.source for cell in notebook.cells)])


def test_solutions_pass_every_check(source, solution_run):
    asked = lesson(number_of(source))
    assert solution_run.passed == sorted(asked.exercises)
    assert solution_run.quiz == dict.fromkeys(asked.questions, True)
    assert set(solution_run.guesses) == set(asked.predictions)


def test_every_picture_and_prediction_of_the_lesson_is_used(source):
    text = source.read_text(encoding="utf-8")
    asked = lesson(number_of(source))
    assert set(re.findall(r'picture\("([^"]+)"', text)) == set(asked.pictures)
    assert set(re.findall(r'reveal\("([^"]+)"', text)) == set(asked.predictions)


def test_student_version_runs_to_the_end_and_passes_nothing(student_run):
    assert student_run.passed == []
    assert student_run.quiz == {}
    assert student_run.guesses == {}
    kinds = {out.output_type for cell in code(student_run.notebook) for out in cell.outputs}
    assert "error" not in kinds
    assert all(cell.execution_count for cell in code(student_run.notebook))


def test_student_replies_are_all_still_to_do(source, student_run):
    replies = [
        out.data["text/plain"]
        for cell in code(student_run.notebook)
        if "exercise" in tags(cell)
        for out in cell.outputs
    ]
    asked = lesson(number_of(source))
    to_do = [reply for reply in replies if reply.startswith("…")]
    assert len(to_do) == len(asked.exercises) + len(asked.predictions) + len(asked.questions)
    assert [reply for reply in replies if reply.startswith("✓")] == []


def test_no_line_of_a_solution_leaks(source, student):
    cells = cells_of(source)
    solutions = lines_of([cell for cell in cells if "solution" in tags(cell)])
    shared = lines_of([cell for cell in cells if cell.cell_type == "code" and "solution" not in tags(cell)])
    secret = solutions - shared
    assert len(secret) > len(lesson(number_of(source)).exercises)
    text = "\n".join(cell.source for cell in student.cells)
    assert [line for line in secret if line in text] == []


def test_every_exercise_heading_is_followed_by_its_marker(source):
    cells = cells_of(source)
    found = {}
    for place, cell in enumerate(cells):
        for identifier in HEADING.findall(cell.source) if cell.cell_type == "markdown" else []:
            found[identifier] = [tags(after) for after in cells[place + 1 : place + 3]]
            assert f'check("{identifier}", answer)' in cells[place + 1].source
    assert found == {name: [["exercise"], ["solution"]] for name in lesson(number_of(source)).exercises}


def test_an_exercise_without_solution_is_refused(tmp_path):
    lonely = tmp_path / "02_lonely.py"
    lonely.write_text(
        '# %%\nstart("1")\n\n# %% tags=["exercise"]\nanswer = ...\n\n# %%\n1\n', encoding="utf-8"
    )
    with pytest.raises(
        DataError, match=r"02_lonely.py, cell 2: an exercise cell must be followed by its solution"
    ):
        lessons.student_version(lonely)


def test_a_source_that_opens_no_lesson_is_refused(tmp_path):
    closed = tmp_path / "02_closed.py"
    closed.write_text("# %%\n1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r'02_closed.py must hold one line start\("N"\)'):
        lessons.student_version(closed)


def test_a_failing_solution_is_named():
    broken = lessons.solution_version(lessons.sources()[0])
    broken.cells = [cell for cell in broken.cells if cell.cell_type == "code"][:1]
    broken.cells[0].source = "nothing_of_this_name"
    with pytest.raises(ReportError, match=r'cell-02, which starts "nothing_of_this_name", raised NameError'):
        lessons.execute(broken)


def test_committed_student_version_is_current(source, student):
    place = source.relative_to(LEARN / "sources").with_suffix(".ipynb")
    committed = (LEARN / place).read_text(encoding="utf-8")
    assert committed == lessons.written(student), f"{place} is stale: run python -m analysis lessons"


def test_committed_solutions_are_current(source, solution_run):
    place = source.relative_to(LEARN / "sources").with_suffix(".ipynb")
    committed = (LEARN / "solutions" / place).read_text(encoding="utf-8")
    assert committed == lessons.written(solution_run.notebook), (
        f"solutions/{place} is stale: run python -m analysis lessons"
    )


def test_build_writes_both_versions_in_both_languages(tmp_path, monkeypatch):
    monkeypatch.setattr(lessons, "execute", lambda notebook: notebook)
    written = {path.relative_to(tmp_path).as_posix() for path in lessons.build(tmp_path)}
    assert written == {path.relative_to(LEARN).as_posix() for path in LEARN.rglob("*.ipynb")}
    assert len(written) == 2 * len(lessons.sources())


def test_student_version_has_no_output_and_stable_ids(student):
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code(student))
    assert len({cell.id for cell in student.cells}) == len(student.cells)


def test_header_box_is_complete(source, student):
    opening = student.cells[0].source
    assert opening.splitlines()[0].startswith("# ")
    assert opening.splitlines()[0].endswith("?")
    for label in BOX[language_of(source)]:
        assert re.search(rf"^- \*\*{label}\*\*\s?: .{{10,}}", opening, re.MULTILINE), label
    assert MINUTES.search(opening)
    able = re.search(rf"^- \*\*{BOX[language_of(source)][0]}\*\*(.*?)^- ", opening, re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"(?<!\*)\*[^*]+\*(?!\*)", able[1])) == 3, "three verbs, each in italics"


@pytest.mark.slow
def test_no_lesson_needs_the_network(student, solution_run):
    for notebook in (student, solution_run.notebook):
        assert "http" not in written_words(notebook)
        assert "!pip" not in written_words(notebook)


def test_cells_stay_small(source, student):
    lengths = [len(cell.source.splitlines()) for cell in code(student)]
    assert len(student.cells) <= 40
    assert max(lengths) <= 15
    assert median(lengths) <= 3
    prose = sum(len(cell.source.split()) for cell in cells_of(source) if cell.cell_type == "markdown")
    assert 8 <= prose / sum(lengths) <= 20


def test_hints_are_folded_with_blank_lines_inside(source, student):
    folded = [cell.source for cell in student.cells if "<details>" in cell.source]
    assert len(folded) == len(lesson(number_of(source)).exercises)
    for text in folded:
        assert len(re.findall(r"<details><summary>\S+ \d</summary>\n\n.{30,}\n\n</details>", text)) == 2


def test_translation_has_the_same_code_cells():
    for english in (path for path in lessons.sources() if language_of(path) == "en"):
        french = english.parent / "fr" / english.name
        pairs = list(zip(cells_of(english), cells_of(french), strict=True))
        for here, there in pairs:
            assert (here.cell_type, tags(here)) == (there.cell_type, tags(there))
            if here.cell_type == "code":
                assert here.source == there.source
            else:
                assert here.source != there.source
                assert HEADING.findall(here.source) == HEADING.findall(there.source)


def test_each_version_opens_the_lesson_in_its_language(source, student):
    opened = [cell.source for cell in code(student) if "start(" in cell.source]
    assert len(opened) == 1
    assert f'start("{number_of(source)}", language="{language_of(source)}")' in opened[0]


def test_french_prose_is_typeset():
    french = [source for source in lessons.sources() if language_of(source) == "fr"]
    assert french
    for source in french:
        notebook = lessons.student_version(source)
        prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert typeset(prose, "fr") == prose
        words = re.sub(r"`[^`]*`|<[^>]+>", "", prose)
        assert re.findall(r"[ ][;:!?%»]|« |\w'\w", words) == []
        assert prose.count("\u202f") + prose.count("\u00a0") > 30


def test_readme_lists_every_lesson_with_its_minutes():
    readme = (LEARN / "README.md").read_text(encoding="utf-8")
    for source in lessons.sources():
        place = source.relative_to(LEARN / "sources").with_suffix(".ipynb").as_posix()
        opening = lessons.student_version(source).cells[0].source
        title = opening.splitlines()[0].removeprefix("# ")
        minutes = MINUTES.search(opening)[1]
        row = next(line for line in readme.splitlines() if f"]({place})" in line)
        assert f"](solutions/{place})" in row
        assert f"| {title} | {minutes} |" in row
