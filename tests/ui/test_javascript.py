"""The pure parts of the browser's code, tested by Node's own runner."""

import shutil
import subprocess
from pathlib import Path

import playwright
import pytest

TESTS = sorted(Path(__file__).parent.glob("*.test.js"))
DRIVER = Path(playwright.__file__).with_name("driver")


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_pure_parts(path):
    """Each file on its own, so that a failure has a name; Playwright brings the same Node to every machine."""
    node = shutil.which("node", path=DRIVER)
    assert node is not None, f"Playwright has no Node in {DRIVER}"
    done = subprocess.run([node, "--test", str(path)], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_some():
    """The search above looks in the right place."""
    assert TESTS
