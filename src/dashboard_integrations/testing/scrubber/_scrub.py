"""The scrubber: from what was recorded to what may be shown to anybody."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard_integrations.redaction import Redactor
from dashboard_integrations.testing.recording import Recording
from dashboard_integrations.testing.scrubber._fakes import Fakes, Replaced, ScrubError
from dashboard_integrations.testing.scrubber._names import name_fakes
from dashboard_integrations.testing.scrubber._parts import Parts
from dashboard_integrations.testing.scrubber._places import Kept, leaves, names
from dashboard_integrations.testing.scrubber._secrets import Secrets
from dashboard_integrations.testing.scrubber._suspects import Suspect, suspects_in
from dashboard_integrations.testing.scrubber._texts import Texts

__all__ = ["Scrubbed", "scrub"]

Refused = Callable[[Mapping[str, object]], Collection[str]]
"""Returns the fields of a configuration that an integration does not take as they are."""

# Words of ours, and of HTTP.
_OURS = frozenset({"during", "format", "method"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A recording without secrets and without what identifies a machine or a person.

    ``replaced`` is what was found, ``suspects`` what looks like a secret and was left. ``hidden`` are the secrets of
    the original, to be masked where that is shown.
    """

    recording: Recording
    replaced: Sequence[Replaced]
    suspects: Sequence[Suspect]
    hidden: frozenset[str] = field(repr=False)


def scrub(
    recording: Recording,
    *,
    secrets: Collection[str] = (),
    users: Collection[str] = (),
    url: str = "",
    keep: Collection[str] = (),
    also: Collection[str] = (),
    refused: Refused | None = None,
) -> Scrubbed:
    """Replace secrets and identifying values by stand-ins of the same shape, each value by the same one everywhere.

    ``secrets`` are those of the configuration and ``url`` its address; ``users`` may stand before a secret in base64.
    ``keep`` are values and JSON paths (``$..hostname``) to leave as they are, ``also`` more values to replace.
    ``refused`` tells which stand-ins the integration's configuration does not take: they get their secret's shape.
    Raise ``ScrubError`` when a secret cannot be replaced.
    """
    raw: dict[str, Any] = json.loads(recording.to_json())
    found = Secrets.of(raw, secrets=secrets, users=users, also=also)
    kept = Kept(keep)
    _check_kept(kept, [*found.configured, *found.also], users)
    scrubbing = _Scrubbing(raw, found=found, kept=kept, users=users, url=url)
    done = scrubbing.run(())
    odd = refused(_configuration(done)) if refused is not None else ()
    if odd:
        done = scrubbing.run(odd)
    scrubbing.check(done)
    return Scrubbed(
        recording=Recording.model_validate(done),
        replaced=scrubbing.fakes.replaced,
        suspects=suspects_in(done, scrubbing.fakes),
        hidden=found.values | scrubbing.parts.hidden,
    )


class _Scrubbing:
    def __init__(self, raw: Mapping[str, Any], *, found: Secrets, kept: Kept, users: Collection[str], url: str) -> None:
        self._raw = raw
        self._found = found
        self._kept = kept
        self._users = users
        self._url = url
        self._text = json.dumps(raw, ensure_ascii=False)
        self._is_secret = Redactor(found.values, users=users)

    def run(self, odd: Collection[str]) -> dict[str, Any]:
        self.fakes = Fakes(self._is_taken)
        self.texts = Texts(
            fakes=self.fakes,
            secrets=self._found.fakes(self.fakes, odd=odd, kept=self._kept.values),
            names=name_fakes(self._raw, self._url, fakes=self.fakes, kept=self._kept),
            users=self._users,
            kept=self._kept.values,
        )
        self.parts = Parts(self.texts, fakes=self.fakes, kept=self._kept)
        return self.parts.recording(self._raw)

    def check(self, done: Mapping[str, Any]) -> None:
        """Raise ``ScrubError`` when a secret is left: nothing that follows looks at it again."""
        texts = [(place, value) for place, name, value in leaves(done) if name not in _OURS]
        texts += [(f"the name {key!r}", key) for key in names([done["config"], done["extra"], done["exchanges"]])]
        for place, value in texts:
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                continue
            secret = self.texts.secret_in(str(value))
            if secret is not None:
                label = self._found.configured.get(secret, "a token of the service")
                raise ScrubError(
                    f"{label} would still be in the recording, at {place}: let the service have a secret that is no"
                    " ordinary word and no number, and record again"
                )

    def _is_taken(self, made: str) -> bool:
        return made in self._text or self._is_secret.text(made) != made


def _configuration(done: Mapping[str, Any]) -> dict[str, object]:
    return {**done["config"], **done["extra"]}


def _check_kept(kept: Kept, secrets: Collection[str], users: Collection[str]) -> None:
    redactor = Redactor(secrets, users=users)
    if any(redactor.text(value) != value for value in kept.values):
        raise ScrubError("a value to keep holds a secret of the configuration: leave it out")
