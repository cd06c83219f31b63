"""Without jmespath, the command that installs it is told."""

import subprocess
import sys

HIDDEN = "import sys; sys.modules['jmespath'] = None\n"


def test_the_import_error_names_the_command() -> None:
    """Exactly the one to type."""
    source = (
        f"{HIDDEN}try: import dashboard_integrations.declarative\nexcept ImportError as error: print(error.name, error)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)

    assert (
        "jmespath declared integrations need jmespath: pip install 'dashboard-integrations[declarative]'"
        == done.stdout.strip()
    )
