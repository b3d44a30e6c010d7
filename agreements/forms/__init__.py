"""Forms in which people enter what the workflow records."""
