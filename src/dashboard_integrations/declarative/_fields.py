"""Fields that a form asks for, and parameters that a call may choose: declared as data, checked by pydantic."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, create_model, model_validator
from pydantic.config import JsonDict

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.declarative._section import Line, Section

__all__ = ["ConfigField", "FieldType", "ParameterField", "config_model", "parameter_model", "reserved_names"]

_LONGEST_TEXT = 10_000
_LARGEST_INTEGER = 2**53


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    SWITCH = "switch"


class ParameterField(Section):
    """What a call of an endpoint may choose. Without ``default`` it has to, unless ``required`` is false."""

    title: Line | None = None
    description: Line | None = None
    type: Annotated[FieldType, Field(strict=False)] = FieldType.TEXT
    default: str | int | float | bool | None = None
    choices: Sequence[Line] = Field(default=(), max_length=100)
    required: bool = True
    minimum: float | None = Field(default=None, allow_inf_nan=False)
    maximum: float | None = Field(default=None, allow_inf_nan=False)
    example: Line | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        is_number = self.type in {FieldType.NUMBER, FieldType.INTEGER}
        if self.choices and self.type is not FieldType.TEXT:
            raise ValueError("choices are of text: leave out the type")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("choices differ")
        if not is_number and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum and maximum are for numbers: set type = 'number' or 'integer'")
        if self.type is FieldType.INTEGER and not all(map(_is_whole, (self.minimum, self.maximum))):
            raise ValueError("minimum and maximum of an integer are whole, and not more than 2 to the power of 53")
        if self.default is not None and not _is_of(self.type, self.default):
            raise ValueError(f"the default is not of type {self.type.value}")
        if self.choices and self.default is not None and self.default not in self.choices:
            raise ValueError(f"the default is none of the choices: {', '.join(self.choices)}")
        return self

    @property
    def has_to_be_given(self) -> bool:
        """Whether there is no going on without it."""
        return self.required and self.default is None and self.type is not FieldType.SWITCH


class ConfigField(ParameterField):
    """A field of the form. A ``secret`` is sealed, never shown, and masked wherever it comes back."""

    secret: bool = False
    multiline: bool = False

    @model_validator(mode="after")
    def _is_a_secret_text(self) -> Self:
        if (self.secret or self.multiline) and (self.type is not FieldType.TEXT or self.choices):
            raise ValueError("a secret, or what has several lines, is plain text: leave out type and choices")
        if self.secret and self.default is not None:
            raise ValueError("a secret has no default: everybody could read it")
        return self


def reserved_names(model: type[BaseModel] = ServiceConfig) -> frozenset[str]:
    """Return the names that a field cannot have, as ``model`` has them: each app has them already, or pydantic does."""
    return frozenset(name for name in dir(model) if not name.startswith("_")) | frozenset(model.model_fields)


def config_model(name: str, fields: Mapping[str, ConfigField]) -> type[ServiceConfig]:
    """Return the model of an app's configuration."""
    parts: dict[str, Any] = {key: _field(key, field) for key, field in fields.items()}
    return create_model(name, __base__=ServiceConfig, **parts)


def parameter_model(name: str, fields: Mapping[str, ParameterField]) -> type[BaseModel] | None:
    """Return the model of an endpoint's parameters, ``None`` when there are none."""
    if not fields:
        return None
    parts: dict[str, Any] = {key: _field(key, field) for key, field in fields.items()}
    config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    return create_model(name, __config__=config, **parts)


def _field(key: str, field: ParameterField) -> tuple[Any, Any]:
    """Return annotation and default, as ``create_model`` takes them."""
    kind = _annotation(field)
    if not field.has_to_be_given and field.default is None and field.type is not FieldType.SWITCH:
        kind = kind | None
    default: Any = field.default
    if field.has_to_be_given:
        default = ...
    elif field.type is FieldType.SWITCH and default is None:
        default = False
    extra: JsonDict | None = {"x-multiline": True} if isinstance(field, ConfigField) and field.multiline else None
    return kind, Field(
        default=default,
        title=field.title or key.replace("_", " ").capitalize(),
        description=field.description,
        examples=None if field.example is None else [field.example],
        json_schema_extra=extra,
    )


def _annotation(field: ParameterField) -> Any:
    if field.choices:
        return Literal[tuple(field.choices)]
    bounds = Field(ge=field.minimum, le=field.maximum, allow_inf_nan=False)
    if field.type is FieldType.NUMBER:
        return Annotated[float, bounds]
    if field.type is FieldType.INTEGER:
        return Annotated[int, Field(ge=field.minimum, le=field.maximum)]
    if field.type is FieldType.SWITCH:
        return bool
    shortest = 1 if field.has_to_be_given else 0
    if isinstance(field, ConfigField) and field.secret:
        return Annotated[SecretStr, Field(min_length=shortest, max_length=_LONGEST_TEXT)]
    return Annotated[str, StringConstraints(min_length=shortest, max_length=_LONGEST_TEXT)]


def _is_whole(bound: float | None) -> bool:
    return bound is None or (float(bound).is_integer() and abs(bound) <= _LARGEST_INTEGER)


def _is_of(kind: FieldType, value: object) -> bool:
    if kind is FieldType.SWITCH or isinstance(value, bool):
        return kind is FieldType.SWITCH and isinstance(value, bool)
    if kind is FieldType.TEXT:
        return isinstance(value, str)
    return isinstance(value, int if kind is FieldType.INTEGER else (int, float))
