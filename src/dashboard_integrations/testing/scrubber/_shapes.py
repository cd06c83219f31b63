"""Shapes: values that name a machine or a person wherever they stand, and stand-ins that look like them."""

import base64
import ipaddress
import re
import string
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["SHAPES", "Shape", "by_character", "shape_of"]

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_FOUR_NUMBERS = r"\d{1,3}(?:\.\d{1,3}){3}"
_DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")
_HOSTS = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """``make`` turns an original and a number into a stand-in; values with one ``canonical`` form are the same."""

    kind: str
    pattern: re.Pattern[str]
    make: Callable[[str, int], str]
    canonical: Callable[[str], str] = str.lower
    identifies: Callable[[str], bool] = lambda _: True


def by_character(original: str, number: int) -> str:
    """Return ``number`` in the places of the letters and digits of ``original``, everything else as it is.

    A number keeps its length: its first digit becomes 1.
    """
    if original.isascii() and original.isdecimal():
        return str(10 ** (len(original) - 1) + number)
    if _LONG_HEX.fullmatch(original):
        return _hex(original, number)
    made: list[str] = []
    for character in reversed(original):
        alphabet = next((each for each in _ALPHABETS if character in each), None)
        if alphabet is None:
            made.append("x" if character.isalnum() else character)
        else:
            number, digit = divmod(number, len(alphabet))
            made.append(alphabet[digit])
    return "".join(reversed(made))


_DIGIT = re.compile(r"\d")
_LONG_HEX = re.compile(r"[0-9a-f]{8,}|[0-9A-F]{8,}")
_ALPHABETS = (string.digits, string.ascii_lowercase, string.ascii_uppercase)


def shape_of(value: str) -> Shape | None:
    """Return the shape that ``value`` has as a whole."""
    return next((shape for shape in SHAPES if shape.pattern.fullmatch(value) and shape.identifies(value)), None)


def _hex(original: str, number: int) -> str:
    digits = sum(character in string.hexdigits for character in original)
    made = iter(f"{number:0{digits}x}"[-digits:])
    lower = "".join(next(made) if character in string.hexdigits else character for character in original)
    return lower.upper() if original.upper() == original else lower


def _uuid(original: str, number: int) -> str:
    made = f"00000000-0000-4000-8000-{number:012x}"
    return made.upper() if original.upper() == original and original.lower() != original else made


def _mac(original: str, number: int) -> str:
    first, rest = ("00005e0053", number) if number <= 0xFF else ("02005e", number)  # noqa: PLR2004  (one byte)
    made = f"{first}{rest:0{12 - len(first)}x}"
    separated = original[2].join(made[start : start + 2] for start in range(0, 12, 2))
    return separated.upper() if original.upper() == original and original.lower() != original else separated


def _ipv4(_: str, number: int) -> str:
    block, host = divmod(number - 1, _HOSTS)
    if block < len(_DOCUMENTATION):
        return f"{_DOCUMENTATION[block]}.{host + 1}"
    return str(ipaddress.IPv4Address("198.18.0.0") + number)  # the network for benchmarks: nobody's either


def _is_somebodys_ipv4(text: str) -> bool:
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError:
        return False
    is_mask = address.packed[0] == 0xFF  # noqa: PLR2004  (as in 255.255.255.0)
    is_fake = text.rpartition(".")[0] in _DOCUMENTATION
    return not (address.is_loopback or address.is_unspecified or is_mask or is_fake)


def _is_somebodys_ipv6(text: str) -> bool:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return False
    has_digit = any(character.isdecimal() for character in text)
    is_fake = address in ipaddress.IPv6Network("2001:db8::/32")
    return has_digit and not (address.is_loopback or address.is_unspecified or is_fake)


def _ipv6_number(text: str) -> str:
    try:
        return ipaddress.IPv6Address(text).compressed
    except ValueError:
        return text


def _email(original: str, number: int) -> str:
    return f"person-{number}@example.org"


def _pem(original: str, number: int) -> str:
    first, last = original.splitlines()[0], original.splitlines()[-1]
    label = first.removeprefix("-----BEGIN ").partition("-----")[0]
    body = base64.b64encode(f"recorded {label} {number}".encode()).decode()
    return f"{first}\n{body}\n{last}" if first != last else f"-----BEGIN {label}-----{body}-----END {label}-----"


def _after_label(original: str, number: int) -> str:
    """Keep what stands before the last space or colon, which names the kind of key."""
    place = max(original.rfind(" "), original.rfind(":")) + 1
    return original[:place] + _base64_key(original[place:], number)


def _base64_key(original: str, number: int) -> str:
    digits = original.rstrip("=")
    return f"{number:0{len(digits)}d}"[-len(digits) :] + original[len(digits) :]


SHAPES: tuple[Shape, ...] = (
    Shape(
        kind="key",
        pattern=re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----"),
        make=_pem,
        canonical=str,
    ),
    Shape(
        kind="key",
        pattern=re.compile(
            r"\b(?:ssh-[a-z0-9]+|ecdsa-[a-z0-9-]+) AAAA[A-Za-z0-9+/]{20,}={0,2}|\bSHA256:[A-Za-z0-9+/]{43}"
        ),
        make=_after_label,
        canonical=str,
    ),
    Shape(
        kind="e-mail address",
        pattern=re.compile(rf"[\w.+%-]+@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*"),
        make=_email,
        identifies=lambda text: not text.endswith("@example.org"),
    ),
    Shape(
        kind="fingerprint",
        pattern=re.compile(r"(?<![\w:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,}(?![\w:])"),
        make=_hex,
    ),
    Shape(
        kind="UUID",
        pattern=re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])"),
        make=_uuid,
        identifies=lambda text: any(character not in "0-" for character in text),
    ),
    Shape(
        kind="MAC address",
        pattern=re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}(?![\w:-])"),
        make=_mac,
        canonical=lambda text: text.lower().replace("-", ":"),
        identifies=lambda text: any(character not in "0fF:-" for character in text),
    ),
    Shape(
        kind="IP address",
        pattern=re.compile(
            rf"(?<![\w:.])[0-9A-Fa-f]{{0,4}}:(?:[0-9A-Fa-f]{{0,4}}:)+(?:{_FOUR_NUMBERS}|[0-9A-Fa-f]{{0,4}})(?![\w:])"
        ),
        make=lambda _, number: f"2001:db8::{number:x}",
        canonical=_ipv6_number,
        identifies=_is_somebodys_ipv6,
    ),
    Shape(
        kind="IP address",
        pattern=re.compile(rf"(?<![\w.]){_FOUR_NUMBERS}(?!\w|\.\d)"),
        make=_ipv4,
        identifies=_is_somebodys_ipv4,
    ),
    Shape(
        kind="device id",
        pattern=re.compile(r"(?<![\w-])[A-Z2-7]{7}(?:-[A-Z2-7]{7}){7}(?![\w-])"),
        make=lambda original, number: by_character(_DIGIT.sub("A", original), number),
    ),
    Shape(
        kind="hash",
        pattern=re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])"),
        make=_hex,
        identifies=lambda text: any(character != "0" for character in text),
    ),
    Shape(
        kind="key",
        pattern=re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?!=)"),
        make=_base64_key,
        canonical=str,
    ),
)
"""In the order in which a text is searched for them."""
