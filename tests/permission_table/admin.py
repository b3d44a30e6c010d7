"""The admin, where stewards work."""

#: What a steward (no superuser) may do in the admin: list, add, change (look at), history, delete, where it matters
#: with which record. Others never enter.
ADMIN = """
accounts.user                                   x x x x F
agreements.agreement {draft.act.pk}             x x > > >
agreements.agreement {submitted.act.pk}         x x x x F
agreements.agreement {published.act.pk}         x x x x F
agreements.award                                x x x x F
agreements.confirmation                         x F x x F
agreements.cooperation {draft.pk}               x x > > >
agreements.cooperation {submitted.pk}           x x x x F
agreements.cooperation {published.pk}           x x x x F
agreements.cooperation {drawn.pk}               x x x x x
agreements.event                                x x x x F
agreements.participation {draft.place.pk}       x x > > >
agreements.participation {submitted.place.pk}   x x x x F
agreements.participation {published.place.pk}   x x x x F
agreements.participationstep                    x x x x x
agreements.statusstep                           x x x x F
agreements.taskfield                            x x x x x
auth.group                                      F F F F F
funding.budgetline                              x x x x x
funding.criterion                               x x x x x
funding.figure                                  x x x x x
funding.programme                               x x x x x
municipalities.directorystate                   x F x x F
municipalities.doubt                            x F x x F
municipalities.municipality                     x x x x x
municipalities.organisation                     x x x x x
municipalities.state                            x x x x x
municipalities.succession                       x x x x x
sources.citation                                x x x x x
sources.conflict                                x F x x F
sources.passage                                 x x x x x
sources.sourcedocument                          x x x x x
sources.speaker                                 x x x x x
watching.savedsearch {search.pk}                x F x x x
""".strip().splitlines()
