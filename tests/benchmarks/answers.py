"""From the bytes of a service to the bytes of a card: parsed, made a view, looked through for secrets, and written.

``uv run --group benchmarks python tests/benchmarks/answers.py``. The limit is pydantic alone: ``validate_json`` of the
service's bytes and ``to_json`` of the view. Ours looks at what an integration returned once more, and
searches it for each form of the app's secrets. The whole call is that between two bytes as well, with
its time limit, its task and its connection; what is fetched comes from this process.
"""

import asyncio
import json
from collections.abc import Callable

import anyio
from measuring import measure, show
from pydantic import BaseModel
from pydantic_core import to_json

from dashboard_integrations.authoring import HttpIntegration, endpoint
from dashboard_integrations.config import LoginConfig
from dashboard_integrations.connection import AppInfo, Connection
from dashboard_integrations.exchange import HttpRequest, HttpResponse
from dashboard_integrations.redaction import Redactor
from dashboard_integrations.service._calls import _encoded, call_endpoint
from dashboard_integrations.service._supervisor import Supervisor
from dashboard_integrations.views import ListItem, ListView


class Row(BaseModel):
    """A row of the service."""

    name: str
    size: float
    done: float


class Rows(BaseModel):
    """What the service says."""

    rows: list[Row]


def view_of(found: Rows) -> ListView:
    """Return the card."""
    return ListView(items=[ListItem(title=row.name, value=row.size, unit="B", progress=row.done) for row in found.rows])


class Shelf(HttpIntegration[LoginConfig]):
    """A list."""

    id = "shelf"
    name = "Shelf"

    @endpoint()
    async def items(self, connection: Connection[LoginConfig]) -> ListView:
        """What is on it."""
        return view_of(await connection.get_json("/rows", Rows))


class Canned:
    """A transport whose service is a constant."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        headers = {"content-type": "application/json"}
        return HttpResponse(status=200, headers=headers, content=self._body, url="http://x/rows")


def often(step: Callable[[], object]) -> Callable[[int], object]:
    """Return a round of ``step``."""

    async def run(times: int) -> None:
        for _ in range(times):
            step()

    return run


async def main() -> None:
    """Print the tables."""
    shelf = Shelf()
    config = LoginConfig(url="http://nas.example", username="somebody", password="correct horse battery staple")
    redactor = Redactor(["correct horse battery staple"], users=["somebody"])
    for rows in (5, 50):
        made = [{"name": f"film {number}", "size": number * 1e6, "done": 50.0} for number in range(rows)]
        body = json.dumps({"rows": made}).encode()
        connection = Connection(app=AppInfo("app", "App"), config=config, transport=Canned(body))

        def limit(body: bytes = body) -> object:
            return to_json(view_of(Rows.model_validate_json(body)))

        def plain(body: bytes = body) -> object:
            view = view_of(Rows.model_validate(json.loads(body)))
            return json.dumps(view.model_dump(mode="json"))

        def ours(body: bytes = body) -> object:
            return _encoded(view_of(Rows.model_validate_json(body)), shelf.endpoints[0], redactor, shelf)

        async with anyio.create_task_group() as tasks:
            supervisor = Supervisor(tasks, grace=1.0)

            async def whole(times: int, connection: object = connection, supervisor: Supervisor = supervisor) -> None:
                for _ in range(times):
                    await call_endpoint(
                        shelf,
                        shelf.endpoints[0],
                        connection,  # type: ignore[arg-type]
                        supervisor=supervisor,
                        deadline=10.0,
                        redactor=redactor,
                    )

            candidates = {
                "validate_json and to_json": often(limit),
                "loads, validate, dump, dumps": often(plain),
                "ours, checked and searched": often(ours),
                "ours, the whole call": whole,
            }
            show(f"{rows} rows, {len(body)} bytes", await measure(candidates, times=200))  # type: ignore[arg-type]


if __name__ == "__main__":
    asyncio.run(main())
