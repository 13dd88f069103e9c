"""Services of a standard NetBox host: what is wrong with them in words, restarts that are proven, holds, and death between
stop and start."""
import json
import time

from host import expect, wait_for
from netbox import UNITS, NetBox

SURE = ("--yes", "--confirm", "netbox", "--reason", "lab")
QUICK = ("--settle", "1s", "--drain", "5s")
STORES = """
[[instance.netbox.service]]
name = "postgresql"
role = "database"
unit = "postgresql@15-main.service"

[[instance.netbox.service]]
name = "redis"
role = "redis"
unit = "redis-server.service"

[[instance.netbox.service]]
name = "export"
role = "other"
unit = "export.timer"
spreads = true
"""


def setup(lab):
    host = lab.host("sv1")
    netbox = NetBox(host.up()).install()
    host.unit("export.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n", enabled=False)
    host.unit("export.timer", "[Timer]\nOnActiveSec=1h\n[Install]\nWantedBy=timers.target\n", enabled=False)
    host.run("systemctl", "enable", "--now", "export.timer")
    host.sotctl("init")
    file = host.path("/etc/sotctl/sotctl.toml")
    file.write_text(file.read_text() + STORES)
    return netbox


def lines(netbox, *names):
    """id and words of each line of status, by service."""
    answer = netbox.host.json("service", "status", *names)
    return {each["name"]: {line["id"]: line["found"] for line in each["checks"]}
            for each in answer["instances"][0]["services"]}


def invocations(netbox):
    return {unit: netbox.host.shows(unit, "InvocationID") for unit in UNITS}


def restart(netbox, *more, check=True, limit="30s"):
    return netbox.host.sotctl("service", "restart", "--limit", limit, *QUICK, *SURE, *more, check=check)


def trial_status(netbox):
    """status shows process, account, folder, port and a registered worker of real units"""
    done = netbox.host.sotctl("service", "status", check=False)
    expect(done.returncode == 0, f"exit {done.returncode}: {done.stdout}{done.stderr}")
    for words in ("as netbox: /usr/bin/python3", "in /opt/netbox", "listens on 127.0.0.1:8001", "worker is registered"):
        expect(words in done.stdout, f"{words} is not in:\n{done.stdout}")
    app = netbox.host.json("service", "status", "netbox")["instances"][0]["services"][0]
    expect(app["identity"] == netbox.host.shows("netbox.service", "InvocationID"), app)
    expect(app["comes_back"] is True and app["restarts"] == 0, app)


def trial_restart(netbox):
    """a restart is proven, measured from outside, and takes little longer than systemd itself"""
    before = invocations(netbox)
    answer = netbox.host.json("service", "restart", *QUICK, *SURE)
    after = invocations(netbox)
    expect(all(after[unit] != before[unit] for unit in UNITS), f"not restarted: {answer}")
    expect(0 < answer["downtime_ms"] < 20000, answer)
    found = {each["id"] for each in answer["proof"] if each["outcome"] == "pass"}
    expect({"proof.identity", "proof.registered", "proof.log", "probe"} <= found, answer["proof"])


def trial_old_code(netbox):
    """code that is newer than the processes is seen, and --if-older-than restarts once"""
    host = netbox.host
    time.sleep(3)
    host.run("touch", "/opt/netbox/netbox/release.yaml")
    host.run("touch", "-d", "+3 seconds", "/opt/netbox/netbox/release.yaml")
    expect("release.yaml" in lines(netbox)["netbox"].get("service.code", ""), lines(netbox))
    host.run("touch", "/opt/netbox/netbox/release.yaml")
    time.sleep(3)
    restart(netbox, "--if-older-than", netbox.release)
    expect("service.code" not in lines(netbox)["netbox"], lines(netbox))
    before = invocations(netbox)
    done = restart(netbox, "--if-older-than", netbox.release)
    expect("lready so" in done.stdout and invocations(netbox) == before, done.stdout)


def trial_dependencies(netbox):
    """PostgreSQL and Redis are restarted while the rest is stopped, and serve before it starts"""
    host = netbox.host
    before = {unit: host.shows(unit, "InvocationID") for unit in ("postgresql@15-main.service", "redis-server.service")}
    restart(netbox, "--with-dependencies")
    for unit, identity in before.items():
        expect(host.shows(unit, "InvocationID") != identity, f"{unit} was not restarted")
    netbox.wait_serving()


def trial_unproven(netbox):
    """an application that dies at once ends with 12, its error lines without the password, and nothing left stopped"""
    host = netbox.host
    settings = host.path("/opt/netbox/netbox/netbox/configuration.py")
    good = settings.read_text()
    settings.write_text(good + "\nraise ValueError('password=geheim99')\n")
    try:
        done = restart(netbox, check=False, limit="5s")
        expect(done.returncode == 12, f"exit {done.returncode}: {done.stderr}")
        expect("geheim99" not in done.stdout + done.stderr, "the password was shown")
        expect("run abort" in done.stderr, done.stderr)
        shown = lines(netbox)["netbox"]
        expect("service.loop" in shown or "stopped" in shown.get("service.state", ""), shown)
        logs = host.sotctl("service", "logs", "netbox", "--errors").stdout
        expect("ValueError" in logs and "geheim99" not in logs, logs[-800:])
    finally:
        settings.write_text(good)
    run = host.json("run", "list", "--unfinished")["runs"][0]["run"]
    host.sotctl("run", "resume", run, *SURE)
    netbox.wait_serving()


def trial_start_limit(netbox):
    """a start limit that was hit is said, and a restart clears it"""
    host = netbox.host
    host.run("systemctl", "stop", "netbox-rq.service")
    for _ in range(8):
        host.run("systemctl", "start", "netbox-rq.service", check=False)
        host.run("systemctl", "kill", "--signal=KILL", "netbox-rq.service", check=False)
        host.run("systemctl", "stop", "netbox-rq.service", check=False)
    wait_for(lambda: host.run("systemctl", "start", "netbox-rq.service", check=False).returncode != 0 or
             host.run("systemctl", "stop", "netbox-rq.service") is None, 10, "the limit is hit")
    expect("start limit hit" in lines(netbox)["netbox-rq"].get("service.start-limit", ""), lines(netbox))
    restart(netbox, "--only", "worker")
    expect(host.shows("netbox-rq.service", "ActiveState") == "active", "the worker does not run")


def trial_unit_file(netbox):
    """a changed unit file is said, and read with the restart; a disabled unit would not come back"""
    host = netbox.host
    file = host.path("/etc/systemd/system/netbox-rq.service")
    file.write_text(file.read_text().replace("Request Queue", "RQ"))
    host.run("systemctl", "disable", "netbox-rq.service")
    file.write_text(file.read_text() + "\n")
    shown = lines(netbox, "netbox-rq")["netbox-rq"]
    expect("service.reload" in shown and "service.reboot" in shown, shown)
    host.run("systemctl", "enable", "netbox-rq.service")
    file.write_text(file.read_text() + "\n")
    restart(netbox, "--only", "netbox-rq")
    expect(host.shows("netbox-rq.service", "NeedDaemonReload") == "no", "the unit file was not read")
    expect("service.reload" not in lines(netbox, "netbox-rq")["netbox-rq"], lines(netbox))


def trial_hopeless(netbox):
    """what could not be started again is not stopped: virtual environment gone, unit masked"""
    host, before = netbox.host, invocations(netbox)
    host.run("mv", "/opt/netbox/venv", "/opt/netbox/venv.away")
    try:
        expect("virtual environment gone" in lines(netbox)["netbox"].get("service.program", ""), lines(netbox))
        expect(restart(netbox, check=False).returncode == 5, "it was not refused")
    finally:
        host.run("mv", "/opt/netbox/venv.away", "/opt/netbox/venv")
    host.run("systemctl", "mask", "--runtime", "redis-server.service")
    try:
        expect(restart(netbox, "--only", "redis", check=False).returncode == 5, "a masked unit was not refused")
    finally:
        host.run("systemctl", "unmask", "--runtime", "redis-server.service")
    expect(invocations(netbox) == before, "something was restarted")


def trial_hold(netbox):
    """a hold stops worker and timer, is in the way of others, shows, and is released to what it was"""
    host = netbox.host
    host.sotctl("backup", "create", *SURE)
    host.sotctl("service", "hold", *SURE)
    for unit in ("netbox-rq.service", "export.timer"):
        expect(host.shows(unit, "ActiveState") == "inactive", f"{unit} runs")
    expect(host.shows("netbox.service", "ActiveState") == "active", "the application was stopped")
    expect("held since" in host.sotctl("status", check=False).stdout, "status does not show it")
    expect(restart(netbox, check=False).returncode == 5, "a restart started what is held")
    expect(host.sotctl("backup", "prune", "--keep-last", "1", *SURE, check=False).returncode == 5, "prune went on")
    expect("pinned" in host.sotctl("backup", "list").stdout, "no set was pinned")
    host.sotctl("service", "release", *SURE)
    for unit in ("netbox-rq.service", "export.timer"):
        expect(host.shows(unit, "ActiveState") == "active", f"{unit} was not started")


def trial_replace(netbox):
    """a configuration file is put in place during a restart, owner and mode kept, and undone; a managed one is refused"""
    host, name = netbox.host, "/opt/netbox/netbox/netbox/configuration.py"
    old = host.path(name).read_text()
    host.write("/root/new.py", old + "# changed\n")
    restart(netbox, "--replace", f"{name}=/root/new.py")
    expect(host.path(name).read_text().endswith("# changed\n"), "it was not replaced")
    expect(host.run("stat", "-c", "%U:%G %a", name).stdout.strip() == "root:netbox 640", "owner or mode")
    run = host.json("run", "list")["runs"][0]["run"]
    host.sotctl("run", "undo", run, *SURE)
    expect(host.path(name).read_text() == old, "it was not put back")
    netbox.wait_serving()
    host.write("/root/new.py", old + "# again\n")
    host.write("/var/lib/puppet/state/resources.txt", f"file[{name}]\n")
    done = restart(netbox, "--replace", f"{name}=/root/new.py", check=False)
    expect(done.returncode == 5 and "Puppet" in done.stderr and "# again" in done.stderr, done.stderr)
    expect("PASSWORD\": \"p'w" not in done.stderr, "the password was shown")


def trial_killed(netbox):
    """killed between stop and start: status warns, resume starts everything, and so does abort"""
    host = netbox.host
    restart(netbox)
    run = host.json("run", "list")["runs"][0]["run"]
    journal = [json.loads(line) for line in host.path(f"/var/lib/sotctl/runs/{run}/journal.jsonl").read_text().splitlines()]
    opened = next(i for i, each in enumerate(journal) if each["type"] == "opened") + 1
    for way in ("resume", "abort"):
        done = host.sotctl("service", "restart", *QUICK, *SURE, check=False, environment=host.killed_at(opened, "after"))
        expect(done.returncode == -9, f"was not killed: {done.returncode} {done.stderr[-400:]}")
        expect(host.shows("netbox.service", "ActiveState") == "inactive", "it was not stopped yet")
        shown = host.sotctl("service", "status", check=False)
        expect(shown.returncode == 10 and "run resume" in shown.stdout, shown.stdout)
        left = host.json("run", "list", "--unfinished")["runs"][0]["run"]
        host.sotctl("run", way, left, *SURE)
        netbox.wait_serving()
        expect(host.shows("netbox-rq.service", "ActiveState") == "active", f"the worker does not run after {way}")


def trial_busy(netbox):
    """nothing is restarted while a dump of the database is made"""
    host, before = netbox.host, invocations(netbox)
    dump = host.start("bash", "-c", "exec -a pg_dump python3 -c 'import time; time.sleep(30)' netbox")
    try:
        wait_for(lambda: "pg_dump -c" in host.run("ps", "axo", "args").stdout, 5, "it runs")
        done = restart(netbox, check=False)
        expect(done.returncode == 5 and "--accept busy" in done.stderr, done.stderr)
    finally:
        host.run("pkill", "-f", "^pg_dump -c import", check=False)
        dump.communicate()
    expect(invocations(netbox) == before, "something was restarted")
