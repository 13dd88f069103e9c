"""Real hosts for trials: made in a scratch folder, thrown away afterwards. See README.md."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from host import CGROUPS, Host, remove_group
from network import Network, ip

TOP = pathlib.Path(__file__).resolve().parents[2]
PREFIX = "sotlab"  # names of namespaces, containers and control groups: sotlab<process>-<host>


def missing():
    """Why a lab can't be here; nothing if it can."""
    if os.geteuid() != 0:
        return "needs root"
    for program in ("systemd-nspawn", "ip", "nsenter", "setpriv"):
        if not shutil.which(program):
            return f"needs {program}"
    probe = f"{PREFIX}{os.getpid()}-probe"
    if ip("netns", "add", probe, check=False).returncode != 0:
        return "network namespaces can't be made here"
    ip("netns", "delete", probe, check=False)
    try:
        group = next(each for each in (CGROUPS / "systemd", CGROUPS / "unified", CGROUPS) if each.is_dir()) / probe
        group.mkdir()
        group.rmdir()
    except OSError as error:
        return f"control groups can't be made here: {error.strerror}"
    return None


class Lab:
    """A folder, a network, and hosts. `with Lab(build) as lab: host = lab.host("web1")`."""

    def __init__(self, build):
        sweep()
        self.build = pathlib.Path(build).resolve()
        self.name = f"{PREFIX}{os.getpid()}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.folder.chmod(0o755)
        self.network = Network(self.name)
        self.hosts = []
        self.others = []  # what else has a down()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.down()

    def host(self, name):
        """A new host, not yet up."""
        host = Host(self, name, len(self.hosts) + 1)
        self.hosts.append(host)
        return host

    def at_seat(self, *argv, **how):
        """Runs a command at the operator's seat: this machine's files, the lab's network."""
        return subprocess.run([*self.network.seat(), *argv], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=how.pop("seconds", 120), **how)

    def down(self):
        for other in self.others:
            other.down()
        for host in self.hosts:
            host.down()
        self.network.down()
        shutil.rmtree(self.folder, ignore_errors=True)


def sweep():
    """Takes away what a killed lab left: its hosts died with it, its namespaces, groups and files did not."""
    def dead(name):
        number = name[len(PREFIX):].split("-")[0]
        return name.startswith(PREFIX) and number.isdigit() and not pathlib.Path("/proc", number).exists()

    spaces = pathlib.Path("/run/netns")
    for space in [each.name for each in spaces.iterdir()] if spaces.is_dir() else []:
        if dead(space):
            ip("netns", "delete", space, check=False)
    for parent in (CGROUPS, *(each for each in CGROUPS.iterdir() if each.is_dir())):
        for group in parent.glob(f"{PREFIX}*-*"):
            if dead(group.name):
                remove_group(group)
    for folder in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        if dead(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
