from __future__ import annotations

import codecs

import pytest

from analysis.errors import DataError
from analysis.platforms.layout.encoding import decode

TEXT = "Durée,Vues\n1,2\n"


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16-be"),
        (b"", "utf-8", "utf-8"),
    ],
)
def test_a_byte_order_mark_is_obeyed_and_removed(mark, codec, name):
    result = decode(mark + TEXT.encode(codec), "a.csv")
    assert (result.text, result.encoding, result.notices) == (TEXT, name, ())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_nul_bytes_and_reported(codec):
    result = decode(TEXT.encode(codec), "a.csv")
    assert result.text == TEXT
    assert result.notices[0].code == "encoding"


def test_windows_1252_is_a_last_resort_and_is_reported():
    result = decode(TEXT.encode("cp1252"), "a.csv")
    assert result.text == TEXT
    assert "Windows-1252" in result.notices[0]


def test_a_wrong_mark_is_refused():
    with pytest.raises(DataError, match=r"a\.csv cannot be read as UTF-8-SIG text: byte \d+ is not valid"):
        decode(codecs.BOM_UTF8 + TEXT.encode("cp1252"), "a.csv")


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(DataError, match="control characters"):
        decode(bytes(range(1, 32)), "a.csv")
