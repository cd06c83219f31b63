"""What the name of a field says about its value."""

import re
from functools import lru_cache

__all__ = ["is_common", "names_host", "names_identity", "names_secret", "names_user", "names_version"]

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_USERS = frozenset({"account", "author", "login", "nickname", "owner", "user", "username", "users"})
_USER_PAIRS = frozenset({"by created", "by updated", "name display", "name full", "name login", "name user"})
_HOSTS = frozenset({"computername", "fqdn", "host", "hostname", "hosts", "instance", "nodename"})
_HOST_PAIRS = frozenset({"name computer", "name device", "name host", "name machine", "name node", "name server"})
_IDENTITIES = frozenset(
    {"bssid", "fingerprint", "guid", "imei", "mac", "pubkey", "serial", "serialno", "serialnumber", "ssid"}
    | {"thumbprint", "uuid", "wwn"}
)
_IDENTITY_PAIRS = frozenset(
    {"id client", "id device", "id machine", "id node", "id peer", "id server", "key public", "no serial"}
    | {"number serial", "address mac"}
)
_SECRETS = frozenset(
    {"apikey", "authkey", "authorization", "bearer", "cookie", "credential", "credentials", "csrf", "jwt", "passphrase"}
    | {"passwd", "password", "pwd", "secret", "sessionid", "sid", "signature", "token", "xsrf"}
)
_SECRET_PAIRS = frozenset(
    {"id session", "key access", "key api", "key app", "key auth", "key encryption", "key private", "key secret"}
    | {"key session", "value token", "hash password"}
)
_COMMON = frozenset(
    {"admin", "administrator", "all", "any", "anonymous", "auto", "bridge", "client", "container", "daemon", "debian"}
    | {"default", "demo", "disabled", "docker", "enabled", "false", "global", "guest", "home", "host", "linux", "local"}
    | {"localhost", "machine", "master", "name", "node", "nobody", "none", "null", "private", "public", "root"}
    | {"server", "service", "system", "test", "true", "ubuntu", "unknown", "user", "windows", "worker", "www-data"}
)


def names_user(key: str) -> bool:
    """Return whether a field of this name holds the name of a person or an account."""
    return _says(key, _USERS, _USER_PAIRS)


def names_host(key: str) -> bool:
    """Return whether a field of this name holds the name of a machine."""
    return _says(key, _HOSTS, _HOST_PAIRS)


def names_identity(key: str) -> bool:
    """Return whether a field of this name holds what only one device has."""
    return _says(key, _IDENTITIES, _IDENTITY_PAIRS)


def names_secret(key: str) -> bool:
    """Return whether a field, header or parameter of this name holds what proves who somebody is."""
    return _says(key, _SECRETS, _SECRET_PAIRS)


def is_common(value: str) -> bool:
    """Return whether a name is everybody's, and says nothing."""
    return value.lower() in _COMMON


def _says(key: str, last: frozenset[str], pairs: frozenset[str]) -> bool:
    words = _words(key)
    return bool(words) and (words[0] in last or " ".join(words[:2]) in pairs)


@lru_cache(maxsize=4_096)
def _words(key: str) -> tuple[str, ...]:
    """Return the words of a name, the last one first: that one says what it is."""
    return tuple(word.lower() for word in reversed(_WORDS.findall(key)) if not word.isdecimal())


def names_version(key: str) -> bool:
    """Return whether a field of this name holds a version: it may look like an IP address."""
    return bool(_words(key)) and _words(key)[0] in {"build", "release", "revision", "version"}
