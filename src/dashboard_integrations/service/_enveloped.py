"""From what a facade call raises to the envelope it answers with."""

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from dashboard_integrations.envelope import Envelope
from dashboard_integrations.errors import ErrorSource, IntegrationError, InternalError
from dashboard_integrations.failure_log import log_failure
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.service._error_bodies import error_body
from dashboard_integrations.service._interrupts import is_for_the_program

__all__ = ["enveloped"]

logger = logging.getLogger(__name__)


class _Runs(Protocol):
    def require_running(self) -> None: ...


ParamsT = ParamSpec("ParamsT")
DataT = TypeVar("DataT")
ServiceT = TypeVar("ServiceT", bound=_Runs)

_Call = Callable[Concatenate[ServiceT, ParamsT], Awaitable[Envelope[DataT]]]


def enveloped(method: _Call[ServiceT, ParamsT, DataT]) -> _Call[ServiceT, ParamsT, DataT]:
    """Make an envelope of what ``method`` raises; what nobody foresaw is logged, and the answer tells no details."""

    @functools.wraps(method)
    async def call(self: ServiceT, /, *args: ParamsT.args, **kwargs: ParamsT.kwargs) -> Envelope[DataT]:
        self.require_running()
        try:
            return await method(self, *args, **kwargs)
        except IntegrationError as error:
            return Envelope.failure(error_body(error, redactor=Redactor(())))
        except BaseException as error:
            # Also ``SystemExit``: the properties and models of an integration are its code, wherever they are used.
            if is_for_the_program(error):
                raise
            log_failure(logger, "host-failed", error, call=method.__name__)
            return Envelope.failure(
                InternalError(
                    f"the dashboard itself failed ({type(error).__name__}): its log says more", source=ErrorSource.HOST
                )
            )

    return call
