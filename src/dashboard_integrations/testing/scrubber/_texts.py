"""Texts: everything that is replaced in one, in its order."""

from collections.abc import Collection, Mapping

from dashboard_integrations.redaction import secret_pattern
from dashboard_integrations.testing.scrubber._fakes import Fakes
from dashboard_integrations.testing.scrubber._rules import (
    apply,
    base64_rule,
    domain_rule,
    home_rule,
    kept_rule,
    loose_base64_rule,
    names_rule,
    secrets_rule,
    shape_rule,
    url_rule,
)
from dashboard_integrations.testing.scrubber._shapes import SHAPES

__all__ = ["Texts"]

# Keys and addresses are longer than the names in them.
_BEFORE_NAMES = ("key", "e-mail address")


class Texts:
    """Replaces what is secret, then what identifies; ``secrets`` and ``names`` are stand-ins by value."""

    def __init__(
        self,
        *,
        fakes: Fakes,
        secrets: Mapping[str, str],
        names: Mapping[str, str],
        users: Collection[str],
        kept: Collection[str],
    ) -> None:
        self._patterns = {secret: secret_pattern(secret, users=users) for secret in secrets}
        shapes = [(shape.kind in _BEFORE_NAMES, shape_rule(shape, fakes)) for shape in SHAPES]
        hidden = secrets_rule(secrets, users=users)
        loose = loose_base64_rule(self.bare)
        self._bare = (base64_rule(self.bare, self.bare, hidden=hidden), hidden, loose)
        self._rules = (
            base64_rule(self.scrubbed, self.bare, hidden=hidden),
            hidden,
            loose,
            kept_rule(kept),
            url_rule(fakes),
            *(rule for is_early, rule in shapes if is_early),
            home_rule(fakes),
            names_rule(names),
            *(rule for is_early, rule in shapes if not is_early),
            domain_rule(fakes),
        )

    def scrubbed(self, text: str) -> str:
        """Return ``text`` with everything replaced."""
        return apply(text, self._rules)

    def bare(self, text: str) -> str:
        """Return ``text`` with its secrets replaced, and nothing else."""
        return apply(text, self._bare)

    def secret_in(self, text: str) -> str | None:
        """Return a secret that stands in ``text``, however it is written."""
        return next((secret for secret, pattern in self._patterns.items() if pattern.search(text)), None)
