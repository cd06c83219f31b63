"""Words out of the keys of JSON: for people, for Python, and to guess by."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

from pydantic import BaseModel

__all__ = ["WRAPPERS", "attribute_names", "class_name", "label", "singular", "tokens", "unique"]

_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_LONGEST = 40
# Names that annotations are made of, or that pydantic keeps for itself.
WRAPPERS = frozenset({"data", "response", "result", "results", "stats", "status", "value", "values"})
"""Words that say nothing of what is in them."""

_TYPES = {"bool", "float", "int", "object", "str"}
_NO_ATTRIBUTES = frozenset({*_TYPES, *dir(BaseModel), *keyword.kwlist})
_NO_CLASSES = frozenset({*dir(builtins), *keyword.kwlist})
_UPPER = {
    "api": "API",
    "cpu": "CPU",
    "dns": "DNS",
    "eta": "ETA",
    "gpu": "GPU",
    "http": "HTTP",
    "https": "HTTPS",
    "id": "ID",
    "io": "I/O",
    "ip": "IP",
    "mac": "MAC",
    "os": "OS",
    "ram": "RAM",
    "ssd": "SSD",
    "ssl": "SSL",
    "tls": "TLS",
    "ttl": "TTL",
    "ui": "UI",
    "url": "URL",
    "vm": "VM",
    "vpn": "VPN",
}
_SINGULARS = {"series": "series", "status": "status", "news": "news", "addresses": "address", "statuses": "status"}


def tokens(key: str) -> tuple[str, ...]:
    """Return the words of a key in lower case, as in ``("download", "speed")`` for ``downloadSpeed``."""
    return tuple(word.lower() for word in _BREAKS.split(_ascii(key)) if word)


def label(key: str) -> str:
    """Return a key as people read it, as in ``Download speed``."""
    words = [word for word in _BREAKS.split(key) if word] or [" ".join(key.split())]
    shown = [_UPPER.get(word.lower(), word if word.isupper() else word.lower()) for word in words]
    text = "".join(character if character.isprintable() else " " for character in " ".join(shown)).strip()
    return f"{text[:1].upper()}{text[1:_LONGEST]}".strip() or "Value"


def attribute_names(keys: Iterable[str]) -> dict[str, str]:
    """Return a Python name for each key: what can be an attribute of a pydantic model, each once."""
    names: dict[str, str] = {}
    for key in keys:
        names[key] = unique(_attribute(key), names.values(), separator="_")
    return names


def class_name(key: str, *, taken: Collection[str] = ()) -> str:
    """Return a name for a class that is not ``taken``."""
    text = "".join(word[:1].upper() + word[1:] for word in tokens(key))[:_LONGEST] or "Part"
    name = text if text[0].isalpha() else f"Part{text}"
    return unique(f"{name}Part" if name in _NO_CLASSES else name, taken, separator="")


def singular(key: str) -> str:
    """Return the word for one of ``key``, as far as English has rules."""
    lower = key.lower()
    if lower in _SINGULARS:
        return _SINGULARS[lower]
    if lower.endswith("ies") and len(key) > len("ties"):
        return f"{key[:-3]}y"
    if lower.endswith(("sses", "xes", "ches", "shes")):
        return key[:-2]
    return key[:-1] if lower.endswith("s") and not lower.endswith(("ss", "us", "is")) else key


def unique(name: str, taken: Collection[str], *, separator: str) -> str:
    """Return ``name``, with a number when it is taken."""
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}{separator}{number}"
    return found


def _attribute(key: str) -> str:
    name = "_".join(tokens(key))[:_LONGEST].rstrip("_") or "field"
    if not name[0].isalpha():
        name = f"field_{name}"
    return f"{name}_" if name in _NO_ATTRIBUTES or name.startswith("model_") else name


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
