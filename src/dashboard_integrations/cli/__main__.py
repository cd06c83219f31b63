"""Run the command line as ``python -m dashboard_integrations.cli``."""

from dashboard_integrations.cli import main

main()
