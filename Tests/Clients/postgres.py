"""A real server of PostgreSQL for tests: in a folder of its own, on a port of its own, over TLS, gone with this process."""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from checks import Skipped
from gateway import free_port

USER = "gatehouse"


def programs() -> Path:
    """The folder with `initdb` and `postgres`, of the newest version that is installed."""
    folders = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    if not folders:
        raise Skipped("there is no server of PostgreSQL here: apt-get install postgresql-15")
    return max(folders, key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0)


def quit_with_us() -> None:
    """For `preexec_fn`: the server stops as `pg_ctl stop -m immediate` has it when the parent dies."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG


def authority(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate authority of its own: its key and its certificate."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    openssl("req", "-x509", *CURVE, "-keyout", key, "-out", certificate, "-days", "2", "-subj", f"/CN={name}")
    return key, certificate


CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def openssl(*arguments) -> None:
    subprocess.run(["openssl", *(str(argument) for argument in arguments)], check=True, capture_output=True)


class Server:
    """The server: reached over TLS with a password at `localhost`, and by its owner through a socket in its folder."""

    def __init__(self):
        self.programs = programs()
        self.port, self.password = free_port(), f"pw-{secrets.token_hex(16)}"
        # Not below TMPDIR, where the server's user may have no way in, and whose path may be too long for a socket.
        self.folder = Path(tempfile.mkdtemp(prefix="gatehouse-pg-", dir="/tmp"))
        self.data = self.folder / "data"
        self.user: dict = {}
        if os.getuid() == 0:  # whom the server refuses to run as
            entry = next((each for each in pwd.getpwall() if each.pw_name == "postgres"), pwd.getpwnam("nobody"))
            self.user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self.folder.chmod(0o755)
        self.process: subprocess.Popen | None = None
        self.certificates()
        self.run("initdb", "--pgdata", self.data, "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        (self.data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
        self.start()
        self.sql(f"ALTER ROLE {USER} PASSWORD '{self.password}'")

    def certificates(self) -> None:
        key, self.authority = authority(self.folder, "authority")
        _, self.stranger = authority(self.folder, "stranger")
        request, extensions = self.folder / "server.csr", self.folder / "server.ext"
        own_key, own = self.folder / "server.key", self.folder / "server.pem"
        extensions.write_text("subjectAltName=DNS:localhost\n")
        openssl("req", "-new", *CURVE, "-keyout", own_key, "-out", request, "-subj", "/CN=localhost")
        openssl(
            *("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", key, "-CAcreateserial"),
            *("-days", "2", "-extfile", extensions, "-out", own),
        )
        own_key.chmod(0o600)
        if self.user:
            os.chown(own_key, self.user["user"], self.user["group"])

    def run(self, program: str, *arguments) -> str:
        done = subprocess.run(
            [self.programs / program, *(str(argument) for argument in arguments)],
            capture_output=True,
            text=True,
            cwd="/",
            timeout=60,
            **self.user,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {(done.stderr or done.stdout).strip()[-400:]}")
        return done.stdout

    def start(self) -> None:
        """Returns when it takes statements. From the main thread: the server ends with the thread that started it."""
        settings = {
            "unix_socket_directories": self.folder,
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "ssl": "on",
            "ssl_cert_file": self.folder / "server.pem",
            "ssl_key_file": self.folder / "server.key",
            "shared_buffers": "32MB",
            "dynamic_shared_memory_type": "mmap",
            "recovery_init_sync_method": "syncfs",  # not a thousand files one by one
        }
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *(f"--{name}={value}" for name, value in settings.items())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                preexec_fn=quit_with_us,
                **self.user,
            )
        end = time.monotonic() + 30
        while True:
            try:
                self.sql("SELECT 1")
                return
            except RuntimeError as reason:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError(f"{reason}: {(self.folder / 'log').read_text()[-400:]}") from None
                time.sleep(0.1)

    def stop(self) -> None:
        """What `pg_ctl stop -m immediate` does: as if the power had failed."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(20)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text: str, database: str = "postgres") -> list[str]:
        """What a statement of the owner gives, a line a row."""
        arguments = ("-h", self.folder, "-p", self.port, "-U", USER, "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1")
        return self.run("psql", *arguments, "-c", text).splitlines()

    def database(self, name: str) -> str:
        self.sql(f"CREATE DATABASE {name}")
        return name

    def url(self, database: str, **parameters) -> str:
        """As a gateway names it: by password, and only of a server whose certificate our authority signed."""
        password = parameters.pop("password", self.password)
        port = parameters.pop("port", self.port)
        user = parameters.pop("user", USER)
        defaults = {"hostaddr": "127.0.0.1", "sslmode": "verify-full", "sslrootcert": self.authority}
        given = "&".join(f"{name}={value}" for name, value in (defaults | parameters).items() if value)
        return f"postgresql://{user}:{password}@localhost:{port}/{database}?{given}"
