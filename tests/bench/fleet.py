"""`service status` of 20 hosts, each behind a sshd that takes half a second for the answer to each command."""
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import place
from tally import seconds

HOSTS = 20
DELAY = 0.5
LIMIT = 2.5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Fleet:
    """A sshd of its own on loopback; all hosts are this machine under other names, with a connection each."""

    def __init__(self, sotctl):
        self.sotctl = sotctl
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotctl-fleet-"))
        self.port = free_port()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        shutil.copy(self.folder / "user.pub", self.folder / "authorized")
        kind, key = (self.folder / "host.pub").read_text().split()[:2]
        self.write("known", f"[127.0.0.1]:{self.port} {kind} {key}\n")
        self.write("slow", f"#!/bin/sh\nsleep {DELAY}\nexec sh -c \"$SSH_ORIGINAL_COMMAND\"\n", 0o755)
        # A home without start-up files: what those of this account's shell cost is not measured.
        self.write("sshd_config", f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.folder}/host\nUsePAM no\n"
                   f"PidFile none\nStrictModes no\nPermitRootLogin yes\nMaxStartups 100\n"
                   f"AuthorizedKeysFile {self.folder}/authorized\nSetEnv HOME={self.folder}\nForceCommand {self.folder}/slow\n")
        self.write("ssh_config", f"IdentityFile {self.folder}/user\nIdentitiesOnly yes\n"
                   f"UserKnownHostsFile {self.folder}/known\nGlobalKnownHostsFile /dev/null\n")
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        self.server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", self.folder / "sshd_config", "-E", self.folder / "log"])
        self.program = subprocess.Popen(["sleep", "600"])
        self.write("pid", f"{self.program.pid}\n")

    def write(self, name, text, mode=0o600):
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(mode)

    def configuration(self, count):
        names = [f"web{number}" for number in range(1, count + 1)]
        text = (f'format = 1\nstate = "{self.folder}/state"\n[instance.fleet]\nproduct = "nautobot"\n'
                'environment = "development"\n[instance.fleet.database]\nname = "none"\n'
                'application = { user = "none", host = "127.0.0.1", port = 9 }\n')
        for name in names:
            text += (f'[[instance.fleet.host]]\nname = "{name}"\naddress = "127.0.0.1"\nport = {self.port}\n'
                     f'ssh_config = "{self.folder}/ssh_config"\n')
        text += (f'[[instance.fleet.service]]\nname = "app"\nrole = "application"\npid_file = "{self.folder}/pid"\n'
                 f'start = ["/usr/bin/sleep", "600"]\nhosts = [{", ".join(chr(34) + each + chr(34) for each in names)}]\n')
        self.write(f"sotctl-{count}.toml", text)
        return self.folder / f"sotctl-{count}.toml"

    def status(self, count):
        ran = place.timed([self.sotctl, "-c", self.configuration(count), "service", "status"])
        if "running" not in ran.output or (count > 1 and f"{count} hosts: running" not in ran.output):
            raise RuntimeError(f"not what {count} hosts say: {ran.output[-1500:]}")
        return ran.seconds

    def down(self):
        for process in (self.program, self.server):
            process.terminate()
            process.wait(10)
        shutil.rmtree(self.folder)


def status(tally, chosen, there):
    fleet = Fleet(chosen.sotctl)
    one, many = [], []
    try:
        time.sleep(0.3)
        for _ in range(chosen.pairs):
            one.append(fleet.status(1))
            many.append(fleet.status(HOSTS))
    finally:
        fleet.down()
    tally.at_most(f"service status, {HOSTS} hosts / one, each answer after {DELAY:g} s", LIMIT,
                  [a / b for a, b in zip(many, one)], "", f"{seconds(many)} / {seconds(one)}")
