"""An integration without a service."""

from pydantic import BaseModel, Field

from dashboard_integrations import BaseIntegration, Connection, endpoint
from dashboard_integrations.views import Gauge

__all__ = ["Disk", "DiskConfig"]


class DiskConfig(BaseModel):
    path: str = Field(default="/", title="Folder", description="Any folder on the disk.")


class Disk(BaseIntegration[DiskConfig]):
    """A disk of this machine."""

    id = "disk"
    name = "Disk"

    @endpoint(ttl=60)
    async def space(self, connection: Connection[DiskConfig]) -> Gauge:
        """Space in use."""
        return Gauge(label=connection.config.path, value=50)
