"""Names of the official directory: what people call a body, and by which words it is found. Pure functions.

The directory writes additions behind a comma ("Jena, Stadt", "Landstuhl, Sickingenstadt, Stadt", "Marktl, M"),
Bavarian administrative communities with "(VGem)", Sorbian names behind a slash between blanks, and cuts every name at
50 characters (GV100AD, columns 23-72).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coopportal.common.search import fold

#: Additions to the name of an association; its other commas separate the names of its members.
_TITLES = frozenset({"Stadt", "St", "M", "GKSt", "Hansestadt", "Landeshauptstadt", "Kreisstadt", "Flecken"})

_BLANKS = re.compile(r"\s+")
_SAINT = re.compile(r"\b(St)\.\s*", re.IGNORECASE)
#: "i.d.OPf." and its like, as people write them out (folded).
_WRITTEN_OUT = {
    "opf": "oberpfalz",
    "ofr": "oberfranken",
    "mfr": "mittelfranken",
    "ufr": "unterfranken",
    "obb": "oberbayern",
    "ndb": "niederbayern",
    "schw": "schwaben",
    "schwab": "schwaben",
    "rhld": "rheinland",
    "westf": "westfalen",
    "oldb": "oldenburg",
    "thur": "thuringen",
    "erzgeb": "erzgebirge",
    "vogtl": "vogtland",
    "sa": "sachsen",
    "holst": "holstein",
    "dithm": "dithmarschen",
}


def one_line(text: str) -> str:
    """The text without blanks around it, and with single ones inside."""
    return _BLANKS.sub(" ", text).strip()


def people_name(official_name: str, *, is_association: bool) -> str:
    """What people call the body: "Jena, Stadt" → "Jena", "Aub (VGem)" → "Aub".

    A Sorbian name that the directory writes behind the addition stays: "Weißwasser/O.L., Stadt / Běła Woda" →
    "Weißwasser/O.L. / Běła Woda". The addition's own translation goes with it. Never empty.
    """
    if is_association:
        return _association_name(official_name)
    name, *additions = (part.strip() for part in official_name.split(","))
    if additions and " / " not in name and " / " in additions[-1]:
        name = f"{name} / {additions[-1].split(' / ', 1)[1]}"
    return name or official_name


def _association_name(official_name: str) -> str:
    parts = official_name.removesuffix("(VGem)").strip().split(",")
    while len(parts) > 1 and parts[-1].strip() in _TITLES:
        parts.pop()
    return ",".join(parts) or official_name


def fold_name(name: str) -> str:
    """The folded name, with "St." as "Sankt"."""
    return fold(_SAINT.sub("Sankt ", name))


def written_out(folded: str) -> list[str]:
    """The folded name with its abbreviations written out, where it has any."""
    words = folded.split()
    full = [_WRITTEN_OUT.get(word, word) if place else word for place, word in enumerate(words)]
    return [" ".join(full)] if full != words else []


def search_text(names: Iterable[str], words: Iterable[str], keys: Iterable[str | None]) -> str:
    """What a body is found by: its names (the present one first), further words, keys; all folded, each once.

    Two blanks stand before, between and after the items. So `"  halle  "` finds a whole name, `"  halle"` the beginning
    of a name and `" halle"` the beginning of a word, by a plain substring on every database.
    """
    names = [name for name in names if name]
    folded = [fold_name(name) for name in names]
    folded += [fold_name(part) for name in names if " / " in name for part in name.split(" / ")]
    items = [*folded, *(full for name in folded for full in written_out(name))]
    items += [fold(word) for word in words if word]
    items += [key for key in keys if key]
    return "  " + "  ".join(dict.fromkeys(item for item in items if item)) + "  "
