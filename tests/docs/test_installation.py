"""The page on installation names what there is to install."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "installation.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ROWS = re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE)


def test_every_extra_and_every_package_of_ours_has_a_row():
    """In the order of the project file, and then by name."""
    plugins = [
        tomllib.loads(path.read_text())["project"]["name"] for path in (ROOT / "plugins").glob("*/pyproject.toml")
    ]
    assert [*PROJECT["optional-dependencies"], *sorted(plugins)] == ROWS


def test_every_requirement_of_the_core_is_told():
    """There is no other."""
    told = PAGE.partition("brings the core: ")[2].partition(", and\nnothing")[0]
    names = [re.match(r"[\w-]+", requirement)[0] for requirement in PROJECT["dependencies"]]
    assert sorted(names) == sorted(re.split(r", | and ", told))


def test_every_integration_of_ours_is_told():
    """Each entry point is a word of its package's row, as people call it."""
    for path in (ROOT / "plugins").glob("*/pyproject.toml"):
        project = tomllib.loads(path.read_text())["project"]
        row = re.search(rf"^\| `{project['name']}` \| (.+) \|$", PAGE, re.MULTILINE)[1]
        assert len(row.split(", ")) == len(project["entry-points"]["dashboard.integrations"])
