"""One standard NetBox host, operated from its own shell: discovery, status, doctor, backup, restore, undo, and two sorts
of death in the middle."""
import json

from host import expect, wait_for
from netbox import UNITS, NetBox

SURE = ("--yes", "--confirm", "netbox", "--reason", "lab")


def setup(lab):
    host = lab.host("nb1")
    host.account("operator", 1500)
    return NetBox(host.up()).install()


def finding(answer, identity, subject=""):
    found = [each for part in answer.get("parts", answer.get("instances", [])) for each in part["checks"]]
    found += answer.get("gaps", [])
    found = [each for each in found if each["id"] == identity and subject in each["subject"]]
    expect(found, f"no finding {identity} {subject}: {json.dumps(answer)[:1500]}")
    return found[0]


def running(netbox):
    """The run of each unit that systemd knows now: changes with every start."""
    return {unit: netbox.host.shows(unit, "InvocationID") for unit in UNITS}


def trial_status_without_rights(netbox):
    """an ordinary user without configuration sees what is there, and which right shows the rest"""
    answer = netbox.host.json("status", user="operator")
    instance = answer["instances"][0]
    expect(instance["version"] == netbox.release and instance["root"] == "/opt/netbox", instance)
    expect([each["running"] for each in instance["services"]] == [True, True], instance["services"])
    for gap in answer["gaps"]:
        expect(gap["outcome"] == "unknown" and gap["found"] and gap["hint"], gap)
    expect("sudo" in finding(answer, "discover.settings")["hint"], answer["gaps"])
    expect(answer["outcome"] == "unknown", answer["outcome"])
    done = netbox.host.sotctl("doctor", user="operator", check=False)
    expect(done.returncode == 13, f"doctor: exit {done.returncode}")


def trial_status_without_a_bus(netbox):
    """without the bus an ordinary user's status says that units can't be asked, not that they are down"""
    netbox.host.run("systemctl", "stop", "dbus.socket", "dbus.service")
    try:
        done = netbox.host.sotctl("status", user="operator", check=False)
        expect(done.returncode == 13 and "systemctl" in done.stdout, f"exit {done.returncode}: {done.stdout}")
        expect("not running" not in done.stdout, done.stdout)
    finally:
        netbox.host.run("systemctl", "start", "dbus.socket")


def trial_init(netbox):
    """init finds database, Redis, media, units and a probe, writes once, and never over another file"""
    host, file = netbox.host, netbox.host.path("/etc/sotctl/sotctl.toml")
    host.sotctl("init", "--dry-run")
    expect(not file.exists(), "a dry run wrote")
    host.sotctl("init")
    text = file.read_text()
    for line in ('name = "netbox"', 'host = "localhost"', 'user = "netbox"', "password = { application = true }",
                 'os_user = "postgres"', 'media = "/opt/netbox/netbox/media"', 'unit = "netbox.service"',
                 'unit = "netbox-rq.service"', 'role = "worker"', 'url = "http://127.0.0.1:8001/login/"',
                 "cache_database = 1"):
        expect(line in text, f"{line} is not in:\n{text}")
    expect("p'w" not in text, "the password is in the configuration")
    expect(host.json("init")["result"] == "already so", "a second init changed something")
    file.write_text(text + "# by hand\n")
    expect(host.sotctl("init", check=False).returncode == 5, "init overwrote what somebody changed")
    file.write_text(text)


def trial_config(netbox):
    """config show names file and line of every value, and doctor finds nothing to mend"""
    values = netbox.host.json("config", "show", "--origin")["instances"][0]["values"]
    origins = {each["key"]: each["origin"] for each in values}
    expect(origins["database.name"].startswith("/etc/sotctl/sotctl.toml:"), origins)
    answer = netbox.host.json("doctor")
    bad = [each for part in answer["parts"] for each in part["checks"]
           if each["outcome"] != "pass" and each["id"] != "backup.folder"]
    expect(not bad, bad)
    as_user = netbox.host.json("status", user="operator")
    expect(as_user["file"] == "/etc/sotctl/sotctl.toml", as_user["file"])


def trial_stopped_service(netbox):
    """a stopped unit and a failed one are told apart from running ones, with what to do"""
    host = netbox.host
    host.run("systemctl", "stop", "netbox-rq.service")
    found = finding(host.json("doctor"), "service", "netbox-rq")
    expect(found["outcome"] == "warn" and "inactive" in found["found"], found)
    host.run("systemctl", "start", "netbox-rq.service")
    host.run("systemctl", "kill", "--signal=KILL", "netbox.service")
    wait_for(lambda: host.shows("netbox.service", "Result") == "signal", 10, "the unit failed")
    answer = host.json("status")
    expect(answer["instances"][0]["services"][0]["running"] is not True, answer["instances"][0]["services"])
    expect(finding(answer, "probe")["outcome"] == "fail", answer)
    host.run("systemctl", "reset-failed", "netbox.service")
    host.run("systemctl", "restart", "netbox.service")
    netbox.wait_serving()


def trial_restore(netbox):
    """backup, damage, restore, undo and redo on real units: stopped once, started once, serving"""
    host, whole = netbox.host, netbox.devices()
    host.sotctl("backup", "create", *SURE)
    host.sotctl("backup", "verify", "--newest")
    before = running(netbox)
    expect("lready so" in host.sotctl("restore", "run", "--newest", *SURE).stdout, "an equal database was restored")
    expect(running(netbox) == before, "services were touched for nothing")
    netbox.sql("TRUNCATE dcim_device CASCADE")
    answer = host.json("restore", "run", "--newest", *SURE)
    expect(netbox.devices() == whole, f"{netbox.devices()} devices, not {whole}")
    after = running(netbox)
    expect(all(after[unit] != before[unit] for unit in UNITS), f"not restarted: {after}")
    expect(0 < answer["results"]["downtime_ms"] < 30000, answer["results"])
    report = host.sotctl("run", "report", answer["run"]).stdout
    for words in ("| Reason | lab |", "| Downtime |", "stopped meanwhile: netbox, netbox-rq", "netbox_before_",
                  f"`sotctl run undo {answer['run']}`"):
        expect(words in report, f"{words} is not in the report:\n{report}")
    host.sotctl("restore", "undo", *SURE)
    expect(netbox.devices() == 0, "undo left the devices")
    host.sotctl("restore", "undo", *SURE)
    expect(netbox.devices() == whole, "redo did not bring the devices back")
    host.sotctl("restore", "finish", *SURE)
    expect(netbox.databases() == ["netbox", "postgres"], netbox.databases())


def damaged(netbox):
    netbox.sql("UPDATE dcim_device SET serial = 'damaged ' || id")


def records(netbox):
    """kind and type of every record of the newest run's journal, the first one at index 0."""
    run = netbox.host.json("run", "list")["runs"][0]["run"]
    lines = netbox.host.path(f"/var/lib/sotctl/runs/{run}/journal.jsonl").read_text().splitlines()
    return [(each["type"], each.get("kind")) for each in map(json.loads, lines)]


def process_of_newest(netbox):
    run = netbox.host.json("run", "list")["runs"][0]["run"]
    with open(netbox.host.path(f"/var/lib/sotctl/runs/{run}/journal.jsonl"), encoding="utf-8") as journal:
        return json.loads(journal.readline())["pid"]


def trial_killed(netbox):
    """killed with the services stopped, a restore is resumed to the end, or aborted to the beginning"""
    host = netbox.host
    damaged(netbox)
    host.sotctl("restore", "run", "--newest", *SURE)
    swap = records(netbox).index(("started", "database.swapped")) + 1
    for way, left in (("resume", "0"), ("abort", "100")):
        host.sotctl("restore", "finish", *SURE)
        damaged(netbox)
        done = host.sotctl("restore", "run", "--newest", *SURE, check=False, environment=host.killed_at(swap, "after"))
        expect(done.returncode == -9, f"was not killed: exit {done.returncode}: {done.stderr[-500:]}")
        expect(host.shows("netbox.service", "ActiveState") == "inactive", "the service runs in mid-restore")
        status = host.json("status")["instances"][0]
        expect(status["unfinished_run"], "status does not show the unfinished run")
        expect(host.sotctl("restore", "run", "--newest", *SURE, check=False).returncode == 6, "a second run was let in")
        host.sotctl("run", way, status["unfinished_run"]["id"], *SURE)
        netbox.wait_serving()
        found = netbox.sql("SELECT count(*) FROM dcim_device WHERE serial LIKE 'damaged %'")
        expect(found == left, f"{way}: {found} damaged devices, not {left}")
    expect(netbox.databases() == ["netbox", "postgres"], netbox.databases())


def trial_power_loss(netbox):
    """power lost in mid-restore: after the boot the run is resumed by another person"""
    host = netbox.host
    damaged(netbox)
    run = host.start("/opt/sotctl/sotctl", "restore", "run", "--newest", *SURE)
    wait_for(lambda: host.json("run", "list", "--unfinished")["runs"], 20, "the run began")
    wait_for(lambda: host.shows("netbox.service", "ActiveState") != "active" or run.poll() is not None, 30,
             "services are stopped")
    # First, or it would see systemd die before itself, and begin to take everything back.
    host.run("kill", "-KILL", str(process_of_newest(netbox)), check=False)
    host.crash()
    run.communicate()
    host.up()
    left = host.json("run", "list", "--unfinished")["runs"]
    expect(len(left) == 1, f"unfinished: {left}")
    host.sotctl("run", "resume", left[0]["run"], *SURE)
    netbox.wait_serving()
    expect(netbox.sql("SELECT count(*) FROM dcim_device WHERE serial LIKE 'damaged %'") == "0", "the damage is there")
    host.sotctl("restore", "finish", *SURE)
