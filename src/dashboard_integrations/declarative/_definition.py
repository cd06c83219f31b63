"""A definition: everything that a file says about one kind of service."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from dashboard_integrations.declarative._auth import Auth
from dashboard_integrations.declarative._fields import ConfigField, ParameterField
from dashboard_integrations.declarative._requests import Moment, Request
from dashboard_integrations.declarative._section import Id, Line, Seconds, Section
from dashboard_integrations.declarative._selectors import TextSelector
from dashboard_integrations.declarative._template import check_name
from dashboard_integrations.declarative._views import AnyViewSource

__all__ = ["Asked", "Definition", "EndpointDefinition", "TestDefinition", "ViewDefinition", "ViewsDefinition"]

MOST_ENDPOINTS = 50

FieldName = Annotated[str, BeforeValidator(lambda name: check_name(str(name)))]
_ENDPOINT_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def _is_endpoint_id(text: str) -> str:
    if not _ENDPOINT_ID.fullmatch(text):
        raise ValueError("should be letters, digits, '_', '-' and '.', as in 'active-transfers'")
    return text


def _is_format(version: object) -> object:
    if version != 1 or isinstance(version, bool):
        raise ValueError("should be 1: a later one needs a later dashboard-integrations")
    return version


EndpointId = Annotated[str, StringConstraints(max_length=50), AfterValidator(_is_endpoint_id)]


class Asked(Section):
    """Base of what asks a service: one ``request``, or ``requests`` by the names that selectors find answers under."""

    request: Request | None = None
    requests: Mapping[FieldName, Request] = Field(default_factory=dict, max_length=5)
    moments: Mapping[FieldName, Moment] = Field(default_factory=dict, max_length=5)

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if (self.request is None) == (not self.requests):
            raise ValueError("say what to ask for: either 'request', or several 'requests' by name")
        return self

    @property
    def by_name(self) -> Mapping[str, Request]:
        """The requests by name; a single one has none."""
        return self.requests if self.request is None else {"": self.request}

    @property
    def names(self) -> Iterator[tuple[str, str]]:
        """Yield each name that a placeholder has, after the place of its request."""
        for name, request in self.by_name.items():
            place = f"requests.{name}" if name else "request"
            yield from ((place, used) for used in request.names)


class TestDefinition(Asked):
    """What *Test connection* asks for, and what it tells of the answer."""

    __test__ = False  # for pytest, whose tests have such names

    version: TextSelector | None = None
    account: TextSelector | None = None
    details: Mapping[Line, TextSelector] = Field(default_factory=dict, max_length=20)


class ViewDefinition(Asked):
    """What one endpoint asks for and shows."""

    id: EndpointId
    name: Line | None = None
    description: str = Field(default="", max_length=500)
    view: AnyViewSource

    @property
    def title(self) -> str:
        """What people read: the name, else the id."""
        return self.name or self.id.replace("_", " ").replace("-", " ").capitalize()


class EndpointDefinition(ViewDefinition):
    """An endpoint of an integration."""

    ttl: Seconds = 30.0
    stale_for: Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)] | None = None
    parameters: Mapping[FieldName, ParameterField] = Field(default_factory=dict, max_length=20)


class ViewsDefinition(Section):
    """Endpoints without an integration of their own: what a person enters for one app."""

    test: TestDefinition | None = None
    endpoints: Sequence[ViewDefinition] = Field(min_length=1, max_length=MOST_ENDPOINTS)


class Definition(Section):
    """An integration as data. ``format`` is the version of this language."""

    format: Annotated[Literal[1], BeforeValidator(_is_format)]
    id: Id
    name: Line
    icon: Id | None = None
    description: str = Field(default="", max_length=500)
    capabilities: Sequence[Id] = Field(default=(), max_length=20)
    calls_per_minute: Annotated[float, Field(gt=0, le=6_000, allow_inf_nan=False)] | None = None
    config: Mapping[FieldName, ConfigField] = Field(default_factory=dict, max_length=30)
    auth: Auth | None = None
    test: TestDefinition
    endpoints: Sequence[EndpointDefinition] = Field(min_length=1, max_length=MOST_ENDPOINTS)
