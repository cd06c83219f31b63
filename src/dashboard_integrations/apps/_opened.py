"""What an app's configuration becomes: opened for integrations, described for forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from dashboard_integrations.envelope import ErrorBody

__all__ = ["AppDescription", "OpenedConfig"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedConfig:
    """A configuration in the clear: hold it briefly.

    ``fingerprint`` tells two configurations apart and says nothing about them; one that is not stored has its own.
    ``secrets`` and ``users`` (every other short text that may stand beside a secret) are for a ``Redactor``.
    """

    auth: BaseModel = field(repr=False)
    extra: BaseModel | None = field(default=None, repr=False)
    fingerprint: str
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    users: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppDescription:
    """An app as its edit form shows it: ``config`` holds no secret, ``secrets_set`` names those that are stored.

    ``error`` says why the stored configuration cannot be used as it is; ``config`` is then what could be saved of it.
    """

    id: str
    name: str
    integration_type: str | None
    integration_enabled: bool
    config: Mapping[str, object] = field(default_factory=dict)
    secrets_set: Sequence[str] = ()
    error: ErrorBody | None = None
