"""What changes saved searches and tells people about them. Verbs take keywords and say what they raise."""

from watching.workflow.alerting import Tally, send_alerts
from watching.workflow.hooks import (
    Post,
    deliver,
    forget_deliveries,
    probe_webhook,
    remove_webhook,
    renew_secret,
    set_up_webhook,
    switch_on,
    tell_webhooks,
)
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
    "Post",
    "Tally",
    "ask_to_confirm",
    "change_search",
    "confirm_search",
    "delete_search",
    "deliver",
    "end_search",
    "forget_deliveries",
    "forget_unconfirmed",
    "probe_webhook",
    "remove_webhook",
    "renew_secret",
    "save_search",
    "send_alerts",
    "set_up_webhook",
    "switch_on",
    "tell_webhooks",
]
