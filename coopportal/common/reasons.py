"""Why the machine could not read or write a file, in the words of the portal."""

from __future__ import annotations

import errno

#: What stands after a colon: "Die Datei x lässt sich nicht lesen: dort liegt nichts."
_REASONS = {
    errno.ENOENT: "dort liegt nichts",
    errno.EISDIR: "das ist ein Verzeichnis, keine Datei",
    errno.ENOTDIR: "ein Teil des Pfads ist kein Verzeichnis",
    errno.EEXIST: "ein Teil des Pfads ist kein Verzeichnis",
    errno.EACCES: "dazu fehlt die Berechtigung",
    errno.EPERM: "dazu fehlt die Berechtigung",
    errno.ELOOP: "der Verweis führt im Kreis",
    errno.ENAMETOOLONG: "der Name ist zu lang",
    errno.ENOSPC: "der Datenträger ist voll",
    errno.EROFS: "der Datenträger ist schreibgeschützt",
}


def reason_of(error: OSError) -> str:
    """The reason without a full stop; of what is rare, what the system says."""
    return _REASONS.get(error.errno or 0, str(error.strerror or error))
