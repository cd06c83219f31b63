"""The page on requests and types is what the OpenAPI document says."""

import json
import runpy
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
TOOL = runpy.run_path(str(DOCS / "tools" / "http_schemas.py"))
DOCUMENT = json.loads((DOCS / "reference" / "openapi.json").read_text())
PAGE = (DOCS / "reference" / "http-schemas.md").read_text()


def test_the_page_is_current():
    """Otherwise run ``uv run docs/tools/http_schemas.py``."""
    assert TOOL["page"](DOCUMENT) == PAGE


def test_every_operation_and_type_has_a_heading():
    """In the order of the document, and nothing else has one."""
    operations = [f"{method.upper()} {path}" for path, item in DOCUMENT["paths"].items() for method in item]
    headings = [line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### ")]
    assert [*operations, *DOCUMENT["components"]["schemas"]] == headings


def test_every_key_of_every_type_is_told():
    """Each is a row below the heading of its type."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        below = PAGE.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert [key for key in schema.get("properties", {}) if f"| `{key}` | " not in below] == []
