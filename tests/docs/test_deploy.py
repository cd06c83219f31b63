"""What the page about deployment shows for other programs is right for ours."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard_integrations.cli.serve import command

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "deploy.md").read_text()
UNIT = next(block for block in re.findall(r"^```ini\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if "[Unit]" in block)
CALLS = [
    shlex.split(re.search(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)[1]),
    json.loads(re.search(r"^CMD (.*)$", PAGE, re.MULTILINE)[1]),
]


@pytest.mark.parametrize("words", CALLS)
def test_the_dashboard_is_started_with_options_that_it_has(words):
    """What systemd and the container start is there, with each option."""
    context = command.make_context("serve", words[2:])

    assert ("dashboard-integrations", "serve") == (Path(words[0]).name, words[1])
    assert context.params["data"].is_absolute()


def test_systemd_understands_the_unit(tmp_path):
    """Each line means something to systemd, where there is one to ask; names and values have the right form anyway."""
    lines = [line for line in UNIT.splitlines() if line and not line.startswith("[")]
    unit = tmp_path / "dashboard.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT, flags=re.MULTILINE))
    told = ""
    if shutil.which("systemd-analyze"):
        found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
        told = "\n".join(line for line in found.stderr.splitlines() if str(unit) in line)

    assert [] == [line for line in lines if not re.fullmatch(r"[A-Z]\w+=.*", line)]
    assert told == ""
