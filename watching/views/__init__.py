"""Pages of saved searches: saving one, what the links of mails lead to, one's own."""
