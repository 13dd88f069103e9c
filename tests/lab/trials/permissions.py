"""A restore as root left folders that the application can't write: found, explained, repaired, proven, taken back; on the
host itself and from an operator's seat. And what a service's own sandbox denies."""
import os
import subprocess

from host import expect, wait_for
from netbox import NetBox
from seed import ATTACHMENTS, findings, plant, whole_story
from ssh import let_in

SURE = ("--yes", "--confirm", "netbox", "--reason", "lab")
MEDIA = "/opt/netbox/netbox/media"
APACHE = 48


class Site:
    def __init__(self, lab):
        self.lab, self.host = lab, lab.host("nb1")
        self.host.account("apache", APACHE)
        self.netbox = NetBox(self.host.up()).install()
        self.host.sotctl("init")
        self.token = self.host.write("/root/api-token", self.netbox.token + "\n", mode=0o600)
        self.media = self.host.path(MEDIA)
        self.owner = (990, 990)

    def at_host(self, *words):
        return self.host.sotctl(*words, check=False)

    def audit(self):
        return self.host.json("permissions", "audit")

    def drop_in(self, unit, text):
        """Gives a unit more lines, or none; the service is restarted with them."""
        name = f"/etc/systemd/system/{unit}.d/lab.conf"
        if text:
            self.host.write(name, text)
        else:
            self.host.path(name).unlink()
        self.host.run("systemctl", "daemon-reload")
        self.host.run("systemctl", "restart", unit)
        self.netbox.wait_serving()


def setup(lab):
    return Site(lab)


def trial_on_the_host(site):
    """audited, explained, repaired, proven by an upload, undone and repaired again, on the host itself"""
    whole_story(site.at_host, "/root/api-token", site.media, MEDIA, APACHE, site.owner, SURE)
    people = site.audit()["places"][0]["people"]
    expect({each["role"] for each in people} == {"application", "worker"}, people)
    expect(all(each["user"] == "netbox" and each["uid"] == 990 for each in people), people)


def trial_over_ssh(site):
    """the same from the operator's seat: the walk runs there, without Python, and nothing stays"""
    ssh = let_in(site.host)
    state = site.lab.folder / "seat-state"
    state.mkdir(mode=0o700)
    token = site.lab.folder / "seat-token"
    token.write_text(site.netbox.token + "\n")
    token.chmod(0o600)
    site.host.write("/opt/netbox/gunicorn.py", site.host.path("/opt/netbox/gunicorn.py").read_text().replace(
        "127.0.0.1:8001", "0.0.0.0:8001"))
    site.host.run("systemctl", "restart", "netbox.service")
    site.netbox.wait_serving()
    services = "".join(f'[[instance.netbox.service]]\nname = "{name}"\nrole = "{role}"\nhosts = ["nb1"]\n'
                       for name, role in (("netbox", "application"), ("netbox-rq", "worker")))
    file = site.lab.folder / "seat.toml"
    file.write_text(
        f'format = 1\nstate = "{state}"\n[instance.netbox]\nproduct = "netbox"\nenvironment = "staging"\n'
        f'root = "/opt/netbox"\nsettings = "/opt/netbox/netbox/netbox/configuration.py"\nmedia = "{MEDIA}"\n'
        '[instance.netbox.database]\nname = "netbox"\napplication = { user = "netbox", host = "127.0.0.1", port = 9 }\n'
        f'[[instance.netbox.host]]\nname = "nb1"\naddress = "{site.host.address}"\nuser = "root"\n'
        f'roles = ["frontend", "worker"]\nssh_config = "{ssh}"\n' + services +
        f'[[instance.netbox.probe]]\nurl = "http://{site.host.address}:8001/login/"\nheaders = {{ Host = "netbox.lab" }}\n')
    file.chmod(0o600)

    def at_seat(*words):
        return site.lab.at_seat(site.lab.build / "sotctl", "-c", file, *words)

    whole_story(at_seat, token, site.media, MEDIA, APACHE, site.owner, SURE)
    left = site.host.run("find", "/run", "/root", "-name", ".sotctl-*").stdout
    running = site.host.run("pgrep", "-f", "fd/3 serve", check=False).stdout
    expect(not left and not running, f"left: {left} {running}")


def trial_sandbox(site):
    """what ProtectSystem denies is said, though owner and mode allow it"""
    site.drop_in("netbox.service", "[Service]\nProtectSystem=strict\nReadWritePaths=/var/tmp\n")
    try:
        found = findings(site.audit(), "kernel")
        expect(found and "read-only" in found[0]["found"] and "ProtectSystem=strict" in found[0]["found"], found)
        tried = site.at_host("permissions", "audit", "--write-test")
        expect(tried.returncode == 10 and "could not create" in tried.stdout, tried.stdout)
    finally:
        site.drop_in("netbox.service", "")
    expect(not findings(site.audit(), "kernel"), site.audit())


def trial_two_users(site):
    """two workers under different users are a finding"""
    worker = "/opt/netbox/venv/bin/python3 /opt/netbox/netbox/manage.py rqworker"
    site.drop_in("netbox-rq.service", "[Service]\nUser=root\nExecStart=\nExecStart=/bin/sh -c '"
                 f"setpriv --reuid=www-data --regid=www-data --groups=netbox {worker} & "
                 f"exec setpriv --reuid=netbox --regid=netbox --clear-groups {worker}'\n")
    try:
        found = wait_for(lambda: [each for each in findings(site.audit(), "access") if "several users" in each["found"]], 10,
                         "both workers are seen")
        expect("www-data" in found[0]["found"] and "netbox" in found[0]["found"], found)
        people = [each for each in site.audit()["places"][0]["people"] if each["user"] == "www-data"]
        expect(people and 990 in people[0]["groups"], people)
    finally:
        site.drop_in("netbox-rq.service", "")


def trial_immutable(site):
    """an immutable folder is said to be one"""
    subprocess.run(["chattr", "+i", site.media / ATTACHMENTS], check=True)
    try:
        found = [each for each in findings(site.audit(), "kernel") if each["place"].endswith(ATTACHMENTS)]
        expect(found and "immutable" in found[0]["found"], site.audit())
    finally:
        subprocess.run(["chattr", "-i", site.media / ATTACHMENTS], check=True)


def trial_mount_point(site):
    """another file system below is named and not touched"""
    inner = f"{MEDIA}/scratch"
    site.host.run("mkdir", "-p", inner)
    site.host.run("mount", "-t", "tmpfs", "none", inner)
    try:
        site.host.run("sh", "-c", f"chown root:root {inner}; touch {inner}/file")
        found = findings(site.audit(), "other_mount")
        expect(found and found[0]["place"] == inner, found)
        site.host.sotctl("permissions", "repair", *SURE)
        expect(site.host.run("stat", "-c", "%U", inner + "/file").stdout.strip() == "root", "another mount was changed")
    finally:
        site.host.run("umount", inner)
        site.host.run("rmdir", inner)


def trial_killed(site):
    """killed with half of the files changed, a repair is resumed to the end; undo takes all of it back"""
    for way in ("resume", "abort"):
        folder = site.media / "many"
        folder.mkdir(exist_ok=True)
        for number in range(12000):
            file = folder / f"{number}.jpg"
            file.touch()
            os.chown(file, 0, 0)
            file.chmod(0o755)
        run = site.host.start("/opt/sotctl/sotctl", "permissions", "repair", *SURE)
        wait_for(lambda: any(each.stat().st_uid for each in folder.glob("*0.jpg")), 20, "the first file is changed")
        inside = site.host.run("pgrep", "-x", "sotctl").stdout.split()
        site.host.run("kill", "-KILL", *inside)
        run.communicate()
        changed = sum(each.stat().st_uid != 0 for each in folder.iterdir())
        expect(0 < changed < 12000, f"{changed} were changed when it was killed")
        left = site.host.json("run", "list", "--unfinished")["runs"]
        expect(len(left) == 1, left)
        site.host.sotctl("run", way, left[0]["run"], *SURE)
        owners = {(each.stat().st_uid, each.stat().st_mode & 0o777) for each in folder.iterdir()}
        expect(owners == ({(990, 0o644)} if way == "resume" else {(0, 0o755)}), f"{way}: {owners}")
        if way == "resume":
            site.host.sotctl("run", "undo", left[0]["run"], *SURE)
            owners = {(each.stat().st_uid, each.stat().st_mode & 0o777) for each in folder.iterdir()}
            expect(owners == {(0, 0o755)}, f"undo: {owners}")
        subprocess.run(["rm", "-r", folder], check=True)


def trial_without_rights(site):
    """an ordinary user is told what could not be looked at: 13, not a verdict"""
    plant(site.media, APACHE, site.owner)
    site.host.run("chmod", "700", MEDIA)
    done = site.host.sotctl("permissions", "audit", user="apache", check=False)
    expect(done.returncode in (10, 13) and "could not" in done.stdout, f"exit {done.returncode}: {done.stdout}{done.stderr}")
    site.host.run("chmod", "755", MEDIA)


def trial_refusals(site):
    """system folders, unknown people and empty selections are refused before anything is changed"""
    repair = ("permissions", "repair", *SURE, "--path")
    for path, more, status in (("/", ("--user", "netbox"), 5), ("/etc", ("--user", "netbox"), 5), ("/usr/bin/..", ("--user", "netbox"), 5),
                               (MEDIA, ("--user", "nobody-of-this-name"), 4), (MEDIA, ("--group", "no-such-group"), 4),
                               ("/opt/none", ("--user", "netbox"), 4), (MEDIA, (), 2)):
        done = site.at_host(*repair, path, *more)
        expect(done.returncode == status, f"{path} {more}: exit {done.returncode}: {done.stderr}")
    policy = site.host.write("/root/policy.toml", 'title = "t"\n[[rule]]\npath = "/opt/none/**"\nowner = "netbox"\n', mode=0o600)
    done = site.at_host("permissions", "repair", *SURE, "--policy", "/root/policy.toml")
    expect(done.returncode == 5, f"a policy for nothing: exit {done.returncode}: {done.stderr}")
    policy.chmod(0o666)
    done = site.at_host("permissions", "audit", "--policy", "/root/policy.toml")
    expect(done.returncode == 5, f"a policy that others may write: exit {done.returncode}: {done.stderr}")
