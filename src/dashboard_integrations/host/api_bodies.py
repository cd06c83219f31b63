"""Bodies of the routes for apps, boards and widgets."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

__all__ = ["NewAppBody", "NewBoardBody", "NewWidgetBody", "PatchAppBody", "PatchBoardBody", "PatchWidgetBody"]

_Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
_Position = Annotated[int, Field(ge=0, le=1_000_000)]
_Cells = Annotated[int, Field(ge=1, le=4)]
_MOST_WIDGETS = 1_000


class _Body(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True)


class NewAppBody(_Body):
    """Body that makes an app."""

    name: _Name
    integration_type: _Name
    config: dict[str, object] = Field(default_factory=dict)
    integration_enabled: bool = True


class PatchAppBody(_Body):
    """Body that changes an app; what it omits stays."""

    name: _Name | None = None
    integration_type: _Name | None = None
    config: dict[str, object] | None = None
    integration_enabled: bool | None = None


class NewBoardBody(_Body):
    """Body that makes a board."""

    name: _Name
    position: _Position | None = None


class PatchBoardBody(_Body):
    """Body that changes a board; what it omits stays. ``widget_ids`` is the new order of its widgets."""

    name: _Name | None = None
    position: _Position | None = None
    widget_ids: Annotated[list[_Name], Field(max_length=_MOST_WIDGETS)] | None = None


class NewWidgetBody(_Body):
    """Body that makes a widget."""

    type: _Name = "integration"
    board_id: _Name | None = None
    title: str = ""
    config: dict[str, object]
    position: _Position | None = None
    width: _Cells | None = None
    height: _Cells | None = None


class PatchWidgetBody(_Body):
    """Body that changes a widget; what it omits stays."""

    board_id: _Name | None = None
    title: str | None = None
    config: dict[str, object] | None = None
    position: _Position | None = None
    width: _Cells | None = None
    height: _Cells | None = None
