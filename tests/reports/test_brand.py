from __future__ import annotations

import base64
import colorsys
import io
import shutil
import struct
import zlib
from pathlib import Path

import matplotlib as mpl
import pytest

from analysis.charts.tokens import PALETTE
from analysis.errors import DataError
from analysis.reports import cover, figure, section, start, table
from analysis.reports.brand import Brand, read_brand
from analysis.reports.writers import html, pdf

SAFE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40v20H0z" fill="#7A1F3D"/></svg>'
FULL = """
consultant: Cabinet de l'Orme
legal: SIREN 000 000 000
contact: {name: Anne Exemple, email: anne@orme.example, phone: "+33 2 00 00 00 00", site: "https://orme.example"}
colours: {accent: "#7A1F3D"}
fonts: {serif: DejaVu Serif}
logo: {file: logo.svg, alt: "L'Orme, un arbre"}
"""


@pytest.fixture
def project(tmp_path, root, monkeypatch):
    """Make a project of its own, with the bundled data, whose brand a test can write."""
    home = tmp_path / "project"
    (home / "data").mkdir(parents=True)
    (home / "notebooks").symlink_to(root / "notebooks")
    for name in ("codebook", "reference", "sample"):
        (home / "data" / name).symlink_to(root / "data" / name)
    shutil.copytree(root / "data" / "clients", home / "data" / "clients")
    monkeypatch.setenv("ANALYSIS_HOME", str(home))
    return home


@pytest.fixture
def signed(project):
    """Give a function that writes the project's brand and reads it back."""
    (project / "logo.svg").write_text(SAFE)

    def read(text, client=None, folder=None):
        (project / "brand.yml").write_text(text, encoding="utf-8")
        return read_brand(client or {}, folder)

    return read


def linear(channel):
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def ratio(one, other):
    """Compute a contrast ratio as WCAG 2.2 words it, apart from the code under test."""
    luminances = []
    for colour in (one, other):
        red, green, blue = bytes.fromhex(colour[1:])
        luminances.append(
            0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255)
        )
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)


def test_without_a_file_the_suite_has_its_own_look(project):
    brand = read_brand({"consultant": "Cabinet"})
    assert brand.consultant == "Cabinet"
    assert {name: brand.colours[name] for name in PALETTE} == PALETTE
    assert (brand.logo, dict(brand.contact), brand.files) == (None, {}, ())


def test_every_field_is_read_and_every_file_declared(signed):
    brand = signed(FULL)
    assert (brand.consultant, brand.legal) == ("Cabinet de l'Orme", "SIREN 000 000 000")
    assert brand.contact["site"] == "https://orme.example"
    assert brand.colours["light"]["accent"] == brand.colours["accent"] == "#7A1F3D"
    assert brand.fonts["serif"] == "DejaVu Serif"
    assert brand.fonts["sans"] == "DejaVu Sans"
    assert base64.b64decode(brand.logo["data"]).startswith(b"<svg")
    assert brand.logo["ratio"] == 2
    assert brand.files == ("brand.yml", "logo.svg")


ACCENTS = ["#7A1F3D", "#004D40", "#3B2F8F", "#000000", "#5A4300", "#8A2B06", "#444444", "#0B3D0B"]


@pytest.mark.parametrize("accent", ACCENTS)
def test_whatever_passes_can_be_read_wherever_it_is_shown(signed, accent):
    colours = signed(f'colours: {{accent: "{accent}"}}').colours
    for palette in (colours["light"], colours["dark"]):
        for text, ground, needed in [
            ("accent", "paper", 4.5),
            ("accent", "wash", 4.5),
            ("accent", "accent_tint", 4.5),
            ("ink", "accent_tint", 4.5),
            ("on_band", "band", 4.5),
            ("on_band2", "band", 4.5),
            ("alert", "paper", 4.5),
            ("alert", "wash", 4.5),
            ("accent", "peer", 3),
        ]:
            assert ratio(palette[text], palette[ground]) >= needed, (text, ground)


@pytest.mark.parametrize("colour", ["#E0A030", "#FF6600", "#00AEEF", "#8BC34A", "#FFFFFF", "#E91E63"])
def test_a_weak_accent_is_refused_with_the_nearest_shade_that_passes(signed, colour):
    with pytest.raises(
        DataError, match=rf'brand\.yml: colours\.accent "{colour}" has a contrast of [\d.]+:1'
    ) as told:
        signed(f'colours: {{accent: "{colour}"}}')
    better = str(told.value).rpartition('passes is "')[2].rstrip('".')
    assert signed(f'colours: {{accent: "{better}"}}').colours["accent"] == better
    given, found = (colorsys.rgb_to_hls(*(c / 255 for c in bytes.fromhex(h[1:]))) for h in (colour, better))
    assert abs(given[0] - found[0]) < 0.02 or given[2] == 0
    slightly_lighter = colorsys.hls_to_rgb(given[0], found[1] + 0.012, given[2])
    lighter = "#" + "".join(f"{round(min(part, 1) * 255):02X}" for part in slightly_lighter)
    with pytest.raises(DataError, match="contrast"):
        signed(f'colours: {{accent: "{lighter}"}}')


def test_the_message_names_ground_ratio_and_need(signed):
    expected = f"{ratio('#E0A030', '#F7F5F0'):.2f}"
    with pytest.raises(
        DataError, match=rf"{expected}:1 on the wash of the notes \(#F7F5F0\); text needs 4\.5:1\."
    ):
        signed('colours: {accent: "#e0a030"}')
    with pytest.raises(DataError, match=r"colours\.accent_dark .* on .* needs"):
        signed('colours: {accent: "#7A1F3D", accent_dark: "#7A1F3D"}')
    with pytest.raises(DataError, match=r"colours\.ink .* on .*text needs 4\.5:1"):
        signed('colours: {ink: "#888888"}')


def test_an_alert_as_light_as_the_accent_is_refused_and_the_usual_one_moves_away(signed):
    with pytest.raises(DataError, match=r"is as light as the accent .* printed in grey"):
        signed('colours: {accent: "#7A1F3D", alert: "#1F4F3D"}')
    assert signed('colours: {accent: "#0A4F73"}').colours["light"]["alert"] == PALETTE["light"]["alert"]
    moved = signed('colours: {accent: "#A8202B"}').colours["light"]
    assert moved["alert"] != PALETTE["light"]["alert"]
    assert ratio(moved["alert"], moved["paper"]) > ratio(moved["accent"], moved["paper"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("consultent: A", r'unknown field "consultent"\. Did you mean "consultant"'),
        ("- a", r"the file holds .*write lines"),
        ("a: [", r"brand\.yml cannot be read: .*line 1"),
        ("colours: {acent: '#000000'}", r'unknown colour "acent"\. Did you mean "accent"'),
        ("colours: {accent: red}", r'colours\.accent: "red" is not a colour\. Write six hexadecimal'),
        ("colours: {accent: 123456}", r'colours\.accent: "123456" is not a colour'),
        ("colours:\n  accent: #0A4F73", r"colours\.accent is empty\. Put the colour between quotation marks"),
        ("fonts: {serif: []}", r"fonts\.serif is the name of a font, or a list"),
        ("colours: blue", r'colours holds "blue"; write lines'),
        ("contact: {mail: a@b.fr}", r'unknown contact field "mail"\. Did you mean "email"'),
        ("contact: {email: anne}", r'contact\.email "anne" is not like name@example\.org'),
        ("contact: {site: 'javascript:alert(1)'}", r"contact\.site .* is not like https://example\.org"),
        ("consultant: [a, b]", r"consultant is one line of text, not a list"),
        ("fonts: {serif: Garamond}", r'fonts\.serif "Garamond" is not bundled.*Bundled: Libertinus Serif'),
        ("fonts: {serif: [none.ttf]}", r'fonts\.serif: there is no file "none\.ttf"'),
        ("fonts: {serif: [logo.svg]}", r"logo\.svg is neither \.ttf nor \.otf"),
        ("fonts: {mono: DejaVu Sans}", r'unknown font "mono"'),
        ("logo: {alt: L'Orme}", r"logo needs file"),
        ("logo: logo.svg", r"logo needs alt"),
        ("logo: {file: none.svg, alt: a}", r'there is no logo "none\.svg"'),
        ("logo: {file: ../../outside.svg, alt: a}", r'"outside\.svg" lies outside the project'),
        ("templates: {docx: logo.svg}", r'templates\.docx: there is no \.docx or \.dotx file "logo\.svg"'),
        ("templates: {odt: a.odt}", r'unknown template "odt"'),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(signed, project, text, told):
    with pytest.raises(DataError, match=told) as raised:
        signed(text)
    assert "brand.yml" in str(raised.value)
    assert str(project) not in str(raised.value)


def test_numbers_and_answers_are_printed_as_they_are_written(signed):
    brand = signed("consultant: yes\nlegal: 00012345\ncontact: {phone: 0612345670, name: +33}\nlogo:\n")
    assert (brand.consultant, brand.legal, brand.logo) == ("yes", "00012345", None)
    assert brand.contact == {"phone": "0612345670", "name": "+33"}


UNSAFE = {
    "<script>alert(1)</script>": "does more than draw",
    "<foreignObject/>": "does more than draw",
    "<a href='#x'><path d='M0 0'/></a>": "does more than draw",
    "<animate attributeName='x'/>": "does more than draw",
    "<path d='M0 0' onclick='alert(1)'/>": 'has a script in "onclick"',
    "<image href='https://example.org/a.png'/>": 'refers to something outside the file in "href"',
    "<image xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='file:///etc/a.png'/>": "outside the file",
    "<use href='other.svg#a'/>": "outside the file",
    "<image href='data:image/svg+xml;base64,PHN2Zy8+'/>": "outside the file",
    "<path d='M0 0' style='fill:url(https://example.org/a)'/>": "outside the file",
    "<style>@import 'https://example.org/a.css';</style>": "<style> refers to something outside",
    "<path d='M0 0' style='fill:\\75rl(https://example.org/a)'/>": "outside the file",
    "<text>L'Orme</text>": "holds words set in a font",
}


@pytest.mark.parametrize("inside", UNSAFE)
def test_a_logo_only_draws(signed, project, inside):
    (project / "bad.svg").write_text(SAFE.replace("</svg>", f"{inside}</svg>"))
    with pytest.raises(DataError, match=rf"bad\.svg: .*{UNSAFE[inside]}"):
        signed("logo: {file: bad.svg, alt: Logo}")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SAFE.encode(), "declares entities of its own"),
        (b"<svg", "not well-formed SVG"),
        (b"<html/>", 'not an SVG drawing: it begins with "html"'),
        (SAFE.replace(' viewBox="0 0 40 20"', "").encode(), "has no viewBox"),
        (SAFE.replace("0 0 40 20", "0 0 4000 2").encode(), "too long or too flat"),
        (SAFE.replace("0 0 40 20", "0 0 wide 20").encode(), "has no viewBox of four numbers"),
        (b"\x89PNG\r\n\x1a\n\0\0", r"the PNG cannot be read .* Save it again"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\0\0\0\x40\0", "16,384 by 16,384 dots"),
        (SAFE.encode() + b" " * 500_000, "bytes; 500,000 are allowed"),
    ],
)
def test_a_logo_that_cannot_be_printed_is_refused(signed, project, content, told):
    (project / "bad.svg").write_bytes(content)
    with pytest.raises(DataError, match=rf"bad\.svg: .*{told}"):
        signed("logo: {file: bad.svg, alt: Logo}")


def test_what_an_editor_keeps_for_itself_is_left_out(signed, project):
    notes = '<metadata/><x:view xmlns:x="http://x.example" x:path="C:/Users"/><g xmlns:x="http://x.example" x:a="b"/>'
    (project / "drawn.svg").write_text(SAFE.replace("</svg>", f"{notes}</svg>"))
    drawn = base64.b64decode(signed("logo: {file: drawn.svg, alt: Logo}").logo["data"]).decode()
    assert "<path" in drawn
    assert "x.example" not in drawn
    assert "metadata" not in drawn


def png(width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x7a\x1f\x3d" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def shown_report(document, about=None):
    start(language="en", client={"name": "Hartwell", **(about or {})})
    cover(lambda ax: ax.plot([0, 1]), alt="A line.", subtitle="Trial")
    section("a", title="A", kicker="Theme")
    figure(lambda ax: ax.plot([0, 1], color=PALETTE["light"]["accent"]), alt="A line.", title="Line")
    import pandas as pd

    table(pd.DataFrame({"a": [1]}), title="Table")
    return document()


def test_the_brand_is_on_the_page(signed, shown, document, page):
    signed(FULL)
    report = html.write(shown_report(document)).decode()
    read = page(report)
    (logo,) = read.all("img")
    assert logo["alt"] == "L'Orme, un arbre"
    assert logo["src"].startswith("data:image/svg+xml;base64,")
    assert "--accent:#7A1F3D" in report
    assert "font-family:'DejaVu Serif'" in report
    assert "SIREN 000 000 000" in read.said("footer")
    assert {a["href"] for a in read.all("a") if not a["href"].startswith("#")} == {
        "mailto:anne@orme.example",
        "tel:+33200000000",
        "https://orme.example",
    }


def test_the_brand_is_in_the_pdf(signed, shown, document, tmp_path, project):
    if shutil.which("pdffonts") is None or shutil.which("pdftotext") is None:
        pytest.skip("pdffonts and pdftotext are not installed: the PDF is not read back")
    import subprocess

    (project / "logo.png").write_bytes(png(30, 10))
    faces = Path(mpl.get_data_path()) / "fonts" / "ttf"
    shutil.copy(faces / "STIXGeneral.ttf", project)
    text = FULL.replace("logo.svg", "logo.png").replace("serif: DejaVu Serif", "serif: STIXGeneral.ttf")
    assert signed(text).fonts["serif"] == "STIXGeneral"
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf.write(shown_report(document)))
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True).stdout
    assert "STIXGeneral" in fonts
    assert "Libertinus" not in fonts
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True).stdout
    said = " ".join(said.split())
    for words in ("Cabinet de l’Orme", "SIREN 000 000 000", "anne@orme.example", "orme.example", "+33 2 00"):
        assert words in said, words
    assert said.count("Figure 1") == said.count("Table 1") == 1


def test_the_same_report_differs_by_its_brand_and_only_by_it(signed, shown, document, project):
    plain = shown_report(document)
    shown.clear()
    signed(FULL)
    branded = shown_report(document)
    assert plain.blocks == branded.blocks
    for writer in (html, pdf):
        first, second = writer.write(plain), writer.write(branded)
        assert first != second
        assert writer.write(plain) == first
        assert writer.write(branded) == second
    assert b"7A1F3D" not in html.write(plain)
    assert b"Orme" not in html.write(plain)


def test_a_brand_in_a_clients_folder_stands_in_the_place_of_the_other_whole(signed, project):
    folder = project / "data" / "clients" / "hartwell-joinery"
    (folder / "brand.yml").write_text("consultant: Second Firm\ncolours: {accent: '#004D40'}\n")
    brand = signed(FULL, {"consultant": "Own"}, folder)
    assert brand.consultant == "Second Firm"
    assert brand.colours["accent"] == "#004D40"
    assert (brand.legal, dict(brand.contact), brand.logo) == ("", {}, None)
    assert brand.fonts["serif"] == "Libertinus Serif"
    assert brand.files == ("data/clients/hartwell-joinery/brand.yml",)


def test_one_consultants_brand_is_never_in_anothers_report(signed, shown, document, project, monkeypatch):
    signed(FULL)
    folder = project / "data" / "clients" / "hartwell-joinery"
    (folder / "brand.yml").write_text("consultant: Second Firm\ncolours: {accent: '#004D40'}\n")
    made = {}
    for client in ("librairie-des-tilleuls", "hartwell-joinery"):
        shown.clear()
        start(language="en", client=client, period="2025-Q4")
        cover(subtitle="Trial")
        section("a", title="A")
        made[client] = html.write(document()).decode()
    own, other = made["librairie-des-tilleuls"], made["hartwell-joinery"]
    for words in ("Orme", "SIREN 000", "orme.example", "7A1F3D", "data:image"):
        assert words in own
        assert words not in other
    for words in ("Second Firm", "004D40"):
        assert words in other
        assert words not in own


def test_a_font_that_may_not_be_embedded_is_refused(signed, project):
    from fontTools.ttLib import TTFont

    font = TTFont(Path(mpl.get_data_path()) / "fonts" / "ttf" / "STIXGeneral.ttf")
    font["OS/2"].fsType = 2
    font.save(project / "closed.ttf")
    with pytest.raises(DataError, match=r"closed\.ttf: its licence bits forbid embedding"):
        signed("fonts: {serif: closed.ttf}")


def test_a_font_is_embedded_with_the_letters_of_both_languages(project):
    from fontTools.ttLib import TTFont

    from analysis.reports.brand.lettering import face_rules

    rule = face_rules(
        "STIXGeneral", "serif", [Path(mpl.get_data_path()) / "fonts" / "ttf" / "STIXGeneral.ttf"]
    )
    content = base64.b64decode(rule.partition("base64,")[2].partition(")")[0])
    letters = TTFont(io.BytesIO(content)).getBestCmap()
    assert {ord(letter) for letter in "éèçœŒ«»€’−–…"} <= set(letters)
    assert len(content) < 400_000
    assert Brand().fonts["files"] == {"serif": [], "sans": []}
