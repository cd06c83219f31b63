"""The command line: ``dashboard-integrations``.

Exit codes: 0 all is well, 1 the service or the configuration failed, 2 the command was not understood.
"""

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    try:
        from dashboard_integrations.cli.commands import commands  # noqa: PLC0415  (click is an extra)
    except ModuleNotFoundError as error:
        if error.name != "click":
            raise
        raise SystemExit("the command line needs click: pip install 'dashboard-integrations[host]'") from None
    commands()
