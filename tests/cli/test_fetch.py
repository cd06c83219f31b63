"""``fetch``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from running_dashboard import running_dashboard

Run = Callable[..., Result]


def test_a_view_is_shown(run: Run) -> None:
    """Live data comes as readable lines."""
    result = run("fetch", "system", "memory")

    assert (0, True) == (result.exit_code, result.stdout.startswith("Memory"))


def test_json_is_the_envelope(run: Run) -> None:
    """Programs read what the routes answer."""
    envelope = json.loads(run("fetch", "system", "memory", "--json").stdout)

    assert (True, "memory", "gauge", False) == (
        envelope["success"],
        envelope["data"]["endpointId"],
        envelope["data"]["view"],
        envelope["meta"]["stale"],
    )


def test_an_unknown_endpoint_is_told(run: Run) -> None:
    """The endpoints there are stand in the line."""
    result = run("fetch", "system", "memmory")

    assert (1, True) == (result.exit_code, "did you mean 'memory'" in result.stderr)


def test_an_unknown_parameter_is_told(run: Run) -> None:
    """What an endpoint does not take is not passed over."""
    result = run("fetch", "system", "memory", "--param", "count=3")

    assert (1, True) == (result.exit_code, "invalid-request" in result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("system",),
        ("system", "memory", "more"),
        ("system", "memory", "--app", "x"),
        ("memory", "--app", "x", "--url", "u"),
    ],
)
def test_a_command_that_is_not_understood_is_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    """Exit code 2 is for the command."""
    assert 2 == run("fetch", *arguments).exit_code


def test_a_stored_app_can_be_asked(run: Run, tmp_path: Path) -> None:
    """An app of a dashboard that runs, or ran, is asked with what is stored."""
    data = tmp_path / "data"
    with running_dashboard(data):
        running = run("fetch", "memory", "--app", "this-machine", "--data", data)
    stopped = run("fetch", "memory", "--app", "this-machine", "--data", data)
    tested = run("test", "--app", "this-machine", "--data", data)

    assert [0, 0, 0] == [result.exit_code for result in (running, stopped, tested)]


def test_an_unknown_app_is_told(run: Run, tmp_path: Path) -> None:
    """A close name is suggested."""
    data = tmp_path / "data"
    with running_dashboard(data):
        pass
    result = run("fetch", "memory", "--app", "this-machin", "--data", data)

    assert (1, True) == (result.exit_code, "did you mean 'this-machine'" in result.stderr)


def test_a_folder_without_a_dashboard_is_told(run: Run, tmp_path: Path) -> None:
    """Nothing is made where no dashboard is."""
    result = run("fetch", "memory", "--app", "x", "--data", tmp_path / "nothing")

    assert (1, True, False) == (
        result.exit_code,
        "there is no dashboard in" in result.stderr,
        (tmp_path / "nothing").exists(),
    )
