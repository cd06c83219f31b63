"""What an integration lets escape, as the typed error it stands for."""

from pydantic import ValidationError

from dashboard_integrations.errors import BadResponseError, ErrorSource, IntegrationError, InternalError
from dashboard_integrations.http import translate
from dashboard_integrations.problems import problems
from dashboard_integrations.service._error_bodies import plain_error

__all__ = ["classify"]

_SHAPE_ERRORS = (LookupError, TypeError, AttributeError, ValueError)
"""What reading an answer of another shape than expected raises; ``ValidationError`` is a ``ValueError``."""

_MOST_LEAVES = 1_000
_LONGEST_NAME = 80


def classify(error: BaseException, *, integration: str, answered: bool) -> IntegrationError:
    """Return a plain copy of ``error`` if it is one of ours, else the typed error that fits.

    ``integration`` is the name to show. ``answered``: whether the service had answered before; then an error in
    reading (``KeyError``, ``TypeError``, …) means an answer of another shape, and without an answer a bug.
    """
    try:
        return _classified(error, integration=integration, answered=answered)
    except Exception:  # noqa: BLE001  (an exception is foreign code as well: looking at it may raise)
        return _internal(type(error).__name__, integration=integration)


def _classified(error: BaseException, *, integration: str, answered: bool) -> IntegrationError:
    if isinstance(error, BaseExceptionGroup):
        return _classified(_first_leaf(error), integration=integration, answered=answered)
    if isinstance(error, IntegrationError):
        return plain_error(error)
    translated = translate(error)
    if translated is not None:
        return translated
    if isinstance(error, _SHAPE_ERRORS) and answered:
        return BadResponseError(
            f"{integration} answered in a shape its integration does not expect ({_told(error)}): the version of the"
            " service may be too old or too new for it",
            reason="shape",
        )
    return _internal(_told(error), integration=integration, reason=type(error).__name__)


def _internal(told: str, *, integration: str, reason: str | None = None) -> InternalError:
    return InternalError(
        f"the integration for {integration} failed ({told}): report this to its author",
        reason=reason or told,
        source=ErrorSource.INTEGRATION,
    )


def _first_leaf(error: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return one of ours among the leaves if there is one, else the first."""
    leaves: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting and len(leaves) < _MOST_LEAVES:
        item = waiting.pop(0)
        if isinstance(item, BaseExceptionGroup):
            waiting.extend(item.exceptions)
        else:
            leaves.append(item)
    return next((leaf for leaf in leaves if isinstance(leaf, IntegrationError)), leaves[0])


def _told(error: BaseException) -> str:
    """Describe ``error`` without the values it carries, save the key that a ``KeyError`` missed."""
    kind = type(error).__name__
    if isinstance(error, ValidationError):
        places = [".".join(map(str, place)) or "the whole" for place, _ in problems(error)]
        return f"{kind} in {error.title}: {', '.join(places[:3])}"
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        return f"{kind}: {error.args[0][:_LONGEST_NAME]!r}"
    return kind
