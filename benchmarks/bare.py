"""Time one report in a batch beside its cells alone, executed bare in a process that has everything imported.

`python -m benchmarks.bare --runs 5` prints both in seconds of wall time and of processor time, and their ratio. The
report is executed in its own forked kernel and written as HTML and PDF; one at a time, nothing else being rendered. The
bare process shows nothing: blocks are made, previews too, but no front end receives them. Sides alternate and medians
count. Processor time says more on a machine that does other things meanwhile.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.reports import project, read_before

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "client" / "client_report.ipynb"
BARE = """
import json, sys, time
cells = json.load(open(sys.argv[1]))["cells"]
code = [compile("".join(cell["source"]), "cell", "exec") for cell in cells if cell["cell_type"] == "code"]
def run():
    space = {"__name__": "__main__"}
    for cell in code:
        exec(cell, space)
run()
print("ready", flush=True)
for line in sys.stdin:
    wall, used = time.perf_counter(), time.process_time()
    run()
    print(time.perf_counter() - wall, time.process_time() - used, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of wall time and of processor time."""

    wall: float
    used: float


class Bare:
    """A process with everything imported that executes the cells again and again."""

    def __init__(self) -> None:
        from analysis.reports.running.forks import environment

        self.process = subprocess.Popen(
            [sys.executable, "-c", BARE, str(NOTEBOOK)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(ROOT),
        )
        self.process.stdout.readline()

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


def sides(runs: int) -> tuple[Took, Took]:
    """Alternate both sides, and give the medians: of a report, and of its bare cells."""
    from analysis.reports import batch
    from analysis.reports.running.forks import warm_process
    from analysis.reports.running.preloading import imports_of

    alone = Bare()
    try:
        with tempfile.TemporaryDirectory() as folder:
            first, *others = project(Path(folder), 3 * runs + 1)[
                ::3
            ]  # copies of one client, each with its name
            read_before(Path(folder), [first, *others])
            os.environ["ANALYSIS_HOME"] = folder
            warm_process(imports_of(batch.NOTEBOOK, also=batch.RENDERING))
            report(first)
            pairs = [(report(client), alone.run()) for client in others]
    finally:
        alone.close()
    return tuple(
        Took(median(took.wall for took in side), median(took.used for took in side))
        for side in zip(*pairs, strict=True)
    )


def measure(runs: int) -> tuple[float, float]:
    """Give the median seconds of a report and of its bare cells."""
    ours, bare = sides(runs)
    return ours.wall, bare.wall


def main() -> None:
    """Print both sides and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    ours, bare = sides(parser.parse_args().runs)
    for what, one, other in (("wall", ours.wall, bare.wall), ("processor", ours.used, bare.used)):
        print(
            f"{what:<10} report {one:6.2f} s   bare cells {other:6.2f} s   ratio {one / other:.2f}   wanted ≤ 1.6"
        )


if __name__ == "__main__":
    main()
