"""The command line as a whole."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]

WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name={package!r})
sys.meta_path.insert(0, Missing())
sys.argv = ["dashboard-integrations", *{arguments!r}]
from dashboard_integrations.cli import main
main()
"""


def without(package: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    source = WITHOUT.format(package=package, arguments=list(arguments))
    return subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)


def test_help_names_every_command(run: Run) -> None:
    """The commands and the exit codes are told."""
    told = run("--help").stdout

    assert [True] * 7 == [
        word in told for word in ("doctor", "fetch", "keygen", "list", "serve", "test", "Exit codes: 0 all is well")
    ]


@pytest.mark.parametrize("name", ["doctor", "fetch", "keygen", "list", "serve", "test"])
def test_every_command_has_help(run: Run, name: str) -> None:
    """Help works without doing anything."""
    result = run(name, "--help")

    assert (0, True) == (result.exit_code, result.stdout.startswith("Usage: "))


def test_an_unknown_command_is_a_mistake(run: Run) -> None:
    """Exit code 2 says that the command was not understood."""
    assert 2 == run("serv").exit_code


def test_without_click_the_remedy_is_told() -> None:
    """The message is the command that installs what is missing."""
    result = without("click", "list")

    assert (1, "the command line needs click: pip install 'dashboard-integrations[host]'\n") == (
        result.returncode,
        result.stderr,
    )


def test_without_a_server_the_remedy_is_told() -> None:
    """A command whose own package is missing says which."""
    result = without("uvicorn", "serve")

    assert (1, "Error: 'serve' needs uvicorn: pip install 'dashboard-integrations[host]'\n") == (
        result.returncode,
        result.stderr,
    )


def test_without_a_server_other_commands_work() -> None:
    """A test of a connection needs no web server."""
    result = without("uvicorn", "keygen")

    assert (0, "") == (result.returncode, result.stderr)


@pytest.mark.parametrize(("package", "module"), [("starlette", "app"), ("jinja2", "app"), ("uvicorn", "serve")])
def test_without_an_extra_an_import_tells_the_remedy(package: str, module: str) -> None:
    """Whoever imports the host without its extra reads what to install."""
    source = WITHOUT.format(package=package, arguments=[]).partition("from dashboard_integrations.cli")[0]
    command = [sys.executable, "-c", f"{source}import dashboard_integrations.host.{module}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "pip install 'dashboard-integrations[host]'" in result.stderr.splitlines()[-1]
