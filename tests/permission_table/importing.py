"""Cooperations as a file (``agreements/urls/importing.py``)."""

TABLE: dict[str, str] = {}

TABLE["cooperations as a file"] = """
GET   /meine/import/                                          LxxxFFF
POST  /meine/import/ < nothing                                LeeeFFF
GET   /meine/import/vorlage.csv                               LxxxFFF
GET   /meine/import/vorlage.xlsx                              LxxxFFF
GET   /meine/import/{import_file.pk}/                         L--xFFF
POST  /meine/import/{import_file.pk}/ < nothing               L--xFFF
GET   /meine/import/{import_file.pk}/meldungen/               L--xFFF
POST  /meine/import/{import_file.pk}/meldungen/ < nothing     L--xFFF
GET   /pruefung/import/                                       LFFFxxF
POST  /pruefung/import/ < nothing                             LFFFeeF
GET   /pruefung/import/vorlage.csv                            LFFFxxF
GET   /pruefung/import/vorlage.xlsx                           LFFFxxF
GET   /pruefung/import/{import_file.pk}/                      LFFF--F
POST  /pruefung/import/{import_file.pk}/ < nothing            LFFF--F
GET   /pruefung/import/{import_file.pk}/meldungen/            LFFF--F
POST  /pruefung/import/{import_file.pk}/meldungen/ < nothing  LFFF--F
"""
