"""A whole distribution: what its files say, and their way onto the disk, all or nothing."""

import keyword
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.scaffold.auth_plans import AuthPlan
from dashboard_integrations.scaffold.errors import ScaffoldError
from dashboard_integrations.scaffold.first_view import FirstView
from dashboard_integrations.scaffold.models import AnswerModels, answer_models
from dashboard_integrations.scaffold.names import Names
from dashboard_integrations.scaffold.places import code_of
from dashboard_integrations.scaffold.planned_request import PlannedRequest
from dashboard_integrations.scaffold.rendering import Templates, imports
from dashboard_integrations.scaffold.shapes import Path as AnswerPath
from dashboard_integrations.scaffold.shapes import shape_of
from dashboard_integrations.scaffold.version_place import version_place
from dashboard_integrations.testing.recording import Recording

__all__ = ["Author", "Distribution", "write"]

# What the class has, what its body calls, and what a recording calls the test of the connection.
_NO_ENDPOINTS = frozenset({*dir(HttpIntegration), *keyword.kwlist, "endpoint", "id", "name", "test"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who holds the copyright; ``email`` is for the package's metadata."""

    name: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Everything that files are made of."""

    names: Names
    author: Author
    description: str
    request: PlannedRequest
    auth: AuthPlan
    view: FirstView
    answer: object
    capabilities: Sequence[str] = ()
    today: date

    @property
    def endpoint(self) -> str:
        """The id of the first endpoint."""
        name = self.view.name
        return f"{name}_{self.view.kind.replace('-', '_')}" if name in _NO_ENDPOINTS else name

    def files(self, recording: Recording) -> Mapping[str, str]:
        """Return the text of every file by its path."""
        models, told_version = self._models()
        templates = Templates(
            names=self.names,
            author=self.author,
            description=self.description,
            year=self.today.year,
            today=self.today.isoformat(),
            endpoint=self.endpoint,
            view=self.view,
            auth=self.auth,
            request=self.request,
            capabilities=self.capabilities,
            models=models,
            version=told_version,
            imports=imports(self.names, self.auth, self.view, has_models=bool(models.source)),
            core=_core_version(),
        )
        package, tests = f"src/{self.names.package}", "tests"
        files = {
            "pyproject.toml": templates.render("pyproject.toml"),
            "README.md": templates.render("README.md"),
            "LICENSE": templates.render("LICENSE"),
            "CHANGELOG.md": templates.render("CHANGELOG.md"),
            ".gitignore": templates.render("gitignore"),
            ".github/workflows/ci.yml": templates.render("ci.yml"),
            f"{package}/__init__.py": templates.render("init.py"),
            f"{package}/{self.names.module}.py": templates.render("integration.py"),
            f"{package}/py.typed": "",
            f"{tests}/test_{self.names.module}.py": templates.render("test.py"),
            f"{tests}/recordings/{self.names.id}.json": recording.to_json(),
        }
        return files if not models.source else {**files, f"{package}/answers.py": models.source}

    @property
    def left_out(self) -> Sequence[str]:
        """What of the answer has no model."""
        return self._models()[0].left_out

    def _models(self) -> tuple[AnswerModels, str | None]:
        shape = shape_of(self.answer)
        place = version_place(self.answer, shape, self.names.id)
        used: dict[AnswerPath, str | None] = dict(self.view.used)
        if place is not None:
            used.setdefault(place.path, None)
        words = self.request.path.rpartition("/")[2] or "answer"
        models = answer_models(
            shape, name=words, used=used, rows=self.view.rows, docstring=f"What {self.names.title} answers."
        )
        return models, None if place is None else code_of(place.path, shape, "answer")


def write(files: Mapping[str, str], target: Path) -> None:
    """Write all files into the new folder ``target``; nothing is left of it when that fails."""
    if target.exists() or target.is_symlink():
        raise ScaffoldError(f"{target} is there already, and nothing is ever overwritten: choose another --path")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise ScaffoldError(f"{target} cannot be made: {error.strerror}") from error
    try:
        for name, text in files.items():
            file = made / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        made.chmod(0o755)
        made.rename(target)
    except OSError as error:
        raise ScaffoldError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _core_version() -> str:
    """Return the version of this library that a new distribution needs at least."""
    return ".".join(version("dashboard-integrations").split(".")[:2])
