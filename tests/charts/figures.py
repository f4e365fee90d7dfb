"""Every figure once, on small tables, so that each rule is tested on all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis import charts

SECTORS = ["accommodation_food", "retail", "food_shop", "services", "crafts", "construction", "transport"]
RATES = pd.DataFrame(
    {
        "sector": SECTORS,
        "estimate": [0.66, 0.52, 0.47, 0.44, 0.41, 0.28, 0.22],
        "low": [0.60, 0.46, 0.40, 0.38, 0.33, 0.23, 0.12],
        "high": [0.71, 0.58, 0.54, 0.50, 0.49, 0.33, 0.38],
        "n": [312, 280, 190, 260, 150, 240, 22],
        "flag": ["", "", "", "", "", "", "n<30"],
    }
)
OFFICIAL = {"accommodation_food": 0.66, "construction": 0.28, "transport": 0.22}
LONG = {
    "crafts": "Entreprises artisanales de fabrication et de réparation, hors bâtiment et travaux publics",
    "services": "Activités spécialisées, scientifiques et techniques, services administratifs et de soutien",
}
PLATFORMS = pd.DataFrame(
    {
        "platform": ["facebook", "instagram", "google_business", "whatsapp_business", "youtube", "snapchat"],
        "estimate": [0.38, 0.31, 0.26, 0.15, 0.05, 0.01],
        "low": [0.35, 0.28, 0.23, 0.13, 0.03, 0.002],
        "high": [0.41, 0.34, 0.29, 0.18, 0.07, 0.04],
        "n": [974] * 6,
        "flag": [""] * 5 + ["cv>0.3"],
    }
)
STAGES = pd.DataFrame(
    {
        "stage": ["regular", "aware", "uses", "tried"],
        "estimate": [0.23, 0.93, 0.44, 0.61],
        "low": [0.20, 0.91, 0.41, 0.58],
        "high": [0.26, 0.95, 0.47, 0.64],
        "n": [974] * 4,
    }
)
COUNTS = pd.DataFrame(
    {
        "platforms": range(6),
        "estimate": [0.56, 0.2, 0.12, 0.08, 0.03, 0.01],
        "low": [0.53, 0.17, 0.1, 0.06, 0.02, np.nan],
        "high": [0.59, 0.23, 0.14, 0.1, 0.05, np.nan],
        "n": [974] * 6,
    }
)
ENDS = {"facebook": (0.62, 0.58), "google_business": (0.38, 0.52), "instagram": (0.31, 0.46)}
ENDS |= {"x": (0.21, 0.11), "linkedin": (0.19, 0.22), "tiktok": (0.04, 0.13)}
WAVES = pd.DataFrame(
    [
        {"platform": name, "wave": wave, "estimate": e, "low": e - 0.03, "high": e + 0.03, "n": 400}
        for name, ends in ENDS.items()
        for wave, e in zip((2024, 2026), ends, strict=True)
    ]
)
CHANGES = pd.DataFrame(
    [
        {"platform": name, "estimate": b - a, "low": b - a - 0.05, "high": b - a + 0.05, "n": 400}
        for name, (a, b) in ENDS.items()
    ]
)
MONTHS = pd.DataFrame(
    {
        "period": [f"2025-{month:02d}" for month in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)],
        "estimate": [0.047, 0.05, 0.047, 0.037, 0.051, 0.048, 0.049, 0.047, 0.047, 0.045, 0.048],
        "low": [0.039, 0.042, 0.039, 0.029, 0.043, 0.04, 0.041, 0.039, 0.039, 0.037, 0.04],
        "high": [0.056, 0.059, 0.056, 0.046, 0.06, 0.057, 0.058, 0.056, 0.056, 0.054, 0.057],
        "n": [20] * 11,
        "flag": ["", "", "", "n<5"] + [""] * 7,
    }
)
_kept = 163 + 280 * np.exp(-(((np.arange(24) - 19) / 4) ** 2))
_less = 160 + 240 * np.exp(-(((np.arange(24) - 20) / 4.5) ** 2))
HOURS = pd.concat(
    [
        pd.DataFrame(
            {"hour": range(24), "rows": name, "estimate": values, "low": values * 0.8, "high": values * 1.2}
        )
        for name, values in (("with_duplicates", _kept), ("without_duplicates", _less))
    ],
    ignore_index=True,
)
_rng = np.random.default_rng(3)
_kind = _rng.choice(["photo", "link", "carousel", "reel"], 60, p=[0.5, 0.3, 0.12, 0.08])
_day = pd.to_timedelta(np.sort(_rng.integers(0, 92, 60)), unit="D")
POSTS = pd.DataFrame(
    {
        "kind": _kind,
        "reach": np.append(np.round(np.exp(_rng.normal(5.5, 0.5, 59))), np.nan),
        "published": pd.Timestamp("2025-10-01 10:00") + _day,
    }
)
_groups = POSTS.groupby("kind")["reach"]
MEDIANS = pd.DataFrame(
    {
        "estimate": _groups.median(),
        "low": _groups.quantile(0.3),
        "high": _groups.quantile(0.7),
        "n": _groups.count(),
    }
).reset_index()
EFFECTS = pd.DataFrame(
    [
        ("employees", "firm", 0.041, 0.016, 0.066),
        ("urban", "firm", 0.068, 0.019, 0.117),
        ("young", "firm", 0.094, 0.043, 0.145),
        ("age", "owner", -0.052, -0.074, -0.030),
        ("degree", "owner", 0.027, -0.019, 0.073),
        ("construction", "trade", -0.148, -0.205, -0.091),
        ("advice", "trade", -0.013, -0.076, 0.050),
    ],
    columns=["term", "block", "estimate", "low", "high"],
)
TERMS = {
    "employees": "Effectif doublé",
    "urban": "Zone urbaine",
    "young": "Relève familiale active, avec une vraie délégation",
    "age": "Dix ans de plus",
    "degree": "Diplôme supérieur",
    "construction": "Bâtiment",
    "advice": "Conseil",
    "firm": "L’entreprise",
    "owner": "Le dirigeant",
    "trade": "Le secteur (réf. : commerce)",
}
ITEMS = {
    "know": "« Je sais quoi publier »",
    "time": "« J’ai le temps de répondre »",
    "expected": "« Mes clients m’y attendent, et ils me le disent quand ils passent à la boutique le samedi matin »",
    "few": "« Cela m’amène des ventes »",
}
ANSWERS = pd.DataFrame(
    [
        {"item": item, "level": level, "estimate": share}
        for item, shares in {
            "know": [0.18, 0.27, 0.17, 0.26, 0.12],
            "time": [0.29, 0.31, 0.12, 0.20, 0.08],
            "expected": [0.07, 0.13, 0.21, 0.36, 0.23],
            "few": [0.14, 0.22, 0.33, 0.22, 0.09],
        }.items()
        for level, share in enumerate(shares, start=1)
    ]
)
AGREEMENT = pd.DataFrame(
    {
        "item": list(ITEMS),
        "estimate": [0.38, 0.28, 0.59, 0.31],
        "low": [0.33, 0.24, 0.54, 0.17],
        "high": [0.43, 0.33, 0.64, 0.49],
        "n": [412, 415, 420, 24],
        "flag": ["", "", "", "n<30"],
    }
)
CONTACTS = pd.DataFrame(
    {
        "sector": ["Bâtiment", "Hôtels et restaurants", "Commerce de détail"] * 4 + ["Services"] * 3,
        "town": ["Kerlosquet-sur-Dorvane", "Plouvenec", "Saint-Aubin-des-Landes"] * 5,
        "circle": ["Amis et anciens collègues"] * 5 + ["Autres libraires"] * 5 + ["Non interrogés"] * 5,
        "weak": [True, False, True, None, False] * 3,
        "bridge": [True] * 5 + [False] * 7 + [None] * 3,
    }
)
AMONG = pd.DataFrame({"source": [5, 6, 8], "target": [7, 9, 11]})
PIECES = pd.DataFrame(
    {
        "order": ["weak_first"] * 5 + ["strong_first"] * 5,
        "removed": [0, 0.25, 0.5, 0.75, 1.0] * 2,
        "estimate": [1, 0.9, 0.1, 0.02, 0.0, 1, 0.97, 0.9, 0.5, 0.0],
        "low": [1, 0.88, 0.08, 0.01, 0.0, 1, 0.96, 0.88, 0.4, 0.0],
        "high": [1, 0.92, 0.12, 0.03, 0.0, 1, 0.98, 0.92, 0.6, 0.0],
    }
)
PAIR = pd.DataFrame(
    {"label": ["you", "peers"], "estimate": [26.0, 7.0], "low": [19.0, 3.0], "high": [34.0, 18.0]}
)
NAMES = {"you": "vous", "peers": "vos pairs"}

_CELLS = [
    ("facebook", "seen_locally", 0.76, 0.69, 0.82, 188, "helps", ""),
    ("facebook", "recruit", 0.5, 0.31, 0.69, 42, "open", ""),
    ("facebook", "show_know_how", 0.6, 0.3, 0.84, 31, "unknown", "wide"),
    ("x", "seen_locally", 0.2, 0.11, 0.34, 60, "fails", ""),
    ("x", "recruit", np.nan, np.nan, np.nan, 0, "unknown", "few"),
    ("google_business", "seen_locally", 0.86, 0.8, 0.9, 1200, "helps", ""),
    ("google_business", "show_know_how", 0.98, 0.9, 1.0, 30, "helps", ""),
]
FIT = pd.DataFrame(
    _CELLS, columns=["platform", "objective", "estimate", "low", "high", "n", "verdict", "reason"]
)
OBJECTIVES = {
    "seen_locally": "Être vu dans le quartier et aux alentours",
    "recruit": "Recruter",
    "show_know_how": "Montrer le savoir-faire",
}
_SITES = [
    "facebook",
    "instagram",
    "google_business",
    "linkedin",
    "whatsapp_business",
    "youtube",
    "tiktok",
    "x",
]
PAIRS = pd.DataFrame(
    [
        {"source": one, "target": other, "co_use": 90 - 7 * i - 5 * j, "kept_by": max(0, 2 - (i + j) // 3)}
        for i, one in enumerate(_SITES)
        for j, other in enumerate(_SITES)
        if i < j
    ]
)
FIRMS = pd.DataFrame({"hours_per_week": np.tile([0.5, 1, 2, 4, 9.5], 8), "leads": np.arange(40) % 13})
FRONTIER = pd.DataFrame(
    {
        "effort": [0.5, 2.0, 9.5],
        "estimate": [6.0, 10.0, 12.0],
        "low": [5.0, 8.5, 11.0],
        "high": [7.5, 12, 14.0],
    }
)

TIMES = pd.DataFrame(
    [
        {"weekday": day, "hour": hour, "hour_end": hour + 3, "n": (day * hour) % 11}
        | {"index": np.nan, "index_low": np.nan, "index_high": np.nan}
        for hour in range(0, 24, 3)
        for day in range(1, 8)
    ]
)
_named = TIMES["n"] >= 5
TIMES.loc[_named, "index"] = 80 + (TIMES["weekday"] * 13 + TIMES["hour"] * 5)[_named] % 60
TIMES.loc[_named, "index_low"], TIMES.loc[_named, "index_high"] = TIMES["index"] - 12, TIMES["index"] + 15
DAYS = pd.DataFrame({"weekday": range(1, 8), "hour": 0, "hour_end": 24, "n": [9, 9, 2, 8, 12, 30, 0]})
DAYS["index"] = [112, 74, np.nan, 97, 110, 118, np.nan]
DAYS = DAYS.assign(index_low=DAYS["index"] - 9, index_high=DAYS["index"] + 9)

DRAWS = pd.DataFrame({"estimate": np.random.default_rng(1).normal(-0.08, 0.085, 1000)})

WIDE_FIGURES = {
    "fit_matrix": lambda ax: charts.fit_matrix(FIT, ax, labels=OBJECTIVES),
    "fit_matrix_turned": lambda ax: charts.fit_matrix(
        FIT, ax, row="objective", column="platform", labels=OBJECTIVES
    ),
    "co_use": lambda ax: charts.co_use(PAIRS, ax),
    "frontier": lambda ax: charts.frontier(
        FRONTIER, FIRMS, ax, effort_label="heures par semaine", result_label="demandes par mois"
    ),
    "rates": lambda ax: charts.rates(RATES, ax, label="sector", benchmark=0.44),
    "rates_long": lambda ax: charts.rates(RATES, ax, label="sector", labels=LONG, highlight="crafts"),
    "rates_official": lambda ax: charts.rates(RATES, ax, label="sector", benchmark=OFFICIAL),
    "multiple_answers": lambda ax: charts.multiple_answers(PLATFORMS, ax, label="platform"),
    "funnel": lambda ax: charts.funnel(STAGES, ax),
    "distribution": lambda ax: charts.distribution(COUNTS, ax, highlight=0),
    "slope": lambda ax: charts.slope(WAVES, ax, label="platform", changes=CHANGES),
    "trend": lambda ax: charts.trend(MONTHS, ax, decimals=1, benchmark=0.05, benchmark_label="médiane"),
    "hours": lambda ax: charts.hours(HOURS, ax, series="rows", labels={"with_duplicates": "doublons gardés"}),
    "dots": lambda ax: charts.dots_by_group(MEDIANS, POSTS, ax),
    "dots_skewed": lambda ax: charts.dots_by_group(
        MEDIANS, POSTS.assign(reach=POSTS["reach"].where(POSTS.index != 4, 9000)), ax
    ),
    "calendar": lambda ax: charts.calendar(POSTS, ax, period="2025-Q4"),
    "calendar_year": lambda ax: charts.calendar(POSTS, ax, period="2025"),
    "forest": lambda ax: charts.forest(EFFECTS, ax, group="block", labels=TERMS),
    "forest_bare": lambda ax: charts.forest(EFFECTS.assign(flag=["n<30"] + [""] * 6), ax, decimals=0),
    "diverging": lambda ax: charts.diverging(ANSWERS, AGREEMENT, ax, labels=ITEMS),
    "diverging_four": lambda ax: charts.diverging(
        ANSWERS[ANSWERS["level"] != 3], AGREEMENT, ax, labels=ITEMS, levels=(1, 2, 4, 5)
    ),
    "posting_grid": lambda ax: charts.posting_grid(TIMES, ax, days=DAYS),
    "posting_grid_cells": lambda ax: charts.posting_grid(TIMES, ax),
    "ego": lambda ax: charts.ego(CONTACTS, ax, name="sector", group="circle", detail="town", among=AMONG),
    "ego_many": lambda ax: charts.ego(
        pd.concat([CONTACTS.assign(bridge=True), CONTACTS]), ax, name="sector", group="circle", detail="town"
    ),
    "breakup": lambda ax: charts.breakup(PIECES, ax),
    "against_chance": lambda ax: charts.against_chance(DRAWS, ax, observed=-0.42),
    "against_chance_near": lambda ax: charts.against_chance(DRAWS, ax, observed=-0.1, expected=-0.08),
    "quarter_bars": lambda ax: charts.quarter_bars(POSTS, ax, period="2025-Q4", highlight="photo"),
}
SMALL_FIGURES = {
    "peer_strip": lambda ax: charts.peer_strip(ax, value=38, q1=14, median=24, q3=41, n=23),
    "peer_strip_alert": lambda ax: charts.peer_strip(
        ax, value=26, low=19, high=34, q1=3, median=7, q3=18, n=17, alert=True, suffix="h"
    ),
    "peer_strip_tight": lambda ax: charts.peer_strip(
        ax, value=0.047, q1=0.0379, median=0.038, q3=0.0381, n=17, unit="share", decimals=1
    ),
    "peer_strip_key": lambda ax: charts.peer_strip_key(ax),
    "peer_strip_few": lambda ax: charts.peer_strip(ax, value=212, q1=3, median=7, q3=18, n=4),
    "mini_interval": lambda ax: charts.mini_interval(
        PAIR, ax, kinds={"you": "alert", "peers": "band"}, suffix="h", labels=NAMES
    ),
}
