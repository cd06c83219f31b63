"""An environment of its own into which wheels are installed, and wheels of an author who knows nothing of this tree."""

import base64
import hashlib
import os
import shutil
import subprocess
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["PluginEnvironment", "built_wheel"]

_SECONDS = 120


class PluginEnvironment:
    """A virtual environment that sees this library as the tests do; what is installed in it is its own."""

    def __init__(self, folder: Path) -> None:
        self._uv = shutil.which("uv")
        venv.create(folder, with_pip=self._uv is None, symlinks=os.name == "posix")
        self.python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
        # Its own packages come first; those of the tests, editable ones included, come with their folder.
        seen = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
        (self._packages() / "tests_see_these.pth").write_text(seen)

    def install(self, wheel: Path) -> None:
        """Install a wheel, in place of an earlier or later version of it, from no index."""
        self._pip("install", "--no-index", "--no-deps", str(wheel))

    def uninstall(self, distribution: str) -> None:
        """Uninstall a distribution."""
        self._pip("uninstall", *([] if self._uv else ["--yes"]), distribution)

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the command ``dashboard-integrations``."""
        command = [self.python, "-m", "dashboard_integrations.cli", *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_SECONDS, env={**os.environ, **environ}
        )

    def _pip(self, action: str, *arguments: str) -> None:
        command = [self.python, "-m", "pip", action]
        if self._uv:
            command = [self._uv, "pip", action, "--offline", "--quiet", "--python", self.python]
        subprocess.run([*command, *arguments], check=True, capture_output=True, text=True, timeout=_SECONDS)

    def _packages(self) -> Path:
        ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
        found = subprocess.run(
            [self.python, "-c", ask], check=True, capture_output=True, text=True, timeout=_SECONDS
        ).stdout
        return Path(found.strip())


def built_wheel(
    folder: Path, distribution: str, *, version: str, files: Mapping[str, str], entry_points: Mapping[str, str]
) -> Path:
    """Build a pure wheel as a build backend does, with the hashes of all files."""
    stem = f"{distribution.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    points = "".join(f"{name} = {value}\n" for name, value in entry_points.items())
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        "Requires-Python: >=3.11\nRequires-Dist: dashboard-integrations\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[dashboard.integrations]\n{points}",
    }
    record = "".join(f"{name},sha256={_digest(text)},{len(text.encode())}\n" for name, text in contents.items())
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**contents, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            wheel.writestr(name, text)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
