"""Pages in which an officer registers a cooperation: begin, steps, check, documents."""
