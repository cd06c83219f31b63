"""The catalogue: what a picker and a form need of each integration."""

import pytest

from dashboard_integrations.authoring import HttpIntegration
from dashboard_integrations.config import ServiceConfig
from dashboard_integrations.registry import Registry
from dashboard_integrations.service import describe_integration


async def test_catalogue(setup):
    """Each usable integration is listed with its endpoints, sorted by name."""
    async with setup.open() as service:
        listed = (await service.list_integrations()).to_dict()["data"]
    assert [item["id"] for item in listed] == ["meter", "odd"]
    assert listed[0]["endpoints"][0] == {
        "id": "count",
        "name": "Count",
        "description": "How much it counted.",
        "view": "stat-card",
        "ttl": 10.0,
        "parametersSchema": None,
    }


async def test_keys(setup):
    """The keys are those of the contract."""
    async with setup.open() as service:
        listed = (await service.list_integrations()).to_dict()["data"]
    assert list(listed[0]) == [
        "id",
        "name",
        "icon",
        "description",
        "capabilities",
        "authConfigSchema",
        "extraConfigSchema",
        "endpoints",
    ]


async def test_schema(setup):
    """The schema says its dialect, what is required, formats, defaults, and that a secret is write-only."""
    async with setup.open() as service:
        schema = (await service.list_integrations()).to_dict()["data"][0]["authConfigSchema"]
    properties = schema["properties"]
    assert (schema["$schema"], schema["required"]) == ("https://json-schema.org/draft/2020-12/schema", ["url"])
    assert (properties["url"]["format"], properties["timeout"]["default"]) == ("uri", 10.0)
    assert (properties["api_key"]["writeOnly"], properties["url"].get("writeOnly")) == (True, None)


async def test_parameters_schema(setup):
    """An endpoint with parameters says which."""
    async with setup.open() as service:
        listed = (await service.list_integrations()).to_dict()["data"]
    assert list(listed[0]["endpoints"][1]["parametersSchema"]["properties"]) == ["minutes"]


async def test_empty(setup):
    """No integration is an empty list."""
    setup.registry = Registry()
    async with setup.open() as service:
        assert (await service.list_integrations()).data == []


async def test_one_that_fails_hides_no_other(setup):
    """An integration that cannot be described is left out, and the others stay."""
    setup.registry.get("odd").capabilities = None
    async with setup.open() as service:
        listed = (await service.list_integrations()).data
    assert [item.id for item in listed] == ["meter"]


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_entering_twice(setup):
    """A service is entered once."""
    async with setup.open() as service:
        with pytest.raises(RuntimeError, match="already"):
            await service.__aenter__()


async def test_who_changes_a_schema_changes_his_own(setup):
    """A host may add to a schema what its form needs."""
    async with setup.open() as service:
        (await service.list_integrations()).data[0].auth_config_schema["properties"].clear()
        again = (await service.list_integrations()).data[0].auth_config_schema["properties"]
    assert "url" in again


def test_a_schema_is_made_once():
    """It takes milliseconds, and a list of hundreds of types must not hold the event loop each time."""
    made = []

    class Watched(ServiceConfig):
        @classmethod
        def __get_pydantic_json_schema__(cls, schema, handler):
            made.append(cls)
            return handler(schema)

    class Service(HttpIntegration[Watched]):
        """A service."""

        id = "service"
        name = "Service"

    for _ in range(3):
        describe_integration(Service())
    assert len(made) == 1
