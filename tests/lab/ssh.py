"""sshd on a lab's host, and how the operator's seat logs in there as root."""
import subprocess

SSHD = """Port 22
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
"""
UNIT = """[Unit]
Description=OpenSSH server

[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D -e

[Install]
WantedBy=multi-user.target
"""


def make_key(path):
    if not path.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", path], check=True)


def let_in(host):
    """Starts sshd on `host`, which is up; gives the ssh configuration of the seat."""
    key = host.lab.folder / "operator-key"
    make_key(key)
    host.path("/etc/ssh").mkdir(exist_ok=True)
    make_key(host.path("/etc/ssh/ssh_host_ed25519_key"))
    host.write("/etc/ssh/sshd_config", SSHD)
    host.path("/root/.ssh").mkdir(mode=0o700, exist_ok=True)
    host.write("/root/.ssh/authorized_keys", key.with_suffix(".pub").read_text(), mode=0o600)
    host.unit("sshd.service", UNIT)
    host.run("systemctl", "start", "sshd.service")
    known = host.lab.folder / "known_hosts"
    with open(known, "a") as file:
        public = host.path("/etc/ssh/ssh_host_ed25519_key.pub").read_text().split()
        file.write(f"{host.address} {public[0]} {public[1]}\n")
    configuration = host.lab.folder / "ssh_config"
    configuration.write_text(f"Host *\n  IdentityFile {key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {known}\n")
    configuration.chmod(0o600)
    return configuration
