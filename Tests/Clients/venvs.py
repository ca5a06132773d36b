"""Virtual environments with fixed requirements, made at first use and kept until their requirements change."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

UV = "uv==0.13.8"  # resolves and installs in seconds what pip needs minutes for


class Unavailable(Exception):
    """The environment cannot be made here; the message says why."""


def python(folder: Path, requirements: Path) -> Path:
    """The interpreter of the environment at `folder`, which holds exactly what `requirements` names."""
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    interpreter, mark = folder / "bin" / "python", folder / "requirements.sha256"
    if mark.exists() and mark.read_text() == wanted and interpreter.exists():
        return interpreter
    print(f"making {folder.name} from {requirements.name} ...", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    uv = _uv(Path(__file__).resolve().parent / ".venv-uv")
    _run(uv, "venv", "--quiet", "--python", sys.executable, folder)
    _run(uv, "pip", "install", "--quiet", "--python", interpreter, "--requirement", requirements)
    mark.write_text(wanted)
    return interpreter


def _uv(folder: Path) -> Path:
    uv = folder / "bin" / "uv"
    if not uv.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", folder)
        _run(folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", UV)
    return uv


def _run(*command) -> None:
    # Links from uv's cache instead of copies, where the file system allows it; no word when it does not.
    environment = dict(os.environ, UV_LINK_MODE="hardlink", UV_NO_PROGRESS="1")
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"`{Path(command[0]).name}` failed: {last[-1] if last else done.returncode}")
