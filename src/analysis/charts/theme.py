"""What does everything we draw look like? Every colour, size and line once, and the frame of a drawing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D, Transform

from analysis.language import check_language

__all__ = [
    "CATEGORIES",
    "COLOUR",
    "DOT",
    "GRID",
    "LINE",
    "NARROW",
    "PALETTE",
    "SANS",
    "SANS_PRINT",
    "SERIF",
    "SERIF_PRINT",
    "STYLE",
    "TYPE",
    "WIDE",
    "TypeSize",
    "contrast",
    "css_variables",
    "draw_png",
    "draw_svg",
    "frame",
    "in_units",
    "is_narrow",
    "language_of",
    "new_axes",
    "recolour",
    "set_height",
    "text_width",
    "width_of",
    "wrap",
]

WIDE, NARROW = 680, 350
PALETTE: dict[str, dict[str, str]] = {
    "light": {
        "paper": "#FFFFFF",
        "wash": "#F7F5F0",
        "ink": "#18212F",
        "ink2": "#475264",
        "ink3": "#616B7C",
        "accent": "#0A4F73",
        "accent_tint": "#D3E4EC",
        "alert": "#B2501A",
        "alert_tint": "#FBEEE5",
        "peer": "#CDD2D9",
        "peer_line": "#616B7D",
        "rule": "#D8DBE0",
        "hatch": "#B4BBC5",
        "cat1": "#0A4F74",
        "cat2": "#B2501B",
        "cat3": "#4E9E8F",
        "cat4": "#DDB04A",
        "cat5": "#CDD2DA",
        "band": "#0A4F72",
        "on_band": "#FEFEFE",
        "on_band2": "#A3C6D8",
    },
    "dark": {
        "paper": "#12171F",
        "wash": "#1B222D",
        "ink": "#ECE9E2",
        "ink2": "#BAC1CC",
        "ink3": "#98A2B1",
        "accent": "#7CC8EA",
        "accent_tint": "#1F4558",
        "alert": "#F0935A",
        "alert_tint": "#4A2D1B",
        "peer": "#434D5E",
        "peer_line": "#98A2B1",
        "rule": "#343D4B",
        "hatch": "#55617A",
        "cat1": "#A6DCF5",
        "cat2": "#E8894E",
        "cat3": "#3E9183",
        "cat4": "#8A6A1F",
        "cat5": "#434D5E",
        "band": "#0F3A52",
        "on_band": "#FEFEFE",
        "on_band2": "#A3C6D8",
    },
}
COLOUR = PALETTE["light"]
CATEGORIES = ("cat1", "cat2", "cat3", "cat4", "cat5")


@dataclass(frozen=True)
class TypeSize:
    """Give one role of type its size in print (pt), on a screen and on a phone (px), its face and weight."""

    print: float
    screen: float
    phone: float
    leading: float
    face: str
    weight: int


TYPE = {
    "name": TypeSize(33, 56, 42, 1.0, "serif", 600),
    "section": TypeSize(19, 32, 26, 1.12, "serif", 600),
    "finding": TypeSize(14, 24, 20, 1.2, "serif", 600),
    "title": TypeSize(12, 20, 20, 1.2, "serif", 600),
    "lead": TypeSize(11.3, 19, 19, 1.4, "serif", 400),
    "body": TypeSize(10.5, 18, 17, 1.4, "serif", 400),
    "label": TypeSize(8, 11, 11, 1.3, "sans", 400),
    "value": TypeSize(8, 11.5, 11.5, 1.3, "sans", 700),
    "note": TypeSize(7.5, 10, 10, 1.3, "sans", 400),
}
LINE = {
    "section": 2,
    "hairline": 1,
    "grid": 0.8,
    "interval": 2.2,
    "benchmark": 1.3,
    "series": 2.2,
    "peer": 1.3,
}
DOT = {"small": 3.0, "normal": 4.4, "large": 6.0, "rim": 1.5}
GRID = {"step": 4, "row": 26, "rail": 220, "gap": 60, "column": 720, "phone": 390}
SERIF = "'Libertinus Serif','Iowan Old Style','Palatino Linotype',Palatino,Georgia,'DejaVu Serif',serif"
SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"
SERIF_PRINT, SANS_PRINT = "Libertinus Serif", "DejaVu Sans"

STYLE = {
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": COLOUR["rule"],
    "axes.linewidth": LINE["hairline"],
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.unicode_minus": True,
    "grid.color": COLOUR["rule"],
    "grid.linewidth": LINE["grid"],
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TYPE["label"].screen,
    "text.color": COLOUR["ink"],
    "text.parse_math": False,
    "text.usetex": False,
    "text.hinting": "none",
    "xtick.color": COLOUR["ink3"],
    "ytick.color": COLOUR["ink3"],
    "xtick.labelsize": TYPE["note"].screen,
    "ytick.labelsize": TYPE["label"].screen,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": LINE["series"],
    "lines.solid_capstyle": "round",
    "lines.dash_capstyle": "butt",
    "path.simplify": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "small-business-social",
    "figure.dpi": 72,
    "savefig.dpi": 72,
}


def new_axes(width: float = WIDE, height: float = 300, language: str = "fr") -> Axes:
    """Open an empty drawing of the given size, without touching pyplot.

    Parameters
    ----------
    width, height : float
        Units; one unit is one CSS pixel on a page and one point in a file.
    language : {"fr", "en"}
        What the labels are written in.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> width_of(new_axes(350))
    350.0
    """
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.language = check_language(language)
    return ax


def language_of(ax: Axes, language: str | None = None) -> str:
    """Say in which language a drawing is labelled: the one asked for, else that of the drawing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    language : {"fr", "en"}, optional

    Returns
    -------
    str

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> language_of(new_axes(language="en"))
    'en'
    """
    return check_language(language or getattr(ax, "language", "fr"))


def width_of(ax: Axes) -> float:
    """Give the width of a drawing in units.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    float
    """
    return round(float(ax.figure.get_figwidth() * 72), 3)


def is_narrow(ax: Axes) -> bool:
    """Say whether the drawing is for a phone.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    bool
        True below 440 units.

    Examples
    --------
    >>> is_narrow(new_axes(350)), is_narrow(new_axes(680))
    (True, False)
    """
    return width_of(ax) < 440


def set_height(ax: Axes, units: float) -> None:
    """Set the height of the whole drawing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    units : float
        Rounded up to the base step of 4 units, so that stacked figures keep a common rhythm.
    """
    step = GRID["step"]
    ax.figure.set_figheight(-(-units // step) * step / 72)


def frame(ax: Axes, *, left: float, right: float, top: float, bottom: float) -> None:
    """Place the plotting area inside its margins and take away the box around it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    left, right, top, bottom : float
        Margins in units, measured from the edges of the drawing.
    """
    width, height = ax.figure.get_size_inches() * 72
    ax.set_position(
        (left / width, bottom / height, (width - left - right) / width, (height - top - bottom) / height)
    )
    ax.set_facecolor("none")
    ax.tick_params(length=0, pad=6)
    for spine in ax.spines.values():
        spine.set_visible(False)


def in_units(ax: Axes) -> Transform:
    """Give the transform whose coordinates are units from the lower left corner of the drawing.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    matplotlib.transforms.Transform
        Valid once the height is set.
    """
    width, height = ax.figure.get_size_inches() * 72
    return Affine2D().scale(1 / width, 1 / height) + ax.figure.transFigure


@cache
def _font(bold: bool) -> FontProperties:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=Path(mpl.get_data_path(), "fonts", "ttf", name))


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Measure a line of text in DejaVu Sans, the widest face it may be shown in.

    Parameters
    ----------
    text : str
    size : float
        Units.
    bold : bool

    Returns
    -------
    float
        Units. Several lines count as their longest.

    Examples
    --------
    >>> text_width("mm", 11) > text_width("ii", 11)
    True
    """
    font = _font(bold).copy()
    font.set_size(size)
    measure = TextToPath().get_text_width_height_descent
    return max(measure(line, font, False)[0] for line in text.split("\n"))


def wrap(text: str, width: float, size: float, bold: bool = False) -> str:
    """Break a text into lines no wider than asked, at ordinary spaces only.

    Parameters
    ----------
    text : str
    width, size : float
        Units.
    bold : bool

    Returns
    -------
    str
        A single word wider than the width keeps its own line, whole.

    Examples
    --------
    >>> wrap("Hôtels et restaurants", 80, 11)
    'Hôtels et\\nrestaurants'
    """
    lines = [""]
    for piece in text.split(" "):
        longer = f"{lines[-1]} {piece}".strip(" ")
        if lines[-1] and text_width(longer, size, bold) > width:
            lines.append(piece)
        else:
            lines[-1] = longer
    return "\n".join(lines)


@contextmanager
def _drawn(draw: Callable[[Axes], object], width: float, height: float, language: str) -> Iterator[Figure]:
    with mpl.rc_context():
        mpl.rcParams.update(
            {key: mpl.rcParamsDefault[key] for key in mpl.rcParamsDefault if key != "backend"}
        )
        mpl.rcParams.update(STYLE)
        ax = new_axes(width, height, language)
        draw(ax)
        yield ax.figure


def draw_svg(
    draw: Callable[[Axes], object], width: float = WIDE, language: str = "fr", height: float | None = None
) -> str:
    """Draw a figure as SVG that is the same bytes each time and can sit in a page beside others.

    Parameters
    ----------
    draw : callable
        Takes an Axes and draws on it, for example `lambda ax: rates(result, ax, label="sector")`.
    width : float
        Units: 680 for a page, 350 for a phone.
    language : {"fr", "en"}
        What the labels are written in, unless the chart says otherwise.
    height : float, optional
        Units; each chart sets its own.

    Returns
    -------
    str
        An `<svg>` element: text as text, colours as the hexes of `PALETTE["light"]` inside style
        attributes, no date, no address, ids that no other drawing has.

    Raises
    ------
    ParameterError
        When the language is not known.

    Notes
    -----
    Draw each figure twice (680 and 350) rather than shrinking one: labels must stay 11 px.

    Examples
    --------
    >>> draw_svg(lambda ax: ax.plot([0, 1], [0, 1]), width=350).startswith('<svg xmlns="http')
    True
    """
    with _drawn(draw, width, height or 300, language) as figure:
        out = io.StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(out, metadata=nothing)
        size = tuple(figure.get_size_inches() * 72)
    return _clean(out.getvalue(), size, language)


def draw_png(
    draw: Callable[[Axes], object],
    width: float = WIDE,
    language: str = "fr",
    height: float | None = None,
    scale: float = 3,
) -> bytes:
    """Draw a figure as a PNG picture on paper white, for formats that take no SVG.

    Parameters
    ----------
    draw, width, language, height
        As in `draw_svg`.
    scale : float
        Pixels per unit.

    Returns
    -------
    bytes

    Raises
    ------
    ParameterError
        When the language is not known.

    Examples
    --------
    >>> draw_png(lambda ax: ax.plot([0, 1], [0, 1]), width=350, scale=1)[1:4]
    b'PNG'
    """
    with _drawn(draw, width, height or 300, language) as figure:
        out = io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(
            out, format="png", dpi=72 * scale, facecolor=COLOUR["paper"], metadata={"Software": None}
        )
    return out.getvalue()


def _clean(svg: str, size: tuple[float, float], language: str) -> str:
    body = svg[svg.index("<svg") :]
    body = body[body.index(">") + 1 : body.rindex("</svg>")]
    body = re.sub(
        r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", "", body, flags=re.S
    )
    body = re.sub(r"(<g) id=\"[^\"]*\"| transform=\"rotate\(-?0 [^\"]*\"", r"\1", body)
    body = re.sub(r"<[^>]*>", _tidy_tag, body)
    body = re.sub(r"<path d=\"[^\"]*\" style=\"fill: none\"/>", "", body)
    for _ in range(4):
        body = re.sub(r"<g>\s*</g>|<g/>|<defs>\s*</defs>", "", body)
    body = re.sub(r"\s*\n\s*", "\n", body).strip()
    prefix = "s" + sha256(body.encode()).hexdigest()[:8]
    body = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{prefix}-", body)
    width, height = (f"{side:.2f}".rstrip("0").rstrip(".") for side in size)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" lang="{language}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{SANS_PRINT}, sans-serif" '
        f'stroke-linejoin="round">\n{body}\n</svg>\n'
    )


def _tidy_tag(tag: re.Match[str]) -> str:
    text = re.sub(r"-?\d+\.\d{3,}", _short, tag[0])
    text = re.sub(r"font-family: [^;\"]*; ", "", text)
    return re.sub(r"\s*\n\s*(?!=)", " ", text)


def _short(found: re.Match[str]) -> str:
    text = f"{float(found[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def css_variables() -> dict[str, str]:
    """Name the CSS variable of each colour role.

    Returns
    -------
    dict of str to str
        For example `accent_tint` to `var(--accent-tint)`.

    Examples
    --------
    >>> css_variables()["accent_tint"]
    'var(--accent-tint)'
    """
    return {role: f"var(--{role.replace('_', '-')})" for role in COLOUR}


def recolour(svg: str, colours: Mapping[str, str]) -> str:
    """Give the colour roles of a drawing other colours.

    Parameters
    ----------
    svg : str
        From `draw_svg`.
    colours : mapping of str to str
        Role to colour: `PALETTE["dark"]`, a client's two colours, or `css_variables()` so that one drawing
        serves light, dark and print.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        When a role is not one of `PALETTE["light"]`.

    Examples
    --------
    >>> recolour('<path style="fill: #0a4f73"/>', css_variables())
    '<path style="fill: var(--accent)"/>'
    """
    swaps = {COLOUR[role].lower(): colour for role, colour in colours.items()}
    return re.sub(r"#[0-9a-fA-F]{6}\b", lambda hexa: swaps.get(hexa[0].lower(), hexa[0]), svg)


def contrast(first: str, second: str) -> float:
    """Compute the contrast ratio of two colours.

    Parameters
    ----------
    first, second : str
        Hexes such as `#0A4F73`.

    Returns
    -------
    float
        From 1 to 21; text needs 4.5.

    Notes
    -----
    Relative luminance as in WCAG 2.2; it says nothing of colour-blind readers.

    Examples
    --------
    >>> round(contrast("#0A4F73", "#FFFFFF"), 1)
    8.8
    """
    light, dark = sorted((_luminance(colour) for colour in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
