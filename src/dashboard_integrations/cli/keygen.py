"""``keygen``: a key for ``INTEGRATION_ENCRYPTION_KEY``."""

import click

from dashboard_integrations.cipher import ConfigCipher
from dashboard_integrations.cli.output import print_json

__all__ = ["command"]


@click.command("keygen")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(*, as_json: bool) -> None:
    """Print a new key to seal configurations with.

    Set INTEGRATION_ENCRYPTION_KEY to it; to rotate, put the new key before the old one, with a comma between.
    """
    key = ConfigCipher.generate_key()
    if as_json:
        print_json({"key": key})
    else:
        click.echo(key)
