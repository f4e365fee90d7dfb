"""Damage exports in seeded ways, and say by a second road what each damaged file still holds."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
from dataclasses import dataclass, field, replace

from analysis.errors import DataError
from analysis.platforms.export import Export, Exports
from analysis.platforms.opening import read_bytes
from analysis.platforms.specification import Format, fold
from platforms.faithful import table

FILE = "damaged - 2026-3-1 - 2026-3-31.csv"
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,.’' \u00a0\u202f])\d{3})(?:\1\d{3})*")
ROWS = 8


@dataclass(frozen=True)
class Fixture:
    """Hold one undamaged export as rows, what was read from it, and the columns whose sums can be compared."""

    name: str
    above: tuple[tuple[str, ...], ...]
    rows: list[list[str]]
    base: Export
    fields: tuple[str, ...]
    counted: dict[str, str] = field(default_factory=dict)

    def news(self, export: Export) -> set[str]:
        """Give what was noticed of an export and not of the undamaged one; of columns, also which."""
        before = {notice.code for notice in self.base.warnings} | {str(n) for n in self.base.warnings}
        named = {"columns_unread", "figures_absent", "unreadable"}
        return {str(n) if n.code in named else n.code for n in export.warnings} - before


@dataclass(frozen=True)
class Mutant:
    """Hold a damaged file; `rows` is what it still says, None where only its bytes were touched."""

    kind: str
    content: bytes
    rows: list[list[str]] | None = None


def fixture(known: Format, language: str, rng: random.Random) -> Fixture | str:
    """Write a file of a format from its own description, and read it; a reason where that cannot be done."""
    fields = [item for item in known.fields.values() if language in item.names and not item.described]
    missing = set(known.required) - {item.name for item in fields}
    if missing or known.set_aside:
        return known.set_aside or f"no {language} heading for {', '.join(sorted(missing))}"
    header = [item.names[language][0].lstrip("~") for item in fields]
    rows = [header, *([_cell(item, known, n, rng) for item in fields] for n in range(1, ROWS + 1))]
    above = tuple((title,) for title in list(known.titles)[:1])
    try:
        base = read(table([list(line) for line in above] + rows, encoding="utf-8"))
    except DataError as error:
        return str(error)
    names = tuple(item.name for item in fields)
    made = Fixture(f"{known.name}-{language}", above, rows, base, names)
    sums, found = sums_of(rows, made), figures(base, known)
    agreed = {
        n: found[n] for n in sums if n in found and known.fields[n].type == "count" and found[n] == sums[n]
    }
    return replace(made, counted=dict.fromkeys(agreed, ""))


def _cell(item, known: Format, n: int, rng: random.Random) -> str:
    """Write one plausible cell of a type."""
    kinds = list(known.kinds) or ["thing"]
    plain = {
        "id": f"18{n:016d}",
        "text": kinds[n % len(kinds)] if item.name == "kind" else f"Atelier n° {n}, « bois »\nsuite",
        "count": str(rng.randrange(1000, 99_000)),
        "number": f"{rng.randrange(100, 9000) / 100:.2f}",
        "percent": f"{rng.randrange(100, 9000) / 100:.2f}",
        "fraction": f"0.0{rng.randrange(100, 900)}",
        "share": f"0.{rng.randrange(1000, 9000)}",
        "duration": f"0:{n:02d}:3{n}",
        "date": f"2026-03-{n + 12} 0{n}:15",
        "day": f"2026-03-{n + 12:02d}",
        "flag": "0",
    }
    return {"url": f"https://example.org/{n}/", "span": "Lifetime", "hour": str(n)}.get(
        item.name, plain[item.type]
    )


def read(content: bytes, name: str = FILE) -> Export:
    """Read one table; stacked tables count as one refusal."""
    found = read_bytes(content, name, year=2026, dayfirst=False)
    if isinstance(found, Exports):
        if len(found) != 1:
            raise DataError(f"{name}: {len(found)} tables")
        return found[0]
    return found


def figures(export: Export, known: Format) -> dict[str, float]:
    """Sum what was read, by column of the format."""
    result = {}
    for name, item in known.fields.items():
        if export.kind == "posts" and name in export.table:
            column = export.table[name]
            result[name] = float(column.sum()) if str(column.dtype) in {"Int64", "Float64"} else None
        elif export.kind == "daily" and name == "value":
            result[name] = float(export.table["value"].sum())
        elif export.kind in {"daily", "audience"} and (item.metric or item.unit):
            key, word = ("metric", item.metric) if export.kind == "daily" else ("unit", item.unit)
            result[name] = float(export.table.loc[export.table[key] == word, "value"].sum())
    return {name: value for name, value in result.items() if value is not None}


def sums_of(rows: list[list[str]], made: Fixture) -> dict[str, float | None]:
    """Sum each column of a table of text by its heading; None where a cell is no whole number as anyone writes it."""
    places = {fold(heading): made.fields[place] for place, heading in enumerate(made.rows[0])}
    result: dict[str, float | None] = {}
    for place, heading in enumerate(rows[0]):
        name = places.get(fold(heading))
        if name is None or name in result:
            continue
        cells = [row[place] if place < len(row) else None for row in rows[1:]]
        values = [_whole(cell) for cell in cells]
        result[name] = None if None in values else float(sum(values))
    return result


def _whole(cell: str | None) -> int | None:
    text = "" if cell is None else cell.strip()
    if not text:
        return 0 if cell is not None else None
    if re.fullmatch(r"[+-]?\d{1,15}(?:\.0{1,2})?", text):
        return int(float(text))
    match = GROUPED.fullmatch(text)
    return int(text.replace(match[1], "")) if match else None


# damages that leave a table which can be told exactly


def _written(made: Fixture, rows: list[list[str]], **how: str) -> bytes:
    return table([list(line) for line in made.above] + rows, **{"encoding": "utf-8", **how})


def permuted(made: Fixture, rng: random.Random) -> Mutant:
    """Put the columns in another order."""
    order = list(range(len(made.rows[0])))
    rng.shuffle(order)
    rows = [[row[place] for place in order] for row in made.rows]
    return Mutant("permuted", _written(made, rows), rows)


def swapped(made: Fixture, rng: random.Random) -> Mutant:
    """Swap two headings over columns that stay."""
    first, second = rng.sample(range(len(made.rows[0])), 2)
    header = list(made.rows[0])
    header[first], header[second] = header[second], header[first]
    rows = [header, *made.rows[1:]]
    return Mutant("swapped", _written(made, rows), rows)


def dropped(made: Fixture, rng: random.Random) -> Mutant:
    """Leave some rows out."""
    keep = sorted(rng.sample(range(1, len(made.rows)), rng.randint(1, len(made.rows) - 2)))
    rows = [made.rows[0], *(made.rows[place] for place in keep)]
    return Mutant("dropped", _written(made, rows), rows)


def doubled(made: Fixture, rng: random.Random) -> Mutant:
    """Repeat some rows."""
    more = rng.sample(made.rows[1:], rng.randint(1, 3))
    rows = [*made.rows, *more]
    return Mutant("doubled", _written(made, rows), rows)


def grouped(made: Fixture, rng: random.Random) -> Mutant:
    """Set thousands apart with another mark."""
    mark = rng.choice([",", ".", " ", "\u00a0", "\u202f", "’", "'"])
    places = {place for place, name in enumerate(made.fields) if name in made.counted}

    def cell(place: int, text: str) -> str:
        return f"{int(text):,}".replace(",", mark) if place in places and text.isdigit() else text

    rows = [made.rows[0], *([cell(p, text) for p, text in enumerate(row)] for row in made.rows[1:])]
    return Mutant("grouped", _written(made, rows), rows)


def encoded(made: Fixture, rng: random.Random) -> Mutant:
    """Write in another encoding, with another delimiter and line end."""
    encoding = rng.choice(["utf-8-sig", "utf-16-le", "utf-16-be", "cp1252"])
    delimiter, newline = rng.choice(",;\t|"), rng.choice(["\r\n", "\n"])
    return Mutant(
        "encoded",
        _written(made, made.rows, encoding=encoding, delimiter=delimiter, newline=newline),
        made.rows,
    )


def titled(made: Fixture, rng: random.Random) -> Mutant:
    """Leave empty lines at the end, and another case in the headings."""
    header = [rng.choice([str.upper, str.lower, str])(heading) for heading in made.rows[0]]
    rows = [header, *made.rows[1:]]
    return Mutant("titled", _written(made, rows) + b"\r\n" * rng.randint(1, 3), rows)


def renamed(made: Fixture, rng: random.Random) -> Mutant:
    """Give one column a name nobody knows."""
    header = list(made.rows[0])
    header[rng.randrange(len(header))] = "Zzyzx"
    rows = [header, *made.rows[1:]]
    return Mutant("renamed", _written(made, rows), rows)


# damages to bytes


def cut(made: Fixture, rng: random.Random) -> Mutant:
    """End the file anywhere."""
    content = _written(made, made.rows)
    return Mutant("cut", content[: rng.randrange(1, len(content))])


def struck(made: Fixture, rng: random.Random) -> Mutant:
    """Replace, insert or remove some bytes."""
    data = bytearray(_written(made, made.rows))
    for _ in range(rng.randint(1, 6)):
        place, act = rng.randrange(len(data)), rng.choice(["replace", "insert", "remove"])
        if act == "replace":
            data[place] = rng.randrange(256)
        elif act == "insert":
            data.insert(place, rng.choice(b'",;\n0 \xff') if rng.random() < 0.5 else rng.randrange(256))
        else:
            del data[place]
    return Mutant("struck", bytes(data))


def marked(made: Fixture, rng: random.Random) -> Mutant:
    """Put a byte order mark in front that is not the file's own."""
    mark = rng.choice(
        [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"\x00", codecs.BOM_UTF8 * 2, codecs.BOM_UTF32_LE]
    )
    return Mutant("marked", mark + _written(made, made.rows))


def unquoted(made: Fixture, rng: random.Random) -> Mutant:
    """Take some or all quotes away."""
    parts = _written(made, made.rows).split(b'"')
    left = [b"" if rng.random() < 0.3 else b'"' for _ in parts[1:]]
    return Mutant(
        "unquoted", parts[0] + b"".join(mark + part for mark, part in zip(left, parts[1:], strict=True))
    )


def shuffled(made: Fixture, rng: random.Random) -> Mutant:
    """Mix lines or cells without regard to what they are."""
    separator = rng.choice([b"\r\n", b","])
    parts = _written(made, made.rows).split(separator)
    first, second = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[first], parts[second] = parts[second], parts[first]
    return Mutant("shuffled", separator.join(parts))


DAMAGES = (
    permuted, swapped, dropped, doubled, grouped, encoded, titled, renamed, cut, struck, marked, unquoted, shuffled,
)  # fmt: skip


def naive(content: bytes, made: Fixture) -> list[list[str]] | None:
    """Split a file as the simplest reader would; None where that reader cannot."""
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    heads = {fold(heading) for heading in made.rows[0]}
    known = [sum(fold(cell) in heads for cell in row) for row in rows[:12]]
    if not known or max(known) < 2:
        return None
    start = known.index(max(known))
    body = [row for row in rows[start + 1 :] if any(cell.strip() for cell in row)]
    width = len(rows[start])
    return None if any(len(row) != width for row in body) else [rows[start], *body]


def judge(made: Fixture, mutant: Mutant, known: dict[str, Format]) -> str:
    """Read a mutant; say "same", "noticed", "refused" or, where a count changed unsaid, "silent: ..."."""
    try:
        export = read(mutant.content)
    except DataError as error:
        return "refused" if FILE in str(error) else f"silent: the error does not name the file: {error}"
    if made.news(export):
        return "noticed"
    if export.format != made.base.format:
        return f"silent: read as {export.format}"
    rows = mutant.rows if mutant.rows is not None else naive(mutant.content, made)
    if rows is None:
        rows = made.rows
    expected, found = sums_of(rows, made), figures(export, known[export.format])
    for name in made.counted:
        if name not in expected and known[export.format].others:
            continue
        if name in found and (name not in expected or expected[name] != found[name]):
            return f"silent: {name} is {found[name]}, the file says {expected.get(name)}"
        if name not in found and name in expected:
            return f"silent: {name} is gone"
    return "same"
