"""The secrets of a recording: those of the configuration, what the service handed out, and what somebody named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard_integrations.redaction import Redactor
from dashboard_integrations.testing.scrubber._fakes import Fakes
from dashboard_integrations.testing.scrubber._places import leaves
from dashboard_integrations.testing.scrubber._shapes import shape_of
from dashboard_integrations.testing.scrubber._tokens import Token, tokens_of

__all__ = ["Secrets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """``configured`` are values of the configuration with the field of each, ``also`` what somebody named."""

    configured: Mapping[str, str]
    tokens: Sequence[Token]
    also: Collection[str]

    @classmethod
    def of(
        cls, raw: Mapping[str, Any], *, secrets: Collection[str], users: Collection[str], also: Collection[str]
    ) -> "Secrets":
        """Find the secrets of a recording, where ``secrets`` are those of its configuration."""
        fields = {
            value: place.split(".")[2].partition("[")[0]
            for part in ("config", "extra")
            for place, _, value in leaves(raw[part], f"$.{part}")
            if isinstance(value, str)
        }
        is_known = Redactor([*secrets, *also], users=users)
        tokens = {token.value: token for token in reversed(list(tokens_of(raw["exchanges"])))}
        return cls(
            configured={secret: fields.get(secret, "secret") for secret in sorted(secrets) if secret.strip()},
            tokens=[token for token in reversed(tokens.values()) if is_known.text(token.value) == token.value],
            also=[value for value in also if value.strip()],
        )

    @property
    def values(self) -> frozenset[str]:
        """All of them."""
        return frozenset({*self.configured, *(token.value for token in self.tokens), *self.also})

    def fakes(self, fakes: Fakes, *, odd: Collection[str], kept: Collection[str]) -> dict[str, str]:
        """Return a stand-in for each; for fields in ``odd`` it has the shape of the secret."""
        made = {
            secret: fakes.secret(secret, label, of_its_shape=label in odd) for secret, label in self.configured.items()
        }
        for token in self.tokens:
            if token.value not in kept:
                made[token.value] = fakes.secret(
                    token.value, token.label, shared=token.sent, of_its_shape=token.value.isdecimal()
                )
        return {**{value: _stand_in(value, fakes) for value in self.also}, **made}


def _stand_in(value: str, fakes: Fakes) -> str:
    if shape_of(value) is not None or value.isdecimal():
        return fakes.like(value, "given")
    return fakes.named(value, "given", "/scrubbed/path-{}" if value.startswith("/") else "scrubbed-{}")
