"""Configuration in its two forms: models for integrations, plain JSON values to be sealed."""

import dataclasses
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import to_jsonable_python

from dashboard_integrations.apps._fields import SECRET_TYPES, Fields, config_fields, fields_of
from dashboard_integrations.apps._merge import secrets_in
from dashboard_integrations.errors import InternalError, InvalidConfigError
from dashboard_integrations.integration import Integration
from dashboard_integrations.problems import problems
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.suggestion import suggestion

__all__ = ["Models", "check", "plain", "texts_in"]

logger = logging.getLogger(__name__)

_WHOLE = "config"
_SHOWN_PROBLEMS = 3
_MOST_PROBLEMS = 50
_LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Models:
    """A validated configuration: an instance of each of the integration's two models."""

    auth: BaseModel
    extra: BaseModel | None


def check(integration: Integration, config: Mapping[str, object]) -> Models:
    """Validate a flat configuration; raise ``InvalidConfigError`` with everything that is wrong, by dotted path.

    A problem of the whole is told under ``config``. No message holds a secret.
    """
    fields = config_fields(integration)
    wrong = _unknown(fields, config)
    wrong |= {key: "leave out what is no character" for key in fields if not _is_text(config.get(key))}
    auth = _validated(integration.auth_config, config, integration, wrong)
    extra = (
        None if integration.extra_config is None else _validated(integration.extra_config, config, integration, wrong)
    )
    if wrong or auth is None:
        raise _invalid(integration, wrong, Redactor(texts_in(secrets_in(fields, config))))
    return Models(auth, extra)


def plain(integration: Integration, models: Models) -> dict[str, object]:
    """Return the flat configuration as JSON values under the schema's keys, secrets revealed."""
    revealed = {**_revealed(models.auth), **({} if models.extra is None else _revealed(models.extra))}
    try:
        found: dict[str, object] = to_jsonable_python(revealed)
    except ValueError as error:
        raise _defect(integration, error) from None
    return found


def texts_in(value: object) -> set[str]:
    """Return every text inside ``value``."""
    if isinstance(value, Mapping):
        return {text for item in value.values() for text in texts_in(item)}
    if isinstance(value, list | tuple | set | frozenset):
        return {text for item in value for text in texts_in(item)}
    if isinstance(value, SECRET_TYPES):
        return texts_in(value.get_secret_value())
    if isinstance(value, bytes):
        return {value.decode("utf-8", "replace")}
    return {value} if isinstance(value, str) else set()


def _revealed(value: Any) -> Any:
    """Return ``value`` with models as mappings and secrets in the clear, whatever its serializers would hide."""
    if isinstance(value, SECRET_TYPES):
        return _revealed(value.get_secret_value())
    if isinstance(value, RootModel):
        return _revealed(value.root)
    if isinstance(value, BaseModel):
        fields = fields_of(type(value)).values()
        return {field.key: _revealed(getattr(value, field.attribute)) for field in fields}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _revealed(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _revealed(item) for key, item in value.items()}
    return [_revealed(item) for item in value] if isinstance(value, list | tuple | set | frozenset) else value


def _unknown(fields: Fields, config: Mapping[str, object]) -> dict[str, str]:
    unknown = [key for key in config if key not in fields][:_MOST_PROBLEMS]
    return {_shown(key): f"unknown field{suggestion(key[:_LONGEST_KEY], fields)}" for key in unknown}


def _is_text(value: object) -> bool:
    """Return whether all text inside ``value`` can be written down: JSON may hold half a surrogate pair."""
    if isinstance(value, Mapping):
        return all(_is_text(key) and _is_text(item) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return all(map(_is_text, value))
    return not isinstance(value, str) or not any("\ud800" <= character <= "\udfff" for character in value)


def _shown(key: str) -> str:
    return key[:_LONGEST_KEY].encode("utf-8", "replace").decode()


def _validated(
    model: type[BaseModel], config: Mapping[str, object], integration: Integration, wrong: dict[str, str]
) -> BaseModel | None:
    """Return an instance, or ``None`` after noting in ``wrong`` why there is none."""
    given = {key: config[key] for key in fields_of(model) if key in config}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        for location, message in problems(error)[:_MOST_PROBLEMS]:
            path = _path(model, location)
            wrong[path] = f"{wrong[path]}; {message}" if path in wrong else message
        return None
    except Exception as error:  # noqa: BLE001  (an author's validator may raise anything)
        raise _defect(integration, error) from None


def _defect(integration: Integration, error: Exception) -> InternalError:
    """Tell the type of ``error`` only: its text may hold what was typed."""
    kind = type(error).__name__
    logger.error("config-check-failed", extra={"integration": integration.id, "error": kind})
    return InternalError(f"{integration.name} failed to check its configuration ({kind}): tell its author", reason=kind)


def _path(model: type[BaseModel], location: Iterable[int | str]) -> str:
    """Return the dotted path of a field, without the names of union members that pydantic appends."""
    path: list[str] = []
    within: type[BaseModel] | None = model
    for part in location:
        field = None if within is None else fields_of(within).get(str(part))
        if within is not None:
            path.append(_shown(str(part)))
        elif isinstance(part, int):
            path.append(str(part))
        else:
            break
        within = None if field is None else field.nested
    return ".".join(path) or _WHOLE


def _invalid(integration: Integration, wrong: Mapping[str, str], redactor: Redactor) -> InvalidConfigError:
    fields = {path: redactor.text(message) for path, message in wrong.items()}
    told = [f"{path}: {message}" for path, message in fields.items()]
    more = f" (and {len(told) - _SHOWN_PROBLEMS} more)" if len(told) > _SHOWN_PROBLEMS else ""
    return InvalidConfigError(
        f"the configuration does not fit {integration.name}: {'; '.join(told[:_SHOWN_PROBLEMS])}{more}", fields=fields
    )
