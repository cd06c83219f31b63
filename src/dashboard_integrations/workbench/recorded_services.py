"""Services that answer from the recordings of a source tree, for as long as somebody works on it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from dashboard_integrations.testing.fake_service import FakeService
from dashboard_integrations.testing.recording import Recording, RecordingError
from dashboard_integrations.workbench.source_tree import SourceTree

__all__ = ["RecordedApp", "RecordedServices"]

_PLACES = ("tests/recordings", "recordings")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedApp:
    """An app that a recording can answer, with the fields of its form."""

    name: str
    integration: str
    config: Mapping[str, object]


class RecordedServices:
    """One service for each recording; as a context manager they answer until its end."""

    def __init__(self, tree: SourceTree, *, told: Callable[[str], None]) -> None:
        self._tree = tree
        self._told = told
        self._services: dict[Path, FakeService] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for service in self._services.values():
            service.stop()

    def apps(self) -> list[RecordedApp]:
        """Read the recordings as they are now, answer from them, and return the apps that fit.

        What cannot be read is told and left out. A recording that changes keeps its address.
        """
        found: list[RecordedApp] = []
        for path in self._files():
            try:
                recording = Recording.load(path)
            except RecordingError as error:
                self._told(str(error))
                continue
            if recording.integration in self._tree.entry_points:
                found.append(self._app(path, recording))
        return found

    def _files(self) -> Iterable[Path]:
        return (path for place in _PLACES for path in sorted((self._tree.root / place).glob("*.json")))

    def _app(self, path: Path, recording: Recording) -> RecordedApp:
        service = self._services.get(path)
        if service is None:
            service = self._services[path] = FakeService()
            service.start()
        service.replay(recording)
        return RecordedApp(
            name=f"{path.stem} (recorded)",
            integration=recording.integration,
            config={**recording.config, **recording.extra, "url": service.url},
        )
