"""What o'clock is it elsewhere: the clocks that a few letters name beyond doubt, as minutes ahead of UTC.

Letters shared by several clocks (AST, BST, CST, IST...) are left out: whoever prints them is not understood.
"""

from __future__ import annotations

__all__ = ["OFFSETS"]

HOURS = {
    -10: "HST",
    -9: "AKST",
    -8: "PST AKDT",
    -7: "MST PDT",
    -6: "MDT",
    -5: "EST CDT COT PET",
    -4: "EDT CLT VET BOT",
    -3: "BRT ART UYT ADT CLST",
    -2: "BRST",
    0: "Z UTC GMT WET",
    1: "CET WEST WAT",
    2: "CEST EET SAST CAT",
    3: "EEST MSK EAT TRT",
    5: "PKT",
    7: "WIB ICT",
    8: "HKT SGT PHT AWST MYT",
    9: "JST KST",
    10: "AEST",
    11: "AEDT",
    12: "NZST",
    13: "NZDT",
}
OFFSETS = {word: 60 * hours for hours, words in HOURS.items() for word in words.split()}
