"""Decides what becomes of the candidates for one id before anything of them is imported."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from importlib_metadata import EntryPoint

from dashboard_integrations.registry._discovery import Candidate, normalised
from dashboard_integrations.registry._entries import PluginEntry, PluginOrigin, PluginState
from dashboard_integrations.registry._validation import api_problem, id_problem

__all__ = ["Policy", "choose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a host wants: who may be imported, and whose integration it is when several claim an id."""

    allow: frozenset[str] | None
    block: frozenset[str]
    prefer: Mapping[str, str]
    supported: range

    @classmethod
    def of(
        cls,
        *,
        allow: Collection[str] | None,
        block: Collection[str],
        prefer: Mapping[str, str],
        supported: range,
    ) -> Self:
        """Normalise the names; a text in place of a collection is a mistake that would allow its letters."""
        for word, names in (("allow", allow), ("block", block)):
            if isinstance(names, str):
                raise TypeError(f"{word} takes a collection of names: pass {word}=[{names!r}]")
        return cls(
            allow=None if allow is None else frozenset(map(normalised, allow)),
            block=frozenset(map(normalised, block)),
            prefer={plugin: normalised(distribution) for plugin, distribution in prefer.items()},
            supported=supported,
        )

    def refusal(self, candidate: Candidate) -> str | None:
        """Return why the host does not want ``candidate``, or ``None``."""
        names = {candidate.id, normalised(candidate.distribution or "")}
        if matched := sorted(names & self.block):
            return f"the host blocks {matched[0]!r}"
        if self.allow is not None and not names & self.allow:
            return "it is not on the host's list of allowed plugins"
        return None


def choose(candidates: Sequence[Candidate], policy: Policy) -> tuple[PluginEntry, EntryPoint | None]:
    """Return the row of candidates with one id, and the entry point to import when it is available."""
    sound = [candidate for candidate in candidates if candidate.distribution is not None] or candidates[:1]
    wanted = [candidate for candidate in sound if policy.refusal(candidate) is None]
    if not wanted:
        return _row(sound[0], PluginState.BLOCKED, policy.refusal(sound[0])), None
    if (conflict := _conflict(wanted, policy)) is not None:
        row = PluginEntry(id=wanted[0].id, state=PluginState.CONFLICT, origin=PluginOrigin.ENTRY_POINT, reason=conflict)
        return row, None
    return _judged(_preferred(wanted, policy)[0], policy)


def _preferred(wanted: Sequence[Candidate], policy: Policy) -> Sequence[Candidate]:
    preferred = policy.prefer.get(wanted[0].id)
    if preferred is None:
        return wanted
    return [candidate for candidate in wanted if normalised(candidate.distribution or "") == preferred]


def _conflict(wanted: Sequence[Candidate], policy: Policy) -> str | None:
    plugin = wanted[0].id
    rivals = sorted(wanted, key=lambda candidate: normalised(candidate.distribution or ""))
    sources = " and ".join(candidate.source for candidate in rivals)
    remaining = _preferred(wanted, policy)
    if not remaining:
        return (
            f"the host prefers {policy.prefer[plugin]!r} for it, but it is offered by {sources}:"
            f" install {policy.prefer[plugin]!r}, or change prefer"
        )
    if len(remaining) == 1:
        return None
    choices = " or ".join(f"prefer={{{plugin!r}: {candidate.distribution!r}}}" for candidate in rivals)
    return f"offered by {sources}: pass {choices} to Registry.from_entry_points, or uninstall all but one"


def _judged(candidate: Candidate, policy: Policy) -> tuple[PluginEntry, EntryPoint | None]:
    defect = candidate.defect or id_problem(candidate.id)
    if defect is not None:
        return _row(candidate, PluginState.BROKEN, defect), None
    match = re.fullmatch(r"v?([0-9]{1,9})", candidate.api.strip("\"' "))
    version = int(match[1]) if match else candidate.api
    if (problem := api_problem(version, policy.supported)) is not None:
        return _row(candidate, PluginState.INCOMPATIBLE, problem), None
    return _row(candidate, PluginState.AVAILABLE, None), candidate.entry_point


def _row(candidate: Candidate, state: PluginState, reason: str | None) -> PluginEntry:
    return PluginEntry(
        id=candidate.id,
        state=state,
        origin=PluginOrigin.ENTRY_POINT,
        distribution=candidate.distribution,
        version=candidate.version,
        reason=None if reason is None else f"{candidate.source}: {reason}",
        value=candidate.value,
    )
