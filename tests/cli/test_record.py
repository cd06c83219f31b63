"""``record``."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from dashboard_integrations.testing import FakeService, Recording

Run = Callable[..., Result]

PASSWORD = "k9-canary-word"

MODULE = '''
from pydantic import BaseModel, SecretStr

from dashboard_integrations import BasicAuth, ConnectionReport, HttpIntegration, ServiceConfig, endpoint
from dashboard_integrations.views import Stat, StatCard


class Config(ServiceConfig):
    username: str | None = None
    password: SecretStr | None = None


class Choice(BaseModel):
    room: str = "attic"


class Gatus(HttpIntegration[Config]):
    """A service."""

    id = "{name}"
    name = "Gatus"
    auth = BasicAuth("username", "password")

    async def test_connection(self, connection):
        return ConnectionReport(version=(await connection.get_json("version"))["v"])

    @endpoint()
    async def room(self, connection, choice: Choice) -> StatCard:
        """A room."""
        answer = await connection.get_json("rooms/" + choice.room)
        return StatCard(stats=[Stat(label=answer["name"], value=answer["t"])])
'''


@pytest.fixture
def gatus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Write a module nobody has installed into ``src`` of the folder we are in, and return its TYPE."""
    name = f"dashboard_{tmp_path.name}".replace("-", "_").lower()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / f"{name}.py").write_text(MODULE.replace("{name}", "gatus"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield f"{name}:Gatus"
    sys.modules.pop(name, None)


@pytest.fixture
def service() -> Iterator[FakeService]:
    with FakeService() as running:
        running.reply("GET", "/version", json={"v": "2.1", "hostname": "tower"})
        running.reply("GET", "/rooms/attic", json={"name": "Attic", "t": 20, "ip": "10.0.0.7"})
        yield running


def login(service: FakeService) -> list[str]:
    return ["--url", service.url, "--set", "username=anna", "--secret-env", "password=GATUS_PASSWORD"]


def test_a_module_is_recorded_after_a_look(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """The difference is shown without secrets, and what was agreed to is written."""
    result = run("record", gatus, *login(service), stdin="y\n", GATUS_PASSWORD=PASSWORD)
    written = tmp_path / "tests" / "recordings" / "gatus.json"
    recording = Recording.load(written)

    assert (0, "2.1", ["test", "room"]) == (
        result.exit_code,
        recording.software,
        [exchange.during for exchange in recording.exchanges],
    )
    assert {"username": "user-1", "password": "recorded-password-1"} == recording.config
    for line in ('-    "username": "anna",', '+    "username": "user-1",', '-    "password": "[hidden]"'):
        assert line in result.stdout
    assert "IP address  10.0.0.7  192.0.2.1" in result.stdout
    for text in (result.output, written.read_text()):
        assert PASSWORD not in text
        assert "k9" not in text


def test_a_secret_is_masked_in_a_long_line(run: Run, gatus: str, service: FakeService) -> None:
    """Also one that has blanks in it, where long lines are shown in pieces."""
    secret = "correct horse, battery"
    service.reply("GET", "/version", json={"v": "2.1", "said": f"{'many words, ' * 40}{secret}{' and more' * 40}"})
    result = run("record", gatus, *login(service), stdin="n\n", GATUS_PASSWORD=secret)

    assert (True, True) == ("[hidden]" in result.stdout, "recorded-password-1" in result.stdout)
    assert not {"correct", "horse", "battery"} & set(result.output.replace(",", " ").split())


def test_who_says_no_has_no_file(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """The default is no."""
    result = run("record", gatus, *login(service), stdin="\n", GATUS_PASSWORD=PASSWORD)

    assert (1, False) == (result.exit_code, (tmp_path / "tests").exists())


def test_scripts_say_yes(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """Nothing of the original is printed."""
    output = tmp_path / "x" / "y.json"
    result = run("record", gatus, *login(service), "--yes", "--output", output, GATUS_PASSWORD=PASSWORD)

    assert (0, f"Wrote {output}: 2 exchanges, {output.stat().st_size} bytes.\n") == (result.exit_code, result.stdout)


def test_json_tells_what_was_done(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """For programs."""
    arguments = [gatus, *login(service), "--json"]
    refused = run("record", *arguments, GATUS_PASSWORD=PASSWORD)
    told = json.loads(run("record", *arguments, "--yes", GATUS_PASSWORD=PASSWORD).stdout)

    assert (2, ("gatus", "2.1", 2, [], {}, {})) == (
        refused.exit_code,
        tuple(told[key] for key in ("integration", "software", "exchanges", "suspects", "failures", "lost")),
    )


def test_a_parameter_is_given_to_its_endpoint(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """And stands in the recording."""
    service.reply("GET", "/rooms/hall", json={"name": "Hall", "t": 19})
    run("record", gatus, "--url", service.url, "--parameter", "room.room=hall", "--yes", "--output", "a.json")

    assert {"room": {"room": "hall"}} == Recording.load(tmp_path / "a.json").parameters


@pytest.mark.parametrize("given", ["room", "room=hall", ".room=hall", "room.=hall"])
def test_a_parameter_without_endpoint_is_not_understood(run: Run, gatus: str, given: str) -> None:
    """Exit code 2 is for the command."""
    assert 2 == run("record", gatus, "--url", "http://127.0.0.1:1", "--parameter", given).exit_code


@pytest.mark.parametrize("options", [["--keep", "anna"], ["--keep", "$..username"]])
def test_values_can_be_kept(run: Run, gatus: str, service: FakeService, tmp_path: Path, options: list[str]) -> None:
    """By value or by place."""
    run("record", gatus, *login(service), *options, "--yes", "--output", "a.json", GATUS_PASSWORD=PASSWORD)

    assert "anna" == Recording.load(tmp_path / "a.json").config["username"]


def test_more_can_be_replaced(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """A name that only a person knows."""
    run("record", gatus, "--url", service.url, "--scrub", "Attic", "--yes", "--output", "a.json")

    assert '"name": "scrubbed-1"' in (tmp_path / "a.json").read_text()


def test_what_looks_secret_is_pointed_out(run: Run, gatus: str, service: FakeService) -> None:
    """Also to scripts, and not in full."""
    service.reply("GET", "/rooms/attic", json={"name": "Attic", "t": 20, "odd": "q8Zr4TnX1vK7pL0sWm3Yb9Jd"})
    result = run("record", gatus, "--url", service.url, "--yes")

    assert (0, True, False) == (
        result.exit_code,
        "$.exchanges[1].response.json.odd: q8Zr… (24 characters)" in result.stderr,
        "q8Zr4TnX" in result.output,
    )


def test_a_refusal_is_told_and_nothing_written(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """With the reason that a form would show."""
    service.reply("GET", "/version", status=401, json={})
    result = run("record", gatus, *login(service), "--yes", GATUS_PASSWORD=PASSWORD)

    assert (1, False) == (result.exit_code, (tmp_path / "tests").exists())
    assert "test: auth-failed" in result.stderr
    assert PASSWORD not in result.output


def test_failures_are_written_when_asked_for(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """A half-broken service is worth a test."""
    service.reply("GET", "/rooms/attic", status=500, json={})
    stopped = run("record", gatus, "--url", service.url, "--yes", "--output", "a.json")
    went_on = run("record", gatus, "--url", service.url, "--yes", "--output", "b.json", "--keep-going")

    assert (1, False) == (stopped.exit_code, (tmp_path / "a.json").exists())
    assert (0, 500) == (went_on.exit_code, Recording.load(tmp_path / "b.json").exchanges[1].response.status)


def test_what_cannot_be_replayed_is_not_written(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """What the integration needs was replaced: it says so, and how to keep it."""
    arguments = ["record", gatus, "--url", service.url, "--scrub", "attic", "--yes", "--output", "a.json"]
    stopped = run(*arguments)
    written = (tmp_path / "a.json").exists()
    went_on = run(*arguments, "--keep-going")

    assert (1, False, 0, True) == (stopped.exit_code, written, went_on.exit_code, (tmp_path / "a.json").exists())
    assert "room cannot be replayed: not-found" in stopped.stderr
    assert "--keep" in stopped.stderr


def test_a_secret_that_cannot_be_replaced_is_told(run: Run, gatus: str, service: FakeService, tmp_path: Path) -> None:
    """And nothing is written."""
    result = run("record", gatus, *login(service), "--yes", GATUS_PASSWORD="gatus")

    assert (1, False) == (result.exit_code, (tmp_path / "tests").exists())
    assert "password would still be in the recording" in result.stderr


def test_too_much_is_told(run: Run, gatus: str, service: FakeService) -> None:
    """With what to do."""
    result = run("record", gatus, "--url", service.url, "--yes", "--max-bytes", "10")

    assert (1, True) == (result.exit_code, "choose parameters that ask for less" in result.stderr)


@pytest.mark.parametrize(
    ("integration_type", "code", "told"),
    [
        ("transmision", 1, "did you mean 'transmission'"),
        ("no_such_module:Gatus", 2, "'no_such_module' cannot be imported"),
        ("json:Gatus", 2, "the module 'json' has no 'Gatus'"),
        ("json:JSONDecoder", 2, "json:JSONDecoder is no integration"),
    ],
)
def test_a_type_that_is_not_there_is_told(run: Run, integration_type: str, code: int, told: str) -> None:
    """What is installed, or where it was looked for."""
    result = run("record", integration_type, "--url", "http://127.0.0.1:1", "--yes")

    assert (code, True) == (result.exit_code, told in " ".join(result.stderr.split()))


def test_a_control_character_of_a_service_commands_no_terminal(run: Run, gatus: str, service: FakeService) -> None:
    """What is shown is text."""
    service.reply("GET", "/rooms/attic", json={"name": "\x1b[2J\u202e", "t": 20, "user": "\x1b]0;x\x07nna"})
    result = run("record", gatus, "--url", service.url, stdin="n\n")

    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
