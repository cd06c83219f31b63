"""Templates: the texts of files, with holes that must be filled."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from dashboard_integrations.scaffold.auth_plans import AuthPlan
from dashboard_integrations.scaffold.first_view import FirstView
from dashboard_integrations.scaffold.names import Names
from dashboard_integrations.scaffold.source import WIDTH, bracketed, call, literal, prose

try:
    from jinja2 import Environment, PackageLoader, StrictUndefined
except ModuleNotFoundError as error:
    if error.name != "jinja2":
        raise
    raise ModuleNotFoundError(
        "the scaffolder needs jinja2: pip install 'dashboard-integrations[author]'", name="jinja2"
    ) from None

__all__ = ["Templates", "import_line", "imports"]

_TOO_MANY_BLANK_LINES = re.compile(r"\n{4,}")


class Templates:
    """Renders templates of ``scaffold/templates``; what is missing in ``context`` is an error."""

    def __init__(self, **context: Any) -> None:  # Any: what a template makes of a value is its own concern
        self._context = context

    def render(self, name: str) -> str:
        """Return the text of a file."""
        text = _environment().get_template(f"{name}.jinja").render(self._context)
        if not name.endswith(".py"):
            return text
        return _TOO_MANY_BLANK_LINES.sub("\n\n\n", text).strip() + "\n"


def imports(names: Names, auth: AuthPlan, view: FirstView, *, has_models: bool) -> str:
    """Return the imports of the integration's module, sorted as ruff does."""
    core = {"Connection", "ConnectionReport", "HttpIntegration", "ServiceConfig", "endpoint", *auth.names}
    third_party = {
        "dashboard_integrations": core,
        "dashboard_integrations.views": {*view.names, view.model},
        "pydantic": {"Field", *("SecretStr" for item in auth.fields if item.is_secret)} if auth.fields else set(),
    }
    lines = [import_line(module, wanted) for module, wanted in third_party.items() if wanted]
    return "\n".join([*lines, *(["", f"from {names.package} import answers"] if has_models else [])])


def import_line(module: str, names: Iterable[str]) -> str:
    """Return an import as ruff writes it."""
    ordered = sorted(names, key=lambda name: (not name[0].isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    return line if len(line) <= WIDTH else bracketed(f"from {module} import ", ordered, indent=0)


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701  (what is made is source, not HTML; filters write every value)
        loader=PackageLoader("dashboard_integrations.scaffold"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"literal": literal, "prose": prose, "toml": _toml, "tuple": _tuple}
    environment.globals |= {"import_line": import_line, "exported": _exported}
    return environment


def _exported(names: Sequence[str]) -> str:
    return call("__all__ = ", [literal(name) for name in names], indent=0, brackets="[]")


def _toml(text: str) -> str:
    """Return ``text`` as a basic string of TOML, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _tuple(items: Sequence[str]) -> str:
    return f"({', '.join(map(literal, items))}{',' if len(items) == 1 else ''})"
