"""Build the documentation site: ``uv run --group docs docs/tools/site.py FOLDER``; a warning or dead link fails it."""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from navigation import DOCS, read_index, zensical_nav

NO_PAGES = ("examples", "hosts", "gallery", "tools", "conftest.py", "__pycache__", ".*")
TARGET = re.compile(r"<(?:a|img|link|script|source)\b[^>]*?\s(?:href|src|srcset)=\"?([^\"\s>]+)")
LISTED = re.compile(r"^- \[[^\]]+\]\(([^)]+)\)", re.MULTILINE)
UNREAD = re.compile(r"<p>[^<]*(?:^[-*] |^1\. |^\||^```|^#+ )", re.MULTILINE)


def build(project: Path) -> Path:
    """Build the site within the folder ``project``, and return where it is."""
    shutil.copytree(DOCS, project / "docs", ignore=shutil.ignore_patterns(*NO_PAGES))
    nav = [{"Start": "index.md"}, *zensical_nav(read_index((DOCS / "index.md").read_text("utf-8")))]
    settings = (DOCS / "tools" / "zensical.toml").read_text("utf-8")
    (project / "zensical.toml").write_text(settings.replace("nav = []", f"nav = {_toml(nav)}"), "utf-8")
    built = subprocess.run(["zensical", "build", "--strict"], cwd=project, check=False)  # noqa: S607  (the environment's)
    if built.returncode:
        sys.exit("the site cannot be built: see above")
    site = project / tomllib.loads(settings)["project"]["site_dir"]
    for page in (project / "docs").rglob("*.md"):  # beside what people read, for programs that follow llms.txt
        shutil.copy(page, site / page.relative_to(project / "docs"))
    return site


def problems(site: Path) -> Iterator[str]:
    """Yield what leads to nothing, and what was written as a list or a table and is none."""
    for page in sorted(site.rglob("*.html")):
        text, name = page.read_text("utf-8"), page.relative_to(site)
        for target in sorted(set(TARGET.findall(text))):
            path = unquote(re.split("[?#]", target)[0])
            if path and ":" not in path and not path.startswith("/") and not (page.parent / path).exists():
                yield f"{name}: {target} is not there"
        yield from (f"{name}: {found.strip()!r} is shown as it is written" for found in UNREAD.findall(text))
    for path in LISTED.findall((site / "llms.txt").read_text("utf-8")):
        if not (site / path).exists():
            yield f"llms.txt: {path} is not there"


def _toml(value: object) -> str:
    """Write lists, mappings and text; JSON's text is TOML's too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> int:
    """Put the site into a folder; return 1 when something is wrong with it."""
    parser = argparse.ArgumentParser(description="Build the documentation site.")
    parser.add_argument("folder", type=Path, help="where to put it; what is there is replaced")
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as project:
        site = build(Path(project))
        wrong = list(problems(site))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(site, folder)
    sys.stdout.writelines(f"{line}\n" for line in wrong or [f"the documentation is in {folder}"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
