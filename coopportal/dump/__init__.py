"""The full dump of what everybody may read, and its way back into an empty portal (docs/export.md)."""
