"""What happens to a stored configuration: merged with changes, stripped of secrets, compared by address."""

import re
from collections.abc import Mapping

from dashboard_integrations.apps._fields import Fields, fields_of
from dashboard_integrations.service_url import origin_of

__all__ = ["addresses", "carried_secrets", "known", "merge", "secrets_in", "without_secrets"]

Config = Mapping[str, object]

_ADDRESS_WORDS = frozenset(
    {"addr", "address", "addresses", "broker", "domain", "endpoint", "host", "hostname", "hosts", "ip", "port"}
    | {"server", "servers", "socket", "uri", "url"}
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_UNSET: tuple[object, ...] = (None, "", [], {})


def merge(fields: Fields, stored: Config, changes: Config) -> dict[str, object]:
    """Return ``stored`` with ``changes``: what they omit stays, ``None`` clears, nested models merge likewise.

    Clearing gives ``None`` where the field may be that, else its default. Unknown keys are kept, to be refused later.
    """
    accepted = {name: field for field in fields.values() for name in field.accepted}
    merged = dict(stored)
    for name, value in changes.items():
        field = accepted.get(name)
        if field is None:
            merged[name] = value
            continue
        before = merged.pop(field.key, None)
        if value is None and not field.nullable:
            continue
        if field.nested is not None and isinstance(value, Mapping):
            value = merge(fields_of(field.nested), before if isinstance(before, Mapping) else {}, value)  # noqa: PLW2901
        merged[field.key] = value
    return merged


def known(fields: Fields, config: Config) -> dict[str, object]:
    """Return ``config`` without what no field has a place for, such as a field of an earlier version."""
    found: dict[str, object] = {}
    for key, value in config.items():
        field = fields.get(key)
        if field is None:
            continue
        nested = field.nested
        found[key] = known(fields_of(nested), value) if nested and isinstance(value, Mapping) else value
    return found


def without_secrets(fields: Fields, config: Config) -> dict[str, object]:
    """Return ``config`` without its secrets; of a field that holds one deep inside, without all of it."""
    found: dict[str, object] = {}
    for key, value in known(fields, config).items():
        field = fields[key]
        if field.nested is not None:
            if isinstance(value, Mapping):
                found[key] = without_secrets(fields_of(field.nested), value)
            elif value is None:
                found[key] = None
        elif not field.secret:
            found[key] = value
    return found


def secrets_in(fields: Fields, config: Config, *, prefix: str = "") -> dict[str, object]:
    """Return the secrets that are set, by dotted path."""
    found: dict[str, object] = {}
    for key, field in fields.items():
        value = config.get(key)
        if field.secret and value not in _UNSET:
            found[prefix + key] = value
        elif field.nested is not None and isinstance(value, Mapping):
            found |= secrets_in(fields_of(field.nested), value, prefix=f"{prefix}{key}.")
    return found


def carried_secrets(fields: Fields, stored: Config, changes: Config) -> list[str]:
    """Return the dotted paths of the secrets that a merge would take over from ``stored``."""
    given = secrets_in(fields, merge(fields, without_secrets(fields, stored), changes))
    return [path for path in secrets_in(fields, merge(fields, stored, changes)) if path not in given]


def addresses(fields: Fields, config: Config) -> Mapping[str, object]:
    """Return where a configuration leads: the origin of every URL in it, and its fields named like a host or port.

    Names are looked at word by word. A URL without a scheme, in a field named like one, counts whole.
    """
    return _addresses(without_secrets(fields, config), "")


def _addresses(value: object, path: str) -> dict[str, object]:
    if isinstance(value, Mapping):
        return {key: item for name, part in value.items() for key, item in _addresses(part, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {
            key: item for index, part in enumerate(value) for key, item in _addresses(part, f"{path}.{index}").items()
        }
    if isinstance(value, str) and "://" in value:
        return {path: _origin(value)}
    return {path: value} if _is_address(path) else {}


def _is_address(path: str) -> bool:
    """Tell whether a field is named like one, as in ``mqttHost`` or ``hosts.0``: typing a secret again costs little."""
    name = next((part for part in reversed(path.split(".")) if not part.isdecimal()), "")
    return any(word.lower() in _ADDRESS_WORDS for word in _WORD.findall(name))


def _origin(text: str) -> object:
    """Return the origin of a URL; of any other text that has one in it, the whole."""
    try:
        scheme, host, port = origin_of(text)
    except ValueError:
        return text
    return (scheme, host, port) if scheme and host else text
