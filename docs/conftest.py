"""Runs the snippets of the pages, and lets the examples' tests import the examples as an author's would."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

EXAMPLES = Path(__file__).parent / "examples"

# Tests are imported without their folder on the path, and these import what stands beside them.
sys.path[:0] = [str(EXAMPLES), str(EXAMPLES / "dashboard-syncthing" / "src")]

_EXAMPLE = re.compile(r"<!-- example: \S+ -->\n\Z")
_COMPILED_ONLY = re.compile(r"<!-- compiled only: .+ -->\n\Z")


class SnippetParser(PythonCodeBlockParser):
    """Finds what to run: not what is an example file (tested as such), and not what needs a framework of others."""

    def __call__(self, document: Document) -> Iterable[Region]:
        """Yield the snippets of a page."""
        for region in super().__call__(document):
            before = document.text[: region.start]
            if _COMPILED_ONLY.search(before):
                yield Region(region.start, region.end, parsed=region.parsed, evaluator=compile_only)
            elif not _EXAMPLE.search(before):
                yield region


def compile_only(example: Example) -> None:
    """Check the grammar of a snippet whose comment says why it cannot run."""
    compile(example.parsed, example.path, "exec")


pytest_collect_file = Sybil(parsers=[SnippetParser()], patterns=["*.md"]).pytest()
