"""What judging migrations and comparing schemas costs."""
import json
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

ROUNDS = 9
APPS = ["circuits", "core", "dcim", "extras", "ipam", "tenancy", "users", "virtualization", "vpn", "wireless"]
HEAD = "from django.db import migrations, models\n\n\n"
BODY = """class Migration(migrations.Migration):
    dependencies = [{needs}]
    operations = [
        migrations.AddField(
            model_name="thing",
            name="field_{number}",
            field=models.CharField(blank=True, default="", help_text='It\\'s "so"', max_length=100),
        ),
        migrations.AlterField("thing", "name", models.CharField(max_length=64, unique=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
"""
FILL = """def fill(apps, schema_editor):
    Thing = apps.get_model("{app}", "Thing")
    for each in Thing.objects.all():  # a comment
        each.save()


"""


def make_tree(folder, count):
    """A checkout of `count` migrations of ten applications, which depend on one another."""
    draw = random.Random(count)
    root = folder / "netbox"
    (root / "netbox").mkdir(parents=True)
    (root / "netbox/settings.py").write_text(f"VERSION = '4.2.9'\nINSTALLED_APPS = {APPS!r}\n")
    last, rows = {}, []
    for number in range(count):
        app = APPS[number % len(APPS)] if number < 2 * len(APPS) else draw.choice(APPS)
        needs = [key for key in [last.get(app)] if key]
        if draw.random() < 0.5:
            other = draw.choice(APPS)
            needs += [last[other]] if other in last and other != app else []
        mine = int(last[app][1][:4]) + 1 if app in last else 1
        name = f"{mine:04}_change_{number}"
        path = root / app / "migrations"
        path.mkdir(parents=True, exist_ok=True)
        text = ", ".join(f'("{a}", "{n}")' for a, n in needs)
        (path / f"{name}.py").write_text(HEAD + FILL.format(app=app) + BODY.format(needs=text, number=number))
        last[app] = (app, name)
        rows.append(f"{app}.{name}")
    return rows


def milliseconds(argv, status):
    begin = time.monotonic()
    ran = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    taken = (time.monotonic() - begin) * 1000
    if ran.returncode not in status:
        raise RuntimeError(f"{argv} ended with {ran.returncode}: {ran.stderr.decode()}")
    return taken, ran.stdout.decode()


def median(argv, status=(0,)):
    return statistics.median(milliseconds(argv, status)[0] for _ in range(ROUNDS))


def migrations(tally, chosen, there):
    program = [str(chosen.sotctl), "migrations"]
    with tempfile.TemporaryDirectory(prefix="sotctl-bench-") as name:
        folder = pathlib.Path(name)
        rows = make_tree(folder, 420)
        (folder / "rows").write_text("\n".join(rows[:400]) + "\n")
        argv = program + ["path", "--from", str(folder / "rows"), "--to", name, "-o", "json"]
        pending = json.loads(milliseconds(argv, (0, 10))[1])["direct"]["pending"]
        if len(pending) != 20:
            raise RuntimeError(f"{len(pending)} migrations are pending, expected 20")
        tally.at_most("reading and judging a tree", 150, [median(argv, (0, 10))], " ms",
                      "420 migrations of 10 applications; median of 9 whole programs")
    with tempfile.TemporaryDirectory(prefix="sotctl-bench-") as name:
        make_tree(pathlib.Path(name), 300)
        argv = program + ["squash", "--source", name, "--minimal", "-o", "json"]
        taken, text = milliseconds(argv, (0, 13))
        found = json.loads(text)
        tally.at_most("squash --minimal", 1000, [median(argv, (0, 13))], " ms",
                      f"300 migrations, {found['nodes']} nodes, proven {found['fewest']}, "
                      f"{found['states']} states")
    worst = max((median(program + ["path", "--product", product, "--from", old, "--to", new], (0, 10)),
                 f"{product} {old} to {new}")
                for product, old, new in [("netbox", "2.0.0", "4.6.8"), ("netbox", "3.1.8", "4.0.1"),
                                          ("netbox", "2.5.12", "2.7.0"), ("nautobot", "1.0.0", "3.1.6")])
    tally.at_most("path between two releases", 100, [worst[0]], " ms", f"slowest of four: {worst[1]}")


TABLES = 130


def make_database(sandbox, name):
    """TABLES tables of a dozen columns, with sequences, references, indexes and constraints."""
    sandbox.sql(f"DROP DATABASE IF EXISTS {name}", "postgres")
    sandbox.sql(f"CREATE DATABASE {name} OWNER netbox", "postgres")
    columns = ", ".join(f"c{n} varchar(100) DEFAULT '' NOT NULL" for n in range(9))
    statements = []
    for n in range(TABLES):
        statements.append(
            f"CREATE TABLE t{n} (id bigserial PRIMARY KEY, name varchar(64) NOT NULL UNIQUE, "
            f"parent bigint REFERENCES t{max(n - 1, 0)} DEFERRABLE INITIALLY DEFERRED, {columns}, "
            f"CHECK (length(name) > 0));"
            f"CREATE INDEX t{n}_like ON t{n} (name varchar_pattern_ops);"
            f"CREATE INDEX t{n}_parent ON t{n} (parent);")
    sandbox.sql("SET ROLE netbox;" + "".join(statements), name)


def schema(tally, chosen, there):
    sandbox = there["small"]
    names = ["bench_a", "bench_b"]
    for name in names:
        make_database(sandbox, name)
    try:
        argv = [str(chosen.sotctl), "-c", str(sandbox.folder / "sotctl.toml"), "schema", "diff",
                *[f"database:{name}" for name in names]]
        text = milliseconds(argv, (0,))[1].strip().splitlines()[0]
        tally.at_most("schema diff", 1000, [median(argv)], " ms",
                      f"two databases of {TABLES} tables on loopback: {text}")
    finally:
        for name in names:
            sandbox.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", "postgres")
