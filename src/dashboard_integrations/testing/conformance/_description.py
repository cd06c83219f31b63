"""Checks of what an integration says about itself: its metadata, its words, and the form of its configuration."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from dashboard_integrations.apps import AppService, InMemoryAppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.errors import IntegrationError
from dashboard_integrations.integration import API_VERSION
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import IntegrationInfo, describe_integration
from dashboard_integrations.testing.conformance._subject import Subject

__all__ = [
    "documentation_problems",
    "icon_problems",
    "metadata_problems",
    "round_trip_problems",
    "secret_field_problems",
]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SOUNDS_SECRET = re.compile(
    r"pass(word|wd|phrase|code)?$|^pwd|(^|_)pin$|token|secret|credential|api_?key|(access|private|auth)_?key|(^|_)key$",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"public|_(id|name|url|path|field|header|param(eter)?|file)$", re.IGNORECASE)
_SECRETS_OF_SCHEMES = frozenset({"field", "password_field", "client_secret_field"})
_LONGEST_NAME = 60
_LONGEST_DESCRIPTION = 300

Schema = Mapping[str, Any]


def metadata_problems(subject: Subject) -> Sequence[str]:
    """Return what is wrong with ids, names, version and endpoints, beyond what a registry refuses."""
    return tuple(_metadata(subject))


def _metadata(subject: Subject) -> Iterator[str]:
    try:
        Registry().register(subject.new())
    except (TypeError, ValueError) as error:
        yield f"a registry refuses it: {error}"
        return
    one = subject.one
    if one.api_version != API_VERSION:
        yield f"api_version is {one.api_version}, and the present one {API_VERSION}"
    if len(one.name) > _LONGEST_NAME or one.name != one.name.strip():
        yield f"name {one.name!r} is not a name of up to {_LONGEST_NAME} characters"
    if not one.endpoints:
        yield "it has no endpoint, so that there is nothing to show: mark a method with @endpoint"
    for endpoint in one.endpoints:
        if not endpoint.name.strip():
            yield f"endpoint {endpoint.id!r} has no name"


def icon_problems(subject: Subject) -> Sequence[str]:
    """Return what is wrong with the icon."""
    icon = subject.one.icon
    if _SLUG.fullmatch(icon):
        return ()
    return (f"icon {icon!r} is not a slug, such as 'pi-hole': hosts look it up in a set of icons",)


def documentation_problems(subject: Subject) -> Sequence[str]:
    """Return what a person who fills in the form or chooses a card is not told."""
    return tuple(_documentation(subject))


def _documentation(subject: Subject) -> Iterator[str]:
    one, info = subject.one, describe_integration(subject.one)
    yield from _of_text("the integration", one.description, "write a docstring on the class")
    for endpoint in one.endpoints:
        yield from _of_text(f"endpoint {endpoint.id!r}", endpoint.description, "write a docstring on its method")
    for endpoint_info in info.endpoints:
        parameters = endpoint_info.parameters_schema
        yield from () if parameters is None else _of_fields(f"endpoint {endpoint_info.id!r}, parameter", parameters)
    for schema in _schemas(info):
        yield from _of_fields("config field", schema)


def _of_text(what: str, text: str, next_step: str) -> Iterator[str]:
    if not text.strip():
        yield f"{what} has no description: {next_step}"
    elif len(text) > _LONGEST_DESCRIPTION:
        yield f"{what} has a description of {len(text)} characters: say it in {_LONGEST_DESCRIPTION}"


def _of_fields(what: str, schema: Schema) -> Iterator[str]:
    for name, described in schema.get("properties", {}).items():
        resolved = {**_resolved(described, schema), **described}
        for word in ("title", "description"):
            if not str(resolved.get(word, "")).strip():
                yield f"{what} {name!r} has no {word}: say it with Field({word}=…)"


def secret_field_problems(subject: Subject) -> Sequence[str]:
    """Return which fields hold a secret that nobody knows to be one."""
    return tuple(dict.fromkeys(_secret_fields(subject)))


def _secret_fields(subject: Subject) -> Iterator[str]:
    info = describe_integration(subject.one)
    for schema in _schemas(info):
        for name, described in schema.get("properties", {}).items():
            if _sounds_secret(name) and _holds_text(described, schema) and not described.get("writeOnly"):
                yield f"config field {name!r} sounds like a secret and is no SecretStr, so that it is shown and logged"
            if described.get("writeOnly") and described.get("default") is not None:
                yield f"config field {name!r} is a secret with a default: nobody has that one to himself"
    for name in _read_by_scheme(getattr(subject.one, "auth", None)):
        properties = info.auth_config_schema.get("properties", {})
        described = properties.get(name, {}) if isinstance(properties, Mapping) else {}
        if described and not described.get("writeOnly"):
            yield f"config field {name!r} is sent as a credential and is no SecretStr, so that it is shown and logged"


def _sounds_secret(name: str) -> bool:
    return _SOUNDS_SECRET.search(name) is not None and _NO_SECRET.search(name) is None


def _read_by_scheme(scheme: object) -> Iterator[str]:
    if is_dataclass(scheme):
        for item in fields(scheme):
            value = getattr(scheme, item.name)
            if item.name in _SECRETS_OF_SCHEMES and isinstance(value, str):
                yield value


def _holds_text(described: Schema, schema: Schema) -> bool:
    options = [described, *described.get("anyOf", ())]
    return any(_resolved(option, schema).get("type") in {"string", "array", "object"} for option in options)


async def round_trip_problems(subject: Subject) -> Sequence[str]:
    """Return where schema, form and saved configuration do not agree."""
    info = describe_integration(subject.one)
    properties = {name: item for schema in _schemas(info) for name, item in schema.get("properties", {}).items()}
    required = {name for schema in _schemas(info) for name in schema.get("required", ())}
    given = subject.config_at("http://127.0.0.1:9")
    if unknown := sorted(set(given) - set(properties)):
        return (f"the configuration of the tests has fields that the schema has not: {', '.join(unknown)}",)
    if missing := sorted(required - set(given)):
        return (f"the configuration of the tests lacks what the schema requires: {', '.join(missing)}",)
    # A form sends every field it shows, those with their defaults included.
    shown = {name: item["default"] for name, item in properties.items() if item.get("default") is not None}
    try:
        models = subject.opened(given)
        again = subject.opened({**shown, **given})
    except IntegrationError as error:
        return (f"a form that is sent as it is shown is refused: {error.message}",)
    if (models.auth, models.extra) != (again.auth, again.extra):
        return (
            "the defaults of the schema are others than those of the model: a form that is sent changes the config",
        )
    return await _saved(subject, given)


async def _saved(subject: Subject, given: Mapping[str, object]) -> Sequence[str]:
    """Save an app and open it again."""
    apps = AppService(InMemoryAppRepository(), cipher=ConfigCipher([bytes(range(32))]))
    record = await apps.create(name="App", integration=subject.one, config=given)
    try:
        opened = await apps.open(record, subject.one)
    except IntegrationError as error:
        return (f"what was saved is refused when it is opened: {error.message}; validators take their own results",)
    first = subject.opened(given)
    if (opened.auth, opened.extra) != (first.auth, first.extra):
        return ("what was saved is something else when it is opened: validators keep their own results as they are",)
    shown = await apps.describe(record, subject.one)
    search = [secret for secret in first.secrets if secret in repr(dict(shown.config))]
    return ("the form shows a secret that was saved",) if search else ()


def _schemas(info: IntegrationInfo) -> Sequence[Schema]:
    extra = info.extra_config_schema
    return (info.auth_config_schema,) if extra is None else (info.auth_config_schema, extra)


def _resolved(described: Schema, schema: Schema) -> Schema:
    """Return what a reference within the schema stands for."""
    reference = described.get("$ref") or next(
        (part["$ref"] for part in described.get("allOf", ()) if "$ref" in part), ""
    )
    name = str(reference).rpartition("/")[2]
    found: Schema = schema.get("$defs", {}).get(name, described)
    return found
