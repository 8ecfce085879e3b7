"""The hub's log: one JSON object a line on standard error, with ids and kinds of errors, no text of messages."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from desktop.system.logs import OUR_LOGGER, PrivateFormatter

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(PrivateFormatter):
    """A record's fields, those of `extra` among them. Of exceptions their types and places only."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info:
            fields["error"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)


def start(level: str) -> None:
    """Log from `level` on; libraries their warnings only."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OUR_LOGGER).setLevel(level.upper())
