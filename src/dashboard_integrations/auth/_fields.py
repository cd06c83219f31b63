"""Credentials out of a configuration: read by field name, and fit to be sent."""

import re
from collections.abc import Mapping

from pydantic import BaseModel, SecretStr

from dashboard_integrations.errors import InvalidConfigError

__all__ = ["config_text", "config_texts", "header_text", "refuse_control_characters"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def config_text(config: BaseModel, field: str, *, scheme: str) -> str | None:
    """Return the text of ``field``, ``None`` when it is unset or empty.

    Raise ``TypeError`` when the configuration has no such field or it holds something else than text: that is a
    mistake of the integration.
    """
    model = type(config)
    if field not in model.model_fields:
        known = ", ".join(model.model_fields)
        raise TypeError(f"{scheme} reads the field {field!r}, which {model.__name__} does not have; it has: {known}")
    value = getattr(config, field)
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str | None):
        raise TypeError(f"{scheme} needs text in {model.__name__}.{field}, not {type(text).__name__}")
    return text or None


def config_texts(config: BaseModel, fields: Mapping[str, str], *, scheme: str) -> dict[str, str]:
    """Return the texts of several fields under the names that they are sent by, without those that are unset."""
    texts = {name: config_text(config, field, scheme=scheme) for name, field in fields.items()}
    return {name: text for name, text in texts.items() if text is not None}


def header_text(config: BaseModel, field: str, *, scheme: str) -> str | None:
    """Return the text of ``field`` as it may stand in a header, without white space around it."""
    text = (config_text(config, field, scheme=scheme) or "").strip()
    refuse_control_characters(text, field)
    return text or None


def refuse_control_characters(text: str | None, field: str) -> None:
    """Raise ``InvalidConfigError`` for ``field`` when ``text`` cannot stand in a header."""
    if text is not None and _CONTROL.search(text):
        problem = "it has a line break or another control character inside: paste it again"
        raise InvalidConfigError(f"{field} cannot be sent: {problem}", fields={field: problem})
