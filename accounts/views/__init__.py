"""Pages of the accounts: `own` for log-in and one's own account, `tokens` for programs, `people` for stewards."""

from accounts.views.own import OwnPage

__all__ = ["OwnPage"]
