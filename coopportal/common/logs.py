"""Log lines a machine can read: one JSON object each, with the id of the request it belongs to."""

import datetime as dt
import json
import logging
from contextvars import ContextVar

# Set by RequestIdMiddleware for the time of one request; "-" outside of one (commands, start).
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class JsonFormatter(logging.Formatter):
    """time (UTC), level, logger, request, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_id.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
