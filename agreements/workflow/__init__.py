"""Verbs of the cooperations: the only place where a record changes its state. Forms, admin and API call these."""

from agreements.workflow.bulk import Entry, ManyFaults, check_many, register_many
from agreements.workflow.checklist import Piece, missing_pieces, pieces_of
from agreements.workflow.confirmations import answer
from agreements.workflow.contents import Contents, Part, Partner
from agreements.workflow.derived import (
    publish_status,
    refresh_derived,
    refresh_events,
    refresh_of_bodies,
    refresh_of_organisations,
    search_text_of,
)
from agreements.workflow.drafting import Saved, keep_unfinished, save_what_fits
from agreements.workflow.evidence import attach, detach
from agreements.workflow.faults import Gone, Overtaken, Refused, TooMany, WrongState
from agreements.workflow.idempotency import forget_answers, once
from agreements.workflow.imports import content_of, forget_files, keep_file, mark_written
from agreements.workflow.merging import merge
from agreements.workflow.newcomers import drop_body, name_body
from agreements.workflow.proposals import (
    Verdict,
    decide,
    forget_proposal,
    forget_proposals,
    keep_proposal,
    newest_proposal,
    propose,
    withdraw_proposal,
)
from agreements.workflow.registration import (
    affirm,
    copy_as_draft,
    discard,
    register,
    remind_keepers,
    save_draft,
    submit,
    take_over,
)
from agreements.workflow.remarks import forget_senders, handle_remark, remark
from agreements.workflow.review import publish, release_evidence, return_record, withdraw
from agreements.workflow.wishes import Changes, Leaving, Position

__all__ = [
    "Changes",
    "Contents",
    "Entry",
    "Gone",
    "Leaving",
    "ManyFaults",
    "Overtaken",
    "Part",
    "Partner",
    "Piece",
    "Position",
    "Refused",
    "Saved",
    "TooMany",
    "Verdict",
    "WrongState",
    "affirm",
    "answer",
    "attach",
    "check_many",
    "content_of",
    "copy_as_draft",
    "decide",
    "detach",
    "discard",
    "drop_body",
    "forget_answers",
    "forget_files",
    "forget_proposal",
    "forget_proposals",
    "forget_senders",
    "handle_remark",
    "keep_file",
    "keep_proposal",
    "keep_unfinished",
    "mark_written",
    "merge",
    "missing_pieces",
    "name_body",
    "newest_proposal",
    "once",
    "pieces_of",
    "propose",
    "publish",
    "publish_status",
    "refresh_derived",
    "refresh_events",
    "refresh_of_bodies",
    "refresh_of_organisations",
    "register",
    "register_many",
    "release_evidence",
    "remark",
    "remind_keepers",
    "return_record",
    "save_draft",
    "save_what_fits",
    "search_text_of",
    "submit",
    "take_over",
    "withdraw",
    "withdraw_proposal",
]
