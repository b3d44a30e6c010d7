"""Verbs about people: invite and accept, give and end mandates and rights, log in and out."""

from accounts.workflow.invitations import InvitationVoid, accept, accept_as_new, find_invitation, invite, withdraw
from accounts.workflow.mandates import end_mandate, give_mandate, lock_person, renew_factor, unlock_person
from accounts.workflow.people import (
    EDITORS,
    end_mandates,
    end_what_the_old_password_opened,
    make_demo_person,
    make_steward,
    refresh_editors,
    reset_second_factor,
    set_up_second_factor,
)
from accounts.workflow.sessions import begin_session, end_other_sessions, end_session, note_activity
from accounts.workflow.tokens import create_token, note_use, revoke_all_tokens, revoke_token, tokens_of

__all__ = [
    "EDITORS",
    "InvitationVoid",
    "accept",
    "accept_as_new",
    "begin_session",
    "create_token",
    "end_mandate",
    "end_mandates",
    "end_other_sessions",
    "end_session",
    "end_what_the_old_password_opened",
    "find_invitation",
    "give_mandate",
    "invite",
    "lock_person",
    "make_demo_person",
    "make_steward",
    "note_activity",
    "note_use",
    "refresh_editors",
    "renew_factor",
    "reset_second_factor",
    "revoke_all_tokens",
    "revoke_token",
    "set_up_second_factor",
    "tokens_of",
    "unlock_person",
    "withdraw",
]
