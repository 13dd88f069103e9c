"""One host of a lab: a real systemd in a container, with an address of its own."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from root import make_root

HERE = pathlib.Path(__file__).resolve().parent
CGROUPS = pathlib.Path("/sys/fs/cgroup")


class Failure(Exception):
    """Something that a trial expected is not so."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def wait_for(question, seconds, what):
    """Asks until the answer is true."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > end:
            raise Failure(f"not so after {seconds} s: {what}")
        time.sleep(0.05)
    return answer


def remove_group(group):
    """Whether a control group is gone, with those in it; it can't be while a process in it is dying."""
    try:
        for inner in sorted((each for each in group.rglob("*") if each.is_dir()), reverse=True):
            inner.rmdir()
        group.rmdir()
    except FileNotFoundError:
        return not group.exists()
    except OSError:
        return False
    return True


class Host:
    """Made by Lab.host(); files can be put into it before and after up()."""

    def __init__(self, lab, name, number):
        self.lab, self.name, self.number = lab, name, number
        self.machine = f"{lab.name}-{name}"
        self.root = lab.folder / name
        self.space, self.address = lab.network.add(name, number)
        self.process = self.leader = None
        make_root(self.root, name)
        self.write("/etc/hosts", "".join([
            "127.0.0.1 localhost\n::1 localhost\n", f"127.0.1.1 {name}\n", f"{self.address} {name}.lab {name}\n"]))

    # --- files -------------------------------------------------------------------------------------------------------
    def path(self, inside):
        """Where a path of the host lies for us. Links in it are followed by us, not by the host."""
        return self.root / inside.lstrip("/")

    def write(self, inside, text, mode=0o644, owner=None):
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        if owner:
            shutil.chown(path, *owner.split(":"))
        return path

    def account(self, name, uid, home=None):
        """An account of the host alone, with a group of the same name. Before up()."""
        home = home or f"/home/{name}"
        for file, line in (("passwd", f"{name}:x:{uid}:{uid}::{home}:/bin/bash"), ("group", f"{name}:x:{uid}:"),
                           ("shadow", f"{name}:*:19000:0:99999:7:::")):
            with open(self.path(f"/etc/{file}"), "a") as opened:
                opened.write(line + "\n")
        self.path(home).mkdir(parents=True, exist_ok=True)
        os.chown(self.path(home), uid, uid)

    def group_of(self, account):
        lines = self.path("/etc/passwd").read_text().splitlines()
        return next(line.split(":")[3] for line in lines if line.startswith(account + ":"))

    def unit(self, name, text, enabled=True):
        """A unit of the host; started at boot where it is enabled."""
        self.write(f"/etc/systemd/system/{name}", text)
        if enabled:
            self.enable(name)
        if self.leader:
            self.run("systemctl", "daemon-reload")

    def enable(self, name):
        self.want(name, f"../{name}" if self.path(f"/etc/systemd/system/{name}").exists()
                  else f"/lib/systemd/system/{name}")

    def want(self, name, target):
        wants = self.path("/etc/systemd/system/multi-user.target.wants")
        wants.mkdir(exist_ok=True)
        if not (wants / name).is_symlink():
            (wants / name).symlink_to(target)

    # --- life --------------------------------------------------------------------------------------------------------
    def up(self, seconds=30):
        """Boots and waits until systemd has started what is to start."""
        argv = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--console=pipe", "--directory",
                str(self.root), "--machine", self.machine, "--hostname", self.name, "--bind-ro=/usr",
                f"--bind-ro={self.lab.build}:/opt/sotctl", f"--network-namespace-path=/run/netns/{self.space}", "--boot"]
        log = open(self.lab.folder / f"{self.name}.boot", "ab")
        # Dies with us: a lab that was killed leaves no host running. Control groups of version 2, as Debian 12 boots with:
        # under version 1 systemd in a container does not learn that a service's last process has died.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *argv], stdin=subprocess.DEVNULL,
                                        env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
                                        stdout=log, stderr=log, preexec_fn=self._enter_cgroups)
        log.close()
        self.leader = wait_for(self._find_leader, seconds, f"{self.name} boots: {self.boot_log()}")
        wait_for(lambda: self.state() in ("running", "degraded"), seconds, f"{self.name} is up: {self.state()}")
        expect(self.state() == "running", f"{self.name} is {self.state()}: {self.failed_units()}")
        return self

    def _enter_cgroups(self):
        for group in self._cgroups():
            group.mkdir(exist_ok=True)
            for name in ("cpuset.cpus", "cpuset.mems"):  # empty in a new group of version 1: nothing could run
                if (group / name).exists() and not (group / name).read_text().strip():
                    (group / name).write_text((group.parent / name).read_text())
            (group / "cgroup.procs").write_text(str(os.getpid()))

    def _cgroups(self):
        if (CGROUPS / "cgroup.controllers").exists():
            return [CGROUPS / self.machine]
        return [each / self.machine for each in CGROUPS.iterdir() if each.is_dir() and not each.is_symlink()]

    def _find_leader(self):
        expect(self.process.poll() is None, f"{self.name} did not boot: {self.boot_log()}")
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            try:
                if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return int(child)
            except OSError:
                pass
        return None

    def boot_log(self):
        return (self.lab.folder / f"{self.name}.boot").read_text(errors="replace")[-2000:]

    def state(self):
        return self.run("systemctl", "is-system-running", check=False).stdout.strip()

    def failed_units(self):
        return self.run("systemctl", "list-units", "--failed", "--no-legend", "--plain", check=False).stdout

    def down(self):
        """Powers off; files stay."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.crash()
        self._gone()

    def crash(self):
        """Power loss: everything on the host is dead at once, files stay as the kernel has them."""
        if self.leader:
            os.kill(self.leader, signal.SIGKILL)
        if self.process:
            self.process.kill()
            self.process.wait(20)
        self._gone()

    def _gone(self):
        self.process = self.leader = None
        wait_for(lambda: all(remove_group(each) for each in self._cgroups()), 20, f"nothing of {self.name} is left")

    # --- commands ----------------------------------------------------------------------------------------------------
    def command(self, *argv, user=None, environment=None):
        """The command line that runs `argv` on this host, as root or as `user` with that account's groups."""
        into = ["nsenter", "--target", str(self.leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
                "--root", "--wdns=/", "--", "env", "-i", "PATH=/opt/sotctl:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
                *(f"{key}={value}" for key, value in (environment or {}).items())]
        if user:
            into += ["setpriv", f"--reuid={user}", f"--regid={self.group_of(user)}", "--init-groups", "--reset-env",
                     "env", "PATH=/opt/sotctl:/usr/bin:/bin"]
        return [*into, *argv]

    def run(self, *argv, check=True, user=None, environment=None, seconds=300, text=None):
        done = subprocess.run(self.command(*argv, user=user, environment=environment), capture_output=True, text=True,
                              timeout=seconds, **({"input": text} if text is not None else {"stdin": subprocess.DEVNULL}))
        if check and done.returncode != 0:
            raise Failure(f"{self.name}: {' '.join(argv)}: exit {done.returncode}: {done.stdout[-1000:]}"
                          f"{done.stderr[-2000:]}")
        return done

    def start(self, *argv, user=None, environment=None):
        """The same, not waited for."""
        return subprocess.Popen(self.command(*argv, user=user, environment=environment), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def sotctl(self, *words, **how):
        return self.run("/opt/sotctl/sotctl", *words, **how)

    def json(self, *words, **how):
        """What a command of sotctl says with -o json; a status other than 0 is the trial's to judge."""
        done = self.sotctl(*words, "-o", "json", check=False, **how)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Failure(f"{self.name}: {' '.join(words)}: exit {done.returncode}, not JSON: {done.stdout[:500]}"
                          f"{done.stderr[-1500:]}") from None

    def killed_at(self, record, when):
        """The environment in which sotctl dies "before" or "after" it writes that record of its journal."""
        return {"LD_PRELOAD": "/opt/sotctl/tests/libkill_at_record.so", "SOTCTL_FAULT_RECORD": str(record),
                "SOTCTL_FAULT_WHEN": when}

    def shows(self, unit, name):
        """A property of a unit: shows("netbox.service", "ActiveState")."""
        return self.run("systemctl", "show", "--value", "--property", name, "--", unit).stdout.strip()
