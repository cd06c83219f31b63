"""How a recording answers: which of its exchanges a request gets, and when it is refused."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, parse_qsl

from dashboard_integrations.testing._credentials import Credentials, challenge
from dashboard_integrations.testing.recording import RecordedExchange, RecordedResponse, Recording

if TYPE_CHECKING:
    from dashboard_integrations.testing.fake_service import FakeRequest

__all__ = ["Replay"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a request tells it from others of its method and path."""

    query: Mapping[str, Sequence[str]]
    body: object

    def facts(self) -> frozenset[tuple[str, object]]:
        asked = {(f"?{name}", tuple(values)) for name, values in self.query.items()}
        return frozenset(asked | set(_leaves(self.body)))


class Replay:
    """Answers requests from the exchanges of a recording; used by the threads of a fake service.

    A request gets the first exchange not used yet that has its method, path, query and body; the last of equal ones
    repeats. Without such a one it is an exchange of the same method and path that is most like it. An exchange that
    was made with credentials is for requests with the same ones; what only such exchanges could answer is refused with
    401.
    """

    def __init__(self, recording: Recording) -> None:
        self._recorded = [_Recorded(exchange, recording.config) for exchange in recording.exchanges]
        self._used: set[int] = set()
        self._lock = threading.Lock()

    def targets(self) -> Sequence[tuple[str, str]]:
        """Return every method and path of the recording."""
        return list(dict.fromkeys(item.target for item in self._recorded))

    def response_to(self, request: "FakeRequest") -> RecordedResponse | None:
        """Return what the recording answers, or ``None`` when it refuses."""
        asked = _Asked(parse_qs(request.query_string, keep_blank_values=True), _parsed(request.body))
        meant = [item for item in self._recorded if item.target == (request.method, request.path)]
        likeness = {item: item.likeness(asked) for item in meant if item.credentials.are_in(request)}
        if not likeness:
            return None
        best = max(likeness.values())
        with self._lock:
            alike = [item for item in meant if likeness.get(item) == best]
            chosen = next((item for item in alike if id(item) not in self._used), alike[-1])
            self._used.add(id(chosen))
        return chosen.response

    def refusal_of(self, request: "FakeRequest") -> tuple[Mapping[str, str], str]:
        """Return the headers and the reason of a 401."""
        meant = [item for item in self._recorded if item.target == (request.method, request.path)]
        missing = sorted({name for item in meant for name in item.credentials.missing_in(request)})
        headers = challenge(item.credentials for item in meant)
        return headers, f"this recording was made with other credentials: compare {', '.join(missing)}"


class _Recorded:
    def __init__(self, exchange: RecordedExchange, config: Mapping[str, object]) -> None:
        request = exchange.request
        self.target = request.method.upper(), request.path
        self.response = exchange.response
        self.credentials = Credentials(request, config)
        self._asked = _Asked({name: list(values) for name, values in request.query.items()}, _parsed(request.content()))
        self._facts = self._asked.facts()

    def likeness(self, asked: _Asked) -> tuple[bool, int, int]:
        """Tell how well this exchange fits: the same, then how much is the same, then with how many credentials."""
        return asked == self._asked, len(self._facts & asked.facts()), self.credentials.number


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content


def _leaves(body: object, place: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(body, bytes):
        text = body.decode(errors="replace")
        yield from parse_qsl(text, keep_blank_values=True) or [(place, text)]
    elif isinstance(body, Mapping):
        for name, value in body.items():
            yield from _leaves(value, f"{place}.{name}")
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from _leaves(value, f"{place}.{number}")
    else:
        yield place, body
