"""Replaying: whether an integration gets from a recording what it got from the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import InvalidConfigError
from dashboard_integrations.integration import Integration
from dashboard_integrations.testing.fake_service import FakeService
from dashboard_integrations.testing.recorder._drive import drive
from dashboard_integrations.testing.recording import Recording

__all__ = ["Replayed", "differences", "refused_fields", "replayed"]

_NOWHERE = "http://127.0.0.1:1"
_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay showed: ``failures`` by ``test`` or endpoint, ``views`` by endpoint."""

    failures: Mapping[str, ErrorBody]
    views: Mapping[str, Any]


async def replayed(recording: Recording, integration: Integration) -> Replayed:
    """Answer from the recording, and ask the integration for its test and every endpoint; nothing else is called."""
    with FakeService() as service:
        service.replay(recording)
        config = {**recording.config, **recording.extra, "url": service.url}
        driven = await drive(integration, config=config, parameters=recording.parameters, keep_going=True)
    return Replayed(failures=driven.failures, views=driven.views)


def refused_fields(integration: Integration, config: Mapping[str, object]) -> Sequence[str]:
    """Return the fields of a scrubbed configuration that the integration does not take."""
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher.from_text(ConfigCipher.generate_key()))
    try:
        apps.validate(integration, {**config, "url": _NOWHERE})
    except InvalidConfigError as error:
        return [path.partition(".")[0] for path in error.fields]
    return []


def differences(real: Mapping[str, Any], replay: Mapping[str, Any]) -> Sequence[str]:
    """Return where views of a replay have another shape than those of the service: what is there, not what it says."""
    return [
        f"{endpoint}: {difference}"
        for endpoint, view in real.items()
        if endpoint in replay
        for difference in _differences(view, replay[endpoint], "")
    ]


def _differences(real: object, replay: object, place: str) -> Sequence[str]:
    if isinstance(real, dict) and isinstance(replay, dict):
        keys = [key for key in real if key in replay]
        return [told for key in keys for told in _differences(real[key], replay[key], f"{place}.{key}")]
    if isinstance(real, list) and isinstance(replay, list):
        if len(real) != len(replay):
            return [f"{place.removeprefix('.')} has {len(replay)} entries, and from the service {len(real)}"]
        return [told for one, other in zip(real, replay, strict=True) for told in _differences(one, other, place)]
    if (real is None) != (replay is None):
        return [f"{place.removeprefix('.')} is {'missing' if replay is None else 'there'}, unlike from the service"]
    return []
