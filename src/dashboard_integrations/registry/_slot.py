"""One plugin's place in the registry: imports it once, whoever asks, and keeps what became of it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

import anyio
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from importlib_metadata import EntryPoint

from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.integration import Integration
from dashboard_integrations.registry._entries import PluginEntry, PluginState
from dashboard_integrations.registry._messages import described, not_usable
from dashboard_integrations.registry._validation import UnsupportedApiError, as_integration

__all__ = ["Slot"]

logger = logging.getLogger(__name__)


_LOOK_EVERY = 0.05


class Slot:
    """Holds a row and, once it is active, its integration. An import longer than ``patience`` seconds is overdue."""

    def __init__(
        self,
        entry: PluginEntry,
        *,
        supported: range,
        clock: Callable[[], float],
        patience: float,
        entry_point: EntryPoint | None = None,
        integration: Integration | None = None,
    ) -> None:
        self.integration = integration
        self._entry = entry
        self._entry_point = entry_point
        self._supported = supported
        self._clock = clock
        self._lock = threading.RLock()
        self._patience = patience
        self._loading = False
        self._is_overdue = False
        self._turn: RunVar[CapacityLimiter] = RunVar(f"import of {entry.id}")

    @property
    def entry(self) -> PluginEntry:
        """The row as it is now."""
        if self._loading and self._is_overdue:
            return replace(self._entry, reason=self._overdue())
        return self._entry

    @property
    def turn(self) -> CapacityLimiter:
        """The limiter that lets one task of this event loop wait in a thread while the others wait in the loop."""
        limiter = self._turn.get(None)
        if limiter is None:
            limiter = CapacityLimiter(1)
            self._turn.set(limiter)
        return limiter

    async def load_beside(self) -> Integration:
        """Return the integration as ``load`` does, an import in a thread; raise also when it does not end in time.

        It goes on then, and whoever asks meanwhile is told at once: a thread that waits for each would be one more each
        time that somebody asks.
        """
        if self._entry.state is not PluginState.AVAILABLE:
            return self.load()
        if not (self._loading and self._is_overdue):
            with anyio.move_on_after(self._patience):
                async with self.turn:
                    return await self._load_in_thread()
            self._is_overdue = True
        raise UnknownIntegrationError(
            f"the integration {self._entry.id!r} cannot be used yet: {self._overdue()}; ask again later, or tell its"
            " author",
            reason="importing",
        )

    async def _load_in_thread(self) -> Integration:
        while self._loading:  # noqa: ASYNC110  (for a caller who gave up, or for another event loop)
            await anyio.sleep(_LOOK_EVERY)
        return await anyio.to_thread.run_sync(self.load, abandon_on_cancel=True, limiter=CapacityLimiter(1))

    def _overdue(self) -> str:
        source = " ".join(filter(None, (self._entry.distribution, self._entry.version)))
        return f"{source} ({self._entry.value}): its import has not ended after {self._patience:g} seconds"

    def load(self) -> Integration:
        """Return the integration, importing it on first use; raise ``UnknownIntegrationError``."""
        if self.integration is None and self._entry.state is PluginState.AVAILABLE:
            with self._lock:
                self._import_once()
        if self.integration is None:
            raise UnknownIntegrationError(not_usable(self.entry), reason=self._entry.state.value)
        return self.integration

    def _import_once(self) -> None:
        if self._loading:
            raise UnknownIntegrationError(f"the integration {self._entry.id!r} asks for itself while it is imported")
        if self._entry_point is None or self._entry.state is not PluginState.AVAILABLE:
            return
        self._loading = True
        started = self._clock()
        try:
            loaded = self._entry_point.load()
            integration = as_integration(loaded, supported=self._supported, expected_id=self._entry.id)
        except UnsupportedApiError as error:
            self._give_up(PluginState.INCOMPATIBLE, str(error), seconds=self._clock() - started, error=error)
        except BaseException as error:  # (a plugin may raise anything, SystemExit included)
            if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
                raise  # a person's Ctrl-C, which Python delivers nowhere else
            self._give_up(PluginState.BROKEN, described(error), seconds=self._clock() - started, error=error)
        else:
            self.integration = integration
            self._entry = replace(self._entry, state=PluginState.ACTIVE, load_seconds=self._clock() - started)
            logger.debug("plugin-loaded", extra={"plugin": self._entry.id, "seconds": self._entry.load_seconds})
        finally:
            self._loading = False

    def _give_up(self, state: PluginState, problem: str, *, seconds: float, error: BaseException) -> None:
        source = " ".join(filter(None, (self._entry.distribution, self._entry.version)))
        reason = f"{source} ({self._entry.value}): {problem}"
        self._entry = replace(self._entry, state=state, reason=reason, load_seconds=seconds)
        logger.warning(
            "plugin-unusable", extra={"plugin": self._entry.id, "state": state.value, "reason": reason}, exc_info=error
        )
