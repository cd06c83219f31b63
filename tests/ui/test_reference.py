"""The page on the elements names everything that a page can use of them."""

import re
from pathlib import Path

import pytest

from dashboard_integrations import ui
from dashboard_integrations.ui.bundles.tokens import Kind, read_tokens

ELEMENTS = Path(ui.__file__).parent / "elements"
SOURCES = {path.name: path.read_text() for path in sorted(ELEMENTS.glob("*.js"))}
PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "elements.md").read_text()
TOLD = set(re.findall(r"[\w./-]+", " ".join(re.findall(r"`[^`\n]+`|^## .+$", PAGE, re.MULTILINE))))
KINDS = ("app", "widget")  # `${kind}` of what the forms have in common

WORDS = set(re.search(r"^## Words$.*?^```text$(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1].strip().split("\n"))
SAID = re.compile(r'\bsay\(\s*"([^"]+)"')
LIKE_WORDS = re.compile(r"(?=.*[a-z]{2})(?:[A-Z“][^0-9]*|.*\{\w+\}.*)")
KEYS = {"Enter", "Escape"}


def found(pattern):
    """Return what the pattern's group matches anywhere in the source, split into words."""
    matches = (match for source in SOURCES.values() for match in re.finditer(pattern, source))
    return {word for match in matches for group in match.groups() if group for word in group.split()}


def missing(names):
    return sorted(names - TOLD)


def test_every_element():
    """Each that is defined has a place."""
    names = found(r'define\("([\w-]+)"')
    assert len(names) >= 13
    assert missing(names) == []


def test_every_attribute():
    """Those that are watched, and those that are read."""
    lists = found(r"observedAttributes = \[([^\]]*)\]")
    names = {name.strip('",') for name in lists} | found(r'this\.[gh][ea][ts]Attribute\("([\w-]+)"')
    names |= {f"{kind}{name}" for name in found(r"this\.getAttribute\(`\$\{kind\}([\w-]+)`") for kind in KINDS}
    assert {"refresh-interval", "apps-url"} <= names
    assert missing(names) == []


def test_every_event():
    """Whatever is dispatched."""
    names = found(r'new Event\("(integration-[\w-]+)"')
    names |= {f"integration-{name}" for name in found(r'\btell\(this, "([\w-]+)"|new IntegrationEvent\("([\w-]+)"')}
    names |= {f"integration-{kind}-{name}" for name in found(r"\btell\(this, `\$\{kind\}-(\w+)`") for kind in KINDS}
    assert {"integration-update", "integration-signed-out", "integration-app-saved"} <= names
    assert missing(names) == []


def test_every_part():
    """Whatever can be styled from outside."""
    names = found(r'\bh\(\s*["`][^"`,]*?::([\w -]+)') | found(r'\bpart = "(\w+)"|\barc\("(\w+)"')
    assert {"widget", "badge", "tooltip"} <= names
    assert missing(names) == []


def test_every_custom_property():
    """Whatever a theme may set."""
    names = {name for name in found(r"(--integration-[\w-]*[a-z])\b") if name != "--integration-series"}
    names |= {f"--integration-{name}" for name in found(r'\n  "?([a-z-]+)"?: "#')}
    assert "--integration-accent" in names
    assert missing(names) == []


def test_every_function():
    """Whatever a page may import."""
    names = {name.strip(",") for name in found(r"export \{([^}]+)\} from")}
    assert {"configure", "registerRenderer"} <= names
    assert missing(names) == []


def strings(source):
    return {token.text[1:-1] for token in read_tokens(source) if token.kind is Kind.STRING}


@pytest.mark.parametrize("name", SOURCES)
def test_every_word(name):
    """Whatever the elements say stands in the list."""
    found = {text for text in strings(SOURCES[name]) if LIKE_WORDS.fullmatch(text)} - KEYS
    assert sorted((found | set(SAID.findall(SOURCES[name]))) - WORDS) == []


def test_no_other_words():
    """What stands in the list is said somewhere."""
    assert sorted(WORDS - set().union(*map(strings, SOURCES.values()))) == []
