"""Pages: small shells that templates make, with everything escaped; their content comes with scripts."""

from collections.abc import Mapping
from http import HTTPStatus

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from dashboard_integrations.ui import elements_path

__all__ = ["Pages", "sentence"]


class Pages:
    """Renders templates of ``host/templates``; with ``reload`` pages load again after a restart."""

    def __init__(self, *, reload: bool = False) -> None:
        self._environment = Environment(
            loader=PackageLoader("dashboard_integrations.host"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["reload"] = reload
        self._environment.globals["elements"] = elements_path().rpartition("/")[0]

    def render(
        self, template: str, context: Mapping[str, object], *, status: HTTPStatus = HTTPStatus.OK
    ) -> HTMLResponse:
        """Return the page."""
        return HTMLResponse(self._environment.get_template(template).render(context), status_code=status)


def sentence(message: str) -> str:
    """Return ``message`` with a capital letter, unless it begins with an address, and with a full stop."""
    begun = message if "://" in message.partition(" ")[0] else message[:1].upper() + message[1:]
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."
