"""The parts of a recording, each replaced in the way it is written: paths, queries, headers, forms, JSON, bytes."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from dashboard_integrations.testing.scrubber._fakes import Fakes
from dashboard_integrations.testing.scrubber._names import short_host
from dashboard_integrations.testing.scrubber._places import Kept
from dashboard_integrations.testing.scrubber._texts import Texts
from dashboard_integrations.testing.scrubber._tokens import credential_spans, is_form
from dashboard_integrations.testing.scrubber._words import names_version

__all__ = ["Parts"]

_SHORTEST_CREDENTIAL = 4
_IN_A_PATH = "!$&'()*+,:;=@~"


class Parts:
    """Replaces in a whole recording. ``hidden`` collects credentials that only their place gave away."""

    def __init__(self, texts: Texts, *, fakes: Fakes, kept: Kept) -> None:
        self.hidden: set[str] = set()
        self._texts = texts
        self._fakes = fakes
        self._kept = kept

    def recording(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return the plain JSON of a recording with everything replaced."""
        done = dict(raw)
        for part in ("config", "extra", "parameters"):
            if part in raw:
                done[part] = self._value(raw[part], f"$.{part}")
        done["software"] = None if raw["software"] is None else self._texts.bare(raw["software"])
        done["exchanges"] = [
            self._exchange(exchange, f"$.exchanges[{number}]") for number, exchange in enumerate(raw["exchanges"])
        ]
        return done

    def _exchange(self, exchange: Mapping[str, Any], place: str) -> dict[str, Any]:
        request, response = exchange["request"], exchange["response"]
        return {
            **exchange,
            "request": {
                **request,
                "path": self._path(request["path"], f"{place}.request.path"),
                "query": self._value(request["query"], f"{place}.request.query"),
                **self._message(request, f"{place}.request"),
            },
            "response": {**response, **self._message(response, f"{place}.response")},
        }

    def _message(self, message: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Return headers and body."""
        done: dict[str, Any] = {
            "headers": {
                name: self._headers(name, value, f"{place}.headers.{name}")
                for name, value in message["headers"].items()
            }
        }
        if "json" in message:
            done["json"] = self._value(message["json"], f"{place}.json")
        if "text" in message:
            done["text"] = (
                self._form(message["text"]) if is_form(message) else self._text(message["text"], f"{place}.text")
            )
        if "base64" in message:
            content = base64.b64decode(message["base64"]).decode("latin-1")
            done["base64"] = base64.b64encode(self._texts.bare(content).encode("latin-1", "replace")).decode()
        return done

    def _value(self, value: Any, place: str, name: str = "") -> Any:
        if isinstance(value, dict):
            keys = {key: self._text(key, f"{place}.{key}") for key in value}
            unique = len(set(keys.values())) == len(keys)
            return {
                keys[key] if unique else self._texts.bare(key): self._value(item, f"{place}.{key}", key)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._value(item, f"{place}[{number}]", name) for number, item in enumerate(value)]
        if isinstance(value, str):
            return self._text_of(value, place, name)
        return self._number(value)

    def _number(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return value
        text = str(value)
        made = self._texts.bare(text)
        if made == text:
            return value
        return int(made) if made.isdecimal() else int(self._fakes.like(text, "number"))

    def _text_of(self, value: str, place: str, name: str) -> str:
        if names_version(name):
            return self._texts.bare(value)
        is_kept = value in self._kept.values or self._kept.has_place(place)
        host = None if is_kept else short_host(name, value, self._fakes)
        return self._text(value, place) if host is None else host

    def _text(self, text: str, place: str) -> str:
        return self._texts.bare(text) if self._kept.has_place(place) else self._texts.scrubbed(text)

    def _path(self, path: str, place: str) -> str:
        return "/".join(self._step(step, place) for step in path.split("/"))

    def _step(self, step: str, place: str) -> str:
        plain = unquote(step)
        done = self._text(plain, place)
        return step if done == plain else quote(done, safe=_IN_A_PATH)

    def _form(self, text: str) -> str:
        fields = parse_qsl(text, keep_blank_values=True)
        if urlencode(fields) != text:
            return self._texts.scrubbed(text)
        return urlencode([(self._texts.scrubbed(name), self._texts.scrubbed(value)) for name, value in fields])

    def _headers(self, name: str, value: str | list[str], place: str) -> str | list[str]:
        if isinstance(value, list):
            return [self._header(name, item, place) for item in value]
        return self._header(name, value, place)

    def _header(self, name: str, value: str, place: str) -> str:
        """Replace as in a text, and credentials that nothing else gave away by their place."""
        done, written = 0, ""
        for start, end, label in credential_spans(name, value):
            credential = value[start:end]
            scrubbed = self._text(credential, place)
            if scrubbed == credential and self._is_to_hide(credential, place):
                self.hidden.add(credential)
                scrubbed = self._fakes.secret(credential, label, shared=True)
            written += self._text(value[done:start], place) + scrubbed
            done = end
        return written + self._text(value[done:], place)

    def _is_to_hide(self, credential: str, place: str) -> bool:
        is_kept = credential in self._kept.values or self._kept.has_place(place)
        return len(credential) >= _SHORTEST_CREDENTIAL and not is_kept and not self._fakes.is_fake(credential)
