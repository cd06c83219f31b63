"""Who may do what: the host's decision, asked for every request."""

import inspect
import logging
from collections.abc import Awaitable, Callable
from enum import Enum, StrEnum

from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.web.messages import Request

__all__ = ["Access", "Action", "Authorize", "decide"]

logger = logging.getLogger(__name__)


class Action(StrEnum):
    """What a request wants to do: look at types and data, or test connections and touch apps."""

    READ = "read"
    MANAGE = "manage"


class Access(Enum):
    """A host's decision: yes, not without signing in (401), or no (403)."""

    ALLOW = "allow"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"


Authorize = Callable[[Request, Action], bool | Access | Awaitable[bool | Access]]
"""The host's decision; ``True`` allows, ``False`` forbids, and so does an exception. A plain function runs in the
event loop and must not block."""


async def decide(authorize: Authorize, request: Request, action: Action) -> Access:
    """Ask ``authorize``; everything but a clear yes is a no."""
    try:
        answer: object = authorize(request, action)
        if answer is True:
            return Access.ALLOW
        if not isinstance(answer, bool) and inspect.isawaitable(answer):
            answer = await answer
    except Exception as error:  # noqa: BLE001  (the host's code; its message may hold a credential)
        log_failure(logger, "authorize-failed", error)
        return Access.FORBIDDEN
    if isinstance(answer, Access):
        return answer
    if isinstance(answer, bool):
        return Access.ALLOW if answer else Access.FORBIDDEN
    logger.error("authorize-answer-unusable", extra={"answer": type(answer).__name__})
    return Access.FORBIDDEN
