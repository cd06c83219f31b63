"""What the tables of a definition share."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["Id", "Line", "Seconds", "Section"]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A line of text that people read."""


def _is_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("should be lower-case letters, digits and single hyphens, as in 'pi-hole'")
    return text


Id = Annotated[str, StringConstraints(max_length=50), AfterValidator(_is_id)]
"""Lower-case letters, digits and single hyphens."""

Seconds = Annotated[float, Field(gt=0, le=31_536_000, allow_inf_nan=False)]
"""A time that passes: a year at most."""


class Section(BaseModel):
    """Base of the tables: what is not known is refused, and nothing is made of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
