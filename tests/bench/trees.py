"""Audit and repair of a million files, against find, chown and chmod on the same tree in memory."""
import json
import os
import pathlib
import subprocess
import tempfile
import time

import place
from tally import seconds

FILES = 1_000_000
USER, GROUP = 990, 991
FORMAT = "%U %G %m %y %p\\n"


class Trees:
    """Below a file system in memory, so that no disk has a say. Needs root."""

    def __init__(self, chosen):
        self.sotctl = chosen.sotctl
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotctl-trees-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8g,mode=755,nr_inodes=0", "none", self.folder], check=True)
        self.configuration = self.folder / "sotctl.toml"
        self.configuration.write_text(
            f'format = 1\nstate = "{self.folder}/state"\n[instance.trees]\nproduct = "netbox"\nenvironment = "development"\n'
            '[instance.trees.database]\nname = "none"\napplication = { user = "none", host = "127.0.0.1", port = 9 }\n')
        self.configuration.chmod(0o600)
        (self.folder / "state").mkdir(mode=0o700)

    def down(self):
        subprocess.run(["umount", self.folder], check=True)
        self.folder.rmdir()

    def make(self, shape, count=FILES):
        root = self.folder / f"{shape}-{count}"
        root.mkdir(0o750)
        SHAPES[shape](root, count)
        subprocess.run(["chown", "-R", f"{USER}:{GROUP}", root], check=True)
        return root

    def find(self, root):
        begin = time.monotonic()
        subprocess.run(["find", root, "-printf", FORMAT], stdout=subprocess.DEVNULL, check=True)
        return time.monotonic() - begin

    def rules(self, root):
        return ["--path", root, "--user", str(USER), "--group", str(GROUP), "--dir-mode", "750", "--file-mode", "640"]

    def audit(self, root):
        return place.timed([self.sotctl, "-c", self.configuration, "permissions", "audit", *self.rules(root)])

    def repair(self, root):
        """Seconds without the audit that follows it, and the answer."""
        ran = place.timed([self.sotctl, "-c", self.configuration, "permissions", "repair", *self.rules(root), "--yes",
                           "--reason", "measuring", "-o", "json"])
        answer = json.loads(ran.output[ran.output.index("{"):])
        return ran.seconds - answer["audit"]["places"][0]["took_ms"] / 1000, answer


def fill(folder, count):
    for number in range(count):
        os.close(os.open(f"photo-{number:06}.jpg", os.O_CREAT | os.O_WRONLY, 0o640, dir_fd=folder))


def opened(path, parent=None):
    os.mkdir(path, 0o750, dir_fd=parent)
    return os.open(path, os.O_RDONLY, dir_fd=parent)


def usual(root, count):
    for number in range(count // 1000):
        folder = opened(root / f"set{number:04}")
        fill(folder, 1000)
        os.close(folder)


def wide(root, count):
    folder = os.open(root, os.O_RDONLY)
    fill(folder, count)
    os.close(folder)


def deep(root, count):
    folder = os.open(root, os.O_RDONLY)
    for _ in range(count // 1000):
        fill(folder, 1000)
        below = opened("d", folder)
        os.close(folder)
        folder = below
    os.close(folder)


def links(root, count):
    for number in range(count // 1000):
        folder = opened(root / f"set{number:04}")
        fill(folder, 1)
        for name in range(999):
            os.link("photo-000000.jpg", f"link-{name:06}.jpg", src_dir_fd=folder, dst_dir_fd=folder)
        os.close(folder)


SHAPES = {"usual": usual, "wide": wide, "deep": deep, "links": links}
LIMITS = {"usual": 0.75, "wide": 1.0, "deep": 1.0, "links": 1.0}


def measure(tally, chosen, _):
    trees = Trees(chosen)
    old = os.umask(0o027)
    try:
        for shape in SHAPES:
            audits(tally, chosen, trees, shape)
        repairs(tally, trees)
    finally:
        os.umask(old)
        trees.down()


def audits(tally, chosen, trees, shape):
    root = trees.make(shape)
    ours, peer, peaks = [], [], []
    for _ in range(chosen.pairs):
        peer.append(trees.find(root))
        ran = trees.audit(root)
        ours.append(ran.seconds)
        peaks.append(ran.peak)
    tally.at_most(f"permissions audit / find -printf, 1,000,000 files, {shape}", LIMITS[shape],
                  [a / b for a, b in zip(ours, peer)], detail=f"{seconds(ours)} : {seconds(peer)}")
    if shape == "usual":
        few = trees.make(shape, 1000)
        small = trees.audit(few).peak
        tally.at_most("memory of an audit, 1,000,000 files / 1,000", 1.1, [max(peaks) / small],
                      detail=f"{max(peaks) / 1024 / 1024:.1f} MiB : {small / 1024 / 1024:.1f} MiB")
    else:
        subprocess.run(["rm", "-r", root], check=True)


def repairs(tally, trees):
    """A thousand wrong among a million right; then the classic way on the same tree."""
    root = trees.folder / f"usual-{FILES}"
    wrong = [path for number, path in enumerate(sorted(root.rglob("*.jpg"))) if number % 1000 == 0]
    right = root / "set0001/photo-000001.jpg"
    changed = right.stat().st_ctime_ns
    ours, peer = [], []
    for _ in range(3):
        for path in wrong:
            os.chown(path, 0, 0)
            path.chmod(0o755)
        took, answer = trees.repair(root)
        ours.append(took)
        left = {(path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o777) for path in wrong}
        if left != {(USER, GROUP, 0o640)} or right.stat().st_ctime_ns != changed:
            raise RuntimeError(f"not repaired, or more than that: {left}: {answer}")
    for _ in range(3):
        begin = time.monotonic()
        subprocess.run(["chown", "-R", f"{USER}:{GROUP}", root], check=True)
        subprocess.run(["chmod", "-R", "u=rwX,g=rX,o=", root], check=True)
        peer.append(time.monotonic() - begin)
    tally.at_most("permissions repair of 1,000 among 1,000,000 / chown -R and chmod -R", 0.6,
                  [a / b for a, b in zip(ours, peer)], detail=f"{seconds(ours)} : {seconds(peer)}")
