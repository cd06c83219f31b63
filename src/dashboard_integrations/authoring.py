"""The base classes that make an integration one short file."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from dashboard_integrations.auth import AuthScheme
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.errors import UnknownEndpointError
from dashboard_integrations.integration import API_VERSION, ConnectionReport, Endpoint
from dashboard_integrations.views import View, ViewKind

__all__ = ["BaseIntegration", "HttpIntegration", "endpoint"]

ConfigT = TypeVar("ConfigT", bound=BaseModel)
ServiceConfigT = TypeVar("ServiceConfigT", bound=ServiceConfig)
MethodT = TypeVar("MethodT", bound=Callable[..., Awaitable[View]])

_MARK = "__dashboard_endpoint__"


def _type_argument(cls: type) -> type[BaseModel] | None:
    for base in getattr(cls, "__orig_bases__", ()):
        if isinstance(origin := get_origin(base), type) and issubclass(origin, BaseIntegration):
            argument = get_args(base)[0]
            if isinstance(argument, type):
                return argument
    return None


def _describe(cls: type, name: str, method: Callable[..., Awaitable[View]]) -> Endpoint:
    marked: dict[str, Any] = getattr(method, _MARK)
    where = f"{cls.__qualname__}.{name}"
    if not inspect.iscoroutinefunction(method):
        raise TypeError(f"{where} must be an async method to be an endpoint")
    hints = get_type_hints(method)
    return Endpoint(
        id=marked["id"] or name,
        name=marked["name"] or name.replace("_", " ").capitalize(),
        description=_first_line(method.__doc__) if marked["description"] is None else marked["description"],
        ttl=marked["ttl"],
        stale_for=marked["stale_for"],
        view=_view_kind(where, hints.get("return")),
        parameters=_parameter_model(where, method, hints),
    )


def _view_kind(where: str, returned: object) -> ViewKind:
    if not (isinstance(returned, type) and issubclass(returned, View)) or "kind" not in returned.model_fields:
        raise TypeError(f"{where} must say which view it returns, as in '-> StatCard', not {returned!r}")
    kind = returned.model_fields["kind"].default
    if kind not in set(ViewKind):
        raise TypeError(f"{where} must return one of the views of dashboard_integrations.views, not {returned!r}")
    return ViewKind(kind)


def _parameter_model(where: str, method: Callable[..., object], hints: dict[str, Any]) -> type[BaseModel] | None:
    names = list(inspect.signature(method).parameters)[2:]
    if not names:
        return None
    model = hints.get(names[0])
    if len(names) > 1 or not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise TypeError(f"{where} takes a connection and at most one pydantic model of parameters")
    return model


def _first_line(docstring: str | None) -> str:
    return inspect.cleandoc(docstring).splitlines()[0] if docstring and docstring.strip() else ""


def endpoint(
    *,
    ttl: float = 30.0,
    stale_for: float | None = None,
    id: str | None = None,  # noqa: A002  (the word of the contract)
    name: str | None = None,
    description: str | None = None,
) -> Callable[[MethodT], MethodT]:
    """Make a method an endpoint.

    ``ttl`` is how long its answer stays fresh and ``stale_for`` how long after that it is still shown at once, in
    seconds. The kind of view follows from the return annotation, the
    other properties from the method's name and the first line of its docstring. A second argument, annotated with a
    pydantic model, receives the parameters of the call.
    """
    if not ttl > 0:
        raise ValueError(f"ttl must be more than 0 seconds, not {ttl}")

    def mark(method: MethodT) -> MethodT:
        said = {"id": id, "name": name, "description": description, "ttl": float(ttl), "stale_for": stale_for}
        setattr(method, _MARK, said)
        return method

    return mark


class BaseIntegration(Generic[ConfigT]):
    """Base of an integration; ``BaseIntegration[MyConfig]`` says what configuration it takes.

    A subclass sets ``id``, ``name`` and ``icon`` (a slug; the ``id`` without one) and writes ``test_connection`` and
    endpoints. Its docstring's first line is its description. Who changes what a saved configuration looks like raises
    ``config_version`` by one and writes ``migrate``.
    """

    id: str
    name: str
    icon: str = ""
    description: str = ""
    capabilities: Sequence[str] = ()
    api_version: int = API_VERSION
    auth_config: type[BaseModel]
    extra_config: type[BaseModel] | None = None
    config_version: ClassVar[int] = 1

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        config = _type_argument(cls)
        if config is not None and "auth_config" not in vars(cls):
            cls.auth_config = config
        if "id" in vars(cls) and not cls.icon:
            cls.icon = cls.id
        if "description" not in vars(cls):
            cls.description = _first_line(cls.__doc__)

    async def test_connection(self, connection: Connection[ConfigT]) -> ConnectionReport:
        """Return what was found; the default makes no call and says only that the configuration is valid."""
        return ConnectionReport()

    def migrate(self, config: dict[str, object], *, version: int) -> dict[str, object]:
        """Return ``config``, which ``version`` of this integration saved, as version ``version + 1`` would have it.

        It is called once for each step up to ``config_version``, off the event loop, and may change ``config``: a flat
        object, secrets as text, the fields of ``extra_config`` among the others. What it returns is validated.
        """
        raise NotImplementedError(f"{type(self).__qualname__} has no migrate for its config_version {version + 1}")

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """The endpoints, in the order of their definition."""
        return tuple(described for described, _ in self._methods.values())

    async def fetch_data(self, endpoint_id: str, connection: Connection[ConfigT]) -> View:
        """Call the endpoint's method."""
        if endpoint_id not in self._methods:
            known = ", ".join(self._methods) or "none"
            raise UnknownEndpointError(f"{self.name} has no endpoint {endpoint_id!r}; it has: {known}")
        described, method = self._methods[endpoint_id]
        if described.parameters is None:
            return await method(self, connection)
        return await method(self, connection, connection.parameters)

    @cached_property
    def _methods(self) -> dict[str, tuple[Endpoint, Callable[..., Awaitable[View]]]]:
        found: dict[str, tuple[Endpoint, Callable[..., Awaitable[View]]]] = {}
        marked: dict[str, Callable[..., Awaitable[View]]] = {}
        for base in reversed(type(self).__mro__):
            marked |= {name: item for name, item in vars(base).items() if hasattr(item, _MARK)}
        for name, method in marked.items():
            described = _describe(type(self), name, method)
            if described.id in found:
                raise TypeError(f"{type(self).__qualname__} has two endpoints named {described.id!r}")
            found[described.id] = described, method
        return found


class HttpIntegration(BaseIntegration[ServiceConfigT]):
    """Base of an integration with a service that is reached over HTTP.

    ``auth`` is how it proves who it is; ``max_response_bytes`` bounds an answer, after decompression.
    ``calls_per_minute`` is how many calls one app makes at most, logins and redirects not counted; a host may say less.
    """

    auth: AuthScheme | None = None
    max_response_bytes: int = 8 * 1024 * 1024
    calls_per_minute: float | None = None

    auth_config: type[BaseModel] = ServiceConfig
