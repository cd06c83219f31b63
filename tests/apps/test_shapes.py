"""Fields of every shape that an author may choose: stored whole, secrets found wherever they stand."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NamedTuple

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, RootModel, Secret, SecretStr, computed_field
from typing_extensions import TypedDict

from dashboard_integrations.authoring import BaseIntegration
from dashboard_integrations.errors import InternalError, InvalidConfigError


class Key(BaseModel):
    """One way to sign in."""

    kind: Literal["key"]
    key: SecretStr


class Login(BaseModel):
    """Another way."""

    kind: Literal["login"]
    user: str
    password: SecretStr


@dataclass
class Pair:
    """A plain dataclass."""

    label: str
    secret: SecretStr


class Entry(TypedDict):
    """A dictionary with known keys."""

    secret: SecretStr


class Triple(NamedTuple):
    """A tuple with names."""

    secret: SecretStr
    number: int


class Tree(BaseModel):
    """A model that holds itself."""

    name: str = ""
    secret: SecretStr | None = None
    child: "Tree | None" = None
    others: list["Tree"] = Field(default_factory=list)


class Wrapped(RootModel[SecretStr]):
    """A secret by another name."""


class Config(BaseModel):
    """No URL: this service is reached some other way."""

    model_config = ConfigDict(validate_by_name=True)

    host: str = "nas.local"
    port: int = 5000
    backups: list[str] = Field(default_factory=list)
    address_of_old: IPv4Address | None = None
    sign_in: Annotated[Key | Login, Field(discriminator="kind")] | None = None
    pair: Pair | None = None
    entry: Entry | None = None
    triple: Triple | None = None
    tree: Tree | None = None
    wrapped: Wrapped | None = None
    pin: Secret[int] | None = None
    hidden: SecretStr | None = Field(default=None, exclude=True)
    by_name: dict[str, SecretStr] = Field(default_factory=dict)
    short: Annotated[SecretStr, Field(min_length=1)] | None = None
    renamed: str = Field(default="x", validation_alias=AliasChoices("first", "second"))
    aliased: int = Field(default=1, alias="theAlias")
    anything: Any = None

    @computed_field
    @property
    def both(self) -> str:
        """Something that is not stored."""
        return f"{self.host}:{self.port}"


class Shapes(BaseIntegration[Config]):
    """A service with an inventive author."""

    id = "shapes"
    name = "Shapes"


SECRETS = {
    "sign_in": {"kind": "login", "user": "ada", "password": "canary-1"},
    "pair": {"label": "a", "secret": "canary-2"},
    "entry": {"secret": "canary-3"},
    "triple": ["canary-4", 4],
    "wrapped": "canary-5",
    "pin": 60606,
    "hidden": "canary-7",
    "by_name": {"a": "canary-8"},
    "short": "canary-9",
}


@pytest.fixture
def shapes():
    """Give an integration with fields of every shape."""
    return Shapes()


async def opened(service, integration, config):
    """Return what integrations receive after ``config`` was stored."""
    return (
        await service.open(await service.create(name="A", integration=integration, config=config), integration)
    ).auth


@pytest.mark.parametrize("field", SECRETS)
async def test_a_secret_of_any_shape_is_stored_whole(service, shapes, field):
    """Nothing that hides secrets when a model is dumped hides them from the store."""
    given = {field: SECRETS[field]}
    assert Config.model_validate(given) == await opened(service, shapes, given)


@pytest.mark.parametrize("field", SECRETS)
async def test_a_secret_of_any_shape_stays_out_of_the_form(service, shapes, field):
    """It is named, and not shown."""
    record = await service.create(name="A", integration=shapes, config={field: SECRETS[field]})
    described = await service.describe(record, shapes)
    assert ([field], False) == (list(described.secrets_set), field in described.config)


async def test_secrets_of_a_model_that_holds_itself_are_told_apart(service, shapes):
    """Single models are looked into, lists of them are secret as a whole."""
    tree = {"secret": "a", "child": {"name": "below", "secret": "b"}, "others": [{"secret": "c"}]}
    record = await service.create(name="A", integration=shapes, config={"tree": tree})
    described = await service.describe(record, shapes)
    assert ["tree.child.secret", "tree.others", "tree.secret"] == list(described.secrets_set)
    assert {"name": "", "child": {"name": "below", "child": None}} == described.config["tree"]


async def test_one_of_several_models_is_replaced_as_a_whole(service, shapes):
    """Fields of one way to sign in do not end up in another."""
    record = await service.create(name="A", integration=shapes, config={"sign_in": SECRETS["sign_in"]})
    changed = await service.update(
        record.id, integration=shapes, config={"sign_in": {"kind": "key", "key": "canary-key"}}
    )
    assert Key(kind="key", key=SecretStr("canary-key")) == (await service.open(changed, shapes)).auth.sign_in


@pytest.mark.parametrize("name", ["first", "second", "renamed"])
async def test_a_field_is_accepted_by_each_of_its_names(service, shapes, name):
    """Aliases, and the author's own name where the model allows it."""
    assert "y" == (await opened(service, shapes, {name: "y"})).renamed


async def test_a_change_by_another_name_is_a_change_of_the_same_field(service, shapes):
    """The stored value under the first alias does not win."""
    record = await service.create(name="A", integration=shapes, config={"first": "old", "theAlias": 2})
    changed = await service.update(record.id, integration=shapes, config={"second": "new", "aliased": 3})
    auth = (await service.open(changed, shapes)).auth
    assert ("new", 3) == (auth.renamed, auth.aliased)


@pytest.mark.parametrize(
    "change", [{"host": "evil.local"}, {"port": 5001}, {"backups": ["http://evil.local"]}], ids=str
)
async def test_a_new_host_or_port_is_a_new_address(service, shapes, change):
    """Services without a URL protect their secrets too."""
    record = await service.create(name="A", integration=shapes, config={"short": "canary"})
    with pytest.raises(InvalidConfigError) as caught:
        await service.update(record.id, integration=shapes, config=change)
    assert ["short"] == list(caught.value.fields)


def test_types_that_json_has_not_are_stored_as_text(service, shapes):
    """They come back as what they were."""
    merged = service.validate(shapes, {"address_of_old": "10.0.0.1"})
    assert IPv4Address("10.0.0.1") == merged.auth.address_of_old


async def test_a_value_that_cannot_be_stored_is_a_defect(service, shapes):
    """A host that passes an object of its own is told that it does not work."""
    with pytest.raises(InternalError, match="PydanticSerializationError"):
        await service.create(name="A", integration=shapes, config={"anything": object()})
