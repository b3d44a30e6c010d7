"""Pages: `reading` for everybody; the desks of municipality, reviewer and steward beside it."""
