"""The admin, where stewards work."""

#: What a steward (no superuser) may do in the admin: list, add, change (look at), history, delete. Others never enter.
ADMIN = """
accounts.user                    x x x x F
agreements.agreement             x x x x x
agreements.award                 x x x x x
agreements.confirmation          x F x x F
agreements.cooperation           x x x x x
agreements.event                 x x x x x
agreements.participation         x x x x x
agreements.participationstep     x x x x x
agreements.statusstep            x x x x x
agreements.taskfield             x x x x x
auth.group                       F F F F F
funding.budgetline               x x x x x
funding.criterion                x x x x x
funding.figure                   x x x x x
funding.programme                x x x x x
municipalities.directorystate    x F x x F
municipalities.doubt             x F x x F
municipalities.municipality      x x x x x
municipalities.organisation      x x x x x
municipalities.state             x x x x x
municipalities.succession        x x x x x
sources.citation                 x x x x x
sources.conflict                 x F x x F
sources.passage                  x x x x x
sources.sourcedocument           x x x x x
sources.speaker                  x x x x x
""".strip().splitlines()
