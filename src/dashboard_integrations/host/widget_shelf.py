"""Widgets: kept only if they can show something."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dashboard_integrations.apps import AppService
from dashboard_integrations.errors import ErrorSource, InvalidRequestError, NotFoundError
from dashboard_integrations.host.board_shelf import BoardShelf
from dashboard_integrations.host.checked_text import checked_text
from dashboard_integrations.host.conflict import MOST_ATTEMPTS, always_changed
from dashboard_integrations.lookup import active_integration, find_endpoint
from dashboard_integrations.registry import Registry
from dashboard_integrations.storage import SqlAlchemyWidgetRepository, WidgetRecord
from dashboard_integrations.views import ViewKind
from dashboard_integrations.widgets import WidgetType, check_widget, read_widget_config

__all__ = ["UnknownWidgetError", "WidgetShelf"]

# in columns and rows: every kind of view has room for what it usually holds
_USUAL_SIZE = (1, 2)
_SIZES = {ViewKind.CHART: (2, 2)}


class UnknownWidgetError(NotFoundError):
    """No widget has this id."""

    default_source = ErrorSource.HOST


def _random_id() -> str:
    return uuid.uuid4().hex


class WidgetShelf:
    """Everything that happens to widgets; every foreseeable failure is an ``IntegrationError``."""

    def __init__(
        self,
        repository: SqlAlchemyWidgetRepository,
        *,
        boards: BoardShelf,
        apps: AppService,
        registry: Registry,
        new_id: Callable[[], str] = _random_id,
    ) -> None:
        self._repository = repository
        self._boards = boards
        self._apps = apps
        self._registry = registry
        self._new_id = new_id

    async def list(self) -> Sequence[WidgetRecord]:
        """Return all widgets in the order of their positions."""
        return await self._repository.list()

    async def get(self, widget_id: str) -> WidgetRecord:
        """Return the widget; raise ``UnknownWidgetError``."""
        record = await self._repository.get(widget_id)
        if record is None:
            raise UnknownWidgetError(f"no widget has the id {widget_id[:60]!r}: ask for the list of widgets")
        return record

    async def create(
        self,
        *,
        config: Mapping[str, object],
        board_id: str | None = None,
        type: str = WidgetType.INTEGRATION,  # noqa: A002  (the word of the contract)
        title: str = "",
        position: int | None = None,
        width: int | None = None,
        height: int | None = None,
        widget_id: str | None = None,
    ) -> WidgetRecord:
        """Keep a new widget: on the first board, after all others and as large as its view needs, unless it says so."""
        board = await self._boards.first() if board_id is None else await self._boards.get(board_id)
        kind, title = _checked_type(type), checked_text(title, field="title")
        checked = await self._checked_config(config)
        usual = await self._usual_size(checked)
        record = WidgetRecord(
            id=widget_id or self._new_id(),
            board_id=board.id,
            type=kind,
            title=title,
            config=checked,
            position=await self._next_position(board.id) if position is None else position,
            width=width or usual[0],
            height=height or usual[1],
        )
        await self._repository.add(record)
        return record

    async def update(
        self,
        widget_id: str,
        *,
        config: Mapping[str, object] | None = None,
        board_id: str | None = None,
        title: str | None = None,
        position: int | None = None,
        width: int | None = None,
        height: int | None = None,
    ) -> WidgetRecord:
        """Change what is given and keep the rest, that of ``config`` included; on another board it comes last."""
        for _ in range(MOST_ATTEMPTS):
            record = await self.get(widget_id)
            changed = replace(
                record,
                board_id=board_id or record.board_id,
                config=record.config if config is None else await self._checked_config({**record.config, **config}),
                title=record.title if title is None else checked_text(title, field="title"),
                position=await self._moved(record, board_id) if position is None else position,
                width=width or record.width,
                height=height or record.height,
            )
            if changed == record or await self._repository.update(changed, replacing=record):
                return changed
        raise always_changed(f"widget {widget_id!r}")

    async def delete(self, widget_id: str) -> None:
        """Forget the widget; raise ``UnknownWidgetError``."""
        if not await self._repository.delete(widget_id):
            await self.get(widget_id)

    async def _checked_config(self, value: Mapping[str, object]) -> Mapping[str, object]:
        config = read_widget_config(value)
        await check_widget(config, apps=self._apps, registry=self._registry)
        return config.model_dump(mode="json", by_alias=True, exclude_none=True)

    async def _usual_size(self, checked: Mapping[str, object]) -> tuple[int, int]:
        config = read_widget_config(checked)
        integration = await active_integration(await self._apps.get(config.app_id), registry=self._registry)
        return _SIZES.get(find_endpoint(integration, config.endpoint_id).view, _USUAL_SIZE)

    async def _moved(self, record: WidgetRecord, board_id: str | None) -> int:
        return record.position if board_id in {None, record.board_id} else await self._next_position(str(board_id))

    async def _next_position(self, board_id: str) -> int:
        return max((widget.position for widget in await self._repository.list_of(board_id)), default=-1) + 1


def _checked_type(kind: str) -> str:
    if kind not in set(WidgetType):
        known = ", ".join(WidgetType)
        raise InvalidRequestError(f"a widget's type is one of: {known}", fields={"type": f"use one of: {known}"})
    return kind
