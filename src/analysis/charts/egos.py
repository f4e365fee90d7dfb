"""Who is around one person? Strong ties thick, weak ties thin, local bridges as diamonds with their names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import language as words
from analysis.charts import theme
from analysis.charts.marks import bare_axes, dot, stroke, write
from analysis.charts.results import column_of, result_table, rows_of, sentences

__all__ = ["alt_ego", "ego", "reading_ego"]

NAMED = 8
ROW = 34.0
STEP = 15.0
ASIDE = 28.0
LABEL = 32.0


def ego(
    contacts: pd.DataFrame,
    ax: Axes,
    *,
    name: str,
    group: str,
    detail: str | None = None,
    among: pd.DataFrame | None = None,
    named: int = NAMED,
    language: str | None = None,
) -> Axes:
    """Draw one person's contacts: local bridges named on the right, the other contacts in groups on the left.

    Parameters
    ----------
    contacts : pandas.DataFrame
        One row per contact, the most important first: `weak` and `bridge` (true, false or missing), and the
        columns below.
    ax : matplotlib.axes.Axes
    name, group : str
        Columns: what a local bridge is called, and the circle other contacts belong to, ready to be read.
    detail : str, optional
        Column with a second line under the name of a bridge.
    among : pandas.DataFrame, optional
        `source, target`: ties among contacts, by their place (0, 1, …) in `contacts`.
    named : int
        The most bridges to name; the others are drawn and counted.
    language : {"fr", "en"}, optional

    Returns
    -------
    matplotlib.axes.Axes
        Thick line: strong tie; thin: weak. Accent diamond: local bridge. Grey dot: a contact who knows others
        of the person's contacts; hollow dot: not known, the contact was not asked.

    Raises
    ------
    DataError
        When the table is empty or lacks a column.
    ParameterError
        When the language is not known.

    Notes
    -----
    Places carry no meaning: neither distance nor direction is measured. Ties are those told.

    Examples
    --------
    >>> from analysis.charts.theme import new_axes
    >>> table = pd.DataFrame({"who": ["Library", "Anne"], "circle": ["", "Friends"], "weak": [True, False],
    ...                       "bridge": [True, False]})
    >>> ax = ego(table, new_axes(), name="who", group="circle")
    >>> [line.get_gid() for line in ax.lines if line.get_gid() != "estimate"]
    ['weak tie', 'strong tie', 'ego']
    """
    said = theme.language_of(ax, language)
    table = _checked(contacts, [name, group, *([detail] if detail else [])])
    places, height = _places(table, group, ax, named)
    theme.set_height(ax, height)
    bare_axes(ax)
    theme.frame(ax, left=0, right=0, top=0, bottom=0)
    ax.set_xlim(0, theme.width_of(ax))
    ax.set_ylim(height, 0)
    centre = _centre(ax, height)
    if among is not None:
        _ties_among(ax, places, among)
    placed = list(zip(places, rows_of(table), strict=True))
    for place, row in placed:
        _tie(ax, centre, place, row)
    for place, row in placed:
        dot(ax, *place, _kind(row), radius=6 if _is_bridge(row) else 5, rim=True)
    _name_bridges(ax, table, places, name, detail, named, said)
    _name_groups(ax, table, places, group)
    ink = {"color": theme.COLOUR["ink"], "linestyle": "none", "zorder": 5}
    stroke(ax, [centre[0]], [centre[1]], marker="o", markersize=36, gid="ego", **ink)
    write(ax, *centre, words.word("chart.ego_you", said), role="paper", bold=True, ha="center")
    return ax


def _checked(contacts: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    table = result_table(contacts, [*columns, "weak", "bridge"], "ego")
    return table.assign(
        weak=pd.array(column_of(table, "weak"), dtype="boolean"),
        bridge=pd.array(column_of(table, "bridge"), dtype="boolean"),
    )


def _bridges(table: pd.DataFrame) -> list[int]:
    return np.flatnonzero(table["bridge"].fillna(False)).tolist()


def _is_bridge(row: Any) -> bool:
    return row.bridge is not pd.NA and bool(row.bridge)


def _kind(row: Any) -> str:
    return "bridge" if _is_bridge(row) else "hollow" if row.bridge is pd.NA else "peer"


def _centre(ax: Axes, height: float) -> tuple[float, float]:
    return theme.width_of(ax) * (0.35 if theme.is_narrow(ax) else 0.42), height / 2


def _places(table: pd.DataFrame, group: str, ax: Axes, named: int) -> tuple[list[tuple[float, float]], float]:
    """Place each contact in units from the upper left corner, and say how high the drawing is."""
    width, narrow = theme.width_of(ax), theme.is_narrow(ax)
    bridges, circles = _bridges(table), _circles(table, group)
    rows = min(len(bridges), named + 1)
    tall = [LABEL + STEP * len(block) for block in circles.values()]
    height = max(rows * ROW, sum(tall), 150) + 24
    places: dict[int, tuple[float, float]] = {}
    top = (height - sum(tall)) / 2
    under = _named_under(circles)
    for (circle, block), room in zip(circles.items(), tall, strict=True):
        first = top + (LABEL / 2 if circle in under else LABEL)
        for order, i in enumerate(block):
            places[i] = (width * (0.09 if narrow else 0.15) + ASIDE * (order % 2), first + STEP * order)
        top += room
    for order, i in enumerate(bridges):
        y = (height - rows * ROW) / 2 + ROW * (min(order, rows - 1) + 0.5)
        bend = 1 - (2 * y / height - 1) ** 2
        spill = 9 * min(max(order - rows + 1, 0), 3)
        places[i] = (width * (0.52 if narrow else 0.6) + width * 0.06 * bend + spill, y)
    return [places[i] for i in range(len(table))], height


def _circles(table: pd.DataFrame, group: str) -> dict[str, list[int]]:
    """Give the contacts who are no bridges, by circle, in the order of the table."""
    bridges = set(_bridges(table))
    circles: dict[str, list[int]] = {}
    for i, circle in enumerate(table[group].tolist()):
        if i not in bridges:
            circles.setdefault(circle, []).append(i)
    return circles


def _named_under(circles: dict[str, list[int]]) -> set[str]:
    """Find the circles of the lower half: their ties rise to the centre, so their name stands under them."""
    half, top, under = sum(LABEL + STEP * len(block) for block in circles.values()) / 2, 0.0, set()
    for circle, block in circles.items():
        room = LABEL + STEP * len(block)
        if top + room / 2 > half:
            under.add(circle)
        top += room
    return under


def _tie(ax: Axes, centre: tuple[float, float], place: tuple[float, float], row: Any) -> None:
    weak = row.weak is pd.NA or bool(row.weak)
    stroke(
        ax,
        [centre[0], place[0]],
        [centre[1], place[1]],
        color=theme.COLOUR["accent" if _is_bridge(row) else "peer_line"],
        linewidth=0.9 if weak else 2.6,
        solid_capstyle="round",
        zorder=3,
        clip_on=False,
        gid="weak tie" if weak else "strong tie",
    )


def _ties_among(ax: Axes, places: list[tuple[float, float]], among: pd.DataFrame) -> None:
    for source, target in zip(among["source"], among["target"], strict=True):
        (x0, y0), (x1, y1) = places[int(source)], places[int(target)]
        ink = {"color": theme.COLOUR["peer"], "linewidth": 1, "zorder": 2, "clip_on": False}
        stroke(ax, [x0, x1], [y0, y1], gid="tie among contacts", **ink)


def _name_bridges(
    ax: Axes,
    table: pd.DataFrame,
    places: list[tuple[float, float]],
    name: str,
    detail: str | None,
    named: int,
    language: str,
) -> None:
    bridges, names = _bridges(table), table[name].tolist()
    details = table[detail].tolist() if detail else [""] * len(table)
    size = theme.TYPE["label"].screen
    for i in bridges[: named + (len(bridges) == named + 1)]:
        x, y = places[i]
        room = theme.width_of(ax) - x - 14
        text, second = (words.typeset(str(said[i]), language) for said in (names, details))
        up = 7 if second else 0
        write(ax, x, y, _fitted(text, room, size, bold=True), dx=12, dy=up, role="accent", bold=True)
        if second:
            write(
                ax,
                x,
                y,
                _fitted(second, room, theme.TYPE["note"].screen),
                dx=12,
                dy=-6,
                size="note",
                role="ink2",
            )
    if len(bridges) > named + 1:
        x, y = places[bridges[-1]]
        more = words.word("chart.ego_more", language, count=words.number(len(bridges) - named, language))
        write(ax, x, y, more, dx=12, role="accent")


def _fitted(text: str, room: float, size: float, bold: bool = False) -> str:
    """Cut a text with an ellipsis where it has no room."""
    if theme.text_width(text, size, bold) <= room:
        return text
    while text and theme.text_width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip(" ,-") + "…"


def _name_groups(ax: Axes, table: pd.DataFrame, places: list[tuple[float, float]], group: str) -> None:
    size, language = theme.TYPE["label"].screen, theme.language_of(ax)
    circles = _circles(table, group)
    under = _named_under(circles)
    for circle, block in circles.items():
        x, y = places[block[0]][0], places[block[-1]][1] + 36 if circle in under else places[block[0]][1]
        text = words.typeset(f"{circle}{' :' if language == 'fr' else ':'} {len(block)}", language)
        room = _centre(ax, 1)[0]
        write(ax, max(x - 6, 2), y - 18, _fitted(text, room, size), role="ink", ground=True)


def alt_ego(contacts: pd.DataFrame, *, name: str, language: str, n: str = "", named: int = NAMED) -> str:
    """Say in words what `ego` shows: contacts, strong and weak, and the local bridges.

    Parameters
    ----------
    contacts, name, language, named
        As given to `ego`.
    n : str
        How many and when.

    Returns
    -------
    str

    Raises
    ------
    DataError
        As `ego`.
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> table = pd.DataFrame({"who": ["Library"], "weak": [True], "bridge": [True]})
    >>> alt_ego(table, name="who", language="en")
    'Network drawing. Contacts: 1, of which weak ties: 1. Local bridges: Library.'
    """
    words.check_language(language)
    table = _checked(contacts, [name])
    bridges = [str(row) for row in table.loc[table["bridge"].fillna(False), name]]
    counts = {"contacts": len(table), "weak": int(table["weak"].fillna(False).sum())}
    told = {key: words.number(value, language) for key, value in counts.items()}
    parts = [words.word("alt.ego", language), words.word("alt.ego_counts", language, **told)]
    if bridges:
        listed = ", ".join(bridges[:named]) + ("…" if len(bridges) > named else "")
        parts.append(words.word("alt.ego_bridges", language, names=listed))
    return sentences([*parts, n], language)


def reading_ego(language: str) -> str:
    """Say how to read the marks of `ego`.

    Parameters
    ----------
    language : {"fr", "en"}

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> reading_ego("en")[:30]
    'thick line: strong tie; thin l'
    """
    return words.word("reading.ego", words.check_language(language))
