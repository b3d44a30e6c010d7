"""How often Python looks for rows nobody points to any more: rarely, where very many are held at once."""

import gc


def settle() -> None:
    """For a process that has loaded everything and begins to work.

    What is loaded by now stays until the end: the collector need not look at it again for every long list it meets.
    An import of thousands of rows spent a third of its time on that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
