"""Checks that no secret gets out: canaries are looked for, in every encoding, at every exit."""

import contextlib
import io
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.errors import IntegrationError, InvalidConfigError
from dashboard_integrations.redaction import Redactor, secret_values
from dashboard_integrations.testing.conformance._bench import Bench
from dashboard_integrations.testing.conformance._case import Alter
from dashboard_integrations.testing.conformance._direct import Linked, linked
from dashboard_integrations.testing.conformance._mutations import always, with_texts
from dashboard_integrations.testing.conformance._subject import Subject
from dashboard_integrations.testing.fake_service import FakeReply, FakeRequest

__all__ = ["another", "secret_problems", "set_secrets", "with_secrets"]

_CANARY = 'c4nary-k3y/"&+%=Zq'
_SHORTEST = 8
_NEXT = str.maketrans(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "1234567890bcdefahijklmnopqrstuvwxyzgBCDEFAHIJKLMNOPQRSTUVWXYZG",
)
_REFUSAL = FakeReply(status=401, text="no")


def set_secrets(subject: Subject) -> frozenset[str]:
    """Return the secrets with which the integration is configured, without those of TLS."""
    opened = subject.opened()
    of_tls = set()
    if isinstance(opened.auth, ServiceConfig) and opened.auth.client_key is not None:
        of_tls.add(opened.auth.client_key.get_secret_value())
    return (secret_values(opened.auth) | secret_values(opened.extra)) - of_tls


def with_secrets(config: Mapping[str, object], secrets: frozenset[str], change: Callable[[str], str]) -> dict[str, Any]:
    """Return a configuration in which each of ``secrets`` is changed."""

    def walk(value: object) -> object:
        if isinstance(value, Mapping):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [walk(item) for item in value]
        return change(value) if isinstance(value, str) and value in secrets else value

    return {key: walk(value) for key, value in config.items()}


def another(secret: str) -> str:
    """Return another secret of the same form: digits for digits, letters for letters."""
    return secret.translate(_NEXT)


async def secret_problems(bench: Bench) -> Sequence[str]:
    """Return where a secret of the configuration shows."""
    secrets = set_secrets(bench.subject)
    short = [secret for secret in secrets if len(secret) < _SHORTEST]
    if short:
        return (f"the configured secrets are too short to be looked for: give them {_SHORTEST} characters or more",)
    problems = [*await _told_by_itself(bench, secrets), *await _told_in_failures(bench, secrets)]
    return sorted({*problems, *await _echoed(bench, secrets)})


async def _told_by_itself(bench: Bench, secrets: frozenset[str]) -> Sequence[str]:
    """Look at what the integration makes of good answers, before the dashboard masks anything."""
    case = await bench.case()
    async with linked(bench.subject, case.url) as link:
        return await _watched(link, bench.subject, _Search(secrets), "")


async def _told_in_failures(bench: Bench, secrets: frozenset[str]) -> Sequence[str]:
    """Look at what it makes of refusals, failures and nonsense, with secrets that hold odd characters."""
    problems: list[str] = []
    failures: Mapping[str, Alter] = {
        "when the service refuses": always(_REFUSAL),
        "when the service fails": always(FakeReply(status=500, text="internal error")),
        "when the service answers nonsense": always(FakeReply(json={"another": ["service"]})),
    }
    for when, alter in failures.items():
        case = await bench.case(alter=alter)
        config = _with_canary(bench.subject, case.url, secrets)
        async with linked(bench.subject, case.url, config=config) as link:
            searched = _Search(secret_values(link.opened.auth) | secret_values(link.opened.extra))
            problems += await _watched(link, bench.subject, searched, f" {when}")
    return problems


def _with_canary(subject: Subject, url: str, secrets: frozenset[str]) -> dict[str, object]:
    """Return a configuration with secrets that are hard to mask, where the integration takes such ones."""
    config = subject.config_at(url)
    odd = with_secrets(config, secrets, lambda secret: f"{_CANARY}{len(secret)}")
    try:
        subject.opened(odd)
        if (scheme := getattr(subject.one, "auth", None)) is not None:
            scheme.session(subject.opened(odd).auth)
    except InvalidConfigError:
        return with_secrets(config, secrets, another)
    return odd


async def _echoed(bench: Bench, secrets: frozenset[str]) -> Sequence[str]:
    """Let the service repeat what it was sent in all its texts: the dashboard's envelopes must not hold it."""
    search = _Search(secrets)
    problems: list[str] = []
    for how, alter in {"": with_texts(_echo), " in an error": _echo_in_error}.items():
        for target in bench.subject.targets:
            envelope = await bench.ask(await bench.case(alter=alter), target)
            if search.finds(envelope.to_json().decode()):
                problems.append(f"{target}: the answer holds a secret that the service repeated{how}")
    return problems


def _echo(request: FakeRequest) -> str:
    told = " ".join((*request.headers.values(), *request.query.values(), request.body.decode(errors="replace")))
    return f" {told[:400]}"


def _echo_in_error(request: FakeRequest, usual: FakeReply) -> FakeReply:
    return replace(_REFUSAL, status=400, text=_echo(request))


@dataclass(frozen=True)
class _Search:
    """Finds secrets, plain or written in any usual way."""

    secrets: frozenset[str] = field(repr=False)

    def finds(self, text: str) -> bool:
        return Redactor(self.secrets).text(text) != text


async def _watched(link: Linked, subject: Subject, search: _Search, when: str) -> Sequence[str]:
    """Call every target, and look at everything that comes out."""
    problems: list[str] = []
    for target in subject.targets:
        with _overheard() as overheard:
            said = await _outcome(link, target)
        exits = {
            **said,
            "what it logs": "\n".join(overheard.logged),
            "what it prints": overheard.printed.getvalue(),
            "its repr": repr(link.integration),
            "the repr of its configuration": f"{link.opened.auth!r} {link.opened.auth} {link.opened.extra!r}",
        }
        problems += [f"{target}: a secret is in {place}{when}" for place, text in exits.items() if search.finds(text)]
    return problems


async def _outcome(link: Linked, target: str) -> Mapping[str, str]:
    try:
        shown = await link.call(target)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is looked at)
        return {"the error that it raises": _all_of(error)}
    return {"what it returns": shown.model_dump_json() if isinstance(shown, BaseModel) else repr(shown)}


def _all_of(error: BaseException) -> str:
    """Return the text of an error as a log would have it, and what an ``IntegrationError`` carries besides."""
    carried = [
        f"{item.fields!r} {item.details!r} {item.reason}"
        for item in (error, error.__cause__)
        if isinstance(item, IntegrationError)
    ]
    return "".join((*traceback.format_exception(error), *carried))


@dataclass(frozen=True)
class _Overheard:
    logged: list[str] = field(default_factory=list)
    printed: io.StringIO = field(default_factory=io.StringIO)


class _Listener(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        raised = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self._lines.append(f"{record.getMessage()} {vars(record)!r} {raised}")


@contextlib.contextmanager
def _overheard() -> Iterator[_Overheard]:
    """Listen to every logger that passes its records on, whatever its level, and to what is printed."""
    heard = _Overheard()
    root, listener = logging.getLogger(), _Listener(heard.logged)
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(heard.printed), contextlib.redirect_stderr(heard.printed):
            yield heard
    finally:
        root.removeHandler(listener)
        root.setLevel(before)
