"""Commands, run in this process with an environment and a home of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboard_integrations.cli.commands import commands

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str | Path, stdin: str | None = None, **environ: str | None) -> Result:
        own = {"HOME": str(tmp_path), "XDG_DATA_HOME": None, "INTEGRATION_ENCRYPTION_KEY": None}
        result = CliRunner().invoke(commands, [str(item) for item in arguments], input=stdin, env=own | environ)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run
