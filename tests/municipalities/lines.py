"""Small files of the official directory, line by line: own data in the form of GV100AD.

``sample("20221231", *rows)`` is a whole file: what is given, and a city in each Land that has nothing else. A row is
made by ``district``, ``association`` or ``municipality``; its day is filled in by the file.
"""

from __future__ import annotations

from collections.abc import Iterable

DAY = "JJJJMMTT"
LAENDER = [f"{code:02d}" for code in range(1, 17)]


def line(record: str, key: str, name: str, *, seat: str = "", code: str = "", rest: str = "") -> str:
    """A line of 220 characters; ``key`` are its columns 11 to 22, ``rest`` those from 129."""
    return f"{record}{DAY}{key:<12}{name:<50}{seat:<50}{code:<2}    {rest}".ljust(220)


def state(code: str, name: str = "") -> str:
    return line("10", code, name or f"Land {code}", seat="Hauptstadt")


def district(key: str, name: str, code: str = "44") -> str:
    return line("40", key, name, seat=name, code=code)


def association(key: str, name: str, code: str = "53") -> str:
    """``key``: nine digits; code 50 is a municipality without association."""
    return line("50", f"{key[:5]}   {key[5:]}", name, seat="" if code == "50" else name, code=code)


def municipality(
    ags: str, name: str, *, vb: str = "", code: str = "64", area: int = 1000, population: int = 500
) -> str:
    """``vb``: columns 19 to 22, without it the one of a municipality without association."""
    vb = vb or f"0{ags[5:]}"
    return line(
        "60", ags + vb, name, code=code, rest=f"{area:011d}{population:011d}{population // 2:011d}    07000     "
    )


def free(ags: str, name: str, **values: int) -> list[str]:
    """A municipality without association, with its own line of Satzart 50."""
    return [association(f"{ags[:5]}0{ags[5:]}", name, "50"), municipality(ags, name, **values)]  # type: ignore[arg-type]


def city(district_key: str, name: str, *, code: str = "61", area: int = 5000, population: int = 50_000) -> list[str]:
    """A kreisfreie Stadt: three lines, one body."""
    return [
        district(district_key, f"{name}, kreisfreie Stadt", "41"),
        association(f"{district_key}0000", f"{name}, Stadt", "50"),
        municipality(f"{district_key}000", f"{name}, Stadt", code=code, area=area, population=population),
    ]


def renamed(rows: Iterable[str], old: str, new: str) -> list[str]:
    """The rows with another name where they bear this one."""
    return [f"{row[:22]}{new:<50}{row[72:]}" if row[22:72].rstrip() == old else row for row in rows]


def place(text: str) -> tuple[str, str]:
    """Files are sorted by the key, then by Satzart."""
    return text[10:18], text[:2]


def sample(day: str, *rows: str | Iterable[str], without: Iterable[str] = (), encoding: str = "utf-8") -> bytes:
    """A file of the state ``day`` (JJJJMMTT): all Länder (but ``without``), a city in each that has no row given."""
    given = [text for row in rows for text in ([row] if isinstance(row, str) else row)]
    for code in LAENDER:
        if code not in without:
            given.append(state(code))
            if not any(text[:2] == "60" and text[10:12] == code for text in given):
                given += city(f"{code}001", f"Stadt {code}")
    text = "".join(f"{one.replace(DAY, day)}\n" for one in sorted(given, key=place))
    return text.encode(encoding)
