"""Services of two frontends, from a seat that is neither: real systemd hosts behind real sshd, with keys of each kind."""
import json
import pathlib
import shutil
import subprocess

from host import Failure, expect, wait_for

SURE = ("--yes", "--confirm", "nb", "--reason", "lab")
QUICK = ("--settle", "1s", "--drain", "0s")
KEYS = ("ed25519", "ecdsa", "rsa")
PAGES = """import http.server, signal, sys
class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"OK")
    def log_message(self, *_):
        pass
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
http.server.ThreadingHTTPServer(("0.0.0.0", 8001), Pages).serve_forever()
"""
UNITS = {
    "netbox.service": "[Service]\nExecStart=/usr/bin/python3 /opt/pages.py\n[Install]\nWantedBy=multi-user.target\n",
    "netbox-rq.service": "[Service]\nExecStart=/bin/sh -c \"trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done\"\n"
                         "[Install]\nWantedBy=multi-user.target\n",
}
SSHD = """[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D -e -f /etc/ssh/lab_config
KillMode=process
[Install]
WantedBy=multi-user.target
"""


def missing():
    return None if pathlib.Path("/usr/sbin/sshd").exists() else "needs sshd"


class Fleet:
    def __init__(self, lab):
        self.lab = lab
        self.folder = lab.folder
        self.hosts = [self._host(name, kind) for name, kind in (("web1", "ed25519"), ("web2", "ecdsa"))]
        # Not below /tmp, which is another one on each host.
        self.state = pathlib.Path(f"/var/tmp/{lab.name}-state")
        self.state.mkdir(mode=0o700)
        lab.others.append(self)
        self.use(KEYS[0])
        for host in self.hosts:
            wait_for(lambda host=host: self.serves(host), 20, f"{host.name} serves")

    def _host(self, name, kind):
        host = self.lab.host(name)
        host.write("/opt/pages.py", PAGES)
        for unit, text in UNITS.items():
            host.unit(unit, text)
        host.write("/etc/ssh/lab_config", f"HostKey /etc/ssh/host_{kind}\nPermitRootLogin yes\nUsePAM no\n"
                   "AuthorizedKeysFile /etc/ssh/authorized\nStrictModes no\nMaxStartups 100\n")
        keys = ""
        for key in KEYS:
            file = self.folder / f"id_{key}"
            if not file.exists():
                self._keygen(file, key)
            keys += file.with_suffix(".pub").read_text()
        host.write("/etc/ssh/authorized", keys)
        self._keygen(host.path(f"/etc/ssh/host_{kind}"), kind)
        host.unit("lab-ssh.service", SSHD)
        host.up()
        line = host.path(f"/etc/ssh/host_{kind}.pub").read_text().split()
        with open(self.folder / "known_hosts", "a") as known:
            known.write(f"{host.address} {line[0]} {line[1]}\n")
        return host

    def down(self):
        shutil.rmtree(self.state, ignore_errors=True)

    @staticmethod
    def _keygen(file, kind):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(file)], check=True, capture_output=True)

    def use(self, key):
        """Logs in with this key from here on."""
        ssh = self.folder / "ssh_config"
        ssh.write_text(f"Host *\nUser root\nIdentityFile {self.folder}/id_{key}\nIdentitiesOnly yes\n"
                       f"UserKnownHostsFile {self.folder}/known_hosts\nGlobalKnownHostsFile /dev/null\n")
        ssh.chmod(0o600)
        (self.folder / "known_hosts").chmod(0o600)
        text = (f'format = 1\nstate = "{self.state}"\n[instance.nb]\nproduct = "netbox"\nenvironment = "staging"\n'
                '[instance.nb.database]\nname = "netbox"\napplication = { user = "netbox", host = "127.0.0.1", port = 9 }\n')
        for host in self.hosts:
            text += (f'[[instance.nb.host]]\nname = "{host.name}"\naddress = "{host.address}"\nssh_config = "{ssh}"\n'
                     'roles = ["frontend", "worker"]\n')
        for name, role in (("netbox", "application"), ("netbox-rq", "worker")):
            text += f'[[instance.nb.service]]\nname = "{name}"\nrole = "{role}"\nhosts = ["web1", "web2"]\n'
        text += '[[instance.nb.probe]]\nurl = "http://{host}:8001/"\n'
        file = self.folder / "sotctl.toml"
        file.write_text(text)
        file.chmod(0o600)

    def command(self, *words):
        return [*self.lab.network.seat(), self.lab.build / "sotctl", "-c", self.folder / "sotctl.toml", *words]

    def sotctl(self, *words, check=True):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=180)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(words)}: exit {done.returncode}: {done.stdout[-800:]}{done.stderr[-1500:]}")
        return done

    def json(self, *words):
        done = self.sotctl(*words, "-o", "json", check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Failure(f"{' '.join(words)}: exit {done.returncode}, not JSON: {done.stderr[-1500:]}") from None

    def serves(self, host):
        return self.lab.at_seat("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "3",
                                f"http://{host.address}:8001/").stdout == "200"

    def active(self, unit):
        return [host.shows(unit, "ActiveState") for host in self.hosts]

    def invocations(self):
        return {(host.name, unit): host.shows(unit, "InvocationID") for host in self.hosts for unit in UNITS}


def setup(lab):
    return Fleet(lab)


def restart(fleet, *more, check=True):
    return fleet.sotctl("service", "restart", "--limit", "20s", *QUICK, *SURE, *more, check=check)


def trial_status(fleet):
    """status of both hosts in one answer, with keys of each kind; RSA through the ssh program"""
    for key in KEYS:
        fleet.use(key)
        done = fleet.sotctl("service", "status", check=False)
        expect("web1, web2: running, process as root" in done.stdout, f"{key}: {done.stdout}{done.stderr}")
    fleet.use(KEYS[0])
    services = fleet.json("service", "status")["instances"][0]["services"]
    expect([each["name"] for each in services] == ["netbox@web1", "netbox@web2", "netbox-rq@web1", "netbox-rq@web2"], services)
    for each, host in zip(services, fleet.hosts):
        expect(each["identity"] == host.shows("netbox.service", "InvocationID"), each)


def trial_restart(fleet):
    """a restart goes over both hosts and is proven on both"""
    before = fleet.invocations()
    answer = fleet.json("service", "restart", "--limit", "20s", *QUICK, *SURE)
    after = fleet.invocations()
    expect(all(after[each] != before[each] for each in before), f"not restarted: {answer}")
    proven = {each["subject"] for each in answer["proof"] if each["id"] == "proof.identity"}
    expect({"service netbox@web1", "service netbox-rq@web2"} <= proven, answer["proof"])


def trial_rolling(fleet):
    """a rolling restart never leaves the instance without a frontend, watched from outside"""
    before = fleet.invocations()
    expect(restart(fleet, "--rolling", check=False).returncode == 13, "code that can't be compared was accepted")
    expect(fleet.invocations() == before, "something was restarted")
    run = subprocess.Popen(fleet.command("service", "restart", "--limit", "20s", *QUICK, *SURE, "--rolling", "--accept",
                                         "frontend-code"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    without = 0
    down = set()
    while run.poll() is None:
        answers = [fleet.serves(host) for host in fleet.hosts]
        without += not any(answers)
        down |= {host.name for host, good in zip(fleet.hosts, answers) if not good}
    out, err = run.communicate()
    expect(run.returncode == 0, f"exit {run.returncode}: {out}{err}")
    expect(without == 0, f"{without} times no frontend answered")
    after = fleet.invocations()
    expect(all(after[each] != before[each] for each in before), f"not restarted: {out}")


def trial_last_healthy(fleet):
    """the last frontend that serves is not stopped"""
    web2 = fleet.hosts[1]
    web2.run("systemctl", "stop", "netbox.service")
    try:
        before = fleet.invocations()
        done = restart(fleet, "--rolling", "--accept", "frontend-code", check=False)
        expect(done.returncode == 5 and "last one that may be healthy" in done.stderr, done.stderr)
        expect(fleet.invocations() == before, "something was restarted")
    finally:
        web2.run("systemctl", "start", "netbox.service")
        wait_for(lambda: fleet.serves(web2), 10, "it serves")


def trial_missing_unit(fleet):
    """a unit that one host does not have is named, and nothing is stopped"""
    web2 = fleet.hosts[1]
    web2.run("systemctl", "stop", "netbox-rq.service")
    file = web2.path("/etc/systemd/system/netbox-rq.service")
    text = file.read_text()
    file.unlink()
    web2.run("systemctl", "daemon-reload")
    try:
        before = fleet.invocations()
        done = restart(fleet, check=False)
        expect(done.returncode == 13 and "netbox-rq@web2" in done.stderr, done.stderr)
        expect(fleet.invocations() == before, "something was restarted")
        shown = fleet.sotctl("service", "status", "netbox-rq", check=False)
        expect("web2: there is no unit netbox-rq.service" in shown.stdout, shown.stdout)
    finally:
        file.write_text(text)
        web2.run("systemctl", "daemon-reload")
        web2.run("systemctl", "start", "netbox-rq.service")


def trial_hold(fleet):
    """a hold stops the workers of both hosts, is known on both, and is released to what it was"""
    fleet.sotctl("service", "hold", *SURE)
    expect(fleet.active("netbox-rq.service") == ["inactive", "inactive"], "a worker runs")
    expect(fleet.active("netbox.service") == ["active", "active"], "an application was stopped")
    for host in fleet.hosts:
        expect("lab" in host.path(f"{fleet.state}/instances/nb/hold.json").read_text(), "no record on it")
    expect(fleet.sotctl("service", "start", "netbox-rq", check=False).returncode == 5, "a start went past it")
    fleet.sotctl("service", "release", *SURE)
    expect(fleet.active("netbox-rq.service") == ["active", "active"], "a worker was not started")
    for host in fleet.hosts:
        expect(not host.path(f"{fleet.state}/instances/nb/hold.json").exists(), "the record is still there")


def trial_connection_lost(fleet):
    """a connection that is lost while a unit stops is made again, and the stop is seen to be done"""
    web2 = fleet.hosts[1]
    run = subprocess.Popen(fleet.command("service", "stop", "netbox-rq", *SURE), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    wait_for(lambda: web2.shows("netbox-rq.service", "ActiveState") == "deactivating", 15, "it is stopping")
    web2.run("pkill", "-f", "^sshd: root", check=False)
    out, err = run.communicate(timeout=120)
    expect(run.returncode == 0, f"exit {run.returncode}: {out}{err}")
    expect(fleet.active("netbox-rq.service") == ["inactive", "inactive"], "it runs")
    fleet.sotctl("service", "start", "netbox-rq")


def trial_host_lost(fleet):
    """a host that is lost in the middle: 12, the other one serves again, resume starts the rest"""
    web1, web2 = fleet.hosts
    run = subprocess.Popen(fleet.command("service", "restart", "--limit", "5s", *QUICK, *SURE), stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    wait_for(lambda: web2.shows("netbox-rq.service", "ActiveState") == "deactivating", 15, "it is stopping")
    fleet.lab.network.unplug(web2.number)
    try:
        out, err = run.communicate(timeout=170)
        expect(run.returncode == 12 and "web2" in err, f"exit {run.returncode}: {out}{err}")
        for unit in UNITS:
            expect(web1.shows(unit, "ActiveState") == "active", f"{unit} was left stopped on web1")
        shown = fleet.sotctl("service", "status", check=False)
        expect("run resume" in shown.stdout and "web2" in shown.stdout, shown.stdout)
    finally:
        fleet.lab.network.plug(web2.number)
        if run.poll() is None:
            run.kill()
    wait_for(lambda: fleet.lab.at_seat("ssh", "-F", str(fleet.folder / "ssh_config"), web2.address, "true").returncode == 0,
             30, "web2 is back")
    left = fleet.json("run", "list", "--unfinished")["runs"][0]["run"]
    fleet.sotctl("run", "resume", left, *SURE)
    expect(fleet.active("netbox.service") + fleet.active("netbox-rq.service") == ["active"] * 4, "something is stopped")


def trial_second_run(fleet):
    """a second run is refused while one works on the hosts"""
    web1 = fleet.hosts[0]
    run = subprocess.Popen(fleet.command("service", "restart", *QUICK, *SURE), stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: web1.shows("netbox-rq.service", "ActiveState") != "active", 15, "it works")
        other = fleet.folder / "other.toml"
        other.write_text((fleet.folder / "sotctl.toml").read_text())
        other.chmod(0o600)
        done = subprocess.run([*fleet.lab.network.seat(), fleet.lab.build / "sotctl", "-c", other, "service", "stop", *SURE],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        expect(done.returncode == 6, f"exit {done.returncode}: {done.stderr}")
    finally:
        expect(run.wait(120) == 0, "the restart failed")


def trial_agent(fleet):
    """Puppet's agent is disabled meanwhile with a timer that ends it, and enabled again (its commands are stood in for)"""
    web1 = fleet.hosts[0]
    lock = "/var/lib/agent_disabled.lock"
    web1.write("/opt/puppetlabs/bin/puppet", "#!/bin/sh\ncase $1 in config) echo " + lock + ";; agent)\n"
               "case $2 in --disable) printf '{\"disabled_message\":\"%s\"}' \"$3\" >" + lock + ";;\n"
               "--enable) rm -f " + lock + ";; esac\necho \"$2 $3\" >>/var/lib/agent.log;; esac\n", mode=0o755)
    restart(fleet, "--only", "netbox@web1", "--disable-agent", "10min")
    log = web1.path("/var/lib/agent.log").read_text()
    expect("--disable lab (sotctl run" in log and log.rstrip().endswith("--enable"), log)
    expect(not web1.path(lock).exists(), "it is still disabled")
    timers = web1.run("systemctl", "list-timers", "--all", "--no-legend").stdout
    expect("sotctl-agent" not in timers, timers)
