"""Rotation: sealing anew, under the first key of a ring, what its other keys have sealed."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from anyio.lowlevel import checkpoint

from dashboard_integrations.apps._record import AppRecord
from dashboard_integrations.apps._repository import AppRepository
from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import SecretUnreadableError

__all__ = ["KeyUsage", "RotationProgress", "RotationReport", "UnreadableApp", "keys_in_use", "rotate_keys"]

logger = logging.getLogger(__name__)

_MOST_ATTEMPTS = 20
_MOST_PASSES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUsage:
    """How many apps each key has sealed, by key id; ``malformed`` holds no key id, ``unsealed`` no configuration."""

    keys: Mapping[str, int]
    malformed: int = 0
    unsealed: int = 0

    @classmethod
    def of(cls, records: Iterable[AppRecord]) -> Self:
        """Count."""
        sealed = [record.integration_config for record in records]
        found = Counter(ConfigCipher.key_id_of(text) for text in sealed if text is not None)
        malformed = found.pop(None, 0)
        keys = {key: count for key, count in sorted(found.items(), key=str) if key is not None}
        return cls(keys=keys, malformed=malformed, unsealed=sealed.count(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationProgress:
    """How far a rotation is; ``total`` grows when others seal with an old key meanwhile."""

    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableApp:
    """An app that was left as it is. ``key_id`` names the key it needs, if what is stored says so."""

    app_id: str
    key_id: str | None
    error: ErrorBody


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationReport:
    """What a rotation did.

    ``key_id`` is the key that seals now, ``resealed`` the number of apps that were sealed anew. ``unreadable`` apps
    were not touched; ``restless`` ones were changed by others at every try. ``usage`` is as it was at the end.
    ``unused`` are the keys of the ring that can be dropped, as long as nobody seals with them any more.
    """

    key_id: str
    resealed: int
    unreadable: Sequence[UnreadableApp]
    restless: Sequence[str]
    usage: KeyUsage
    unused: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """Whether every configuration is sealed with the first key."""
        return not self.unreadable and not self.restless


async def keys_in_use(repository: AppRepository) -> KeyUsage:
    """Return how many apps each key has sealed; no key is needed for that."""
    return KeyUsage.of(await repository.list())


async def rotate_keys(
    repository: AppRepository,
    *,
    cipher: ConfigCipher,
    batch: int = 100,
    progress: Callable[[RotationProgress], None] | None = None,
) -> RotationReport:
    """Seal every configuration with the first key of ``cipher`` that another key has sealed.

    Each app changes at once, and only if nobody else changed it meanwhile: a rotation may run beside others that edit
    apps, may be killed at any point, and run again it does the rest. What does not open is reported and left alone.
    ``progress`` is told the beginning, the end, and every ``batch`` apps. A failure of the repository rises.
    """
    if batch < 1:
        raise ValueError(f"a batch is of 1 app at least, not {batch}")
    rotation = _Rotation(repository, cipher=cipher, batch=batch, progress=progress)
    report = await rotation.run()
    logger.info(
        "keys-rotated",
        extra={"key": report.key_id, "resealed": report.resealed, "unreadable": len(report.unreadable)},
    )
    return report


class _Rotation:
    def __init__(
        self,
        repository: AppRepository,
        *,
        cipher: ConfigCipher,
        batch: int,
        progress: Callable[[RotationProgress], None] | None,
    ) -> None:
        self._repository = repository
        self._cipher = cipher
        self._batch = batch
        self._progress = progress
        self._resealed = 0
        self._tried = 0
        self._unreadable: dict[AppRecord, UnreadableApp] = {}

    async def run(self) -> RotationReport:
        """Work until a look at all apps finds no more to do: who has not heard of the new key seals with an old one."""
        records = await self._repository.list()
        for _ in range(_MOST_PASSES):
            due = self._due(records)
            await self._reseal(due)
            if not due:
                break
            records = await self._repository.list()
        usage = KeyUsage.of(records)
        return RotationReport(
            key_id=self._cipher.key_ids[0],
            resealed=self._resealed,
            unreadable=[self._unreadable[record] for record in records if record in self._unreadable],
            restless=[record.id for record in self._due(records)],
            usage=usage,
            unused=[key for key in self._cipher.key_ids[1:] if key not in usage.keys],
        )

    def _due(self, records: Iterable[AppRecord]) -> Sequence[AppRecord]:
        return [record for record in records if self._is_due(record) and record not in self._unreadable]

    def _is_due(self, record: AppRecord) -> bool:
        return record.integration_config is not None and self._cipher.needs_reseal(record.integration_config)

    async def _reseal(self, due: Sequence[AppRecord]) -> None:
        begun = self._tried
        for record in due:
            if (self._tried - begun) % self._batch == 0:
                self._tell(begun + len(due))
            await self._reseal_one(record)
            self._tried += 1
            await checkpoint()
        self._tell(begun + len(due))

    async def _reseal_one(self, record: AppRecord | None) -> None:
        """Replace what is stored, read again whenever it is not what was read before."""
        for _ in range(_MOST_ATTEMPTS):
            if record is None or not self._is_due(record):
                return
            try:
                renewed = self._renewed(record)
            except SecretUnreadableError as error:
                self._unreadable[record] = _unreadable(record, error)
                return
            if await self._repository.update(renewed, replacing=record):
                self._resealed += 1
                return
            record = await self._repository.get(record.id)

    def _renewed(self, record: AppRecord) -> AppRecord:
        sealed, kind = record.integration_config, record.integration_type
        if sealed is None or kind is None:
            raise SecretUnreadableError(
                "a configuration is stored, and the type it is for is not: choose the type in the app's form and save",
                reason="no-integration",
            )
        plaintext = self._cipher.open(sealed, app_id=record.id, integration_type=kind)
        renewed = self._cipher.seal(plaintext, app_id=record.id, integration_type=kind)
        return replace(record, integration_config=renewed)

    def _tell(self, total: int) -> None:
        if self._progress is not None:
            self._progress(RotationProgress(done=self._tried, total=total))


def _unreadable(record: AppRecord, error: SecretUnreadableError) -> UnreadableApp:
    sealed = record.integration_config
    key_id = None if sealed is None else ConfigCipher.key_id_of(sealed)
    return UnreadableApp(app_id=record.id, key_id=key_id, error=ErrorBody.of(error))
