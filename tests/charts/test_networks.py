from __future__ import annotations

import pytest

from analysis import charts
from analysis.charts.theme import COLOUR, new_axes
from analysis.errors import DataError
from charts.figures import AMONG, CONTACTS, DRAWS, PIECES


def lines(ax, gid):
    return [line for line in ax.lines if line.get_gid() == gid]


@pytest.mark.parametrize("width", [680, 350])
def test_shape_says_strength_and_bridge(width):
    ax = charts.ego(CONTACTS, new_axes(width), name="sector", group="circle", among=AMONG)
    strong, weak = lines(ax, "strong tie"), lines(ax, "weak tie")
    assert len(strong) == 6 and len(weak) == 9
    assert min(line.get_linewidth() for line in strong) > 2 * max(line.get_linewidth() for line in weak)
    marks = [(line.get_marker(), line.get_markerfacecolor()) for line in lines(ax, "estimate")]
    assert marks[:5] == [("D", COLOUR["accent"])] * 5
    assert marks[5:12] == [("o", COLOUR["peer_line"])] * 7
    assert marks[12:] == [("o", COLOUR["paper"])] * 3
    assert len(lines(ax, "tie among contacts")) == 3


def test_few_contacts_are_named():
    many = CONTACTS.assign(bridge=True)
    ax = charts.ego(many, new_axes(680, language="en"), name="sector", group="circle", named=4)
    said = [text.get_text() for text in ax.texts]
    assert said == [*many["sector"].head(4), "and 11 more", "you"]


def test_one_more_than_named_is_named_too():
    ax = charts.ego(CONTACTS.head(5), new_axes(680), name="sector", group="circle", named=4)
    assert [text.get_text() for text in ax.texts][:5] == CONTACTS["sector"].head(5).tolist()


def test_missing_strength_is_drawn_thin_and_counted_as_unknown():
    said = charts.alt_ego(CONTACTS, name="sector", language="en", n="2022")
    weak = int(CONTACTS["weak"].eq(True).sum())
    assert said.startswith(
        f"Network drawing. Contacts: 15, of which weak ties: {weak}. Local bridges: Bâtiment, "
    )
    assert said.endswith("2022.")


def test_tables_that_cannot_be_drawn():
    with pytest.raises(DataError, match='"ego" needs a column "bridge"'):
        charts.ego(CONTACTS.drop(columns="bridge"), new_axes(), name="sector", group="circle")
    with pytest.raises(DataError, match='"ego" has nothing to draw'):
        charts.alt_ego(CONTACTS.head(0), name="sector", language="fr")
    with pytest.raises(DataError, match='knows the orders weak_first, strong_first, not "random"'):
        charts.breakup(PIECES.assign(order="random"), new_axes())


def test_the_curves_are_the_table():
    ax = charts.breakup(PIECES, new_axes())
    for line, (_, part) in zip(lines(ax, "line"), PIECES.groupby("order", sort=False), strict=True):
        assert line.get_ydata().tolist() == part["estimate"].tolist()
    assert len([band for band in ax.collections if band.get_gid() == "band"]) == 2
    said = charts.alt_breakup(PIECES, language="en")
    assert "weak ties first: at 50% of the ties taken away, 10%" in said.lower() and "90%" in said


def test_the_observed_value_stands_beside_chance():
    ax = charts.against_chance(DRAWS, new_axes(680, language="en"), observed=-0.42, expected=-0.08)
    assert lines(ax, "observed")[0].get_xdata().tolist() == [-0.42, -0.42]
    assert lines(ax, "expected")[0].get_xdata().tolist() == [-0.08, -0.08]
    low, high = DRAWS["estimate"].quantile([0.025, 0.975])
    middle = [bar.get_x() for bar in ax.patches if bar.get_gid() == "middle"]
    assert low - 0.03 < min(middle) and max(middle) < high
    assert {"observed: −0.42", "by chance: −0.08"} <= {text.get_text() for text in ax.texts}


def test_nothing_to_set_beside_chance_is_refused():
    with pytest.raises(DataError, match="one draw at least and an observed value"):
        charts.against_chance(DRAWS, new_axes(), observed=float("nan"))
