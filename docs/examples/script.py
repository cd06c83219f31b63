"""Print what the apps of a dashboard show, without an event loop of one's own."""

import sys

from dashboard_integrations import (
    AppService,
    BlockingIntegrationService,
    ConfigCipher,
    DataRequest,
    IntegrationService,
    Registry,
)
from dashboard_integrations.storage import SqlAlchemyAppRepository, sqlite_engine


def main(database: str) -> None:
    """Ask every app for its first endpoint."""
    service = IntegrationService(
        apps=AppService(SqlAlchemyAppRepository(sqlite_engine(database)), cipher=ConfigCipher.from_env()),
        registry=Registry.from_entry_points(),
    )
    with BlockingIntegrationService(service) as blocking:
        types = {info.id: info for info in blocking.list_integrations().data or ()}
        apps = [app for app in blocking.run(service.apps.list) if app.integration_type in types]
        wanted = [
            DataRequest(app_id=app.id, endpoint_id=types[app.integration_type or ""].endpoints[0].id) for app in apps
        ]
        for app, envelope in zip(apps, blocking.fetch_many(wanted).data or (), strict=True):
            if envelope.data is not None:
                print(app.name, envelope.data.payload.model_dump_json())
            elif envelope.error is not None:
                print(app.name, envelope.error.code, envelope.error.message)


if __name__ == "__main__":
    main(sys.argv[1])
