"""Who may do what with cooperations, as named functions; each asks about one day.

They tell rights only. Whether the state of a record allows a thing is the table of transitions' matter, so that a
person who may learns why it does not go, and one who may not learns nothing else. What a person may *see* is the word
``visible_to`` of the QuerySets.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from accounts.choices import MandateRole
from accounts.models import User
from accounts.permissions import Somebody, is_officer_for, is_reviewer_for, is_steward, mandates_of
from agreements.choices import COUNTED_DEGREES, Answer, Origin, RecordState, Role
from agreements.models import ChangeProposal, Cooperation, Evidence, Participation
from municipalities.models import Municipality, State


def towns_of(user: Somebody, day: dt.date) -> list[Municipality]:
    """The municipalities for which this person acts as officer, by name."""
    rows = mandates_of(user, day).filter(role=MandateRole.OFFICER).select_related("municipality")
    return sorted({row.municipality for row in rows}, key=lambda body: (body.sort_key, body.pk))


def review_state_of(cooperation: Cooperation) -> str | None:
    """The code of the Land that reviews: that of the lead, else of the keeper; None where neither has one."""
    leads = cooperation.participations.filter(role=Role.LEAD).order_by("pk")
    lead = leads.select_related("municipality", "organisation").first()
    code = lead.body.state_id if lead else None
    return code or (cooperation.keeper.state_id if cooperation.keeper else None)


def review_land_of(cooperation: Cooperation) -> State | None:
    """The Land that reviews, to be told by its name; None where the stewards do."""
    code = review_state_of(cooperation)
    return State.objects.filter(code=code).first() if code else None


def may_register(user: Somebody, municipality: Municipality, day: dt.date) -> bool:
    """Officers register for their own municipality."""
    return is_officer_for(user, municipality, day)


def lands_of(user: Somebody, day: dt.date) -> frozenset[str]:
    """The codes of the Länder for which this person reviews."""
    rows = mandates_of(user, day).filter(role=MandateRole.REVIEWER)
    return frozenset(str(code) for code in rows.values_list("state", flat=True))


def may_bring_in(user: Somebody, towns: Iterable[Municipality], day: dt.date) -> bool:
    """Drafts from a file: officers for their own municipalities, reviewers for those of their Land.

    What a reviewer brings in is a draft in the house of its keeper, whose officers hand it in; he never reviews it.
    """
    own, lands = {town.pk for town in towns_of(user, day)}, lands_of(user, day)
    return all(town.pk in own or town.state_id in lands for town in towns)


def may_hand_in(user: Somebody, towns: Iterable[Municipality], day: dt.date) -> bool:
    """Officers hand in for their own municipalities."""
    own = {town.pk for town in towns_of(user, day)}
    return all(town.pk in own for town in towns)


def is_keeper(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Does this person act for the municipality that keeps the record?"""
    return cooperation.keeper is not None and is_officer_for(user, cooperation.keeper, day)


def may_edit(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """The keeper writes; others propose."""
    return is_keeper(user, cooperation, day)


def may_submit(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """The keeper hands in what it wrote."""
    return is_keeper(user, cooperation, day)


def may_discard(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """The keeper throws its own draft away."""
    return is_keeper(user, cooperation, day)


def reviews_land_of(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Reviewers decide about their Land's records; where a record has no Land, the stewards do."""
    code = review_state_of(cooperation)
    return is_reviewer_for(user, code, day) if code else is_steward(user, day)


def may_enter_review(user: Somebody, day: dt.date) -> bool:
    """The reviewer's desk is for reviewers of any Land and for stewards."""
    if isinstance(user, User) and user.is_active and user.is_superuser:
        return True
    return mandates_of(user, day).filter(role__in=(MandateRole.REVIEWER, MandateRole.STEWARD)).exists()


def has_a_hand_in(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Did this person, or a municipality he or she acts for, register, submit or take over the record?"""
    if user.pk in {cooperation.registered_by_id, cooperation.taken_over_by_id}:
        return True
    towns = {town.pk for town in towns_of(user, day)}
    submitted = cooperation.transitions.filter(to_state=RecordState.SUBMITTED).values_list("by", "municipality")
    return cooperation.keeper_id in towns or any(by == user.pk or town in towns for by, town in submitted)


def may_review(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Four eyes: a reviewer of the lead's Land, who has no hand in the record himself and nor has his municipality."""
    return reviews_land_of(user, cooperation, day) and not has_a_hand_in(user, cooperation, day)


def may_confirm(user: Somebody, participation: Participation, day: dt.date) -> bool:
    """Only an officer of that very municipality answers for it: no partner, no reviewer, no steward."""
    return participation.municipality is not None and is_officer_for(user, participation.municipality, day)


def takes_part(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Does this person act for a municipality that takes part, in any degree?"""
    towns = mandates_of(user, day).filter(role=MandateRole.OFFICER).values("municipality")
    return cooperation.participations.filter(municipality__in=towns).exists()


def may_propose(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Participants and the keeper propose changes to what is published."""
    return takes_part(user, cooperation, day) or is_keeper(user, cooperation, day)


def towns_proposing(user: Somebody, cooperation: Cooperation, day: dt.date) -> list[Municipality]:
    """On whose behalf the person may propose: his municipalities that take part or keep the record, by name."""
    named = set(cooperation.participations.values_list("municipality", flat=True)) | {cooperation.keeper_id}
    return [town for town in towns_of(user, day) if town.pk in named]


def may_decide(user: Somebody, proposal: ChangeProposal, day: dt.date) -> bool:
    """Four eyes here too: a reviewer of the lead's Land who did not propose it, and nor did his municipality."""
    if not reviews_land_of(user, proposal.cooperation, day) or proposal.proposed_by_id == user.pk:
        return False
    return proposal.municipality not in towns_of(user, day)


def may_take_over(user: Somebody, cooperation: Cooperation, municipality: Municipality, day: dt.date) -> bool:
    """An officer of a participant takes over a record that was drawn from documents and has no keeper.

    Who is only mentioned, has left or says that it takes no part stands up for nothing.
    """
    parts = cooperation.participations.with_degree_on(day).filter(municipality=municipality)
    parts = parts.filter(day_degree__in=COUNTED_DEGREES).exclude(confirmation__answer=Answer.REFUSED)
    return parts.exists() and is_officer_for(user, municipality, day)


def is_withdrawn_by_keeper(cooperation: Cooperation) -> bool:
    """What a municipality registered it takes back itself; what sources say stays, whoever keeps it."""
    return cooperation.origin == Origin.REGISTRATION


def may_withdraw(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """The keeper of what it registered; where something is wrong the reviewer of the lead's Land or a steward too.

    What was drawn from sources is withdrawn by those only who do not keep it: four eyes.
    """
    if is_keeper(user, cooperation, day):
        return is_withdrawn_by_keeper(cooperation)
    return not is_draft(cooperation) and (reviews_land_of(user, cooperation, day) or is_steward(user, day))


def may_merge(user: Somebody, day: dt.date) -> bool:
    """Stewards say that two records are about the same thing."""
    return is_steward(user, day)


def may_affirm(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """The keeper says once a year that its record is still true."""
    return is_keeper(user, cooperation, day)


def may_attach(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """The keeper attaches documents and takes them away again."""
    return is_keeper(user, cooperation, day)


def may_release(user: Somebody, evidence: Evidence, day: dt.date) -> bool:
    """The reviewer makes a document public."""
    return may_review(user, evidence.cooperation, day)


def may_read_evidence(user: Somebody, evidence: Evidence, day: dt.date) -> bool:
    """Released ones of published records anybody; others the keeper, reviewers of its Land and stewards."""
    cooperation = evidence.cooperation
    if evidence.released_at is not None and cooperation.record_state == RecordState.PUBLISHED:
        return True
    if is_keeper(user, cooperation, day):
        return True
    return not is_draft(cooperation) and (reviews_land_of(user, cooperation, day) or is_steward(user, day))


def may_read_history(user: Somebody, cooperation: Cooperation, day: dt.date) -> bool:
    """Participants, the keeper and reviewers of its Land read who changed what; the public sees that it was changed."""
    if is_keeper(user, cooperation, day):
        return True
    if is_draft(cooperation):
        return False
    return takes_part(user, cooperation, day) or reviews_land_of(user, cooperation, day) or is_steward(user, day)


def is_draft(cooperation: Cooperation) -> bool:
    """A draft concerns nobody outside the house of its keeper."""
    return cooperation.record_state == RecordState.DRAFT
