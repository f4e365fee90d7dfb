from __future__ import annotations

from analysis.platforms.layout.blocks import blocks
from analysis.platforms.layout.grid import Grid


def test_lists_across_and_squares_are_turned():
    rows = [
        ["Âge et genre"], ["", "Hommes", "Femmes"], ["18-24", "1", "2"], ["65+", "3"], [],
        ["Principales villes"], ["Lille", "Lens", ""], ["60", "4,5"],
    ]  # fmt: skip
    ages, cities = (part.rows for part in blocks(Grid(rows, offset=1)))
    assert ages == [["Age & gender", "Share (%)"], ["Hommes 18-24", "1"], ["Femmes 18-24", "2"], ["Hommes 65+", "3"],
                    ["Femmes 65+", None]]  # fmt: skip
    assert cities == [["Top cities", "Share (%)"], ["Lille", "60"], ["Lens", "4,5"]]


def test_offsets_point_at_the_titles():
    rows = [["Top cities"], ["Lille"], ["60"], [], ["Follows"], ["Date", "Primary"], ["2025-08-01", "2"]]
    assert [part.offset for part in blocks(Grid(rows, offset=1))] == [1, 5]


def test_a_list_without_figures_is_missing_not_zero():
    (part,) = blocks(Grid([["Top cities"], ["Lille", "Lens"]]))
    assert part.rows == [["Top cities", "Share (%)"], ["Lille", None], ["Lens", None]]


def test_a_city_named_as_a_block_in_a_long_line_is_no_block():
    rows = [["a", *[""] * 40], ["Top cities", *[""] * 40]]
    assert len(blocks(Grid(rows))) == 1
