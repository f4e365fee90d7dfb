"""A damaged file is read to what it still says, read with a notice, or refused by name; never a silent change."""

from __future__ import annotations

import random
import signal
from collections import Counter
from contextlib import suppress
from functools import cache

import pytest

from analysis.errors import DataError
from analysis.platforms.export import Exports
from analysis.platforms.opening import read_bytes
from analysis.platforms.specification import formats
from platforms.faithful import table
from platforms.faithful_networks import book, google, made, tiktok, tweets, x_content, youtube, zipped
from platforms.mutations import DAMAGES, Fixture, Mutant, doubled, fixture, judge, permuted, read

KNOWN = {known.name: known for known in formats()}
SECONDS = 20
NEEDED = 40


@pytest.fixture(autouse=True)
def limit():
    """Stop a reader that hangs."""

    def late(*_):
        raise TimeoutError(f"reading one damaged file took more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@cache
def fixtures() -> tuple[Fixture, ...]:
    """Write one file of each format in each of its languages."""
    tried = [
        fixture(known, language, random.Random(known.name))
        for known in formats()
        for language in sorted({language for item in known.fields.values() for language in item.names})
    ]
    return tuple(one for one in tried if isinstance(one, Fixture))


def outcomes(count: int, seed: int) -> tuple[Counter, list[str]]:
    """Damage files of all formats in turn and judge each."""
    rng, files = random.Random(seed), fixtures()
    found, silent = Counter(), []
    for number in range(count):
        one, damage = files[(number + seed) % len(files)], rng.choice(DAMAGES)
        mutant = damage(one, rng)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        verdict = judge(one, mutant, KNOWN)
        found[verdict.split(":")[0]] += 1
        if verdict.startswith("silent"):
            silent.append(f"{one.name}, {mutant.kind}: {verdict}")
    return found, silent


def test_nearly_every_format_has_an_undamaged_file_to_damage():
    """A format that cannot be written from its own description must be named here, with the reason."""
    readable = {one.base.format for one in fixtures()}
    aside = {name for name, known in KNOWN.items() if known.set_aside}
    dashboards = {name for name in KNOWN if name.startswith("sprout_")}
    assert set(KNOWN) - readable - aside - dashboards == set(), "dashboards hold one network for each row"
    assert sum(bool(one.counted) for one in fixtures()) >= NEEDED


def test_four_hundred_damaged_files():
    found, silent = outcomes(400, seed=20260301)
    assert silent == []
    assert min(found["same"], found["noticed"], found["refused"]) > 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_damaged_files(seed):
    found, silent = outcomes(1000, seed)
    assert silent == []
    assert min(found["same"], found["noticed"], found["refused"]) > 100


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_column_without_a_single_cell_never_stops_the_reading_by_itself(part):
    """A column may be needed, and is then asked for by name; without any other every line is counted as before."""
    for one in fixtures()[part::4]:
        for place in range(len(one.fields)):
            rows = [one.rows[0], *([*row[:place], "", *row[place + 1 :]] for row in one.rows[1:])]
            with suppress(DataError):
                found = read(table([*map(list, one.above), *rows], encoding="utf-8"))
                lines = found.rows_read + found.rows_dropped
                assert lines == one.base.rows_read + one.base.rows_dropped, one.fields[place]


@pytest.mark.parametrize("name", ["crowdtangle_facebook-en", "fourcat_crowdtangle-en"])
def test_no_kind_at_all_is_no_error(name):
    one = next((one for one in fixtures() if one.name == name), None)
    assert one is not None, sorted(one.name for one in fixtures())
    place = one.fields.index("kind")
    rows = [one.rows[0], *([*row[:place], "", *row[place + 1 :]] for row in one.rows[1:])]
    assert len(read(table([*map(list, one.above), *rows], encoding="utf-8")).table) == len(one.rows) - 1


def test_the_judge_sees_a_silent_change():
    """A judge that cannot fail proves nothing: give it a file that says something else than was read."""
    one = next(one for one in fixtures() if one.name == "x_posts-en")
    place = one.fields.index("views")
    other = [one.rows[0], *([*row[:place], "7", *row[place + 1 :]] for row in one.rows[1:])]
    content = permuted(one, random.Random(0)).content
    assert judge(one, Mutant("told", content, other), KNOWN).startswith("silent: views is ")
    assert judge(one, Mutant("true", content, one.rows), KNOWN) == "same"
    assert judge(one, doubled(one, random.Random(0)), KNOWN) == "noticed"


PROFILE = google([{"Business name": "Le Fournil", "Google Search - Mobile": 120, "Calls": 4}])
STUDIO = {"Table data.csv": youtube(made(4)), "Totals.csv": b"Date,Views\n"}
PACKED = {
    "Content 2026-01-01_2026-03-01 Atelier.zip": zipped(STUDIO),
    "GMB insights - 2026-3-1 - 2026-3-31.xlsx": book(PROFILE),
    "Content.csv": tiktok(made(5)),
    "tweets.csv": tweets(made(5)),
    "account_analytics_content.csv": x_content(made(5)),
}


@pytest.mark.parametrize("name", PACKED)
def test_struck_archives_workbooks_and_faithful_files(name):
    rng, refused = random.Random(name), 0
    for _ in range(25):
        data = bytearray(PACKED[name])
        for _ in range(rng.randint(1, 12)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        content = bytes(data[: rng.randrange(len(data))] if rng.random() < 0.3 else data)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            found = read_bytes(content, name, year=2026, dayfirst=False)
        except DataError as error:
            refused += 1
            assert name in str(error)
        else:
            assert all(len(e.table) >= 0 for e in (found if isinstance(found, Exports) else [found]))
    assert refused > 0
