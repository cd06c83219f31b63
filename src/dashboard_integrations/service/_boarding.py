"""Boarding: joining a call that others wait for already, without finding out again what it is for."""

import anyio

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.service._flights import Flight
from dashboard_integrations.service._ledger import AppLedger
from dashboard_integrations.service._live import LiveData
from dashboard_integrations.service._targets import Target

__all__ = ["Boarding"]


class Boarding:
    """The wait for a flight, had once for everybody who comes until before ``until``, in epoch seconds."""

    __slots__ = ("_ended", "_flight", "ledger", "outcome", "since", "target", "until")

    def __init__(
        self, flight: Flight[LiveData | ErrorBody], target: Target, ledger: AppLedger, *, since: float, until: float
    ) -> None:
        self.target = target
        self.ledger = ledger
        self.since = since
        self.until = until
        self.outcome: LiveData | ErrorBody | None = None
        self._flight = flight
        self._ended = anyio.Event()

    async def hold(self, patience: float) -> None:
        """Wait for the flight, for ``patience`` seconds at most; who boarded is told, whatever ends this."""
        try:
            with anyio.move_on_after(patience):
                await self._flight.wait()
        finally:
            self.outcome = self._flight.outcome
            self._ended.set()

    async def wait(self) -> LiveData | ErrorBody | None:
        """Return the outcome, ``None`` when it did not come in time."""
        await self._ended.wait()
        return self.outcome
