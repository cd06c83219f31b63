"""Each view has its picture, in light and in dark, of the very payload that stands below it."""

import re
import struct
from hashlib import sha256
from pathlib import Path

import pytest

from dashboard_integrations.views import ViewKind

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PICTURES = sorted((REFERENCE / "pictures").iterdir())
PAGES = "".join(page.read_text() for page in REFERENCE.glob("*.md"))
SHOWN = re.compile(
    r'<picture><source media="\(prefers-color-scheme: dark\)" srcset="pictures/([\w-]+)-dark\.png">\s'
    r'<img src="pictures/\1-light\.png" width="\d+" alt="[^"]{10,}"></picture>\n\n```json\n(.*?)^```$',
    re.MULTILINE | re.DOTALL,
)
PAYLOADS = dict(SHOWN.findall(PAGES))


def told(picture):
    """Return the text that a PNG carries under ``payload``."""
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"tEXt" and body.startswith(b"payload\0"):
            return body.removeprefix(b"payload\0").decode()
        at += length + 12
    return None


def test_every_view_has_both_pictures_and_nothing_else_is_there():
    """A picture that no page shows is thrown away."""
    expected = sorted(f"{kind}-{scheme}.png" for kind in ViewKind for scheme in ("light", "dark"))
    assert expected == [picture.name for picture in PICTURES]
    assert list(ViewKind) == list(PAYLOADS)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_of_the_payload_below_it(picture):
    """After a change of the payload: ``uv run --with pillow docs/gallery/pictures.py``."""
    kind = picture.stem.rpartition("-")[0]
    assert sha256(PAYLOADS[kind].encode()).hexdigest() == told(picture)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_small(picture):
    """Documentation is read on telephones, and lies in every clone."""
    assert picture.stat().st_size < 25_000
