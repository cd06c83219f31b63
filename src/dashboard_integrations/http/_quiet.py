"""Keep what the HTTP client logs of our calls, keys in URLs and cookies in headers, out of everybody's logs."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

__all__ = ["quiet_loggers", "sending"]

_LOGGERS = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)
_is_sending: ContextVar[bool] = ContextVar("dashboard_integrations_is_sending", default=False)


class _OwnCalls(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return not _is_sending.get()


@contextmanager
def quiet_loggers() -> Iterator[None]:
    """Drop the client's log records of our own calls; those of the host's own use of the same client pass.

    May be used several times at once: each adds a filter of its own and takes it away again.
    """
    own_calls = _OwnCalls()
    with ExitStack() as stack:
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            logger.addFilter(own_calls)
            stack.callback(logger.removeFilter, own_calls)
        yield


@contextmanager
def sending() -> Iterator[None]:
    """Mark the calls made inside as ours, in this task and those it starts."""
    token = _is_sending.set(True)
    try:
        yield
    finally:
        _is_sending.reset(token)
