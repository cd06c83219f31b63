"""Hearing: what a worker does about what the others say."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from dashboard_integrations.service._lanes import Lanes
from dashboard_integrations.service._ledger import Ledger
from dashboard_integrations.service._messages import Message, MessageKind
from dashboard_integrations.service._watching import Watches

__all__ = ["Hearing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Makes sure that nothing is answered that another worker knows to be over, and that who watches is told."""

    ledger: Ledger
    lanes: Lanes
    watches: Watches
    clock: Callable[[], float] = time.time

    def hear(self, message: Message) -> None:
        """Take note of what happened to an app."""
        known = self.ledger.known(message.app_id)
        if known is not None:
            known.has_news()
            if message.kind is MessageKind.FORGIVEN:
                known.forgive(now=self.clock())
        if message.kind is MessageKind.LANDED:
            self.lanes.close_one(message.app_id, message.endpoint_id)
        else:
            self.lanes.close(message.app_id)
        self.watches.wake(message.app_id)

    def lose(self) -> None:
        """Take it that anything may have happened."""
        self.lanes.close_all()
        self.watches.wake_all()
