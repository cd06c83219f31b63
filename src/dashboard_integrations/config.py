"""What every service's configuration has: its address, the trust in its certificate, and a time limit."""

import re

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from dashboard_integrations.service_url import ServiceUrl

__all__ = ["LoginConfig", "ServiceConfig"]

_HEX_OF_SHA256 = re.compile(r"[0-9a-f]{64}")
_BETWEEN_PAIRS = re.compile(r"[\s:]+")
_LABEL = re.compile(r"^\s*sha-?256( fingerprint)?\s*[=:]", re.IGNORECASE)
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----")
_PEM_COLUMNS = 64


class ServiceConfig(BaseModel):
    """Base of the ``auth_config`` of a service that is reached over HTTP; add the credentials it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: ServiceUrl = Field(
        title="URL",
        description="Address of the service, with the path it lives under when it is behind a reverse proxy.",
        examples=["http://nas.local:8080", "https://example.org/service"],
    )
    ca_certificate: str | None = Field(
        default=None,
        title="CA certificate",
        description="Certificate (PEM) to trust beside the system's, when the service has one of a private authority.",
        json_schema_extra={"format": "pem", "x-multiline": True},
    )
    certificate_sha256: str | None = Field(
        default=None,
        title="Certificate fingerprint",
        description="SHA-256 fingerprint of the service's certificate. Given, exactly that certificate is trusted,"
        " whatever its name, authority or expiry, and no other: for one that is self-signed.",
        examples=["4f:1b:…:9c"],
    )
    client_certificate: str | None = Field(
        default=None,
        title="Client certificate",
        description="Certificate (PEM, with its chain) by which the service recognises this dashboard.",
        json_schema_extra={"format": "pem", "x-multiline": True},
    )
    client_key: SecretStr | None = Field(
        default=None,
        title="Client key",
        description="Private key (PEM, without a passphrase) of the client certificate.",
        json_schema_extra={"x-multiline": True},
        validate_default=True,
    )
    timeout: float = Field(
        default=10.0, gt=0, le=60, title="Time limit", description="Seconds to wait for an answer of the service."
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """List the integration's own fields right after the URL: a form shows fields in the schema's order."""
        described = handler.resolve_ref_schema(handler(schema))
        fields = described.get("properties", {})
        shared = [name for name in ServiceConfig.model_fields if name in fields and name != "url"]
        order = [name for name in fields if name not in shared] + shared
        described["properties"] = {name: fields[name] for name in order}
        return described

    @field_validator("certificate_sha256")
    @classmethod
    def _is_fingerprint(cls, value: str | None, info: ValidationInfo) -> str | None:
        plain = _BETWEEN_PAIRS.sub("", _LABEL.sub("", value or "")).lower()
        if not plain:
            return None
        if not _HEX_OF_SHA256.fullmatch(plain):
            raise ValueError("a SHA-256 fingerprint has 64 hexadecimal digits, with or without colons")
        _require_https(info, "a fingerprint")
        return plain

    @field_validator("client_certificate")
    @classmethod
    def _is_certificate(cls, value: str | None, info: ValidationInfo) -> str | None:
        if not value or not value.strip():
            return None
        blocks = _pem_blocks(value)
        if any("KEY" in label for label, _ in blocks):
            raise ValueError("this holds a private key too: put that into the field for the client key")
        if not blocks:
            raise ValueError(_not_pem("CERTIFICATE"))
        _require_https(info, "a client certificate")
        return "".join(text for _, text in blocks)

    @field_validator("client_key")
    @classmethod
    def _belongs_to_certificate(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        typed = "" if value is None else value.get_secret_value()
        # A certificate that is wrong itself is missing here, and has its message already.
        certificate = info.data.get("client_certificate", ...)
        if not typed.strip():
            if isinstance(certificate, str):
                raise ValueError("the client certificate needs its private key")
            return None
        keys = [text for label, text in _pem_blocks(typed) if label.endswith("PRIVATE KEY")]
        if len(keys) != 1:
            raise ValueError(_not_pem("PRIVATE KEY"))
        if certificate is None:
            raise ValueError("the key is of no use without the client certificate: give both or neither")
        return SecretStr(keys[0])


class LoginConfig(ServiceConfig):
    """A ``ServiceConfig`` with a user name and a password, for a service that may ask for them."""

    username: str | None = Field(default=None, description="Leave it empty if the service asks for none.")
    password: SecretStr | None = Field(default=None, description="Of this user.")


def _require_https(info: ValidationInfo, what: str) -> None:
    url = info.data.get("url")
    if isinstance(url, str) and url.startswith("http://"):
        raise ValueError(f"{what} is of no use without TLS: write https:// into the URL, or leave this empty")


def _pem_blocks(text: str) -> list[tuple[str, str]]:
    """Return label and text of every block, its lines broken anew: fields of one line lose them."""
    blocks = []
    for label, body in _PEM.findall(text):
        digits = "".join(body.split())
        lines = [digits[start : start + _PEM_COLUMNS] for start in range(0, len(digits), _PEM_COLUMNS)]
        blocks.append((label, "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])))
    return blocks


def _not_pem(label: str) -> str:
    return f"this is not in PEM form: paste it whole, from -----BEGIN {label}----- to -----END {label}-----"
