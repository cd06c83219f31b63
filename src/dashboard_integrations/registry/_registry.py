"""The registry of integrations."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol, Self

from importlib_metadata import EntryPoint

from dashboard_integrations.errors import UnknownIntegrationError
from dashboard_integrations.integration import API_VERSION, Integration
from dashboard_integrations.registry._discovery import Candidate, InstalledDistribution, discover
from dashboard_integrations.registry._entries import PluginEntry, PluginOrigin, PluginState
from dashboard_integrations.registry._messages import not_installed
from dashboard_integrations.registry._selection import Policy, choose
from dashboard_integrations.registry._slot import Slot
from dashboard_integrations.registry._validation import as_integration
from dashboard_integrations.registry.catalogue import PluginCatalogue

__all__ = ["Registry"]

logger = logging.getLogger(__name__)


class _HasIntegrationType(Protocol):
    @property
    def integration_type(self) -> str | None: ...


class Registry:
    """Knows the integrations by id; may be used by any number of threads and event loops.

    A plugin is imported when it is first asked for, once. One that does not work is a row with a reason, never an
    exception of its own: whatever it raises while it is imported or looked at, ``SystemExit`` included, makes it
    ``broken`` for as long as the process runs. ``import_patience`` is how many seconds ``load`` waits for an import.
    """

    def __init__(
        self,
        *,
        api_version: int = API_VERSION,
        import_patience: float = 10.0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.catalogue: PluginCatalogue | None = None
        self._supported = range(max(api_version - 1, 1), api_version + 1)
        self._import_patience = import_patience
        self._clock = clock
        self._lock = threading.Lock()
        self._slots: dict[str, Slot] = {}

    @classmethod
    def from_entry_points(
        cls,
        *,
        allow: Collection[str] | None = None,
        block: Collection[str] = (),
        prefer: Mapping[str, str] | None = None,
        distributions: Iterable[InstalledDistribution] | None = None,
        catalogue: PluginCatalogue | None = None,
        api_version: int = API_VERSION,
        import_patience: float = 10.0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> Self:
        """Return a registry of what installed distributions offer in the group ``dashboard.integrations``.

        Nothing of them is imported. ``allow`` (only these) and ``block`` (never these, also when allowed) name ids or
        distributions; they say nothing about what is registered by hand. ``prefer`` maps an id to the distribution it
        has to come from: without it, an id that several distributions offer is in conflict; with it, no other
        distribution is used for that id, also when the preferred one is missing. ``catalogue`` remembers what was found
        from one process to the next; it takes no part where ``distributions`` are given.
        """
        registry = cls(api_version=api_version, import_patience=import_patience, clock=clock)
        policy = Policy.of(allow=allow, block=block, prefer=prefer or {}, supported=registry._supported)
        by_id: defaultdict[str, list[Candidate]] = defaultdict(list)
        if distributions is None:
            registry.catalogue = catalogue
        for candidate in discover(distributions) if registry.catalogue is None else registry.catalogue.candidates():
            by_id[candidate.id].append(candidate)
        for candidates in by_id.values():
            registry._offer(candidates, policy)
        return registry

    def register(
        self, integration: Integration | type[Integration], *, replace: bool = False, file: str | None = None
    ) -> None:
        """Add an integration, or a class of which one is made without arguments.

        ``replace`` puts it in the place of any other with its id, whatever its state. ``file`` is the path of the file
        that declares it, if one does. Raise ``TypeError`` when it does not fulfil the protocol, ``ValueError`` when
        its id is taken or it is made for another version of the API.
        """
        made = as_integration(integration, supported=self._supported)
        source = type(made)
        entry = PluginEntry(
            id=made.id,
            state=PluginState.ACTIVE,
            origin=PluginOrigin.REGISTERED if file is None else PluginOrigin.FILE,
            value=file or f"{source.__module__}:{source.__qualname__}",
        )
        self._add(entry, integration=made, replace=replace)

    def report(self, entry: PluginEntry) -> None:
        """Add a row for what a host found and cannot use, such as a file that is no integration.

        Raise ``ValueError`` when its id is taken, or its state says that it could be used.
        """
        if entry.state in {PluginState.ACTIVE, PluginState.AVAILABLE}:
            raise ValueError(f"{entry.id!r} cannot be {entry.state.value} without an integration: use register()")
        self._add(entry, integration=None, replace=False)
        self._tell(entry)

    def _add(self, entry: PluginEntry, *, integration: Integration | None, replace: bool) -> None:
        with self._lock:
            taken = self._slots.get(entry.id)
            if taken is not None and not replace:
                owner = taken.entry.distribution or taken.entry.value or "several distributions"
                raise ValueError(f"the id {entry.id!r} is taken by {owner}: pass replace=True to take its place")
            self._slots[entry.id] = self._slot_of(entry, integration=integration)

    def get(self, integration_id: str) -> Integration:
        """Return the integration, importing it on first use.

        Raise ``UnknownIntegrationError``: its ``reason`` is the plugin's state, or ``not-installed``.
        """
        return self._slot(integration_id).load()

    async def load(self, integration_id: str) -> Integration:
        """Return the integration as ``get`` does; an import runs off the event loop.

        A caller that gives up does not stop the import. One that takes longer than ``import_patience`` goes on, and
        until it ends the error's reason is ``importing``.
        """
        return await self._slot(integration_id).load_beside()

    async def get_for_app(self, app: _HasIntegrationType) -> Integration:
        """Return the integration of an app; raise ``UnknownIntegrationError`` also when it has none."""
        if not app.integration_type:
            raise UnknownIntegrationError("the app has no integration: choose one in its form", reason="not-chosen")
        return await self.load(app.integration_type)

    def list(self) -> Sequence[PluginEntry]:
        """Return a row for each plugin, whatever its state, sorted by id; import nothing."""
        with self._lock:
            slots = tuple(self._slots.values())
        return tuple(sorted((slot.entry for slot in slots), key=lambda entry: entry.id))

    def _slot(self, integration_id: str) -> Slot:
        slot = self._slots.get(integration_id)
        if slot is None:
            ids = [entry.id for entry in self.list()]
            raise UnknownIntegrationError(not_installed(integration_id, ids), reason="not-installed")
        return slot

    def _slot_of(
        self, entry: PluginEntry, *, entry_point: EntryPoint | None = None, integration: Integration | None = None
    ) -> Slot:
        return Slot(
            entry,
            supported=self._supported,
            clock=self._clock,
            patience=self._import_patience,
            entry_point=entry_point,
            integration=integration,
        )

    def _offer(self, candidates: Sequence[Candidate], policy: Policy) -> None:
        entry, entry_point = choose(candidates, policy)
        self._slots[entry.id] = self._slot_of(entry, entry_point=entry_point)
        if entry.state not in {PluginState.AVAILABLE, PluginState.BLOCKED}:
            self._tell(entry)

    @staticmethod
    def _tell(entry: PluginEntry) -> None:
        logger.warning(
            "plugin-unusable", extra={"plugin": entry.id, "state": entry.state.value, "reason": entry.reason}
        )
