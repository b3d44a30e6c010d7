"""Files of the official directory and how they come into the database: reading knows no database, saving no file."""
