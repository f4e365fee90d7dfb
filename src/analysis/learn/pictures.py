"""How is a result drawn for a student: title, drawing, and the same finding in words, computed from the numbers."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from analysis.charts import theme
from analysis.learn import checks, wording
from analysis.learn.exercises import find

__all__ = ["Drawing", "picture"]

WIDTH = 680


@dataclass(frozen=True)
class Drawing:
    """Hold a drawing with its words; a notebook shows it, a terminal prints the words.

    Parameters
    ----------
    title, measured, sentence, source : str
        The finding, what is measured, one value read aloud, and where the data come from.
    png : bytes
        The drawing, two pixels a unit.
    language : {"en", "fr"}
        Language of the words.
    """

    title: str
    measured: str
    sentence: str
    source: str
    png: bytes
    language: str

    def __repr__(self) -> str:
        return f"{self.title} {self.sentence}"

    def _ipython_display_(self) -> None:
        """Show nothing more: a picture is shown when it is drawn."""

    def _repr_html_(self) -> str:
        image = b64encode(self.png).decode("ascii")
        alt = escape(f"{self.measured} {self.sentence}", quote=True)
        reading = wording.sentence("common", self.language, "picture", "reading")
        source = wording.sentence("common", self.language, "picture", "source")
        small = 'style="margin: 0.4em 0; max-width: 48em;"'
        return (
            f'<figure lang="{self.language}" style="margin: 0.5em 0;">'
            f"<figcaption><strong>{escape(self.title)}</strong><br>{escape(self.measured)}</figcaption>"
            f'<img alt="{alt}" width="{WIDTH}" src="data:image/png;base64,{image}">'
            f"<p {small}><strong>{reading}</strong> {escape(self.sentence)}</p>"
            f"<p {small}><small>{source} {escape(self.source)}</small></p></figure>"
        )


def picture(picture_id: str, result: Any) -> Drawing:
    """Draw a result of the lesson in the language of the lesson.

    Parameters
    ----------
    picture_id : str
        For example `"1.sectors"`.
    result : pandas.DataFrame
        What the lesson computed.

    Returns
    -------
    Drawing

    Raises
    ------
    ParameterError
        When the lesson has no such picture.

    Notes
    -----
    The sentence reads the most striking value aloud; it is not a test that the difference is real.

    Examples
    --------
    >>> import pandas as pd
    >>> _ = checks.start("1")
    >>> picture("1.base", pd.Series({"interviewed": 20, "connected": 16, "use": 4})).title
    'One yes, two bases: 25% or 20%'
    """
    language = checks.language()
    chosen = find("pictures", picture_id)
    said = partial(
        wording.sentence,
        picture_id.partition(".")[0],
        language,
        "pictures",
        picture_id,
        **chosen.values(result, language),
    )
    drawing = Drawing(
        title=said("title"),
        measured=said("measured"),
        sentence=said("sentence"),
        source=said("source"),
        png=theme.draw_png(partial(chosen.draw, result=result, language=language), WIDTH, language, scale=2),
        language=language,
    )
    checks.show(drawing)
    return drawing
