"""Where an answer says which version of the service it comes from."""

from collections.abc import Mapping

from dashboard_integrations.scaffold.places import Place, places
from dashboard_integrations.scaffold.shapes import Shape, shape_of
from dashboard_integrations.scaffold.words import tokens

__all__ = ["version_in", "version_place"]

_LONGEST = 60


def version_place(answer: object, shape: Shape, integration_id: str) -> Place | None:
    """Return the place of the version: one named only that, else one named as the service, else any."""
    if not isinstance(answer, Mapping):
        return None
    named = set(tokens(integration_id))
    is_rpc = "result" in answer  # whose version is the one of JSON-RPC
    found = [place for place in places(answer, shape) if _is_version(place) and not (is_rpc and len(place.path) == 1)]

    def rank(place: Place) -> tuple[bool, bool, int]:
        words = tokens(place.key)
        return len(words) > 1, not named & set(words), len(place.path)

    return min(found, key=rank, default=None)


def version_in(answer: object, integration_id: str) -> str | None:
    """Return the version that an answer tells, if any."""
    place = version_place(answer, shape_of(answer), integration_id)
    return None if place is None else str(place.value)


def _is_version(place: Place) -> bool:
    return tokens(place.key)[-1:] == ("version",) and isinstance(place.value, str) and 0 < len(place.value) <= _LONGEST
