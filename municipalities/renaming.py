"""Rooms above that keep names of municipal bodies in texts of their own are told when bodies are called otherwise."""

from collections.abc import Callable, Collection

#: Called with the ids of bodies, within the transaction that renames them.
Listener = Callable[[Collection[int]], None]

_listeners: list[Listener] = []


def on_renaming(listener: Listener) -> None:
    """Call ``listener`` from now on; once, however often it is named (a room says it when it is ready)."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_renamed(bodies: Collection[int]) -> None:
    """The bodies with these ids have other names, words or keys than before."""
    for listener in _listeners if bodies else ():
        listener(bodies)
