"""What Syncthing answers."""

from collections.abc import Sequence

from pydantic import AwareDatetime, BaseModel, Field


class Completion(BaseModel):
    """How much of what is shared is here."""

    completion: float
    global_bytes: int = Field(alias="globalBytes")
    need_bytes: int = Field(alias="needBytes")


class Problem(BaseModel):
    """At ``errors``."""

    when: AwareDatetime
    message: str


class Problems(BaseModel):
    """What went wrong lately."""

    errors: Sequence[Problem] | None


class Version(BaseModel):
    """What runs."""

    version: str
