"""Scenarios of tests/fault/bad_luck: `sandbox up` is interrupted or killed while it is at work."""
import pathlib
import signal
import time

from sandbox import Failure, expect

# What appears while a sandbox is made, in order: the moment at which the signal comes.
MOMENTS = ("sandbox.json", "postgres-new", "postgres/PG_VERSION", "postgres/postmaster.pid", "run/redis.pid",
           "app/netbox/manage.py", "sotctl.toml", "run/app.pid")


def processes(folder):
    """Command lines that name the folder, of processes that are not ours."""
    found = []
    for each in pathlib.Path("/proc").iterdir():
        if not each.name.isdigit():
            continue
        try:
            words = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words:
            found.append(f"{each.name} {words}")
    return found


def begin(sandbox, folder, moment):
    """Starts `sandbox up` and waits for the moment."""
    process = sandbox.start("sandbox", "up", "--dir", str(folder), "--size", "10MB", configured=False)
    end = time.monotonic() + 60
    while not (folder / moment).exists():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise Failure(f"{moment} never came: {process.communicate()[1][-500:]}")
        time.sleep(0.002)
    return process


def stopped_at(sandbox, moment, number, again):
    """One trial: the signal, then `down` alone, or a second `up` first. Nothing may be left."""
    folder = sandbox.folder.parent / "other"
    process = begin(sandbox, folder, moment)
    process.send_signal(number)
    done = sandbox.ended(process)
    allowed = (-9,) if number == signal.SIGKILL else (0, 12, 130)
    what = f"{signal.Signals(number).name} at {moment}"
    expect(done.returncode in allowed, f"{what}: exit {done.returncode}: {done.stderr[-1000:]}")
    if done.returncode == 12:
        sandbox.said(done, 12, [f"sotctl sandbox down --dir {folder}"])
    if done.returncode == 130:
        expect(not folder.exists() or not any(folder.iterdir()), f"{what}: exit 130, but {folder} is there")
        return
    if again:
        sandbox.run("sandbox", "up", "--dir", str(folder), configured=False)
        status = sandbox.run("sandbox", "status", "--dir", str(folder), configured=False)
        expect("running" in status.stdout, f"{what}: {status.stdout}")
    sandbox.run("sandbox", "down", "--dir", str(folder), configured=False)
    expect(not folder.exists(), f"{what}: {folder} is left")
    left = processes(folder)
    expect(left == [], f"{what}: left running: {left}")


def trials(number, moments):
    def scenario(sandbox):
        try:
            for at, moment in enumerate(moments):
                stopped_at(sandbox, moment, number, again=at % 2 == 1)
        finally:
            folder = sandbox.folder.parent / "other"
            if folder.exists():
                sandbox.run("sandbox", "down", "--dir", str(folder), configured=False, check=False)
    return scenario


def scenarios(long):
    # Half of the moments for each, so that both together see all of them.
    return (("sandbox up interrupted", trials(signal.SIGINT, MOMENTS if long else MOMENTS[1::3])),
            ("sandbox up killed", trials(signal.SIGKILL, MOMENTS if long else MOMENTS[0::3])))
