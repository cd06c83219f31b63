"""The fields of an integration's configuration, as its models declare them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import AliasChoices, BaseModel, RootModel, Secret, SecretBytes, SecretStr
from pydantic.fields import FieldInfo

from dashboard_integrations.integration import Integration

__all__ = ["SECRET_TYPES", "ConfigField", "Fields", "config_fields", "fields_of"]

SECRET_TYPES = (SecretStr, SecretBytes, Secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigField:
    """One field. ``key`` is its name in the JSON Schema, ``accepted`` every name it may be given by.

    ``nested`` is the model of a field that holds exactly one; a field that holds a secret in any other way (in a list,
    in one of several models) is ``secret`` as a whole.
    """

    key: str
    attribute: str
    accepted: frozenset[str]
    nullable: bool
    secret: bool
    nested: type[BaseModel] | None


Fields = Mapping[str, ConfigField]
"""Fields by their key."""


def config_fields(integration: Integration) -> Fields:
    """Return the fields of both models: one flat configuration."""
    extra = integration.extra_config
    return {**fields_of(integration.auth_config), **({} if extra is None else fields_of(extra))}


@lru_cache(maxsize=512)
def fields_of(model: type[BaseModel]) -> Fields:
    """Return the fields of one model."""
    by_name = bool(model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name"))
    described = (_describe(name, info, by_name={name} if by_name else ()) for name, info in model.model_fields.items())
    return {field.key: field for field in described}


def _describe(name: str, info: FieldInfo, *, by_name: Iterable[str]) -> ConfigField:
    aliases = _aliases(info) or (name,)
    members = _members(info.annotation)
    models = [member for member in members if _is_model(member)]
    nested = models[0] if len(models) == 1 and set(members) <= {models[0], NoneType} else None
    return ConfigField(
        key=aliases[0],
        attribute=name,
        accepted=frozenset(aliases).union(by_name),
        nullable=NoneType in members or Any in members,
        secret=nested is None and _holds_secret(info.annotation, frozenset()),
        nested=nested,
    )


def _aliases(info: FieldInfo) -> tuple[str, ...]:
    alias = info.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return tuple(choice for choice in choices if isinstance(choice, str))


def _members(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, else the type alone; without ``Annotated`` and type aliases."""
    annotation = getattr(annotation, "__value__", annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(member for argument in get_args(annotation) for member in _members(argument))
    return (annotation,)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel) and not issubclass(annotation, RootModel)


def _holds_secret(annotation: Any, seen: frozenset[Any]) -> bool:
    for member in _members(annotation):
        kind = get_origin(member) or member
        if isinstance(kind, type) and issubclass(kind, SECRET_TYPES):
            return True
        below = [*get_args(member), *_hints(member)]
        if member not in seen and any(_holds_secret(part, seen | {member}) for part in below):
            return True
    return False


def _hints(annotation: Any) -> Iterable[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [info.annotation for info in annotation.model_fields.values()]
    # Typed dictionaries are known by their attribute: those of typing_extensions are none to typing.
    if is_dataclass(annotation) or hasattr(annotation, "__required_keys__") or hasattr(annotation, "_fields"):
        return get_type_hints(annotation).values()
    return ()
