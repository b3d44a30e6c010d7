"""Official keys of German territorial bodies: their forms and how one follows from another.

Source: Destatis, record description of GV100AD. A Regionalschlüssel (ARS) has twelve digits: Land 2,
Regierungsbezirk 1, Kreis 2, Verband 4, Gemeinde 3; higher levels are padded on the right with zeros. The
Gemeindeschlüssel (AGS) has eight: the ARS without its Verband part. Keys are text, and a well-formed key need not
exist in the directory.
"""

import re
from dataclasses import dataclass

STATE_CODE = re.compile(r"^(0[1-9]|1[0-6])$")
DISTRICT_KEY = re.compile(r"^(0[1-9]|1[0-6])\d{3}$")
AGS = re.compile(r"^(0[1-9]|1[0-6])\d{6}$")
ASSOCIATION_KEY = re.compile(r"^(0[1-9]|1[0-6])\d{3}[059]\d{3}$")
ARS = re.compile(r"^(0[1-9]|1[0-6])\d{3}[059]\d{6}$")

#: The Länder by their two-digit codes, with ISO 3166-2.
STATE_CODES = {
    "01": "DE-SH",
    "02": "DE-HH",
    "03": "DE-NI",
    "04": "DE-HB",
    "05": "DE-NW",
    "06": "DE-HE",
    "07": "DE-RP",
    "08": "DE-BW",
    "09": "DE-BY",
    "10": "DE-SL",
    "11": "DE-BE",
    "12": "DE-BB",
    "13": "DE-MV",
    "14": "DE-SN",
    "15": "DE-ST",
    "16": "DE-TH",
}

#: The same two forms as the database checks them.
ARS_PATTERN = r"^(0[1-9]|1[0-6])[0-9]{3}[059][0-9]{6}$"
AGS_PATTERN = r"^(0[1-9]|1[0-6])[0-9]{6}$"


@dataclass(frozen=True)
class Key:
    """A key as it is looked up: by ``ars`` (twelve digits) or by ``ags`` (eight)."""

    column: str
    value: str


def parse_key(text: str) -> Key:
    """The key that ``text`` writes: an ARS, a short key (5 or 9 digits) or an AGS.

    Nine digits with a 0 at position 6 mean the municipality without association that they name. Raises ValueError
    with a German message for anything that is not the form of a key.
    """
    text = text.strip()
    if ARS.match(text):
        return Key("ars", text)
    if AGS.match(text):
        return Key("ags", text)
    if DISTRICT_KEY.match(text):
        return Key("ars", text + "0000000")
    if ASSOCIATION_KEY.match(text):
        return Key("ars", text + (text[6:9] if text[5] == "0" else "000"))
    raise ValueError(f"„{text}“ ist kein amtlicher Schlüssel (5, 8, 9 oder 12 Ziffern, beginnend mit 01 bis 16).")


def is_key(text: str) -> bool:
    """Has ``text`` the form of a key?"""
    return any(form.match(text) for form in (ARS, AGS, DISTRICT_KEY, ASSOCIATION_KEY))


def ags_of(ars: str) -> str:
    """The AGS of a municipality with this ARS: 16 0 53 0000 000 → 16 0 53 000."""
    return ars[:5] + ars[9:]


def short_key(ars: str, level: str) -> str:
    """The key people use for a body: 5 digits of a district, 9 of an association, else the AGS."""
    if level == "district":
        return ars[:5]
    if level == "association":
        return ars[:9]
    return ags_of(ars)


def prefix_of(ars: str, level: str) -> str:
    """The beginning shared by the ARS of everything that lies inside this body, itself included."""
    if level == "district":
        return ars[:5]
    if level == "association":
        return ars[:9]
    return ars
