"""Time one report in a batch beside its cells alone, executed bare in a process that has everything imported.

`python -m benchmarks.bare --runs 5` prints seconds of wall time and of processor time, and their ratios. The report is
executed in its own forked kernel and written as HTML and PDF; one at a time, nothing else being rendered. The bare
processes show nothing: blocks are made, previews too, but no front end receives them. One executes the cells for the
first time after its imports, as every kernel does; the other has executed them before, and profits from what drawings
and words remember. Sides alternate and medians count. Processor time says more on a machine that does other things
meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.reports import project, read_before

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "client" / "client_report.ipynb"
BARE = """
import gc, json, os, sys, time
from importlib import import_module
cells = json.load(open(sys.argv[1]))["cells"]
code = [compile("".join(cell["source"]), "cell", "exec") for cell in cells if cell["cell_type"] == "code"]
def run():
    wall, used = time.perf_counter(), time.process_time()
    space = {"__name__": "__main__"}
    for cell in code:
        exec(cell, space)
    print(time.perf_counter() - wall, time.process_time() - used, flush=True)
modules = json.loads(sys.argv[2])
for name in modules:
    import_module(name)
if not modules:
    run()
    print(json.dumps([name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]), flush=True)
gc.collect()
gc.freeze()
for line in sys.stdin:
    if modules and os.fork():
        os.wait()
    else:
        run()
        if modules:
            os._exit(0)
"""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of wall time and of processor time."""

    wall: float
    used: float


class Bare:
    """A process with everything imported that executes the cells: again and again, or each time as if never before.

    Parameters
    ----------
    modules : list of str, optional
        What to import and then fork, for each execution; without them the cells are executed in the process itself,
        which imports what they import and remembers what they remember.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        from analysis.reports.running.forks import environment

        self.process = subprocess.Popen(
            [sys.executable, "-c", BARE, str(NOTEBOOK), json.dumps(list(modules))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(ROOT),
        )
        self.modules = list(modules)
        if not modules:
            self.process.stdout.readline()
            self.modules = json.loads(self.process.stdout.readline())

    def run(self) -> Took:
        """Execute the cells once."""
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        return Took(*map(float, self.process.stdout.readline().split()))

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def report(client: str) -> Took:
    """Render a client's report once, with the warm process up, and count the time of the kernel too."""
    from analysis.reports import render_client
    from analysis.reports.running.kernels import KernelManager

    kernels: list[float] = []
    stop = KernelManager.shutdown_kernel

    async def counted(manager: KernelManager, *args: object, **named: object) -> None:
        kernels.append(_used(manager.provisioner.process.pid))
        await stop(manager, *args, **named)

    KernelManager.shutdown_kernel = counted
    try:
        wall, own = time.perf_counter(), _own()
        render_client(client, formats=("html", "pdf"))
        return Took(time.perf_counter() - wall, _own() - own + sum(kernels))
    finally:
        KernelManager.shutdown_kernel = stop


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _used(process: int) -> float:
    """Read the processor time of a running process."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sides(runs: int) -> tuple[Took, Took, Took]:
    """Alternate the sides, and give the medians: of a report, of its bare cells executed first, and again."""
    from analysis.reports import batch
    from analysis.reports.running.forks import warm_process
    from analysis.reports.running.preloading import imports_of

    again = Bare()
    ahead = [name for name in imports_of(batch.NOTEBOOK) if ":" not in name]
    first = Bare([*dict.fromkeys(name for name in (*again.modules, *ahead) if name != "__main__")])
    try:
        with tempfile.TemporaryDirectory() as folder:
            # copies of one client, each with its name
            trial, *clients = project(Path(folder), 3 * runs + 1)[::3]
            read_before(Path(folder), [trial, *clients])
            os.environ["ANALYSIS_HOME"] = folder
            warm_process(imports_of(batch.NOTEBOOK, also=batch.RENDERING))
            report(trial)
            turns = [(report(client), first.run(), again.run()) for client in clients]
    finally:
        again.close()
        first.close()
    return tuple(
        Took(median(took.wall for took in side), median(took.used for took in side))
        for side in zip(*turns, strict=True)
    )


def measure(runs: int) -> tuple[float, float]:
    """Give the median seconds of a report and of its bare cells, executed first."""
    ours, first, _ = sides(runs)
    return ours.wall, first.wall


def main() -> None:
    """Print the sides and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    ours, first, again = sides(parser.parse_args().runs)
    print(
        "| | report | bare cells, executed first | ratio | executed again | ratio |\n|---|---|---|---|---|---|"
    )
    for what, one, new, old in (
        ("wall", ours.wall, first.wall, again.wall),
        ("processor", ours.used, first.used, again.used),
    ):
        print(f"| {what} | {one:.2f} s | {new:.2f} s | {one / new:.2f} | {old:.2f} s | {one / old:.2f} |")
    print("\nwanted of the ratios: ≤ 1.6")


if __name__ == "__main__":
    main()
