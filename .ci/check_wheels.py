"""Check that each built wheel holds its typing marker and entry points, and that core needs five packages only."""

import sys
import zipfile
from email.parser import Parser
from pathlib import Path

CORE_HOLDS = (
    "dashboard_integrations/host/templates/",
    "dashboard_integrations/scaffold/templates/",
    "dashboard_integrations/host/static/style.css",
    "dashboard_integrations/storage/migrations/versions/",
    "dashboard_integrations/ui/elements/base.js",
    "dashboard_integrations/ui/elements/elements.js",
    "dashboard_integrations/ui/elements/forms.js",
    "dashboard_integrations/ui/elements/types.d.ts",
    "dashboard_integrations/ui/themes/harbour.css",
    "dashboard_integrations/ui/themes/paper.css",
    "pytest_dashboard_integrations/plugin.py",
)
CORE_NEEDS = {"anyio", "cryptography", "httpx", "importlib-metadata", "pydantic"}


def needs_of(wheel: zipfile.ZipFile) -> set[str]:
    """Return the names of what the wheel needs without any extra."""
    name = next(item for item in wheel.namelist() if item.endswith(".dist-info/METADATA"))
    lines = Parser().parsestr(wheel.read(name).decode()).get_all("Requires-Dist") or []
    plain = [line for line in lines if "extra ==" not in line]
    return {line.split(";")[0].split("[")[0].rstrip("<>=!~.0123456789, ") for line in plain}


def main(folder: str) -> int:
    """Print what is wrong with the wheels in ``folder``, and return how much."""
    wheels = sorted(Path(folder).glob("*.whl"))
    wrong: list[str] = [] if len(wheels) > 1 else [f"only {len(wheels)} wheels in {folder}"]
    for path in wheels:
        with zipfile.ZipFile(path) as wheel:
            names = wheel.namelist()
            if not any(name.endswith("/py.typed") for name in names):
                wrong.append(f"{path.name} has no py.typed")
            if not any(name.endswith("/entry_points.txt") for name in names):
                wrong.append(f"{path.name} has no entry points")
            if path.name.startswith("dashboard_integrations-"):
                if needs_of(wheel) != CORE_NEEDS:
                    wrong.append(f"{path.name} needs {sorted(needs_of(wheel))}, not {sorted(CORE_NEEDS)}")
                missing = [item for item in CORE_HOLDS if not any(name.startswith(item) for name in names)]
                wrong += [f"{path.name} has no {item}" for item in missing]
    sys.stdout.writelines(f"{line}\n" for line in wrong or [f"{len(wheels)} wheels are as they must be"])
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
