"""The index is the navigation: of people, of the site, and of programs."""

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
INDEX = (DOCS / "index.md").read_text()
TOOL = runpy.run_path(str(DOCS / "tools" / "navigation.py"))
NO_PAGES = {"examples", "hosts", "gallery", "tools", ".pytest_cache"}


def pages_of(sections):
    for section in sections:
        yield from section.pages
        yield from pages_of(section.sections)


PAGES = list(pages_of(TOOL["read_index"](INDEX)))


def test_every_page_is_in_the_navigation_once():
    """No page can be reached by search only."""
    written = [str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")]
    expected = sorted(path for path in written if path.split("/")[0] not in NO_PAGES and path != "index.md")
    assert expected == sorted(page.path for page in PAGES)


def test_the_site_has_the_sections_of_the_index():
    """In the same order; and nothing in them is lost."""
    nav = TOOL["zensical_nav"](TOOL["read_index"](INDEX))
    assert re.findall(r"^## (.+)$", INDEX, re.MULTILINE) == [title for section in nav for title in section]
    assert [page.path for page in PAGES] == re.findall(r"'([\w/-]+\.md)'", str(nav))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_is_where_its_kind_is(page):
    """Tutorials, guides, references and explanations have a folder each."""
    folders = {"Tutorials": "tutorial", "How to": "how-to", "Reference": "reference", "Explanation": "explanation"}
    section = next(section for section in TOOL["read_index"](INDEX) if page in list(pages_of([section])))
    assert page.path.startswith(f"{folders[section.title]}/")


def test_programs_are_told_the_same():
    """``llms.txt`` is made anew by ``uv run docs/tools/navigation.py``."""
    assert TOOL["llms_txt"](INDEX) == (DOCS / "llms.txt").read_text()


def test_an_entry_without_a_description_is_none():
    """So a page that nothing is said of fails the first test."""
    sections = TOOL["read_index"]("# T\n\n## How to\n\n- [A](how-to/a.md)\n- [B](how-to/b.md): what\n  it is\n")
    assert [("B", "what it is")] == [(page.title, page.description) for page in sections[0].pages]
