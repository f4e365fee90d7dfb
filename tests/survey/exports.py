"""One small survey, written the way each survey tool exports it, in English and French, as codes or as words.

The shapes follow the tools' own descriptions (see `tools.yml`): what is under the names, how several answers
are joined, what marks an option that was not named, and which columns the tool adds.
"""

from __future__ import annotations

import csv
import json

import pandas as pd

CODEBOOK = """
title: {en: Small survey, fr: Petite enquête}
variables:
  - name: firm
    type: id
    label: {en: Firm, fr: Entreprise}
    question: {en: What is your firm’s number?, fr: Quel est le numéro de votre entreprise ?}
    names: [Q1]
  - name: sector
    type: single
    label: {en: Sector, fr: Secteur}
    question: {en: What is your main business?, fr: Quelle est votre activité principale ?}
    names: [Q2]
    options:
      shops: {en: Shops, fr: Commerce}
      food: {en: "Food, drink and tobacco", fr: "Alimentation, boissons et tabac"}
      crafts: {en: Crafts, fr: Artisanat}
    missing: {dont_know: {en: Don’t know, fr: Ne sait pas}}
    codes: {A1: shops, A2: food, A3: crafts, A9: dont_know, 1: shops, 2: food, 3: crafts, 9: dont_know}
  - name: uses
    type: multiple
    label: {en: Platforms, fr: Plateformes}
    question: {en: Which platforms do you use?, fr: Quelles plateformes utilisez-vous ?}
    names: [Q3]
    options:
      facebook: {en: Facebook, fr: Facebook}
      x: {en: X (formerly Twitter), fr: X (ex-Twitter)}
      video: {en: "Short videos: TikTok, Reels", fr: "Vidéos courtes : TikTok, Reels"}
      other: {en: Other, fr: Autre}
    missing: {-8: {en: Don’t know, fr: Ne sait pas}, -7: {en: Not asked, fr: Question non posée}}
    codes: {SQ1: facebook, SQ2: x, SQ3: video, SQ9: -8, 1: facebook, 2: x, 3: video, 4: other, 9: -8}
  - name: website
    type: yesno
    label: {en: Website, fr: Site web}
    question: {en: Do you have a website?, fr: Avez-vous un site web ?}
    names: [Q4]
    missing: {-8: {en: Don’t know, fr: Ne sait pas}}
    codes: {9: -8}
  - name: ease
    type: scale
    label: {en: Ease, fr: Facilité}
    question: {en: "Social networks are easy to use.", fr: "Les réseaux sociaux sont faciles à utiliser."}
    names: [Q5]
    options:
      1: {en: Strongly disagree, fr: Pas du tout d’accord}
      2: {en: Disagree, fr: Plutôt pas d’accord}
      3: {en: Neither agree nor disagree, fr: Ni d’accord ni pas d’accord}
      4: {en: Agree, fr: Plutôt d’accord}
      5: {en: Strongly agree, fr: Tout à fait d’accord}
    missing: {-8: {en: Don’t know, fr: Ne sait pas}}
    codes: {A1: 1, A2: 2, A3: 3, A4: 4, A5: 5, 9: -8}
  - name: hours
    type: number
    unit: hours per week
    range: [0, 80]
    label: {en: Hours, fr: Heures}
    question: {en: How many hours a week do you spend on it?, fr: Combien d’heures par semaine y passez-vous ?}
    names: [Q6]
  - name: since
    type: date
    label: {en: Opening, fr: Ouverture}
    question: {en: When did the firm open?, fr: Quand l’entreprise a-t-elle ouvert ?}
    names: [Q7]
  - name: comment
    type: text
    label: {en: Comment, fr: Commentaire libre}
    question: {en: Anything to add?, fr: Quelque chose à ajouter ?}
    names: [Q8]
"""

# What each firm answered: the codes of the codebook, None where nothing was answered.
ANSWERS = [
    ("101", "shops", ["facebook", "x"], "1", "5", "2.5", "2019-03-01", "Tout va bien ; merci"),
    ("102", "food", ["video"], "0", "4", "0", "2020-12-24", None),
    ("103", "crafts", None, "-8", "1", "12", None, 'Un "café", puis\nrien'),
    ("104", "dont_know", ["-8"], "1", "-8", None, "2001-01-13", None),
    ("105", "shops", ["facebook", "video", "other"], "0", "3", "40", "1998-06-30", "ok"),
    ("106", None, ["x"], None, "2", "1.25", None, None),
]
OWN_WORDS = "A radio show, local"
NAMES = ("firm", "sector", "uses", "website", "ease", "hours", "since", "comment")
OPTIONS = ("facebook", "x", "video", "other")


def expected():
    """Give the survey as the microdata must be, by hand."""
    table = pd.DataFrame(
        {
            "firm": pd.array([101, 102, 103, 104, 105, 106], dtype="Int64"),
            "sector": pd.array(["shops", "food", "crafts", None, "shops", None], dtype="string"),
            "uses__facebook": pd.array([1, 0, None, None, 1, 0], dtype="Int64"),
            "uses__x": pd.array([1, 0, None, None, 0, 1], dtype="Int64"),
            "uses__video": pd.array([0, 1, None, None, 1, 0], dtype="Int64"),
            "uses__other": pd.array([0, 0, None, None, 1, 0], dtype="Int64"),
            "website": pd.array([1, 0, None, 1, 0, None], dtype="Int64"),
            "ease": pd.array([5, 4, 1, None, 3, 2], dtype="Int64"),
            "hours": pd.array([2.5, 0, 12, None, 40, 1.25], dtype="Float64"),
            "since": pd.to_datetime(["2019-03-01", "2020-12-24", None, "2001-01-13", "1998-06-30", None]),
            "comment": pd.array(
                ["Tout va bien ; merci", None, 'Un "café", puis\nrien', None, "ok", None], dtype="string"
            ),
        }
    )
    why = {
        "why_missing_sector": [None, None, None, "dont_know", None, None],
        "why_missing_uses": [None, None, None, "dont_know", None, None],
        "why_missing_website": [None, None, "dont_know", None, None, None],
        "why_missing_ease": [None, None, None, "dont_know", None, None],
    }
    return table.assign(**{name: pd.array(values, dtype="string") for name, values in why.items()})


def words(book, name, code, language):
    """Give the words of an answer; yes and no in the tool's language."""
    if code is None:
        return ""
    variable = book[name]
    if variable.type == "yesno" and code in ("0", "1"):
        return {"en": ("No", "Yes"), "fr": ("Non", "Oui")}[language][int(code)]
    if variable.options or code in map(str, variable.missing):
        return book.option_label(name, code, language)
    return code


def ask(book, name, language):
    return book.question(name, language)


def write_rows(path, rows, delimiter=",", encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    """Write rows of cells as CSV or, by the ending, as a workbook whose blanks are empty cells."""
    if path.suffix == ".xlsx":
        table = pd.DataFrame(rows[1:], columns=rows[0]).replace("", None)
        table.to_excel(path, index=False)
        return
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)


def limesurvey(path, book, language, style, headings="code", no="N"):
    """Write as LimeSurvey: sub-question columns, Y or blank, `other` in words, unfinished responses among them."""
    code = {"codes": {"sector": {"shops": "A1", "food": "A2", "crafts": "A3", "dont_know": "A9"}}}.get(
        style, {}
    )
    subs = {"facebook": "SQ1", "x": "SQ2", "video": "SQ3", "-8": "SQ9", "other": "other"}
    system = {
        "code": ["id", "submitdate", "lastpage", "startlanguage", "seed"],
        "en": ["Response ID", "Date submitted", "Last page", "Start language", "Seed"],
        "fr": [
            "ID de la réponse",
            "Date de soumission",
            "Dernière page",
            "Langue de départ",
            "Tête de série",
        ],
    }
    other = {"en": "Other", "fr": "Autre"}[language]

    def heading(name, option=None):
        short = f"Q{NAMES.index(name) + 1}"
        short = short if option is None else f"{short}[{subs[option]}]"
        text = ask(book, name, language)
        if option is not None:
            label = other if option == "other" else book.option_label(name, option, language)
            text = f"{text} [{label}]"
        return {"code": short, "full": text, "codetext": f"{short}. {text}"}[headings]

    yes = {"codes": "Y", "labels": {"en": "Yes", "fr": "Oui"}[language]}[style]
    nay = {"codes": no, "labels": {"en": "No", "fr": "Non"}[language] if no else ""}[style]
    marks = ("facebook", "x", "video", "-8")
    head = list(system["code"] if headings == "code" else system[language])
    for name in NAMES:
        head += (
            [heading(name)] if name != "uses" else [heading("uses", option) for option in (*marks, "other")]
        )
    rows = [head]
    for number, answer in enumerate([*ANSWERS, ANSWERS[0]], start=1):
        finished = number <= len(ANSWERS)
        row = [str(number), f"2026-03-0{number} 10:00:00" if finished else "", "3", language, "12345"]
        for name, value in zip(NAMES, answer, strict=True):
            if name == "uses":
                named = value or []
                row += [("" if value is None else yes if option in named else nay) for option in marks]
                row.append(OWN_WORDS if "other" in named else "")
            elif name == "website":
                row.append(
                    {"1": yes, "0": {"codes": "N"}.get(style, words(book, name, "0", language))}.get(
                        value,
                        words(book, name, value, language)
                        if style == "labels"
                        else {"-8": "9"}.get(value, ""),
                    )
                )
            elif name == "ease" and style == "codes":
                row.append("" if value is None else "9" if value == "-8" else f"A{value}")
            elif style == "codes":
                row.append(code.get(name, {}).get(value, value or ""))
            else:
                row.append(words(book, name, value, language))
        rows.append(row)
    write_rows(path, rows, delimiter=";", encoding="utf-8-sig", quoting=csv.QUOTE_ALL)


def kobotoolbox(path, book, language, style, groups=True):
    """Write as KoboToolbox: several answers both joined by spaces and as 0/1 columns, groups before names."""
    tail = ["_id", "_uuid", "_submission_time", "_validation_status", "_notes", "_status", "_index"]
    group = (
        {"codes": "profile/", "labels": {"en": "Profile/", "fr": "Profil/"}[language]}[style]
        if groups
        else ""
    )
    options = (*OPTIONS, "-8")

    def heading(name, option=None):
        text = name if style == "codes" else ask(book, name, language)
        if option is None:
            return group + text
        return f"{group}{text}/{option if style == 'codes' else book.option_label(name, option, language)}"

    head = ["start", "end"]
    for name in NAMES:
        head.append(heading(name))
        if name == "uses":
            head += [heading("uses", option) for option in options]
            head.append(
                f"{group}uses_other"
                if style == "codes"
                else {"en": "Which other?", "fr": "Laquelle ?"}[language]
            )
    rows = [[*head, *tail]]
    for number, answer in enumerate(ANSWERS, start=1):
        row = ["2026-03-01T10:00:00.000+01:00", "2026-03-01T10:09:00.000+01:00"]
        for name, value in zip(NAMES, answer, strict=True):
            if name == "uses":
                said = [v if style == "codes" else book.option_label(name, v, language) for v in value or []]
                row.append(" ".join(said))
                row += ["" if value is None else str(int(option in value)) for option in options]
                row.append(OWN_WORDS if "other" in (value or []) else "")
            else:
                row.append((value or "") if style == "codes" else words(book, name, value, language))
        rows.append(
            [
                *row,
                str(500 + number),
                f"uuid-{number}",
                "2026-03-01T09:09:10",
                "",
                "",
                "submitted_via_web",
                str(number),
            ]
        )
    write_rows(path, rows, delimiter=";", quoting=csv.QUOTE_ALL)


def _choice(book, option):
    """Number an option as Qualtrics does, "don't know" being 9."""
    return {code: number for number, code in enumerate(book.options("uses"), start=1)}.get(option, 9)


def qualtrics(path, book, language, style, split=False):
    """Write as Qualtrics: names, questions and identifiers in three rows, previews and unfinished among them."""
    numbers = {
        name: {code: number for number, code in enumerate(book.options(name), start=1)}
        for name in ("sector", "uses")
    }
    plain = ["Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished"]
    later = ["RecordedDate", "ResponseId", "DistributionChannel", "UserLanguage"]
    system = [("StartDate", "Start Date", "startDate"), ("EndDate", "End Date", "endDate")]
    system += [(name, name, name.lower()) for name in [*plain, *later]]
    chosen = {"en": "Selected Choice", "fr": "Choix sélectionné"}[language]
    asked = []
    options = (*OPTIONS, "-8")
    for number, name in enumerate(NAMES, start=1):
        question = ask(book, name, language)
        if name != "uses":
            asked.append((f"QN{number}", question, f"QID{number}"))
            continue
        if split:
            for option in options:
                label = book.option_label(name, option, language)
                asked.append(
                    (f"QN3_{_choice(book, option)}", f"{question} - {chosen} - {label}", f"QID3_{option}")
                )
        else:
            asked.append(("QN3", f"{question} - {chosen}", "QID3"))
        text = {"en": "Text", "fr": "Texte"}[language]
        asked.append(
            (
                "QN3_4_TEXT",
                f"{question} - {book.option_label(name, 'other', language)} - {text}",
                "QID3_4_TEXT",
            )
        )

    def cell(name, value):
        if value is None:
            return ""
        if style == "labels":
            return words(book, name, value, language)
        if name in numbers:
            return str(numbers[name].get(value, 9))
        if name == "website":
            return {"1": "1", "0": "2", "-8": "9"}[value]
        return "9" if name == "ease" and value == "-8" else value

    fields = [*system, *asked]
    rows = [[f[0] for f in fields], [f[1] for f in fields], [json.dumps({"ImportId": f[2]}) for f in fields]]
    done = {"labels": ("True", "False"), "codes": ("1", "0")}[style]
    live = {"labels": ("IP Address", "Survey Preview"), "codes": ("0", "1")}[style]
    for number, answer in enumerate([*ANSWERS, ANSWERS[0], ANSWERS[1]], start=1):
        kind = live[number == 7]
        row = [
            "2026-03-01 10:00:00",
            "2026-03-01 10:09:00",
            kind,
            "192.0.2.1",
            "40" if number == 8 else "100",
            "540",
        ]
        row += [done[number == 8], "2026-03-01 10:09:01", f"R_{number}", "anonymous", language.upper()]
        for name, value in zip(NAMES, answer, strict=True):
            if name == "uses" and split:
                row += [cell(name, option) if option in (value or []) else "" for option in options]
            elif name == "uses":
                row.append(",".join(cell(name, option) for option in value or []))
            else:
                row.append(cell(name, value))
            if name == "uses":
                row.append(OWN_WORDS if "other" in (value or []) else "")
        rows.append(row)
    write_rows(path, rows)


def google_forms(path, book, language, style="labels"):
    """Write as Google Forms: questions in words, several answers joined by commas, other answers among them."""
    rows = [
        [{"en": "Timestamp", "fr": "Horodateur"}[language], *(ask(book, name, language) for name in NAMES)]
    ]
    for answer in ANSWERS:
        row = ["2026/03/01 10:09:00 AM UTC+1"]
        for name, value in zip(NAMES, answer, strict=True):
            if name == "uses":
                said = [
                    OWN_WORDS if v == "other" else book.option_label(name, v, language) for v in value or []
                ]
                row.append(", ".join(said))
            elif name == "since" and value:
                year, month, day = value.split("-")
                row.append(f"{day}/{month}/{year}" if language == "fr" else f"{int(month)}/{int(day)}/{year}")
            elif name == "hours" and value and language == "fr":
                row.append(value.replace(".", ","))
            else:
                row.append(words(book, name, value, language))
        rows.append(row)
    write_rows(path, rows)


def microsoft_forms(path, book, language, style="labels"):
    """Write as Microsoft Forms: questions in words, several answers joined and closed by semicolons."""
    head = {
        "en": ["ID", "Start time", "Completion time", "Email", "Name"],
        "fr": ["ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"],
    }[language]
    rows = [[*head, *(ask(book, name, language) for name in NAMES)]]
    for number, answer in enumerate(ANSWERS, start=1):
        row = [number, "3/1/26 10:00:00", "3/1/26 10:09:00", "anonymous", ""]
        for name, value in zip(NAMES, answer, strict=True):
            if name == "uses":
                said = [
                    OWN_WORDS if v == "other" else book.option_label(name, v, language) for v in value or []
                ]
                row.append("".join(f"{one};" for one in said))
            else:
                row.append(words(book, name, value, language))
        rows.append(row)
    write_rows(path, rows)
