"""Time the rendering of reports: a batch, one report, and a batch with nothing to do, beside what others use.

`python -m benchmarks.reports` runs every part, `--only a d` some of them:

a  a batch of client reports (HTML and PDF, all cores) beside a loop of `papermill` and `nbconvert --to html`, and
   beside R Markdown rendering an equal report (as many figures and tables, HTML only), two at a time
b  a report in a batch beside its cells executed bare (`benchmarks.bare`)
c  one cold report beside `papermill` and `nbconvert --to html`
d  a batch over 100 clients whose reports are up to date

Sides alternate; medians count. The slow loop may be measured on fewer reports than the batch (`--loop`): it takes as
long for each. Nothing is written outside a temporary folder.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
BUNDLED = ("librairie-des-tilleuls", "le-fournil-de-jeanne", "hartwell-joinery")
NOTEBOOK = Path("notebooks") / "client" / "client_report.ipynb"
PERIOD = "2025-Q4"
PACKAGES = ("papermill", "nbconvert", "nbclient", "typst", "pandas")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what is compared, seconds of each side, and the ratio that counts."""

    what: str
    ours: float
    other: float
    ratio: float
    wanted: str

    def __str__(self) -> str:
        return f"| {self.what} | {self.ours:.2f} s | {self.other:.2f} s | {self.ratio:.2f} | {self.wanted} |"


def project(folder: Path, clients: int) -> list[str]:
    """Copy the project's data and notebooks, with as many clients as asked for, each with a name of its own.

    Two reports of one name would be set from the memory of the one that sets pages.
    """
    for part in ("data/codebook", "data/reference", "data/sample", "notebooks/client"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "requirements.lock", folder)
    names = [f"client-{number:03d}" for number in range(clients)]
    for number, name in enumerate(names):
        source, target = ROOT / "data" / "clients" / BUNDLED[number % 3], folder / "data" / "clients" / name
        shutil.copytree(source, target)
        about = (target / "client.yml").read_text(encoding="utf-8")
        about = about.replace(f"id: {BUNDLED[number % 3]}", f"id: {name}")
        about = re.sub(r"(?m)^name: (.+)$", rf"name: \1 {number}", about)
        (target / "client.yml").write_text(about, encoding="utf-8")
    return names


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def call(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in the copy of the project; stop the benchmark when it fails."""
    environment = {**os.environ, "ANALYSIS_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(list(map(str, words)), cwd=home, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(
            f"{' '.join(map(str, words[:6]))} failed:\n{done.stdout[-800:]}\n{done.stderr[-1500:]}"
        )
    return done


def analysis(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return call(home, sys.executable, "-m", "analysis", *words)


def read_before(home: Path, clients: Sequence[str]) -> None:
    """Read each client's exports once, so that what is timed on every side is the report."""
    code = "import sys; from analysis.platforms import read_folder; [read_folder(p) for p in sys.argv[1:]]"
    call(home, sys.executable, "-c", code, *(home / "data" / "clients" / c / "exports" for c in clients))


def papermill_and_nbconvert(home: Path, client: str) -> None:
    """Render one report as most do: two commands, HTML only, code hidden."""
    tools, executed = Path(sys.executable).parent, home / "out" / f"{client}.ipynb"
    executed.parent.mkdir(exist_ok=True)
    given = ("-p", "client", client, "-p", "period", PERIOD, "-p", "language", language(home, client))
    call(home, tools / "papermill", "--cwd", home, NOTEBOOK, executed, *given)
    call(home, tools / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)


def language(home: Path, client: str) -> str:
    lines = (home / "data" / "clients" / client / "client.yml").read_text(encoding="utf-8").splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith("language:"))


def batch(home: Path, clients: Sequence[str], runs: int, loop: int) -> Iterator[Line]:
    """Part a: the batch, the loop and R, one after the other, and that as often as asked for."""
    r_data = prepared_for_r(home, clients)
    read_before(home, clients)
    mine, loops, r = [], [], []
    analysis(home, "reports", *clients[:2], "--force")
    for _ in range(runs):
        mine.append(timed(lambda: analysis(home, "reports", *clients, "--force")))
        some = clients[:loop]
        took = timed(lambda some=some: [papermill_and_nbconvert(home, client) for client in some])
        loops.append(took * len(clients) / len(some))
        if r_data:
            r.append(timed(lambda: r_markdown(home, clients)))
    ours, other = median(mine), median(loops)
    of = "" if loop >= len(clients) else f", the loop measured on {min(loop, len(clients))}"
    yield Line(f"a: {len(clients)} reports, papermill + nbconvert{of}", ours, other, other / ours, "≥ 12")
    if r:
        yield Line(
            f"a: {len(clients)} reports, R Markdown two at a time", ours, median(r), median(r) / ours, "≥ 2"
        )


def prepared_for_r(home: Path, clients: Sequence[str]) -> bool:
    """Write the posts of each client as R reads them; say where R Markdown is not installed."""
    asked = "for (p in c('rmarkdown', 'ggplot2', 'knitr')) library(p, character.only = TRUE)"
    present = shutil.which("Rscript") and shutil.which("pandoc")
    if not present or subprocess.run(["Rscript", "-e", asked], capture_output=True).returncode:
        print(
            "R Markdown left out: r-cran-rmarkdown, r-cran-ggplot2 or pandoc is not installed",
            file=sys.stderr,
        )
        return False
    from analysis.catalog import load
    from analysis.engagement.selection import period_before
    from analysis.platforms import posts, read_folder

    def tidy(table):
        seen = table["reach"].fillna(table["views"])
        day = table["published"].dt.strftime("%Y-%m-%d")
        quarter = table["published"].dt.year.astype(str) + "-Q" + table["published"].dt.quarter.astype(str)
        return table.assign(seen=seen, day=day, quarter=quarter)

    folder = home / "r"
    folder.mkdir(exist_ok=True)
    columns = ["platform", "account", "day", "quarter", "kind", "text", "seen", "source"]
    tidy(load("posts"))[["platform", "account", "seen", "quarter"]].query("quarter == @PERIOD").to_csv(
        folder / "panel.csv", index=False
    )
    for client in clients:
        own = tidy(posts.posts(read_folder(home / "data" / "clients" / client / "exports")))
        own = own[own["quarter"].isin([PERIOD, period_before(PERIOD)])]
        own[columns].to_csv(folder / f"{client}.csv", index=False)
    return True


def r_markdown(home: Path, clients: Sequence[str]) -> None:
    """Render an equal report of each client with R, two at a time."""
    folder = home / "r"

    def render(client: str) -> None:
        given = {"client": client, "period": PERIOD, "posts": f"{folder}/{client}.csv"}
        listed = ", ".join(f"{name}={json.dumps(value)}" for name, value in given.items())
        own = folder / client
        own.mkdir(exist_ok=True)
        shutil.copy(Path(__file__).with_name("report.Rmd"), own)
        code = (
            f"rmarkdown::render({json.dumps(str(own / 'report.Rmd'))}, quiet=TRUE, "
            f"params=list({listed}, panel={json.dumps(str(folder / 'panel.csv'))}))"
        )
        call(home, "Rscript", "-e", code)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(render, clients))


def cold(home: Path, clients: Sequence[str], runs: int) -> Line:
    """Part c: one report by itself, with ordinary kernels on both sides."""
    mine, other = [], []
    for turn in range(runs):
        client = clients[turn % len(clients)]
        mine.append(timed(lambda client=client: analysis(home, "report", client, "--force", "--cold")))
        other.append(timed(lambda client=client: papermill_and_nbconvert(home, client)))
    ours, theirs = median(mine), median(other)
    return Line("c: one cold report, papermill + nbconvert", ours, theirs, ours / theirs, "≤ 0.6")


def nothing_to_do(runs: int, clients: int = 100) -> Line:
    """Part d: a hundred clients, all up to date; what was rendered is copied to the others with its own inputs."""
    with tempfile.TemporaryDirectory(prefix="hundred-") as folder:
        home = Path(folder)
        names = project(home, clients)
        analysis(home, "reports", *names[:3])
        for number, name in enumerate(names[3:], start=3):
            copied(home, names[number % 3], name)
        first = analysis(home, "reports")
        if f"{clients} unchanged" not in first.stdout:
            raise SystemExit(f"The copies are not up to date: {first.stdout.splitlines()[-2:]}")
        took = median(timed(lambda: analysis(home, "reports")) for _ in range(max(runs, 3)))
    return Line(f"d: nothing to do for {clients} clients", took, 1.0, took / 1.0, "≤ 1")


def copied(home: Path, model: str, name: str) -> None:
    """Give a client the report of its model, as if it had been rendered: same files, its own names and hashes."""
    from analysis.reports.hashes import sha256

    source = next((home / "reports" / "client" / model / PERIOD).iterdir())
    target = home / "reports" / "client" / name / PERIOD / source.name
    shutil.copytree(source, target)
    listing = json.loads((source / "manifest.json").read_text(encoding="utf-8").replace(model, name))
    for file, described in listing["inputs"].items():
        described["sha256"] = sha256((home / file).read_bytes())
    (target / "manifest.json").write_text(json.dumps(listing), encoding="utf-8")


def bare(runs: int) -> Iterator[Line]:
    """Part b: measured by the module of the kernels."""
    try:
        module = importlib.import_module("benchmarks.bare")
    except ModuleNotFoundError as error:
        print(f"b left out: {error}", file=sys.stderr)
        return
    ours, alone = module.measure(runs)
    yield Line("b: a report in a batch, its cells bare", ours, alone, ours / alone, "≤ 1.6")


def machine() -> str:
    """Say on what it was measured, without naming the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES if _installed(name))
    said = re.search(r"version ([\d.]+)", _said_by_r())
    r = f", R {said[1]}" if said else ""
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, {packages}{r}"


def _said_by_r() -> str:
    if not shutil.which("Rscript"):
        return ""
    done = subprocess.run(["Rscript", "--version"], capture_output=True, text=True)
    return done.stdout + done.stderr


def _installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError

    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list("abcd"), default=list("abcd"), metavar="PART")
    parser.add_argument("--reports", type=int, default=20, metavar="N", help="reports of the batch")
    parser.add_argument("--loop", type=int, default=20, metavar="N", help="reports of the slow loop")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="runs of each side")
    options = parser.parse_args()
    print(machine(), "\n| | here | beside it | ratio | wanted |\n|---|---|---|---|---|", sep="\n")
    with tempfile.TemporaryDirectory(prefix="reports-") as folder:
        home = Path(folder)
        clients = project(home, options.reports)
        if "a" in options.only:
            for line in batch(home, clients, options.runs, options.loop):
                print(line, flush=True)
        if "c" in options.only:
            print(cold(home, clients, options.runs), flush=True)
    if "b" in options.only:
        for line in bare(options.runs):
            print(line, flush=True)
    if "d" in options.only:
        print(nothing_to_do(options.runs), flush=True)


if __name__ == "__main__":
    main()
