"""Cooperations from files (docs/import.md): reading, resolving, comparing, telling and saving, each apart."""
