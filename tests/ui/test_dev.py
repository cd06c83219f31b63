"""The dashboard of an author: pages follow what is saved."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from author_tree import MODULE, author_tree
from playwright.sync_api import Browser, expect

PATIENCE = 120_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return author_tree(tmp_path / "tree")


@pytest.fixture
def address(tree: Path) -> Iterator[str]:
    """Where ``dev`` shows this tree."""
    command = [sys.executable, "-m", "dashboard_integrations.cli", "dev", str(tree), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        yield next(found[1] for line in lines if (found := re.search(r"Dashboard: (\S+)", line)))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=120)


def test_an_open_page_shows_what_was_saved(browser: Browser, tree: Path, address: str) -> None:
    """Nobody has to load it again, and the form is a click away."""
    page = browser.new_page()
    page.goto(address)
    widget = page.get_by_role("article", name="Stock")
    expect(widget).to_contain_text("Boxes", timeout=PATIENCE)
    (tree / "src" / "dashboard_boxes" / "boxes.py").write_text(MODULE.replace('label="Boxes"', 'label="Crates"'))

    expect(widget).to_contain_text("Crates", timeout=PATIENCE)
    page.goto(f"{address.partition('?')[0]}apps/new")
    page.get_by_text("Counts boxes.").click()
    expect(page.get_by_label("API key")).to_be_visible(timeout=PATIENCE)
    page.close()
