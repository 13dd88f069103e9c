"""The root folder of a lab's host: /usr is the machine's own, bound read-only; /etc is made of what programs need from
the machine's, and of nothing else, so that no setting or secret of the machine gets in; the rest is empty."""
import pathlib
import shutil
import subprocess

LINKED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
FOLDERS = ("usr", "dev", "proc", "sys", "run", "tmp", "mnt", "srv", "opt", "home", "root", "var/lib", "var/log",
           "var/cache", "var/tmp", "var/backups", "etc/systemd/system", "etc/postgresql")
FROM_ETC = ("alternatives", "dbus-1", "debian_version", "group", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
            "login.defs", "nsswitch.conf", "pam.conf", "pam.d", "passwd", "postgresql-common", "profile", "protocols",
            "python3", "python3.11", "security", "services", "shells", "ssl/certs", "ssl/openssl.cnf", "ucf.conf")
# What a container has no use for, and what would talk to the world.
MASKED = ("systemd-udevd.service", "systemd-udev-trigger.service", "systemd-timesyncd.service", "systemd-logind.service",
          "systemd-networkd.service", "systemd-resolved.service", "systemd-firstboot.service", "systemd-binfmt.service",
          "proc-sys-fs-binfmt_misc.automount", "console-getty.service", "getty.target", "apt-daily.timer",
          "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer", "dpkg-db-backup.timer", "man-db.timer")


def copy(name, etc):
    source = pathlib.Path("/etc") / name
    if not source.exists():
        return
    (etc / name).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(source), str(etc / name)], check=True)  # with owners, which shutil leaves out


def make_root(root, hostname):
    """Makes the folder `root`, ready to be booted as `hostname`."""
    for name in FOLDERS:
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "root").chmod(0o700)
    for name in ("tmp", "var/tmp"):
        (root / name).chmod(0o1777)
    for name in LINKED:
        if pathlib.Path("/", name).is_symlink():
            (root / name).symlink_to(f"usr/{name}")
    (root / "var/run").symlink_to("/run")
    etc = root / "etc"
    for name in FROM_ETC:
        copy(name, etc)
    # No account of the machine brings a password along.
    accounts = [line.split(":")[0] for line in (etc / "passwd").read_text().splitlines()]
    (etc / "shadow").write_text("".join(f"{name}:*:19000:0:99999:7:::\n" for name in accounts))
    (etc / "shadow").chmod(0o600)
    shutil.copy2("/usr/lib/os-release", etc / "os-release")  # a link into /usr is not enough for nspawn
    (etc / "hostname").write_text(hostname + "\n")
    (etc / "hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {hostname}\n::1 localhost\n")
    (etc / "machine-id").write_text("")
    units = etc / "systemd/system"
    (units / "default.target").symlink_to("/lib/systemd/system/multi-user.target")
    for name in MASKED:
        (units / name).symlink_to("/dev/null")
