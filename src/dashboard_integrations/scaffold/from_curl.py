"""From a curl command to what an integration declares: address, request, scheme, and the credentials to try it with."""

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from dashboard_integrations.scaffold.auth_plans import (
    AuthKind,
    AuthPlan,
    auth_plan,
    cookie_header,
    key_header,
    key_query,
)
from dashboard_integrations.scaffold.curl import CurlCommand, curl_command
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.secrets_seen import looks_random, names_secret, secret_places

__all__ = ["CopiedRequest", "from_curl"]

# What browsers and curl send of themselves.
_OF_BROWSERS = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "connection",
        "content-length",
        "content-type",
        "cookie",
        "dnt",
        "host",
        "if-modified-since",
        "if-none-match",
        "origin",
        "pragma",
        "priority",
        "range",
        "referer",
        "te",
        "upgrade-insecure-requests",
        "user-agent",
        "x-csrf-token",
        "x-xsrf-token",
        "x-csrftoken",
    ]
)
_KEYS = frozenset(
    [
        "apikey",
        "api_key",
        "api-key",
        "token",
        "access_token",
        "auth_token",
        "authtoken",
        "auth",
        "secret",
        "x-plex-token",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedRequest:
    """``config`` is what to try it with: the address, and the credentials of the command, which go into no file."""

    url: str
    request: PlannedRequest
    auth: AuthPlan
    config: Mapping[str, str] = field(repr=False)
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Parts:
    """The request as far as it is taken apart; what is recognised as a credential is taken out."""

    params: dict[str, str]
    headers: dict[str, str]
    notes: list[str]

    def found(self, plan: AuthPlan, *values: str) -> tuple[AuthPlan, dict[str, str]]:
        return plan, {item.name: value for item, value in zip(plan.fields, values, strict=True)}


def from_curl(
    text: str, *, environ: Mapping[str, str], base_url: str | None = None, not_secret: Collection[str] = ()
) -> CopiedRequest:
    """Return what a curl command says.

    ``base_url`` is the service's own address when that has a path; ``not_secret`` are texts that look like a secret
    and are none. Raise ``ScaffoldError`` for a command that cannot be taken over.
    """
    command = curl_command(text, environ=environ)
    target = urlsplit(command.url)
    if target.scheme not in {"http", "https"} or not target.hostname:
        raise ScaffoldError("the URL of the curl command should begin with http:// or https://")
    origin, path = _split(command.url, base_url)
    query = target.query if "get" not in command.flags else "&".join(filter(None, (target.query, *command.data)))
    pairs = parse_qsl(query, keep_blank_values=True)
    parts = _Parts(params=dict(pairs), headers=_own_headers(command), notes=[])
    if len(parts.params) < len(pairs):
        parts.notes.append("of query parameters with several values the last one is sent")
    auth, credentials = _credentials(command, parts)
    request = _request(command, path, parts)
    body = request.json if request.json is not None else request.form
    for place, secret in secret_places(path=path, params=parts.params, headers=parts.headers, body=body):
        if secret not in not_secret:
            raise ScaffoldError(_unknown_secret(place))
    if "insecure" in command.flags:
        parts.notes.append("-k is not taken over: trust in a certificate is given in the form, by its fingerprint")
    return CopiedRequest(
        url=origin, request=request, auth=auth, config={"url": origin, **credentials}, notes=tuple(parts.notes)
    )


def _split(url: str, base_url: str | None) -> tuple[str, str]:
    target = urlsplit(url)
    origin = f"{target.scheme}://{target.netloc.rpartition('@')[2]}"
    if base_url is None:
        return origin, target.path.lstrip("/")
    base = base_url.rstrip("/")
    whole = f"{origin}{target.path}"
    if whole != base and not whole.startswith(f"{base}/"):
        raise ScaffoldError(f"the URL of the curl command is not below {base}, the address given by --url")
    return base, whole.removeprefix(base).lstrip("/")


def _own_headers(command: CurlCommand) -> dict[str, str]:
    """Return headers that say something to the service, without those of a browser."""
    kept = {name: text for name, text in command.headers if name not in _OF_BROWSERS and not name.startswith("sec-")}
    accepted = dict(command.headers).get("accept", "")
    return {**kept, **({"accept": accepted} if "+json" in accepted else {})}


def _credentials(command: CurlCommand, parts: _Parts) -> tuple[AuthPlan, dict[str, str]]:
    """Return the scheme and what it sends; take both out of ``parts``."""
    user = command.user or unquote(urlsplit(command.url).netloc.rpartition("@")[0]) or None
    if user is not None:
        name, _, password = user.partition(":")
        kind = AuthKind.DIGEST if "digest" in command.flags else AuthKind.BASIC
        parts.headers.pop("authorization", None)
        return parts.found(auth_plan(kind), name, password)
    if "authorization" in parts.headers:
        return _authorization(parts.headers.pop("authorization"), parts)
    for header in [name for name, text in parts.headers.items() if names_secret(name) and text]:
        return parts.found(key_header(_written(header)), parts.headers.pop(header))
    for name, text in parts.params.items():
        if name.lower() in _KEYS or (names_secret(name) and looks_random(text)):
            return parts.found(key_query(name), parts.params.pop(name))
    cookies = [*command.cookies, *(text for name, text in command.headers if name == "cookie")]
    if cookies:
        return parts.found(cookie_header(), "; ".join(cookies))
    return auth_plan(AuthKind.NONE), {}


def _authorization(text: str, parts: _Parts) -> tuple[AuthPlan, dict[str, str]]:
    scheme, _, value = text.partition(" ")
    if scheme.lower() == "bearer" and value:
        return parts.found(auth_plan(AuthKind.BEARER), value.strip())
    if scheme.lower() == "basic" and value:
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise ScaffoldError("the Authorization header of the curl command is no valid HTTP Basic") from error
        return parts.found(auth_plan(AuthKind.BASIC), name, password)
    if scheme.lower() == "digest":
        raise ScaffoldError("an answer to a Digest challenge is of use once: write -u USER:PASSWORD --digest instead")
    if value and not looks_random(scheme):
        return parts.found(key_header("Authorization", prefix=f"{scheme} "), value)
    return parts.found(key_header("Authorization"), text)


def _request(command: CurlCommand, path: str, parts: _Parts) -> PlannedRequest:
    has_body = bool(command.data) and "get" not in command.flags
    method = (command.method or ("POST" if has_body else "GET")).upper()
    if not has_body:
        return PlannedRequest(path=path, method=method, params=parts.params, headers=parts.headers)
    text = "".join(command.data) if command.is_json else "&".join(command.data)
    if command.is_json or "json" in dict(command.headers).get("content-type", "") or text.lstrip()[:1] in {"{", "["}:
        try:
            body: object = json.loads(text)
        except ValueError as error:
            raise ScaffoldError(f"the body of the curl command is not JSON ({error})") from error
        _refuse_login(body)
        return PlannedRequest(path=path, method=method, params=parts.params, headers=parts.headers, json=body)
    form = dict(parse_qsl(text, keep_blank_values=True))
    if not form or "=" not in text:
        raise ScaffoldError("the body of the curl command is neither JSON nor a form")
    _refuse_login(form)
    return PlannedRequest(path=path, method=method, params=parts.params, headers=parts.headers, form=form)


def _refuse_login(body: object) -> None:
    keys = {str(key).lower() for key in body} if isinstance(body, Mapping) else set()
    if keys & {"password", "passwd", "pass", "pwd"}:
        raise ScaffoldError(
            "this curl command signs in: give one that asks for data, with the token or cookie it got; or begin with"
            " --auth token-login or --auth cookie-login, whose sign-in you complete in the code"
        )


def _written(header: str) -> str:
    return "-".join({"api": "API"}.get(word, word.capitalize()) for word in header.split("-"))


def _unknown_secret(place: str) -> str:
    return (
        f"{place} of the curl command looks like a secret, and would be written into a file: leave it out, or say"
        " --not-secret with that text when it is none. A secret in another place than a header or the query needs an"
        " auth scheme of your own"
    )
