"""Flights: one call under way per key, shared by everybody who wants its outcome."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.service._interrupts import ends_the_task

__all__ = ["Flight", "Flights"]

logger = logging.getLogger(__name__)

OutcomeT = TypeVar("OutcomeT")


class Flight(Generic[OutcomeT]):
    """A call under way. It belongs to the service: who stops waiting for it does not stop it."""

    __slots__ = ("_landed", "outcome")

    def __init__(self) -> None:
        self._landed = anyio.Event()
        self.outcome: OutcomeT | None = None

    @property
    def has_landed(self) -> bool:
        """Whether the outcome is there."""
        return self._landed.is_set()

    async def wait(self) -> OutcomeT:
        """Return the outcome once it is there."""
        await self._landed.wait()
        if self.outcome is None:
            raise RuntimeError("the flight landed without an outcome")
        return self.outcome

    def land(self, outcome: OutcomeT) -> None:
        """Give the outcome to everybody who waits."""
        self.outcome = outcome
        self._landed.set()


class Flights(Generic[OutcomeT]):
    """The flights of one service, in its task group.

    ``aborted`` is the outcome of one that was cut short, ``failed`` of one that raised although it should not.
    """

    def __init__(self, tasks: TaskGroup, *, aborted: OutcomeT, failed: OutcomeT) -> None:
        self._tasks = tasks
        self._aborted = aborted
        self._failed = failed
        self._is_closed = False
        self._flights: dict[str, Flight[OutcomeT]] = {}

    def under_way(self, key: str) -> Flight[OutcomeT] | None:
        """Return the flight of ``key`` if there is one."""
        return self._flights.get(key)

    def join(self, key: str, call: Callable[[], Awaitable[OutcomeT]]) -> Flight[OutcomeT]:
        """Return the flight of ``key``; begin it with ``call`` when there is none. ``call`` raises nothing."""
        flight = self._flights.get(key)
        if flight is None:
            flight = Flight()
            if self._is_closed:
                flight.land(self._aborted)
                return flight
            self._flights[key] = flight
            self._tasks.start_soon(self._fly, key, flight, call)
        return flight

    def beside(self, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run what raises nothing in the same task group."""
        self._tasks.start_soon(run)

    def close(self) -> None:
        """Begin no more flights; who asks for one gets ``aborted``."""
        self._is_closed = True

    async def _fly(self, key: str, flight: Flight[OutcomeT], call: Callable[[], Awaitable[OutcomeT]]) -> None:
        outcome = self._aborted
        try:
            outcome = await call()
        except BaseException as error:
            if ends_the_task(error):
                raise
            log_failure(logger, "flight-failed", error)
            outcome = self._failed
        finally:
            del self._flights[key]
            flight.land(outcome)
