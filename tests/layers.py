#!/usr/bin/env python3
"""Fails on an include that breaks the layers of lib/deps.txt.

Checked: areas of lib/ include only what their line allows, without a cycle; a third-party header
is included in one folder only; no verb includes another noun's or verb's file; only
commands/main.cpp, remote/ (the half on other hosts) and tests know lib/adapters.
"""
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
# Header prefix -> package name in lib/deps.txt, "" for packages that no area of lib/ may use.
PACKAGES = {
    "nlohmann/": "nlohmann", "fmt/": "fmt", "openssl/": "openssl", "zlib.h": "zlib", "xxhash.h": "xxhash", "isa-l": "isal",
    "curl/": "curl", "pqxx/": "pqxx", "libpq-fe.h": "pq", "libpq/": "pq", "toml++/": "toml++",
    "libssh2": "libssh2", "zstd.h": "zstd", "CLI/": "", "catch2/": "",
}
# Vocabulary rather than a service: text formatting and JSON values may be used everywhere.
EVERYWHERE = {"nlohmann", "fmt"}


def read_deps(text):
    """area -> (areas it may include, packages it may include)"""
    lines = re.findall(r"^([a-z]+):([^|\n]*)\|?(.*)$", text, re.M)
    return {area: (set(areas.split()), set(packages.split())) for area, areas, packages in lines}


def find_cycle(deps):
    done, path = set(), []

    def visit(area):
        if area in path:
            return path[path.index(area):] + [area]
        if area in done:
            return None
        path.append(area)
        for neighbour in sorted(deps.get(area, (set(), set()))[0]):
            cycle = visit(neighbour)
            if cycle:
                return cycle
        path.pop()
        done.add(area)
        return None

    for area in deps:
        cycle = visit(area)
        if cycle:
            return cycle
    return None


def package_of(header):
    for prefix, package in PACKAGES.items():
        if header.startswith(prefix):
            return prefix, package
    return None, None


def check_file(name, text, deps, folders, complaints):
    parts = pathlib.PurePosixPath(name).parts
    area = parts[1] if parts[0] == "lib" else None
    if area and area not in deps:
        complaints.append(f"{name}: area {area} has no line in lib/deps.txt")
        return
    for quote, header in INCLUDE.findall(text):
        prefix, package = package_of(header)
        if prefix and package not in EVERYWHERE and not name.startswith("tests/"):
            folders.setdefault(prefix, set()).add(str(pathlib.PurePosixPath(name).parent))
            if area and package not in deps[area][1]:
                complaints.append(f"{name}: {header} is not allowed for {area} in lib/deps.txt")
        if quote != '"':
            continue
        target = pathlib.PurePosixPath(header).parts
        if not (TOP / header).exists():
            complaints.append(f"{name}: {header} is no path from the project's root")
        elif target[0] == "tests" and parts[0] != "tests":
            complaints.append(f"{name}: includes {header} of the tests")
        elif target[:2] == ("lib", "adapters") and area != "adapters" and (
                parts[0] not in ("tests", "remote") and name != "commands/main.cpp"):
            complaints.append(f"{name}: only commands/main.cpp and remote/ may know {header}")
        elif area and target[0] == "commands":
            complaints.append(f"{name}: lib may not include {header}")
        elif area and target[0] == "lib" and target[1] != area and target[1] not in deps[area][0]:
            complaints.append(f"{name}: {area} may not include {header} (lib/deps.txt)")
        elif parts[0] == "commands" and len(parts) == 3 and target[0] == "commands":
            check_verb(name, parts, header, target, complaints)


def check_verb(name, parts, header, target, complaints):
    """A file of commands/NOUN/ includes its own header, NOUN.hpp, shared.hpp, or commands/*.hpp."""
    if len(target) == 2 or target[1] == parts[1] and pathlib.PurePosixPath(header).stem in (
            parts[1], "shared", pathlib.PurePosixPath(name).stem):
        return
    if pathlib.PurePosixPath(name).stem != parts[1]:
        complaints.append(f"{name}: a verb may not include {header}")


def main():
    deps = read_deps((TOP / "lib/deps.txt").read_text())
    complaints, folders = [], {}
    cycle = find_cycle(deps)
    if cycle:
        complaints.append("lib/deps.txt has a cycle: " + " -> ".join(cycle))
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.cpp",
                            "*.hpp"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    for name in names.split():
        if (TOP / name).exists():
            check_file(name, (TOP / name).read_text(), deps, folders, complaints)
    for prefix, where in sorted(folders.items()):
        if len(where) > 1:
            complaints.append(f"<{prefix}…> is included in several folders: {', '.join(sorted(where))}")
    print("\n".join(complaints) or f"layers: {len(names.split())} files keep them")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
