"""Live data from Syncthing."""

from dashboard_syncthing.syncthing import Syncthing, SyncthingConfig

__all__ = ["Syncthing", "SyncthingConfig"]
