"""Recording: an integration is driven against a real service, and what went over the wire is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.integration import Integration
from dashboard_integrations.service import describe_integration
from dashboard_integrations.testing.recorder._drive import Driven, Parameters, drive, told_parameters
from dashboard_integrations.testing.recorder._exchanges import recorded_exchange
from dashboard_integrations.testing.recorder._tape import MOST_BYTES, TakenExchange, Tape
from dashboard_integrations.testing.recording import Recording, RecordingError

__all__ = ["Take", "record"]

# What is about the way to the real service: a fake one is reached without TLS, and at once.
_WAY_THERE = frozenset(ServiceConfig.model_fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What was recorded, with everything secret still in it: scrub it before it goes anywhere.

    ``failures`` says by ``test`` or endpoint what did not work, ``views`` has the payloads that endpoints returned.
    ``secrets`` and ``users`` are the values in the configuration that ``redaction`` knows.
    """

    recording: Recording = field(repr=False)
    url: str
    failures: Mapping[str, ErrorBody]
    views: Mapping[str, Any] = field(repr=False)
    secrets: frozenset[str] = field(repr=False)
    users: frozenset[str] = field(repr=False)


async def record(
    integration: Integration,
    *,
    config: Mapping[str, object],
    parameters: Parameters | None = None,
    keep_going: bool = False,
    max_bytes: int = MOST_BYTES,
    begins: Callable[[str], None] | None = None,
) -> Take:
    """Test the connection, ask every endpoint once, and return every exchange with the service.

    Endpoints are asked with ``parameters`` or their defaults. When the test fails nothing else is asked, unless
    ``keep_going``. Raise ``InvalidConfigError``, ``UnknownEndpointError``, and ``RecordingError`` for more than
    ``max_bytes`` of bodies or an integration that makes no calls.
    """
    parameters = parameters or {}
    tape = Tape(max_bytes=max_bytes)

    def begin(name: str) -> None:
        tape.during = name
        if begins is not None:
            begins(name)

    driven = await drive(
        integration, config=config, parameters=parameters, keep_going=keep_going, wiretap=tape, begins=begin
    )
    _check(tape, integration, driven, max_bytes=max_bytes)
    url = str(driven.config.get("url", ""))
    return Take(
        recording=_recording(integration, driven, tape.taken, given=config, parameters=parameters),
        url=url,
        failures=driven.failures,
        views=driven.views,
        secrets=driven.opened.secrets | _texts(_secret_values(integration, config)),
        users=driven.opened.users,
    )


def _check(tape: Tape, integration: Integration, driven: Driven, *, max_bytes: int) -> None:
    if tape.full_since is not None:
        raise RecordingError(
            f"the answers of {integration.name} are more than the {max_bytes:,} bytes that a recording may have (it was"
            f" full during {tape.full_since!r}): choose parameters that ask for less, or allow more"
        )
    if not tape.taken and not driven.failures:
        raise RecordingError(f"{integration.name} made no HTTP call through its connection: there is nothing to record")


def _recording(
    integration: Integration,
    driven: Driven,
    taken: Sequence[TakenExchange],
    *,
    given: Mapping[str, object],
    parameters: Parameters,
) -> Recording:
    told: dict[str, Any] = {key: value for key, value in driven.config.items() if key in given}
    extra = _keys(integration.extra_config, integration)
    return Recording.model_validate(
        {
            "integration": integration.id,
            "software": driven.software,
            "config": {key: value for key, value in told.items() if key not in extra and key not in _WAY_THERE},
            "extra": {key: value for key, value in told.items() if key in extra},
            "parameters": told_parameters(integration, parameters),
            "exchanges": [recorded_exchange(item, url=str(driven.config.get("url", ""))) for item in taken],
        }
    )


def _keys(model: type[BaseModel] | None, integration: Integration) -> frozenset[str]:
    return frozenset(() if model is None else _properties(describe_integration(integration).extra_config_schema))


def _properties(schema: Mapping[str, object] | None) -> dict[str, Any]:
    found: Any = {} if schema is None else schema.get("properties", {})
    return dict(found)


def _secret_values(integration: Integration, config: Mapping[str, object]) -> list[object]:
    """Return what was typed into secret fields: validation may have changed it."""
    info = describe_integration(integration)
    described = {**_properties(info.auth_config_schema), **_properties(info.extra_config_schema)}
    return [value for key, value in config.items() if _is_secret(described.get(key, {}))]


def _is_secret(described: Mapping[str, Any]) -> bool:
    parts = [part for name in ("allOf", "anyOf", "oneOf") for part in described.get(name, ())]
    return bool(described.get("writeOnly")) or any(part.get("writeOnly") for part in parts)


def _texts(values: Sequence[object]) -> frozenset[str]:
    return frozenset(value for value in values if isinstance(value, str) and value)
