"""Every scheme with every view: what is made works at once, and is as clean as its own configuration wants it."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard_integrations.envelope import ErrorBody
from dashboard_integrations.errors import ErrorCode
from dashboard_integrations.scaffold.auth_plans import AuthKind
from dashboard_integrations.scaffold.samples import sample_answer
from dashboard_integrations.testing import FakeService, Recording, open_app
from dashboard_integrations.views import ViewKind

COMBINATIONS = [(auth, view) for auth in AuthKind for view in ViewKind]
HOSTILE = {
    'a"b\\': 1,
    '"""\nimport os\n': {"class": [1, 2.5], "{row}": True, "a very long key " * 8: 3},
    "überwachung": {"größe": 3, "größe_bytes": 4},
    "rows": [{"name": 'x"""y', "status": "läuft {{ 1 }}", "percent": 3}, {"name": "\\", "status": "'", "percent": 9}],
    "version": '1.0"',
}


def name_of(auth: AuthKind, view: ViewKind) -> str:
    return f"{auth}-with-{view}"


@pytest.fixture(scope="module")
def made(make_in, tmp_path_factory) -> Iterator[Mapping[str, tuple[object, Path]]]:
    """One distribution for each, written; and some of an answer that tries to break out."""
    maker = make_in(tmp_path_factory.mktemp("combinations"))
    found = {}
    for auth, view in COMBINATIONS:
        described = maker.distribution(sample_answer(view), name=name_of(auth, view), auth=auth, view=view)
        found[described.names.id] = described, maker.write(described)
    for view in (ViewKind.STAT_CARD, ViewKind.LIST, ViewKind.PROGRESS, ViewKind.CHART):
        described = maker.distribution(
            HOSTILE, name=f"hostile-{view}", auth=AuthKind.BASIC, view=view, description="It says \"hello\"\\\n'''."
        )
        found[described.names.id] = described, maker.write(described)
    yield found
    maker.forget()


@pytest.mark.parametrize(("auth", "view"), COMBINATIONS, ids=[name_of(*item) for item in COMBINATIONS])
async def test_it_shows_what_the_service_answers(made, importing, auth, view):
    """The endpoint is of the wanted kind, and its card comes from the recording that was made with it."""
    described, target = made[name_of(auth, view)]
    integration = getattr(importing(described, target), described.names.class_name)
    recording = Recording.load(target / "tests" / "recordings" / f"{described.names.id}.json")
    assert [view] == [endpoint.view for endpoint in integration().endpoints]
    with FakeService() as service:
        service.replay(recording)
        async with open_app(integration, config={**recording.config, "url": service.url}) as app:
            shown = await app.show(described.endpoint)
            tested = await app.test()
    for code, value in described.view.expected:
        assert eval(code, {"view": shown}) == eval(value)
    assert tested.data is not None, tested.error
    assert "1.0.0" == tested.data.version


@pytest.mark.parametrize("auth", [auth for auth in AuthKind if auth is not AuthKind.NONE])
async def test_it_says_so_when_credentials_are_wrong(made, importing, auth):
    """Each scheme really sends what the form has."""
    described, target = made[name_of(auth, ViewKind.LIST)]
    integration = getattr(importing(described, target), described.names.class_name)
    recording = Recording.load(target / "tests" / "recordings" / f"{described.names.id}.json")
    fields = integration.auth_config.model_fields
    secret = next(name for name, field in fields.items() if field.annotation is SecretStr and name in recording.config)
    with FakeService() as service:
        service.replay(recording)
        async with open_app(integration, config={**recording.config, "url": service.url}) as app:
            tested = await app.test(**{secret: "another"})
    assert isinstance(tested.error, ErrorBody)
    assert ErrorCode.AUTH_FAILED is tested.error.code


@pytest.mark.parametrize("command", [("ruff", "check", "--no-cache"), ("ruff", "format", "--check", "--no-cache")])
def test_ruff_has_nothing_to_say(made, command):
    """By the configuration that each one brings."""
    folders = [target for _, target in made.values()]
    ran = subprocess.run(
        [sys.executable, "-m", *command, *folders], capture_output=True, text=True, check=False, cwd=folders[0].parent
    )
    assert (0, "") == (ran.returncode, ran.stderr), ran.stdout


def test_mypy_has_nothing_to_say(made, tmp_path):
    """Strict, sources and tests of all at once, by the configuration of one."""
    folders = [target for _, target in made.values()]
    together = tmp_path / "together"
    (together / "src").mkdir(parents=True)
    (together / "tests").mkdir()
    shutil.copy(folders[0] / "pyproject.toml", together)
    for target in folders:
        for item in [*(target / "src").iterdir(), *(target / "tests").glob("*.py")]:
            (shutil.copytree if item.is_dir() else shutil.copy)(item, together / item.relative_to(target))
    ran = subprocess.run([sys.executable, "-m", "mypy"], capture_output=True, text=True, check=False, cwd=together)
    assert 0 == ran.returncode, ran.stdout


def test_every_file_is_there(made):
    """What the page on scaffolding draws."""
    _, target = made[name_of(AuthKind.BASIC, ViewKind.GAUGE)]
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "scaffold.md").read_text()
    drawn = page.partition("```text\n")[2].partition("```")[0].replace("newsroom", "basic_with_gauge")
    found = {path.name for path in target.rglob("*") if path.is_file()}
    assert {
        word for word in found if word not in drawn.replace("basic_with_gauge.json", "basic-with-gauge.json")
    } == set()
