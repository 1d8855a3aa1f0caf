"""What a WordPress needs to run.

A database and PHP's own web server, on loopback, ended with all their children.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

#: Seconds that a server may take to answer, on a busy machine.
DEFAULT_RETRIES = 60
_PHP_SETTINGS = {
    "display_errors": "0",
    "log_errors": "1",
    "memory_limit": "256M",
    "upload_max_filesize": "32M",
    "post_max_size": "33M",
    # Compiled once for all the scripts that tests run, which makes them three times as fast.
    "opcache.enable": "1",
    "opcache.enable_cli": "1",
    # A test that puts a plugin in place is to be believed at once.
    "opcache.revalidate_freq": "0",
}


def program(name: str) -> str:
    """Return where a program lies, also where only root looks; raises FileNotFoundError with what to run."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
    found = shutil.which(name, path=path)
    if found is None:
        raise FileNotFoundError(f"there is no {name}; run: tools/system-libraries.sh wordpress")
    return found


def php(folder: Path) -> tuple[str, ...]:
    """Return the command that runs PHP as the tests want it, its complaints in a file of `folder`."""
    compiled = folder / "compiled"
    compiled.mkdir(exist_ok=True)
    settings = {
        **_PHP_SETTINGS,
        "error_log": str(folder / "php.log"),
        "opcache.file_cache": str(compiled),
    }
    options = (option for key, value in settings.items() for option in ("-d", f"{key}={value}"))
    return (program("php"), *options)


@contextmanager
def started(
    command: Sequence[str], log: Path, answers: Callable[[], bool], **environment: str
) -> Iterator[None]:
    """Run a server until the block is left.

    Waits until it `answers`, and ends its whole group of processes.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **environment},
        )
    try:
        _wait(process, log, answers)
        yield
    finally:
        _end(process)


def _wait(process: subprocess.Popen[bytes], log: Path, answers: Callable[[], bool]) -> None:
    limit = time.monotonic() + DEFAULT_RETRIES
    while not answers():
        if process.poll() is not None or time.monotonic() > limit:
            said = log.read_text("utf-8", errors="replace")[-3000:]
            raise RuntimeError(f"{process.args!r} did not come up:\n{said}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and its workers, which outlive it where it ends alone."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


@contextmanager
def started_database(folder: Path) -> Iterator[Path]:
    """Yield the socket of a MariaDB that holds nothing, asks nobody for a password and listens to no network."""
    data = folder / "database"
    data.mkdir()
    # The kernel takes no longer names for sockets than 107 bytes, and pytest's folders are deep.
    name = folder / "sock"
    command = [
        program("mariadbd"),
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={name}",
        f"--pid-file={folder / 'database.pid'}",
        "--skip-networking",
        "--skip-grant-tables",
        "--skip-name-resolve",
        "--performance-schema=OFF",
        # What is in it is thrown away with the folder: small files, and no waiting for disks.
        "--innodb-log-file-size=4M",
        "--innodb-buffer-pool-size=32M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=0",
        "--innodb-use-native-aio=0",
    ]
    if os.geteuid() == 0:
        command.append("--user=root")
    with started(command, folder / "database.log", lambda: _accepts(socket.AF_UNIX, str(name))):
        yield name


@contextmanager
def started_web_server(folder: Path, root: Path, port: int) -> Iterator[None]:
    """Serve a folder with PHP's own web server on 127.0.0.1; what is no file there, WordPress answers."""
    router = folder / "router.php"
    router.write_text(_ROUTER, encoding="utf-8")
    command = (*php(folder), "-S", f"127.0.0.1:{port}", "-t", str(root), str(router))
    where = ("127.0.0.1", port)
    with started(
        command,
        folder / "web.log",
        lambda: _accepts(socket.AF_INET, where),
        PHP_CLI_SERVER_WORKERS="3",
    ):
        yield


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _accepts(family: socket.AddressFamily, where: str | tuple[str, int]) -> bool:
    with socket.socket(family) as connection:
        try:
            connection.connect(where)
        except OSError:
            return False
        return True


#: PHP's web server gives out files and runs scripts by itself; every other address is one of WordPress.
_ROUTER = """<?php
$root = $_SERVER['DOCUMENT_ROOT'];
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if ($path !== '/' && is_file($root . $path)) { return false; }
$folder = rtrim($root . $path, '/');
$script = $path !== '/' && is_file("$folder/index.php") ? "$folder/index.php" : "$root/index.php";
chdir(dirname($script));
$_SERVER['SCRIPT_FILENAME'] = $script;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = substr($script, strlen($root));
require $script;
"""
