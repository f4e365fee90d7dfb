"""The answers about purposes, people, effort, results, contacts, methods, customers and public services.

The model
---------
Each answer leans on readiness, owner's age, sector or platform use, in the direction the field's claims
suggest, with chance added; some claims are made weak or false on purpose, so that a notebook can come out
against them (`CLAIMS_NOT_BUILT_IN`). Results: enquiries a month grow with the square root of hours and with
readiness; an unready presence satisfies less than its hours would suggest.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.sample.draws import agree, amount, asked, pick, several, whole, yes
from analysis.sample.programme import treated
from analysis.sample.survey import Interviews

__all__ = ["CLAIMS_NOT_BUILT_IN"]

CLAIMS_NOT_BUILT_IN = {
    "D14": "the outcome rating of online methods does not depend on the method",
    "D21": "useful exchange does not depend on publishing within the first hour but on photos and readiness",
}
PURPOSES = [
    "seen_locally",
    "show_inside",
    "show_know_how",
    "converse",
    "be_listed",
    "sell",
    "fill_events",
    "recruit",
]
ROLES = {
    "facebook": [1.8, 0.2, 0.0, 0.8, 0.0, 0.2, 1.0, -1.0],
    "instagram": [0.6, 1.9, 1.2, 0.2, -1.5, 0.4, 0.0, -1.8],
    "linkedin": [-0.8, -1.2, 0.6, 0.3, 1.7, -0.2, -0.6, 1.2],
    "x": [-0.2, -1.0, 0.0, 1.8, -0.4, -0.8, 0.2, -1.0],
    "youtube": [-0.6, 0.4, 2.2, -0.4, -1.2, 0.0, -0.8, -1.0],
    "google_business": [2.0, -0.2, -0.6, -0.2, 1.6, -0.2, -0.8, -2.0],
}
HELPS = {
    "facebook": 0.6,
    "instagram": 0.5,
    "linkedin": -0.1,
    "x": -0.9,
    "youtube": 0.1,
    "google_business": 1.0,
}
MOMENTS = {"morning": 0.0, "midday": -0.2, "afternoon": 0.1, "evening": 0.3, "any_time": 0.5}
METHODS = ["appreciative_inquiry", "open_cafe", "barcamp", "open_space", "brainstorming", "speed_thinking"]
SERVICES = ["training", "advice", "concierge", "peer_network", "funding", "showcase"]


def purposes(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what firms want from the platforms and whether each helps.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `first_year` to `mentions_watched` in the questionnaire's order; users of the platforms only.
    """
    n = len(at.wave)
    late = np.maximum(2008, 2021 - np.floor(rng.exponential(4, n))).astype(int)
    shop = np.isin(at.sector, ["retail", "food_shop", "accommodation_food"])
    odds = dict(
        zip(PURPOSES, [1.2 + 0.5 * shop, 0.2, 0.2 - 0.4 * shop, 0.0, -0.2, -0.6, -0.8, -1.6], strict=True)
    )
    columns = {
        "first_year": asked(np.minimum(late, at.wave), at.user, rng, 0.02),
        "follows_news": agree(rng, at.internet, -0.6 + 0.6 * at.ready - 0.3 * at.age),
    }
    frames = [pd.DataFrame(columns), several(rng, at.user, "purposes", odds)]
    for platform, role in ROLES.items():
        utility = dict(zip(PURPOSES, role, strict=True))
        frames.append(pick(rng, at.on(platform), utility, 0.03).rename(f"purpose_{platform}"))
    for platform, level in HELPS.items():
        helps = yes(rng, at.on(platform), level + 0.5 * at.ready, 0.06)
        frames.append(helps.rename(f"helps_{platform}"))
    known = yes(rng, at.user, -0.2 + 0.7 * at.ready).rename("reach_known")
    watched = yes(rng, at.internet, -0.5 + 0.6 * at.ready).rename("mentions_watched")
    return pd.concat([*frames, known, watched], axis=1)


def people(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw who runs the accounts, with which training and help.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `who_runs` to `support_intention`.
    """
    staff = np.log1p(at.firms["employees"].to_numpy())
    utility = {"owner": 1.6 - 0.5 * at.age, "family": 0.1 + 0.3 * at.age, "employee": -1.4 + 0.9 * staff}
    who = pick(rng, at.user, utility | {"intern": -2.2 + 0.6 * staff, "outside": -0.9 + 0.2 * staff}, 0)
    runs = who.fillna("").to_numpy(dtype=object)
    owner_age = at.firms["owner_age"].to_numpy() + at.wave - 2022
    younger = (
        pd.Series(runs).map({"family": 34, "employee": 33, "intern": 22, "outside": 38}).fillna(0).to_numpy()
    )
    age = np.where(runs == "owner", owner_age, whole(younger + rng.normal(0, 5, len(runs)), 16, 75))
    delegation = np.where(runs == "owner", 1.4, 0.1 + 0.3 * at.ready - 0.3 * at.age)
    trained = {"tools": -0.3, "animation": -1.7, "writing": -1.5, "advertising": -1.4}
    helped = {"family": -0.4, "peers": -1.1, "trainer": -1.6, "chamber": -1.9, "freelancer": -2.0}
    helped |= {"agency": -3.0 + 0.4 * staff, "concierge": -3.4}
    support = several(rng, at.internet, "support", {k: v + 0.2 * at.ready for k, v in helped.items()})
    paid = support[["support__freelancer", "support__agency", "support__concierge"]].eq(1).any(axis=1)
    training = several(rng, at.user, "training", {k: v + 0.4 * at.ready for k, v in trained.items()})
    had = training.eq(1).any(axis=1).to_numpy()
    days = np.where(had, 1 + rng.poisson(1.6, len(runs)), 0)
    first = {
        "who_runs": who,
        "delegation": agree(rng, at.user, delegation),
        "young_in_firm": yes(rng, at.everyone, -1.6 + 0.8 * staff),
        "runner_age": asked(age, at.user, rng, 0.02),
        "runner_contract": asked(_contract(runs, rng), at.user, rng, 0.01),
        "written_role": yes(rng, at.user, -1.6 + 0.5 * at.ready + 0.4 * staff),
    }
    after = {
        "training_days": asked(days, at.user, rng, 0.02),
        "everyone_posts": agree(rng, at.user & (staff > 0), -0.4 + 0.3 * at.ready),
        "voice": pick(rng, at.user, {"firm": 1.0, "person": -0.4 + 0.5 * (staff == 0), "both": 0.0}),
    }
    last = {
        "support_price": amount(rng, at.internet & paid.to_numpy(), 4.8 + 0.25 * staff, 0.6, [10, 50]),
        "support_budget": amount(rng, at.internet, 3.9 + 0.25 * staff + 0.2 * at.ready, 0.8, [10, 50], 0.12),
        "support_intention": agree(rng, at.internet, -0.5 + 0.2 * at.ready),
    }
    return pd.concat(
        [pd.DataFrame(first), training, pd.DataFrame(after), support, pd.DataFrame(last)], axis=1
    )


def _contract(runs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give a position that goes with who runs the accounts."""
    hired = np.where(rng.random(len(runs)) < 0.78, "permanent", "temporary")
    young = np.where(rng.random(len(runs)) < 0.5, "intern", "apprentice")
    kin = np.where(rng.random(len(runs)) < 0.6, "unpaid", "permanent")
    known = {"owner": "owner", "outside": "provider"}
    fixed = pd.Series(runs).map(known).to_numpy(dtype=object)
    choices = [runs == "employee", runs == "intern", runs == "family"]
    return np.select(choices, [hired.astype(object), young.astype(object), kin.astype(object)], fixed)


def effort(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw effort and results of the firms on a platform.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `hours_per_week` to `event_exchange`.
    """
    n = len(at.wave)
    hours = np.nan_to_num(at.hours, nan=0.0)
    leads = rng.poisson(np.exp(0.2 + 0.45 * np.log1p(hours) + 0.35 * at.ready + rng.normal(0, 0.5, n)))
    sales = whole(1.3 * leads + rng.exponential(2.5, n), 0, 90)
    content = -0.15 + 0.35 * at.ready + 0.25 * np.log1p(leads) - 0.10 * np.log1p(hours)
    satisfied = agree(rng, at.user, content, 0.8)
    spends = rng.random(n) < 1 / (1 + np.exp(0.5 - 0.4 * at.ready))
    spend = amount(rng, at.user, 3.7 + 0.3 * at.ready, 0.8, [5, 50], 0.06)
    published = yes(rng, at.user, -0.3 + 0.5 * at.ready)
    reported = at.user & published.eq(1).fillna(False).to_numpy(dtype=bool)
    delay = np.round(np.exp(1.9 - 0.4 * at.ready + rng.normal(0, 1.0, n)), 1).clip(0, 200)
    answer = {
        "within_hour": -0.6 + 0.6 * at.ready,
        "same_day": 0.9 + 0.3 * at.ready,
        "next_day": 0.4,
        "week": -0.4,
    }
    columns = {
        "hours_per_week": asked(at.hours, at.user, rng, 0.02),
        "posts_per_week": asked(at.posts, at.user, rng, 0.02),
        "spend": spend.where(spend.isna() | spends, 0),
        "leads": asked(np.clip(leads, 0, 400), at.user, rng, 0.05),
        "sales_share": asked(sales, at.user, rng, 0.08),
        "satisfaction": satisfied,
        "would_stop": yes(rng, at.user, -1.6 - 0.6 * content - 0.3 * at.ready),
        "posting_moment": pick(rng, at.user, MOMENTS),
        "answer_time": pick(rng, at.user, answer | {"never": -1.0 - 0.5 * at.ready}),
        "event_published": published,
        "event_delay": asked(delay, reported, rng, 0.02),
        "event_exchange": agree(rng, reported, 0.1 + 0.4 * at.ready, 0.8),
    }
    return pd.DataFrame(columns)


def relations(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw groups, contacts and requests.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `groups__*` to `ask_unease`.
    """
    n, social = len(at.wave), at.firms["sociability"].to_numpy()
    levels = {
        "trade_association": -0.9,
        "shopkeepers": -1.4,
        "chamber": -1.1,
        "buying_group": -1.8,
        "local_club": -1.3,
    }
    own = at.user & (rng.random(n) < 0.85)
    contacts = whole(np.exp(4.9 + 0.5 * social + 0.2 * at.ready + rng.normal(0, 0.8, n)), 3, 20000)
    close = whole(np.round((62 - 6 * social + rng.normal(0, 16, n)) / 5) * 5, 0, 100)
    wanted = {"job": -1.7, "prospecting": 0.0, "reputation": -0.5, "creation": -1.5}
    requests = several(rng, at.internet, "asked_for", {k: v + 0.2 * social for k, v in wanted.items()})
    did = requests.eq(1).any(axis=1).to_numpy()
    whom = pick(rng, at.internet & did, {"close": 0.5, "acquaintance": 0.4, "stranger": -1.2})
    to = whom.fillna("").to_numpy(dtype=object)
    columns = {
        "asked_whom": whom,
        "ask_success": yes(rng, at.internet & did, np.where(to == "acquaintance", 0.1, -0.3)),
        "ask_unease": agree(rng, at.internet & did, np.where(to == "close", 0.2, -0.5)),
    }
    before = {
        "contacts_online": asked(contacts, own, rng, 0.04),
        "contacts_close_share": asked(close, own, rng, 0.06),
        "new_people": asked(rng.poisson(np.exp(0.9 + 0.5 * social + 0.2 * at.ready)), at.user, rng, 0.03),
    }
    groups = several(rng, at.everyone, "groups", {k: v + 0.3 * social for k, v in levels.items()})
    return pd.concat([groups, pd.DataFrame(before), requests, pd.DataFrame(columns)], axis=1)


def others(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw co-operation between firms, objectives and methods.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `internal_network` to `outcome_online`.
    """
    n = len(at.wave)
    building = 0.6 * (at.sector == "construction")
    stages = {"unknown": 1.2 - 0.5 * at.ready, "aware": 0.7, "tried": -0.9 + building}
    stage = pick(
        rng, at.internet, stages | {"uses": -1.2 + building, "regular": -1.6 + 0.5 * at.ready + building}
    )
    inside = stage.isin(["uses", "regular"]).to_numpy(dtype=bool)
    tools = {"planning": 0.5 + building, "quotes": -0.5 + building, "progress": -0.4 + building}
    goals = {"new_customers": 1.2, "loyalty": 0.5, "reputation": 0.4, "partners": -0.7, "recruit": -1.0}
    odds = dict(zip(METHODS, [-3.4, -2.0, -3.3, -2.9, -0.9, -3.2], strict=True))
    offline = several(rng, at.everyone, "methods_offline", odds)
    online = several(rng, at.internet, "methods_online", {k: v - 0.9 for k, v in odds.items()})
    met = offline.eq(1).any(axis=1).to_numpy()
    met_online = at.internet & online.eq(1).any(axis=1).to_numpy()
    return pd.concat(
        [
            stage.rename("internal_network"),
            several(rng, inside, "internal_functions", tools | {"mutual_aid": -0.6, "documents": 0.2}),
            asked(rng.poisson(1.2 + 2 * building, n), at.everyone, rng, 0.02).rename("coop_firms"),
            pick(rng, at.everyone, goals).rename("objective"),
            offline,
            online,
            agree(rng, met, np.full(n, 0.7), 0.8).rename("outcome_offline"),
            agree(rng, met_online, np.full(n, 0.3), 0.8).rename("outcome_online"),
        ],
        axis=1,
    )


def customers(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what firms know of their customers.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `customer_file` to `repeat_share`.
    """
    keeps = yes(rng, at.everyone, 0.4 + 0.5 * at.ready)
    held = keeps.eq(1).fillna(False).to_numpy(dtype=bool)
    content = {"contact": 3.0, "purchases": 0.6, "preferences": -0.7, "social": -1.8 + 0.8 * at.user}
    level = {"food_shop": 2.4, "accommodation_food": 3.3, "retail": 3.2, "construction": 7.6, "crafts": 4.8}
    base = pd.Series(at.sector).map(level).fillna(4.0).to_numpy()
    loyal = (
        pd.Series(at.sector).map({"food_shop": 75, "construction": 25, "services": 62}).fillna(48).to_numpy()
    )
    share = whole(np.round((loyal + rng.normal(0, 14, len(loyal))) / 5) * 5, 0, 100)
    return pd.concat(
        [
            keeps.rename("customer_file"),
            several(rng, held, "customer_data", content),
            yes(rng, at.everyone, -0.9 + 0.5 * at.ready).rename("segmentation"),
            yes(rng, at.everyone, -1.8 + 0.6 * (at.sector == "accommodation_food")).rename("price_changes"),
            amount(rng, at.everyone, base, 0.5, [1, 10], 0.05).rename("basket"),
            asked(share, at.everyone, rng, 0.05).rename("repeat_share"),
        ],
        axis=1,
    )


def reputation(at: Interviews, rng: np.random.Generator) -> pd.DataFrame:
    """Draw crises met and preparation for them.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `crisis` to `reviews_answered`.
    """
    n = len(at.wave)
    had = yes(rng, at.internet, -2.4 + 0.7 * (at.sector == "accommodation_food") + 0.3 * at.user)
    hit = had.eq(1).fillna(False).to_numpy(dtype=bool)
    hours = whole(np.exp(3.0 - 0.5 * at.ready + rng.normal(0, 0.9, n)), 0, 500)
    listed = at.on("google_business") | at.on("facebook")
    answers = {"all": -0.2 + 0.6 * at.ready, "negative": -0.4, "some": 0.2, "none": 0.1 - 0.4 * at.ready}
    columns = {
        "crisis": had,
        "crisis_hours": asked(hours, hit, rng, 0.03),
        "stakeholder_map": yes(rng, at.internet, -2.6 + 0.5 * at.ready),
        "key_messages": yes(rng, at.internet, -2.1 + 0.6 * at.ready),
        "qa_ready": yes(rng, at.internet, -2.0 + 0.6 * at.ready),
        "reviews_answered": pick(rng, listed, answers),
    }
    return pd.DataFrame(columns)


def services(at: Interviews, start: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what firms expect from public services and what they used.

    Parameters
    ----------
    at : Interviews
        What the answers depend on.
    start : numpy.ndarray
        Date of entry into the programme of each interview's firm, missing for never.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        From `programme` to `needs_met`; `programme` is what `programme.csv` says.
    """
    starts = pd.Series(start)
    inside = np.select(
        [at.wave == w for w in (2022, 2024, 2026)], [treated(starts, w) for w in (2022, 2024, 2026)]
    )
    wants = dict(zip(SERVICES, [-0.2, 0.3, -0.9, -0.6, 0.1, -1.2], strict=True))
    used = dict(zip(SERVICES, [-1.4, -1.8, -3.4, -2.3, -2.4, -2.6], strict=True))
    in_programme = inside.astype(bool)
    boost = {"training": 1.5 * in_programme, "advice": 0.8 * in_programme}
    return pd.concat(
        [
            pd.Series(in_programme.astype(int), name="programme"),
            agree(rng, in_programme, np.full(len(at.wave), 0.4)).rename("programme_useful"),
            several(rng, at.everyone, "expectations", {k: v - 0.2 * at.age for k, v in wants.items()}),
            several(rng, at.everyone, "services_used", {k: v + boost.get(k, 0) for k, v in used.items()}),
            agree(rng, at.everyone, -0.5 + 0.3 * in_programme).rename("needs_met"),
        ],
        axis=1,
    )
