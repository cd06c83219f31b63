"""Listing integrations: those that were described before are not imported for it."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial

import anyio.to_thread
from pydantic import TypeAdapter, ValidationError

from dashboard_integrations.registry import PluginCatalogue, PluginEntry, PluginState, Registry
from dashboard_integrations.service._catalogue import IntegrationInfo, describe_integration
from dashboard_integrations.service._interrupts import is_for_the_program

__all__ = ["Listing"]

logger = logging.getLogger(__name__)


class Listing:
    """Describes the integrations of ``registry``; what a catalogue knows is taken from there, and what not, put in."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._adapter: TypeAdapter[IntegrationInfo] | None = None

    async def infos(self) -> Sequence[IntegrationInfo]:
        """Return the integrations that can be used, sorted by name."""
        catalogue = self._registry.catalogue
        kept = {} if catalogue is None else await anyio.to_thread.run_sync(catalogue.descriptions)
        found: list[IntegrationInfo] = []
        new: dict[str, str] = {}
        for entry in self._registry.list():
            if entry.state not in {PluginState.AVAILABLE, PluginState.ACTIVE}:
                continue
            info = self._kept(entry, kept)
            if info is None:
                info = await self._described(entry)
                # what was not imported before has no description, or one that cannot be read any more
                is_new = entry.state is PluginState.AVAILABLE or PluginCatalogue.key_of(entry) not in kept
                if info is not None and entry.distribution is not None and is_new:
                    new[PluginCatalogue.key_of(entry)] = self._types.dump_json(info).decode()
            if info is not None:
                found.append(info)
        if catalogue is not None and new:
            await anyio.to_thread.run_sync(partial(catalogue.keep, new))
        return sorted(found, key=lambda info: info.name.casefold())

    @property
    def _types(self) -> TypeAdapter[IntegrationInfo]:
        self._adapter = self._adapter or TypeAdapter(IntegrationInfo)
        return self._adapter

    def _kept(self, entry: PluginEntry, kept: Mapping[str, str]) -> IntegrationInfo | None:
        """Return the description of a plugin that was not imported yet; what is imported describes itself."""
        text = kept.get(PluginCatalogue.key_of(entry)) if entry.state is PluginState.AVAILABLE else None
        try:
            return None if text is None else self._types.validate_json(text)
        except ValidationError:
            return None

    async def _described(self, entry: PluginEntry) -> IntegrationInfo | None:
        try:
            return describe_integration(await self._registry.load(entry.id))
        except BaseException as error:
            if is_for_the_program(error):
                raise
            logger.warning("integration-not-listed", extra={"plugin": entry.id, "error": type(error).__name__})
            return None
