"""Rooms above that keep names of bodies in texts of their own are told when bodies are called otherwise."""

from collections.abc import Callable, Collection

#: Called with the ids of bodies, within the transaction that renames them.
Listener = Callable[[Collection[int]], None]

_listeners: list[Listener] = []
_of_organisations: list[Listener] = []


def on_renaming(listener: Listener) -> None:
    """Call ``listener`` from now on; once, however often it is named (a room says it when it is ready)."""
    if listener not in _listeners:
        _listeners.append(listener)


def on_renaming_organisations(listener: Listener) -> None:
    """The same for other bodies (Stellen)."""
    if listener not in _of_organisations:
        _of_organisations.append(listener)


def tell_renamed(bodies: Collection[int]) -> None:
    """The municipal bodies with these ids have other names, words or keys than before."""
    for listener in _listeners if bodies else ():
        listener(bodies)


def tell_renamed_organisations(organisations: Collection[int]) -> None:
    """The other bodies with these ids have other names than before."""
    for listener in _of_organisations if organisations else ():
        listener(organisations)
