"""Making a cluster, and checking that the one at hand fits the binaries."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from wayfare.infrastructure.postgres_binaries import EmbeddedPostgresError, ServerUser, named_account

DATABASE = "wayfare"
ROLE = "wayfare"
SERVER_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that the server sees of our environment: PG… variables and secrets in it are none of its business."""


def create_cluster(installation: Path, cluster: Path, password_file: Path, user: ServerUser, *, sync: bool) -> None:
    """Makes a UTF-8 cluster with the database `wayfare`, sorted by code point on every machine alike.

    Local connections are trusted (the socket's folder keeps strangers out), TCP needs the password
    written to `password_file`. The cluster appears under its name only when it is complete.
    Raises EmbeddedPostgresError.
    """
    new = cluster.with_name(cluster.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.token_urlsafe(24))
    # initdb insists on an account with a name; the folder's group keeps that account's other programs out.
    maker = ServerUser(named_account(), user.gid, switched=True) if user.switched else user
    if maker.switched:
        os.chown(new, maker.uid, maker.gid)
        os.chown(password_file, maker.uid, maker.gid)
    initdb = ["initdb", "-D", str(new), "-U", ROLE, "--encoding=UTF8", "--locale=C", "--no-instructions"]
    initdb += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password_file}"]
    initdb += [] if sync else ["--no-sync"]
    _run(installation, initdb, maker, "")
    single = ["postgres", "--single", "-D", str(new), "-c", f"fsync={'on' if sync else 'off'}", "postgres"]
    _run(installation, single, maker, f"CREATE DATABASE {DATABASE}\n")
    if maker.switched:
        os.chown(password_file, 0, 0)
        for entry in (new, *new.rglob("*")):
            os.chown(entry, user.uid, user.gid, follow_symlinks=False)
    new.rename(cluster)


def check_version(installation: Path, cluster: Path) -> None:
    """Raises EmbeddedPostgresError when another major version made the cluster."""
    made_by = (cluster / "PG_VERSION").read_text().strip()
    shown = subprocess.run(
        [installation / "bin/postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout.split()
    ours = shown[-1].split(".")[0] if shown else "unknown"
    if made_by != ours:
        raise EmbeddedPostgresError(
            f"{cluster} was made by PostgreSQL {made_by}, this is {ours}: "
            "dump it with the old version and restore it into a new data folder"
        )


def _run(installation: Path, command: list[str], user: ServerUser, text: str) -> None:
    done = subprocess.run(
        [str(installation / "bin" / command[0]), *command[1:]],
        input=text,
        user=user.uid if user.switched else None,
        group=user.gid if user.switched else None,
        extra_groups=[] if user.switched else None,
        cwd="/",
        env=SERVER_ENVIRONMENT,
        umask=0o077,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    wrong = [line for line in done.stderr.splitlines() if any(sign in line for sign in ("ERROR:", "FATAL:", "error:"))]
    if done.returncode != 0 or wrong:
        reason = (wrong or done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[0]
        raise EmbeddedPostgresError(f"{command[0]} failed: {reason}")
