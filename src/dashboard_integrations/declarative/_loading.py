"""From text to a checked definition."""

import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from dashboard_integrations.declarative._declared_views import DeclaredViews
from dashboard_integrations.declarative._integration import DeclaredIntegration
from dashboard_integrations.declarative._problems import (
    DefinitionError,
    DefinitionProblem,
    check_integration,
    check_views,
)

__all__ = ["load_integration", "parse_integration", "parse_views"]

_MOST_BYTES = 65_536
_LONGEST_LINE = 2_000
_MOST_PARTS = 50


def load_integration(
    source: str | Path | Traversable, *, clock: Callable[[], float] = time.time
) -> DeclaredIntegration:
    """Return the integration that a TOML file declares; a file of a package is one too (``importlib.resources``).

    Raise ``OSError`` when it cannot be read, ``DefinitionError`` with everything that is wrong in it.
    """
    file = Path(source) if isinstance(source, str) else source
    with file.open("rb") as stream:
        content = stream.read(_MOST_BYTES + 1)
    shown = str(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(f"is not UTF-8 text (byte {error.start})", shown) from None
    return parse_integration(text, source=shown, clock=clock)


def parse_integration(
    text: str, *, source: str = "the definition", clock: Callable[[], float] = time.time
) -> DeclaredIntegration:
    """Return the integration that a TOML text declares; raise ``DefinitionError``.

    ``source`` is what errors call the text.
    """
    return DeclaredIntegration(check_integration(_toml(text, source), source=source), source=source, clock=clock)


def parse_views(
    text: str,
    *,
    names: Sequence[str],
    source: str = "the definition",
    clock: Callable[[], float] = time.time,
) -> DeclaredViews:
    """Return the endpoints that a TOML text declares: ``[[endpoints]]`` and perhaps ``[test]``.

    ``names`` are the fields of the configuration that placeholders may name. Raise ``DefinitionError``.
    """
    return DeclaredViews(check_views(_toml(text, source), names=names, source=source), clock=clock)


def _toml(text: str, source: str) -> Mapping[str, object]:
    if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise _unreadable(f"is longer than {_MOST_BYTES:,} bytes", source)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE:
            raise _unreadable(f"line {number} is longer than {_LONGEST_LINE:,} characters: break it", source)
        # tomllib takes the square of its length for a key of many parts.
        if line.partition("=")[0].count(".") > _MOST_PARTS:
            raise _unreadable(f"line {number} has a key of more than {_MOST_PARTS} parts", source)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise _unreadable("is nested too deeply", source) from None
    except ValueError as error:
        raise _unreadable(f"is not TOML: {error}", source) from None


def _unreadable(problem: str, source: str) -> DefinitionError:
    return DefinitionError([DefinitionProblem(place="", message=problem)], source=source)
