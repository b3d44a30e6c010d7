"""A register of national size that nobody had to type: the same seed gives the same content.

    python -m benchmarks.generator --scale S|M|L --database-url URL [--seed 1]

Fills an empty, migrated database (SQLite or PostgreSQL). The directory is always whole: 16 Länder, 400 districts and
kreisfreie Städte, 1,200 associations, 10,800 municipalities, invented but shaped like the real one. Of the published
cooperations there are 500, 5,000 or 50,000 with 5,000, 50,000 or 500,000 participations; drafts, records under review,
withdrawn and merged ones come on top, since every read has to leave them out. Histories and log-ins are left out.
"""
