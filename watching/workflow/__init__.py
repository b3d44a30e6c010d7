"""What changes saved searches and tells people about them. Verbs take keywords and say what they raise."""

from watching.workflow.alerting import Tally, send_alerts
from watching.workflow.saving import (
    MOST_OF_ADDRESS,
    MOST_OF_PERSON,
    ask_to_confirm,
    change_search,
    confirm_search,
    delete_search,
    end_search,
    forget_unconfirmed,
    save_search,
)

__all__ = [
    "MOST_OF_ADDRESS",
    "MOST_OF_PERSON",
    "Tally",
    "ask_to_confirm",
    "change_search",
    "confirm_search",
    "delete_search",
    "end_search",
    "forget_unconfirmed",
    "save_search",
    "send_alerts",
]
