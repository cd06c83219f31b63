"""The navigation of the documentation, read from its index: ``uv run docs/tools/navigation.py`` writes ``llms.txt``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["DOCS", "Page", "Section", "llms_txt", "read_index", "zensical_nav"]

DOCS = Path(__file__).parents[1]

_HEADING = re.compile(r"(##+) (.+)")
_ENTRY = re.compile(r"- \[([^\]]+)\]\(([^)\s]+\.md)\): (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, as the index tells of it; ``path`` is below ``docs``."""

    title: str
    path: str
    description: str


@dataclass(slots=True, kw_only=True)
class Section:
    """A heading of the index with the pages below it."""

    title: str
    pages: list[Page] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)


def read_index(text: str) -> list[Section]:
    """Return the sections of an index, in its order; a heading of the third level is a section within one."""
    sections: list[Section] = []
    for block in _blocks(text):
        if heading := _HEADING.fullmatch(block):
            within = sections if heading[1] == "##" else sections[-1].sections
            within.append(Section(title=heading[2]))
        elif entry := _ENTRY.fullmatch(block):
            innermost = sections[-1].sections[-1] if sections[-1].sections else sections[-1]
            innermost.pages.append(Page(title=entry[1], path=entry[2], description=entry[3]))
    return sections


def zensical_nav(sections: Iterable[Section]) -> list[dict[str, object]]:
    """Return the navigation as the settings of the site want it."""
    return [
        {section.title: [*({page.title: page.path} for page in section.pages), *zensical_nav(section.sections)]}
        for section in sections
    ]


def llms_txt(text: str) -> str:
    """Return what programs read: the purpose, and a list of pages for each section."""
    purpose = next(block for block in _blocks(text) if not block.startswith("#"))
    parts = ["# dashboard-integrations", f"> {purpose}"]
    for title, pages in _flat(read_index(text)):
        parts.append(f"## {title}")
        parts.append("\n".join(f"- [{page.title}]({page.path}): {page.description}" for page in pages))
    return "\n\n".join(parts) + "\n"


def _flat(sections: Iterable[Section]) -> Iterator[tuple[str, list[Page]]]:
    for section in sections:
        if section.pages:
            yield section.title, section.pages
        for title, pages in _flat(section.sections):
            yield f"{section.title}: {title[0].lower()}{title[1:]}", pages


def _blocks(text: str) -> Iterator[str]:
    """Yield headings, paragraphs and items of lists, each on one line."""
    for block in re.split(r"\n\n|\n(?=- )", text.strip()):
        yield " ".join(block.split())


if __name__ == "__main__":
    (DOCS / "llms.txt").write_text(llms_txt((DOCS / "index.md").read_text("utf-8")), "utf-8")
