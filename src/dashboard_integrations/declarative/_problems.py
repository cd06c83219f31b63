"""What is wrong with a definition: all of it at once, each with its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from dashboard_integrations.declarative._auth import Auth, field_names
from dashboard_integrations.declarative._definition import (
    Asked,
    Definition,
    EndpointDefinition,
    TestDefinition,
    ViewDefinition,
    ViewsDefinition,
)
from dashboard_integrations.declarative._fields import reserved_names
from dashboard_integrations.problems import problems
from dashboard_integrations.suggestion import suggestion

__all__ = ["DefinitionError", "DefinitionProblem", "check_integration", "check_views"]

ModelT = TypeVar("ModelT", bound=BaseModel)

_MOST_SHOWN = 20
_NO_TAG = "Unable to extract tag using discriminator "
_AUTH: TypeAdapter[Auth] = TypeAdapter(Auth)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionProblem:
    """One thing that is wrong. ``place`` is a dotted path, as in ``endpoints.0.view.kind``; empty for the whole."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class DefinitionError(ValueError):
    """A definition cannot be used; ``problems`` is everything that is wrong, ``source`` where it was read from."""

    def __init__(self, problems: Sequence[DefinitionProblem], *, source: str) -> None:
        self.problems = tuple(problems)
        self.source = source
        told = [str(problem) for problem in self.problems[:_MOST_SHOWN]]
        more = len(self.problems) - len(told)
        super().__init__(f"{source}: {'; '.join([*told, *([f'and {more} more'] if more else [])])}")


def check_integration(raw: Mapping[str, object], *, source: str) -> Definition:
    """Return the definition that ``raw`` is; raise ``DefinitionError``."""
    fields = raw.get("config")
    names = set(fields) if isinstance(fields, dict) else set()
    found = [*_config_problems(fields), *_auth_problems(raw.get("auth"), names)]
    found += _asked_problems(raw, names, endpoint=EndpointDefinition)
    return _checked(Definition, raw, found, source)


def check_views(raw: Mapping[str, object], *, names: Sequence[str], source: str) -> ViewsDefinition:
    """Return the views that ``raw`` is; ``names`` are those that placeholders may have. Raise ``DefinitionError``."""
    return _checked(ViewsDefinition, raw, [*_asked_problems(raw, set(names), endpoint=ViewDefinition)], source)


def _checked(model: type[ModelT], raw: Mapping[str, object], found: Sequence[DefinitionProblem], source: str) -> ModelT:
    definition: ModelT | None = None
    invalid: list[DefinitionProblem] = []
    try:
        definition = model.model_validate(raw)
    except ValidationError as error:
        invalid = [
            DefinitionProblem(place=_place(raw, location, message), message=_told(message))
            for location, message in problems(error)
        ]
    if definition is None or found:
        raise DefinitionError([*invalid, *found], source=source)
    return definition


def _place(raw: object, location: Sequence[int | str], message: str) -> str:
    """Return a dotted path in the file: without the names of alternatives that pydantic puts into it."""
    path: list[str] = []
    for position, part in enumerate(location):
        is_there = (isinstance(raw, dict) and part in raw) or (
            isinstance(raw, list) and isinstance(part, int) and part < len(raw)
        )
        if is_there:
            raw = raw[part]  # type: ignore[index]  # a dict or a list, as was looked
            path.append(str(part))
        elif message == "required" and position == len(location) - 1:
            path.append(str(part))
    return ".".join(path)


def _told(message: str) -> str:
    if message.startswith(_NO_TAG):
        return f"{message.removeprefix(_NO_TAG)} is required"
    return message


def _config_problems(fields: object) -> Iterator[DefinitionProblem]:
    taken = reserved_names()
    for name in fields if isinstance(fields, dict) else ():
        if name in taken:
            yield DefinitionProblem(
                place=f"config.{name}", message="every app has a field of this name already: choose another"
            )


def _auth_problems(raw: object, names: set[str]) -> Iterator[DefinitionProblem]:
    auth = _valid(_AUTH, raw)
    if auth is None:
        return
    for key, name in field_names(auth):
        if name not in names:
            yield DefinitionProblem(
                place=f"auth.{key}", message=f"there is no field {name!r} in 'config'{suggestion(name, sorted(names))}"
            )


def _asked_problems(
    raw: Mapping[str, object], names: set[str], *, endpoint: type[ViewDefinition]
) -> Iterator[DefinitionProblem]:
    """Yield what is wrong between parts that are right by themselves; a part that is not is told of by its model."""
    test = _valid(TypeAdapter(TestDefinition), raw.get("test"))
    if test is not None:
        yield from _name_problems("test", test, names, ())
    seen: set[str] = set()
    endpoints = raw.get("endpoints")
    for position, part in enumerate(endpoints if isinstance(endpoints, list) else ()):
        place = f"endpoints.{position}"
        found = _valid(TypeAdapter(endpoint), part)
        if found is None:
            continue
        if found.id in seen:
            yield DefinitionProblem(place=f"{place}.id", message=f"another endpoint has the id {found.id!r}")
        seen.add(found.id)
        parameters = found.parameters if isinstance(found, EndpointDefinition) else ()
        yield from _name_problems(place, found, names, parameters)


def _name_problems(
    place: str, asked: Asked, names: set[str], parameters: Mapping[str, object] | tuple[()]
) -> Iterator[DefinitionProblem]:
    reserved = reserved_names(BaseModel)
    for kind, own, taken in (("parameters", parameters, reserved), ("moments", asked.moments, parameters)):
        for name in own:
            if name in names or name in taken:
                yield DefinitionProblem(place=f"{place}.{kind}.{name}", message="the name is taken: choose another")
    known = sorted({*names, *parameters, *asked.moments})
    for where, name in asked.names:
        if name not in known:
            message = f"nothing is named {name!r}{suggestion(name, known)}"
            yield DefinitionProblem(place=f"{place}.{where}", message=message)


PartT = TypeVar("PartT")


def _valid(adapter: TypeAdapter[PartT], raw: Any) -> PartT | None:
    try:
        return None if raw is None else adapter.validate_python(raw)
    except ValidationError:
        return None
