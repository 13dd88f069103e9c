#pragma once

namespace application {

/// Run by the installation's Python with `-I -B -c`. Arguments: the configuration file, and what is
/// wanted: "settings", or the name of one password. Writes one JSON object as the last line of its
/// standard output; what the configuration itself prints goes to standard error.
inline constexpr const char* kInterpreterScript = R"python(
import hashlib, importlib, importlib.util, json, os, sys

path, wanted = sys.argv[1:3]
answer_to, sys.stdout = sys.stdout, sys.stderr
sys.dont_write_bytecode = True
missing = []


class Watched(type(os.environ)):
    def __getitem__(self, key):
        try:
            return super().__getitem__(key)
        except KeyError:
            if isinstance(key, str) and key not in missing:
                missing.append(key)
            raise


real = os.environ
os.environ = Watched(real._data, real.encodekey, real.decodekey, real.encodevalue, real.decodevalue)


def load():
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    if os.path.exists(os.path.join(folder, "__init__.py")):
        sys.path.insert(0, os.path.dirname(folder))
        return importlib.import_module(os.path.basename(folder) + "." + stem)
    spec = importlib.util.spec_from_file_location(stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


try:
    module = load()
except BaseException as error:
    # Only the kind and the place: the message may quote a secret.
    kind = type(error).__name__
    if isinstance(error, ImportError) and error.name:
        kind += " (" + error.name + ")"
    line, trace = getattr(error, "lineno", None), error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    print(json.dumps({"error": kind + (" in line %d" % line if line else "")}), file=answer_to)
    sys.exit(0)


def plain(value):
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return {"?": "is of the type " + type(value).__name__}


def part(value, keys):
    if not isinstance(value, dict):
        return {"?": "is of the type " + type(value).__name__}
    kept = {key: plain(value[key]) for key in keys if key in value}
    kept["PASSWORD"] = bool(value.get("PASSWORD"))
    return kept


def databases():
    found = getattr(module, "DATABASES", None)
    if isinstance(found, dict) and "default" in found:
        return found["default"]
    return getattr(module, "DATABASE", {})


def redis(which):
    found = getattr(module, "REDIS", {})
    return found.get(which, {}) if isinstance(found, dict) else {}


if wanted == "settings":
    answer = {"names": {}, "missing": missing}
    names = answer["names"]
    for one in ("MEDIA_ROOT", "ALLOWED_HOSTS", "BASE_PATH", "REPORTS_ROOT", "SCRIPTS_ROOT",
                "JOBS_ROOT", "STORAGE_BACKEND"):
        if hasattr(module, one):
            names[one] = plain(getattr(module, one))
    storage = getattr(module, "STORAGES", {})
    if isinstance(storage, dict) and isinstance(storage.get("default"), dict):
        names["STORAGES"] = {"default": {"BACKEND": plain(storage["default"].get("BACKEND"))}}
    if databases():
        names["DATABASE"] = part(databases(), ("ENGINE", "NAME", "USER", "HOST", "PORT"))
    names["REDIS"] = {}
    for which in ("tasks", "caching"):
        if redis(which):
            names["REDIS"][which] = part(redis(which), ("HOST", "PORT", "DATABASE"))
            names["REDIS"][which]["URL"] = bool(redis(which).get("URL"))
    if getattr(module, "SECRET_KEY", None):
        names["SECRET_KEY"] = hashlib.sha256(str(module.SECRET_KEY).encode()).hexdigest()
else:
    source = databases() if wanted == "database" else redis(wanted.split(".")[1])
    answer = {"password": source.get("PASSWORD"), "missing": missing}
print(json.dumps(answer), file=answer_to)
)python";

}  // namespace application
