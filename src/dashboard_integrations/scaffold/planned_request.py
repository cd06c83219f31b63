"""The one request that a new integration begins with, as data and as the source that makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.connection import Connection
from dashboard_integrations.exchange import HttpResponse
from dashboard_integrations.scaffold.source import bracketed, call, literal

__all__ = ["PlannedRequest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """A request below the app's URL; ``path`` has no slash in front. Its body is ``json`` or ``form``."""

    path: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object = None
    form: Mapping[str, str] = field(default_factory=dict)

    async def send(self, connection: Connection[ServiceConfig]) -> HttpResponse:
        """Send it, with the headers that the source sends too."""
        return await connection.request(
            self.method,
            self.path,
            params=self.params,
            headers={"accept": "application/json", **self.headers},
            json=self.json,
            form=self.form or None,
        )

    @property
    def constants(self) -> Sequence[str]:
        """The lines of what goes with it, as constants of the module."""
        found = {"_QUERY": self.params, "_HEADERS": self._all_headers, "_FORM": self.form}
        lines = [
            bracketed(
                f"{name} = ",
                [f"{literal(key)}: {literal(text)}" for key, text in texts.items()],
                indent=0,
                brackets="{}",
            )
            for name, texts in found.items()
            if texts
        ]
        return lines if self.json is None else [*lines, f"_BODY: object = {_layered(self.json, 0)}"]

    def code(self, model: str) -> str:
        """Return the source that sends it and reads the answer as ``model``."""
        given = {
            "params": ("_QUERY", self.params),
            "headers": ("_HEADERS", self._all_headers),
            "form": ("_FORM", self.form),
        }
        keywords = [f"{name}={constant}" for name, (constant, value) in given.items() if value]
        keywords += [] if self.json is None else ["json=_BODY"]
        path = literal(self.path)
        if self._is_short:
            short = "get_json" if self.method == "GET" else "post_json"
            return call(f"await connection.{short}", [path, model, *keywords], indent=2, lead=len("answer = "))
        sent = call(
            "await connection.request", [literal(self.method), path, *keywords], indent=2, lead=len("(.json)") + 60
        )
        return f"({sent}).json({model})"

    @property
    def _is_short(self) -> bool:
        if self.headers or self.form:
            return False
        return self.method == "POST" or (self.method == "GET" and self.json is None)

    @property
    def _all_headers(self) -> Mapping[str, str]:
        return {} if self._is_short else {"Accept": "application/json", **self.headers}


def _layered(value: object, indent: int) -> str:
    """Return a literal that takes as many lines as it needs."""
    if isinstance(value, dict) and value:
        items = [f"{literal(key)}: {_layered(item, indent + 1)}" for key, item in value.items()]
        return bracketed("", items, indent=indent, brackets="{}")
    if isinstance(value, list) and value:
        return bracketed("", [_layered(item, indent + 1) for item in value], indent=indent, brackets="[]")
    return literal(value)
