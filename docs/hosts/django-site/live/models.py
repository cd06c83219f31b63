"""Apps in a table of Django's: give a model of yours these columns, or take this one."""

from django.db import models


class App(models.Model):
    """A service that somebody runs; its configuration is sealed, and written through ``AppService`` only."""

    id = models.CharField(primary_key=True, max_length=255)
    name = models.CharField(max_length=200)
    integration_type = models.CharField(max_length=255, null=True)
    integration_config = models.TextField(null=True)
    integration_enabled = models.BooleanField(default=True)
    config_version = models.IntegerField(default=1)
