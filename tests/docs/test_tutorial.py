"""The tutorial begins with what ``new`` makes, and shows what its author changed."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dashboard_integrations.testing import FakeService

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "dashboard-syncthing"
PAGE = (DOCS / "tutorial" / "write-an-integration.md").read_text()
COMMAND = re.search(r"^(dashboard-integrations new syncthing) --from-curl '(.+)'$", PAGE, re.MULTILINE)
ANSWER = re.search(r"^```json\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The package that the command of the page makes of the answer on the page."""
    folder = tmp_path_factory.mktemp("tutorial")
    with FakeService() as service:
        service.reply("GET", "/rest/db/completion", text=ANSWER, headers={"content-type": "application/json"})
        curl = COMMAND[2].replace("http://localhost:8384", service.url)
        command = [sys.executable, "-m", "dashboard_integrations.cli", *COMMAND[1].split()[1:], "--from-curl", curl]
        environment = {"KEY": "k9f2vqz7xw3mtr5c", "HOME": str(folder), "PATH": "/usr/bin:/bin"}
        author = ["--author", "Ada Lovelace <ada@example.org>"]
        subprocess.run([*command, *author], cwd=folder, env=environment, check=True, capture_output=True)
        assert {request.headers["x-api-key"] for request in service.requests} == {"k9f2vqz7xw3mtr5c"}
    return folder / "dashboard-syncthing"


def test_the_files_of_the_page_are_where_new_puts_them(made):
    """Nobody has to make a file by hand."""
    files = [path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*") if path.is_file() and "cache" not in str(path)]
    assert len(files) >= 6
    assert [str(path) for path in files if not (made / path).exists()] == []
    assert set(re.findall(r"^`((?:src|tests)/[\w/.]+)`", PAGE, re.MULTILINE)) <= set(map(str, files))


def test_what_nobody_changes_is_as_new_makes_it(made):
    """All but the version of the core, which is that of the day."""
    for name in ("pyproject.toml", "src/dashboard_syncthing/__init__.py"):
        texts = [re.sub(r">=[\d.]+", ">=0", (folder / name).read_text()) for folder in (made, EXAMPLE)]
        assert texts[0] == texts[1]


def test_the_tests_begin_as_new_writes_them(made):
    """Only what the card shows is the author's."""
    texts = [
        (folder / "tests" / "test_syncthing.py").read_text().partition("    assert [(")[0] for folder in (made, EXAMPLE)
    ]
    assert texts[0] == texts[1]


def test_the_ci_file_publishes_as_the_page_says(made):
    """The names that PyPI is told of a trusted publisher are those of the file."""
    workflow = (made / ".github" / "workflows" / "ci.yml").read_text()
    assert "environment: pypi" in workflow
    assert "id-token: write" in workflow
    assert "refs/tags/v" in workflow
    assert "workflow `ci.yml`, environment `pypi`" in " ".join(PAGE.split())
    version = tomllib.loads((made / "pyproject.toml").read_text())["project"]["version"]
    assert f"git tag v{version}\n" in PAGE


def test_the_key_is_nowhere(made):
    """Not in the code, not in the recording."""
    assert [path for path in made.rglob("*") if path.is_file() and "k9f2vqz7xw3mtr5c" in path.read_text()] == []
