"""Culprits: whose code holds the event loop, read from the stack of its thread."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from dashboard_integrations.registry import PluginState, Registry

__all__ = ["Culprit", "find_culprit"]

_OWN_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """Where the event loop is held, as ``file:line function``; by no integration when ``integration_id`` is ``None``.

    The file is told without its folders.
    """

    integration_id: str | None
    place: str


def find_culprit(frame: FrameType, *, registry: Registry, at_turn: Callable[[], str | None]) -> Culprit:
    """Return who holds the thread whose innermost frame is ``frame``.

    That is the integration at turn, or, in a task that one began by itself, the only active integration of the
    innermost module or package on the stack that has one.
    """
    frames = tuple(_stack(frame))
    modules = _modules(registry)
    integration_id = at_turn() or _owner(frames, modules)
    module = modules.get(integration_id or "", "")
    own = [item for item in frames if module and _package(_module(item)) == _package(module)]
    return Culprit(integration_id=integration_id, place=_place(own[0] if own else frames[0]))


def _owner(frames: Sequence[FrameType], modules: dict[str, str]) -> str | None:
    for name_of in (str, _package):
        for frame in frames:
            name = name_of(_module(frame))
            owners = [plugin for plugin, module in modules.items() if name_of(module) == name]
            if len(owners) == 1:
                return owners[0]
    return None


def _modules(registry: Registry) -> dict[str, str]:
    """Return the module of each active integration; what a program defines in itself could be anybody's."""
    found = {
        entry.id: (entry.value or "").partition(":")[0]
        for entry in registry.list()
        if entry.state is PluginState.ACTIVE
    }
    return {
        plugin: module for plugin, module in found.items() if _package(module) not in {"", "__main__", _OWN_PACKAGE}
    }


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _package(module: str) -> str:
    return module.partition(".")[0]


def _place(frame: FrameType) -> str:
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno} {frame.f_code.co_qualname}"
