"""What went over the wire, for who listens: a recorder, or a test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

__all__ = ["WireExchange", "Wiretap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WireExchange:
    """A request as it was sent and its response as it arrived, decompressed: credentials are in the clear.

    ``url`` is whole, with its query. Headers are pairs, as one name may come twice; names are lower case.
    """

    method: str
    url: str = field(repr=False)
    headers: Sequence[tuple[str, str]] = field(repr=False)
    content: bytes = field(repr=False)
    status: int
    response_headers: Sequence[tuple[str, str]] = field(repr=False)
    response_content: bytes = field(repr=False)


Wiretap = Callable[[WireExchange], None]
"""Is told every exchange once its response is complete: logins, redirects and refusals as well."""
