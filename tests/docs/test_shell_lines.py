"""Command lines on pages are ones that the program understands."""

import re
import shlex
from pathlib import Path

import click
import pytest

from dashboard_integrations.cli.commands import commands

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if ".pytest_cache" not in path.parts),
]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENDS = {"&&", "||", "|", ";", "&", ">", ")"}
COMMANDS = commands.list_commands(click.Context(commands))


def calls_of(page):
    """Yield the arguments of each call of the program on a page."""
    for block in BLOCK.findall(page.read_text()):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.replace("$(", " ").replace(")", " ) "), comments=True)
            for at, word in enumerate(words):
                if re.search(r"(^|/)dashboard-integrations$", word) and "install" not in words[:at]:
                    yield until_end(words[at + 1 :])


def until_end(words):
    """Return the words up to the end of their command."""
    return words[: next((at for at, word in enumerate(words) if word in ENDS), len(words))]


CALLS = [(page, words) for page in PAGES for words in calls_of(page)]


def test_there_are_many():
    """A test that reads nothing would always pass."""
    assert len(CALLS) > 15


@pytest.mark.parametrize(("page", "words"), CALLS, ids=[f"{page.stem}-{' '.join(words)[:60]}" for page, words in CALLS])
def test_a_call_is_understood(page, words):
    """The command is there, and so are its options."""
    name, *rest = words
    assert name in COMMANDS
    known = {
        option for parameter in commands.get_command(click.Context(commands), name).params for option in parameter.opts
    }
    assert [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known] == []
