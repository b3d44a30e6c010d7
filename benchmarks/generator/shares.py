"""How often what occurs among invented cooperations: in per cent or in parts of any whole."""

from __future__ import annotations

import datetime as dt

from benchmarks.generator.dice import Weighted
from benchmarks.generator.writing import WRITTEN

TODAY = WRITTEN.date()
FIRST = dt.date(1972, 1, 1)

KINDS = Weighted(
    ("service_network", "project_cluster", "regional_association", "exchange", "state_network", "other"),
    (52, 18, 12, 10, 2, 6),
)
STATUSES = Weighted(
    ("active", "being_set_up", "planned", "ended", "idea", "dormant", "unknown", "abandoned"),
    (64, 8, 7, 9, 3, 3, 4, 2),
)
OWN_FORMS = Weighted(
    ("", "special_purpose_association", "working_group", "registered_association", "limited_company", "informal",
     "joint_public_institution", "administrative_community", "cooperative"),
    (62, 13, 7, 5, 4, 4, 3, 1.5, 0.5),
)  # fmt: skip
ACT_FORMS = Weighted(
    ("purpose_agreement", "purpose_agreement_delegating", "purpose_agreement_mandating", "public_law_contract",
     "purpose_agreement_joint", "private_contract", "working_group", "network_membership",
     "fulfilling_municipality", ""),
    (34, 18, 9, 16, 7, 5, 4, 2, 1, 4),
)  # fmt: skip
ACT_STATUSES = Weighted(
    ("in_force", "signed", "ended", "drafting", "planned", "resolved", "terminating", "approved", "unknown"),
    (68, 8, 8, 4, 3, 3, 2, 2, 2),
)
ROLES = Weighted(("partner", "signatory", "cost_bearer", "adviser", "funder", "observer"), (86, 6, 3, 2, 2, 1))
DEGREES = Weighted(("party", "member", "existing", "mentioned", "intended", "beneficiary"), (46, 30, 14, 5, 3, 2))
EVENTS = Weighted(("meeting", "signing", "founding", "visit", "accession", "other"), (40, 25, 15, 8, 8, 4))
RUNGS = Weighted(("granted", "paid", "announced", "applied", "budgeted", "refused", "unknown"), (50, 20, 8, 8, 5, 3, 6))
PRECISIONS = Weighted(("day", "month", "year", "vague", "unknown"), (66, 10, 12, 2, 10))
#: Beside the published ones, per hundred of them.
HIDDEN = Weighted(("draft", "submitted", "returned", "withdrawn", "merged"), (3, 1, 0.4, 1, 0.6))
HIDDEN_SHARE, FAR_SHARE, ORGANISATION_SHARE = 0.06, 0.06, 0.03
