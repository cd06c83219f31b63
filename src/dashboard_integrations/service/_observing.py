"""Observing: what a service tells somebody who measures it."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

from dashboard_integrations.failure_log import log_failure

__all__ = ["ObservedCall", "Observer", "ServiceNumbers", "observed"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCall:
    """One call of an integration.

    ``endpoint_id`` is ``None`` for a test of a connection, ``app_id`` for one of a configuration that is of no app yet.
    """

    integration_id: str
    app_id: str | None
    endpoint_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNumbers:
    """What a service counts. ``cache_answers`` and ``cache_failures`` only grow; the others are of this moment."""

    cache_answers: int
    cache_failures: int
    calls_under_way: int
    watches: int
    apps_backing_off: int


class Observer(Protocol):
    """Measures services. What it raises is logged, and changes no answer."""

    def follow(self, numbers: Callable[[], ServiceNumbers]) -> None:
        """Ask ``numbers`` whenever they are wanted, from any thread: answers from the cache cost nothing more for it.

        Called once by each service that has this observer, when it is made.
        """
        ...

    def calling(self, call: ObservedCall) -> AbstractContextManager[object]:
        """Return what is entered in the event loop when the call begins, and left when it ends.

        It is left with the ``IntegrationError`` of a call that failed, or the cancellation of one that was cut short.
        Context variables that it sets are seen by the integration.
        """
        ...


class observed:  # noqa: N801  (used as a function)
    """Hold an observer's context for a call: nothing that the observer raises, or swallows, shows."""

    __slots__ = ("_call", "_held", "_observer")

    def __init__(self, observer: Observer, call: ObservedCall) -> None:
        self._observer = observer
        self._call = call
        self._held: AbstractContextManager[object] | None = None

    def __enter__(self) -> None:
        try:
            held = self._observer.calling(self._call)
            held.__enter__()
        except Exception as error:  # noqa: BLE001  (a host's code)
            log_failure(logger, "observer-failed", error)
        else:
            self._held = held

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._held is None:
            return
        try:
            self._held.__exit__(kind, error, traceback)
        except Exception as problem:  # noqa: BLE001  (a host's code)
            if problem is not error:
                log_failure(logger, "observer-failed", problem)
