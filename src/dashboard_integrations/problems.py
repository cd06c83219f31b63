"""What pydantic found wrong, told without the values it looked at."""

from collections.abc import Sequence

from pydantic import ValidationError

__all__ = ["problems"]

# What pydantic says of a model names its class, which nobody outside knows.
_OUR_WORDS = {"missing": "required", "extra_forbidden": "unknown field", "model_type": "should be an object"}
_MOST_DESCRIBED = 1_000
_PREFIXES = ("Value error, ", "Assertion failed, ")


def problems(error: ValidationError) -> Sequence[tuple[tuple[int | str, ...], str]]:
    """Return where and what, for each problem; no message quotes the input, unless an author's validator does.

    Of more than a thousand only their number is told, of the whole: pydantic describes all of them or none, and a
    million wrong items of a service would hold the event loop for that long.
    """
    if (count := error.error_count()) > _MOST_DESCRIBED:
        return [((), f"{count:,} values are not what they should be")]
    return [
        (item["loc"], _told(item["type"], item["msg"], item.get("ctx", {}).get("expected_tags")))
        for item in error.errors(include_input=False, include_url=False)
    ]


def _told(kind: str, message: str, expected_tags: object) -> str:
    if kind == "union_tag_invalid":
        return f"must be one of {expected_tags}"
    for prefix in _PREFIXES:
        message = message.removeprefix(prefix)
    return _OUR_WORDS.get(kind, message)
