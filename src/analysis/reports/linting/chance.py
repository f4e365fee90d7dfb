"""Does a call draw by chance without a seed? Told from its full name and what it is given."""

from __future__ import annotations

import ast
import re

__all__ = ["SOURCES", "VARIABLE", "lacking"]

VARIABLE = "·"
SEEDED = {"default_rng", "Generator", "SeedSequence", "RandomState", "PCG64", "Philox", "MT19937", "SFC64"}
UNSEEDABLE = {"uuid.uuid1", "uuid.uuid4", "os.urandom"}
SOURCES = {"numpy.random", "random", "secrets"}
STATES = re.compile(
    r"sample|rvs|train_test_split|permutation_importance|((MiniBatch|Bisecting)?KMeans|KModes|KPrototypes|StepMix"
    r"|(Bayesian)?GaussianMixture|SpectralClustering|LatentDirichletAllocation|TSNE|MDS|UMAP|IsolationForest"
    r"|RandomizedSearchCV|(Group|Stratified)?ShuffleSplit|Repeated(Stratified)?KFold)"
    r"|(RandomForest|ExtraTrees|Bagging|AdaBoost|GradientBoosting|DecisionTree|MLP)(Classifier|Regressor)"
)
SEEDS = re.compile(r"(spring|random)_layout|draw_(spring|random)|(louvain|asyn_lpa)_communities")
STATES_OF = {
    **dict.fromkeys(("sklearn.utils.resample", "sklearn.utils.shuffle"), "random_state"),
    **{f"scipy.stats.{name}": "rng" for name in ("bootstrap", "permutation_test", "monte_carlo_test")},
}
SHUFFLED = {"KFold", "StratifiedKFold", "StratifiedGroupKFold"}
GRAPHS = {
    "erdos_renyi_graph": 2,
    "gnp_random_graph": 2,
    "fast_gnp_random_graph": 2,
    "gnm_random_graph": 2,
    "barabasi_albert_graph": 2,
    "watts_strogatz_graph": 3,
    "powerlaw_cluster_graph": 3,
}
DRAWINGS = {"draw", "draw_networkx"}


def lacking(name: str, call: ast.Call) -> str:
    """Say what a call that draws by chance lacks.

    Parameters
    ----------
    name : str
        What is called, in full; behind `VARIABLE` where its owner is a variable and no module.
    call : ast.Call
        The call.

    Returns
    -------
    str
        What to do; empty when it is given a seed, or draws nothing.

    Examples
    --------
    >>> lacking("networkx.spring_layout", ast.parse("spring_layout(graph)", mode="eval").body)
    'write seed=…'
    """
    head, _, last = name.rpartition(".")
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    seeded = any(not (isinstance(value, ast.Constant) and value.value is None) for value in values)
    if (head == "numpy.random" and last in SEEDED) or name == "random.Random":
        return "" if seeded else "give it one"
    if head in SOURCES or name in UNSEEDABLE:
        return "use numpy.random.default_rng(seed) and draw from it"
    wanted = _state(name, call)
    return f"write {wanted}=…" if wanted and not _given(call, wanted) else ""


def _given(call: ast.Call, wanted: str) -> bool:
    """Tell whether a call names its seed, by its newer or older name; `None` is no seed."""
    said = {
        keyword.arg
        for keyword in call.keywords
        if not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None)
    }
    return bool(said & {wanted, None}) or (wanted == "rng" and "random_state" in said)


def _state(name: str, call: ast.Call) -> str:
    """Name the argument by which a call takes its seed, when it draws by chance."""
    last = name.rpartition(".")[2]
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in STATES_OF:
        return STATES_OF[name]
    if STATES.fullmatch(last) and _draws(name, call):
        return "random_state"
    if SEEDS.fullmatch(last):
        return "seed"
    if last in SHUFFLED and getattr(keywords.get("shuffle"), "value", False) is True:
        return "random_state"
    if name.startswith("networkx."):
        if last in GRAPHS and len(call.args) <= GRAPHS[last]:
            return "seed"
        if last in DRAWINGS and len(call.args) < 2:
            return "pos"
    return ""


def _draws(name: str, call: ast.Call) -> bool:
    """Tell `table.sample(5)` from a function or module of that name: a generator's own draws are seeded."""
    owner = name.removeprefix(VARIABLE)
    return not owner.startswith(("analysis.", "rng.", "generator.")) and (
        owner.rpartition(".")[2] != "sample" or isinstance(call.func, ast.Attribute)
    )
