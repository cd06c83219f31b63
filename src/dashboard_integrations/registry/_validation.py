"""Checks that what a plugin offers is the integration it says it is."""

import inspect
import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import cast

from pydantic import BaseModel

from dashboard_integrations.authoring import BaseIntegration
from dashboard_integrations.integration import Endpoint, Integration
from dashboard_integrations.registry._messages import described
from dashboard_integrations.views import ViewKind

__all__ = ["NotAnIntegrationError", "UnsupportedApiError", "api_problem", "as_integration", "id_problem"]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENDPOINT_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


class NotAnIntegrationError(TypeError):
    """The object does not fulfil the protocol; the message lists everything that is wrong with it."""


class UnsupportedApiError(ValueError):
    """The integration was made for a version of the API that is not supported."""


def as_integration(loaded: object, *, supported: range, expected_id: str | None = None) -> Integration:
    """Return ``loaded``, or an instance of it when it is a class.

    Raise ``UnsupportedApiError`` before anything else is looked at, then ``NotAnIntegrationError``.
    """
    _check_api(loaded, supported)
    integration = loaded() if isinstance(loaded, type) else loaded
    _check_api(integration, supported)
    problems = tuple(_problems(integration, expected_id))
    if problems:
        raise NotAnIntegrationError("; ".join(problems))
    return cast("Integration", integration)


def api_problem(version: object, supported: range) -> str | None:
    """Return why an integration made for this version of the API cannot be used, or ``None``."""
    if version in supported:
        return None
    known = " and ".join(f"v{number}" for number in supported)
    too_old = isinstance(version, int) and version < supported.start
    what_next = "update that distribution" if too_old else "update dashboard-integrations"
    shown = f"v{version}" if isinstance(version, int) else repr(version)
    return f"it is made for API {shown} and this version supports {known}: {what_next}"


def id_problem(plugin: object) -> str | None:
    """Return what is wrong with the id of an integration, or ``None``."""
    if isinstance(plugin, str) and _ID.fullmatch(plugin):
        return None
    return f"id {plugin!r} should be lower-case letters, digits and single hyphens, as in 'pi-hole'"


def _check_api(subject: object, supported: range) -> None:
    version = getattr(subject, "api_version", None)
    if type(version) is int and (problem := api_problem(version, supported)) is not None:
        raise UnsupportedApiError(problem)


def _problems(integration: object, expected_id: str | None) -> Iterator[str]:
    values: dict[str, object] = {}
    for name, check in _CHECKS.items():
        try:
            values[name] = getattr(integration, name)
        except AttributeError as error:
            yield f"it has no {name} ({described(error)})"
        except Exception as error:  # noqa: BLE001  (a property may raise anything)
            yield f"its {name} cannot be read ({described(error)})"
        else:
            yield from check(name, values[name])
    yield from _version_problems(integration)
    if expected_id is not None and values.get("id", expected_id) != expected_id:
        yield f"its id is {values['id']!r}, but its entry point is named {expected_id!r}"
    if shared := sorted(_keys(values.get("auth_config")) & _keys(values.get("extra_config"))):
        yield f"auth_config and extra_config both have: {', '.join(shared)}"


def _check_id(_name: str, value: object) -> Iterator[str]:
    if (problem := id_problem(value)) is not None:
        yield problem


def _check_text(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{name} should be text, not {value!r}"
    elif not value.strip() and name in {"name", "icon"}:
        yield f"{name} is empty"


def _check_capabilities(name: str, value: object) -> Iterator[str]:
    sequence = isinstance(value, Sequence) and not isinstance(value, str)
    if not sequence or not all(isinstance(item, str) for item in cast("Sequence[object]", value)):
        yield f"{name} should be a sequence of texts, not {value!r}"


def _check_api_version(name: str, value: object) -> Iterator[str]:
    if type(value) is not int:
        yield f"{name} should be an integer, not {value!r}"


def _check_model(name: str, value: object) -> Iterator[str]:
    if not (isinstance(value, type) and issubclass(value, BaseModel)):
        yield f"{name} should be a pydantic model class, not {value!r}"
        return
    try:
        value.model_json_schema()
    except Exception as error:  # noqa: BLE001  (authors' own types take part in a schema)
        yield f"{name} has no JSON schema, so that no form can be made of it ({described(error)})"


def _check_optional_model(name: str, value: object) -> Iterator[str]:
    if value is not None:
        yield from _check_model(name, value)


def _check_endpoints(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        yield f"{name} should be a sequence of Endpoint, not {value!r}"
        return
    seen: set[object] = set()
    for position, item in enumerate(value):
        if not isinstance(item, Endpoint):
            yield f"{name}[{position}] should be an Endpoint, not {item!r}"
            continue
        yield from _check_endpoint(f"{name}[{position}]", item)
        if item.id in seen:
            yield f"two endpoints have the id {item.id!r}"
        seen.add(item.id)


def _check_endpoint(where: str, item: Endpoint) -> Iterator[str]:
    # The annotations of Endpoint are not enforced at run time, so its values are objects here.
    plugin, ttl, view = cast("tuple[object, object, object]", (item.id, item.ttl, item.view))
    if not (isinstance(plugin, str) and _ENDPOINT_ID.fullmatch(plugin)):
        yield f"{where}.id {plugin!r} should be letters, digits, '_', '-' and '.'"
    for name in ("name", "description"):
        yield from _check_text(f"{where}.{name}", getattr(item, name))
    if isinstance(ttl, bool) or not isinstance(ttl, int | float) or not (math.isfinite(ttl) and ttl > 0):
        yield f"{where}.ttl should be a number of seconds above 0, not {ttl!r}"
    if view not in tuple(ViewKind):
        yield f"{where}.view should be one of {', '.join(ViewKind)}, not {view!r}"
    yield from _check_optional_model(f"{where}.parameters", item.parameters)


def _check_async(name: str, value: object) -> Iterator[str]:
    if not inspect.iscoroutinefunction(value) and not inspect.iscoroutinefunction(type(value).__call__):
        yield f"{name} should be an async method"
        return
    arguments = {"test_connection": ("connection",), "fetch_data": ("endpoint_id", "connection")}[name]
    try:
        inspect.signature(cast("Callable[..., object]", value)).bind(*arguments)
    except (TypeError, ValueError):
        yield f"{name} should take ({', '.join(arguments)})"


def _version_problems(integration: object) -> Iterator[str]:
    """Yield what is wrong with the two attributes that an integration may leave out."""
    try:
        version: object = getattr(integration, "config_version", 1)
        migrate: object = getattr(integration, "migrate", None)
    except Exception as error:  # noqa: BLE001  (a property may raise anything)
        yield f"its config_version or migrate cannot be read ({described(error)})"
        return
    if type(version) is not int or version < 1:
        yield f"config_version should be an integer from 1 on, not {version!r}"
    elif version > 1 and (migrate is None or getattr(migrate, "__func__", None) is BaseIntegration.migrate):
        yield f"it has config_version {version} and no migrate, which brings what earlier versions saved up to date"
    elif migrate is not None:
        yield from _migrate_problems(migrate)


def _migrate_problems(migrate: object) -> Iterator[str]:
    if not callable(migrate) or inspect.iscoroutinefunction(migrate):
        yield "migrate should be a method that is not async"
        return
    try:
        inspect.signature(migrate).bind({}, version=1)
    except (TypeError, ValueError):
        yield "migrate should take (config, *, version)"


def _keys(model: object) -> set[str]:
    """Return every name under which a configuration may give a field of ``model``."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return set()
    names = set(model.model_fields)
    for field in model.model_fields.values():
        aliases = (field.alias, field.validation_alias, field.serialization_alias)
        names.update(alias for alias in aliases if isinstance(alias, str))
    return names


_CHECKS: dict[str, Callable[[str, object], Iterator[str]]] = {
    "id": _check_id,
    "name": _check_text,
    "icon": _check_text,
    "description": _check_text,
    "capabilities": _check_capabilities,
    "api_version": _check_api_version,
    "auth_config": _check_model,
    "extra_config": _check_optional_model,
    "endpoints": _check_endpoints,
    "test_connection": _check_async,
    "fetch_data": _check_async,
}
