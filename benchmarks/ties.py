"""How fast are measures on ties, beside networkx and igraph? 22 470 Facebook pages, 171 002 edges; loops left out.

Run `python -m benchmarks.ties [EDGES.csv]`. Without a file the edges are looked for in `../shared/data`, else a network
of the same size is drawn (powerlaw cluster), and the command says so. Times are of the processor. `--quick` asks
networkx for less.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from analysis import homophily, ties

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "facebook_page_networks"
PERMUTATIONS = 1000


def page_network(path: Path | None) -> tuple[nx.Graph, pd.Series, str]:
    """Give the network without loops, a type for each page, and where they come from."""
    path = path or SHARED / "facebook_large_edges.csv"
    if not path.is_file():
        graph = nx.powerlaw_cluster_graph(22470, 8, 0.35, seed=1)
        kinds = np.random.default_rng(1).choice(4, 22470, p=[0.31, 0.29, 0.25, 0.15])
        return graph, pd.Series(kinds, index=list(graph)), "drawn, no file of edges was found"
    edges = pd.read_csv(path)
    graph = nx.from_pandas_edgelist(edges, *edges.columns[:2])
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    target = path.with_name("facebook_large_target.csv")
    kinds = pd.read_csv(target).set_index("id")["page_type"] if target.is_file() else None
    kinds = pd.Series(np.arange(len(graph)) % 4, index=list(graph)) if kinds is None else kinds
    return graph, kinds, path.name


def seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Give the median processor time of some runs, which other work on the machine disturbs least."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def peak() -> float:
    """Give the highest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(name: str, own: float, other: float | None = None, who: str = "", wanted: str = "") -> None:
    """Print one measurement: our time, the other's, their ratio, what is wanted."""
    beside = "" if other is None else f"  {who} {other:8.2f} s  ratio {other / own:7.1f}  {wanted}"
    print(f"{name:48} {own:7.3f} s{beside}", flush=True)


def measured(graph: nx.Graph, kinds: pd.Series) -> None:
    """Time what networkx cannot do, or does one tie at a time, and take the memory of our side before others run."""
    before = peak()
    line("overlap of every tie", seconds(lambda: ties.tie_overlap(graph)))
    line("local bridges with spans", seconds(lambda: ties.local_bridges(graph), 1))
    line("weak-tie share, nine thresholds", seconds(lambda: ties.weak_tie_share(graph)))
    line("removal, 21 shares in both orders", seconds(lambda: ties.removal(graph), 1))
    ties.structural_holes(graph)
    homophily.ei_index(graph, kinds, permutations=PERMUTATIONS)
    homophily.assortativity(graph, kinds, permutations=PERMUTATIONS)
    print(
        f"memory: {peak():.0f} MB at most (wanted < 500), {before:.0f} MB of it before (libraries, the graph)",
        flush=True,
    )


def alternated(own: Callable[[], object], other: Callable[[], object], runs: int) -> tuple[float, float]:
    """Time two sides turn by turn, so that what else the machine does falls on both; median of each."""
    times = [(seconds(own, 1), seconds(other, 1)) for _ in range(runs)]
    return statistics.median(one for one, _ in times), statistics.median(two for _, two in times)


def beside_networkx(graph: nx.Graph, quick: bool) -> None:
    """Time constraint, effective size and the whole table beside networkx, measure by measure."""
    holes = ties.structural_holes
    own, other = alternated(lambda: holes(graph, measures="constraint"), lambda: nx.constraint(graph), 5)
    line("constraint", own, other, "networkx constraint", "(wanted ≥ 4)")
    own, other = alternated(lambda: holes(graph), lambda: nx.constraint(graph), 5)
    line("all columns", own, other, "networkx constraint", "")
    if quick:
        return
    own, other = alternated(
        lambda: holes(graph, measures="effective_size"), lambda: nx.effective_size(graph), 5
    )
    line("effective size", own, other, "networkx effective_size", "(wanted ≥ 50)")


def beside_igraph(graph: nx.Graph) -> None:
    """Time constraint in igraph, both from a networkx graph and once it is converted."""
    try:
        import igraph
    except ImportError:
        print("igraph is not installed (the extra `fast`): left out", flush=True)
        return
    ready = igraph.Graph.from_networkx(graph)

    def constraint() -> object:
        return ties.structural_holes(graph, measures="constraint")

    own, other = alternated(constraint, lambda: igraph.Graph.from_networkx(graph).constraint(), 5)
    line("constraint over igraph from a networkx graph", own, other, "igraph", "(wanted ≥ 0.67)")
    own, other = alternated(constraint, ready.constraint, 7)
    line("constraint over igraph already converted", own, other, "igraph constraint", "(wanted ≥ 0.67)")


def permutations(graph: nx.Graph, kinds: pd.Series, quick: bool) -> None:
    """Time 1 000 permutations of E-I and assortativity beside networkx, some of whose are timed and scaled up."""
    own = seconds(lambda: homophily.ei_index(graph, kinds, permutations=PERMUTATIONS), 1)
    own += seconds(lambda: homophily.assortativity(graph, kinds, permutations=PERMUTATIONS), 1)
    nodes, values = list(graph), kinds.reindex(list(graph)).to_numpy()
    rng = np.random.default_rng(1)

    def once() -> None:
        dealt = dict(zip(nodes, rng.permutation(values), strict=True))
        nx.set_node_attributes(graph, dealt, "kind")
        nx.attribute_assortativity_coefficient(graph, "kind")
        sum(dealt[one] != dealt[two] for one, two in graph.edges)

    other = seconds(once, 1 if quick else 3) * PERMUTATIONS
    line("E-I and assortativity, 1 000 permutations", own, other, "networkx (scaled)", "(wanted ≥ 100)")
    dealt_in_igraph(graph, values, own, 20 if quick else 100)


def dealt_in_igraph(graph: nx.Graph, values: np.ndarray, own: float, deals: int) -> None:
    """Time the same permutations with igraph's assortativity, and external ties counted in numpy."""
    try:
        import igraph
    except ImportError:
        return
    other, (codes, _) = igraph.Graph.from_networkx(graph), pd.factorize(values)
    ends, rng = np.array(other.get_edgelist()), np.random.default_rng(1)

    def again() -> None:
        for _ in range(deals):
            dealt = rng.permutation(codes)
            other.assortativity_nominal(dealt.tolist(), directed=False)
            (dealt[ends[:, 0]] != dealt[ends[:, 1]]).sum()

    took = seconds(again, 1) * PERMUTATIONS / deals
    line("E-I and assortativity over igraph and numpy", own, took, "igraph (scaled)", "(wanted ≥ 0.67)")


def main(arguments: list[str] | None = None) -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("edges", nargs="?", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    graph, kinds, source = page_network(options.edges)
    print(
        f"{graph.number_of_nodes()} nodes, {graph.number_of_edges()} ties without loops ({source})",
        flush=True,
    )
    measured(graph, kinds)
    beside_networkx(graph, options.quick)
    beside_igraph(graph)
    permutations(graph, kinds, options.quick)


if __name__ == "__main__":
    main(sys.argv[1:])
