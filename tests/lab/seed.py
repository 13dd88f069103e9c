"""What a restore as root leaves behind: folders of media that the application can't write."""
import json
import os

from host import expect

RIGHT, IMAGES, ATTACHMENTS = "right.jpg", "devicetype-images", "image-attachments"


def plant(media, web_group, owner):
    """Below `media`, a path of this machine: one folder root:root, one root:WEB_GROUP, and a file that is right."""
    for name, group in ((IMAGES, 0), (ATTACHMENTS, web_group)):
        (media / name).mkdir(exist_ok=True)
        (media / name / "old.jpg").write_text("x")
        for path in (media / name, media / name / "old.jpg"):
            os.chown(path, 0, group)
            path.chmod(0o755 if path.is_dir() else 0o644)
    (media / RIGHT).write_text("x")
    os.chown(media / RIGHT, *owner)
    (media / RIGHT).chmod(0o640)
    return (media / RIGHT).stat().st_ctime_ns


def findings(answer, kind=None):
    found = [each for place in answer["places"] for each in place["findings"]]
    return [each for each in found if kind in (None, each["kind"])]


def whole_story(sotctl, token, media, path, web_group, owner, sure):
    """Audit, explanation, dry run, repair, proof by an upload, undo, the same again. `sotctl` calls the program and gives
    what subprocess.run does; `json` its answer. `media` is seen from this machine, `path` by the application."""
    changed = plant(media, web_group, owner)

    def ask(*words):
        done = sotctl(*words, "-o", "json")
        try:
            return done.returncode, json.loads(done.stdout)
        except ValueError:
            expect(False, f"{words}: exit {done.returncode}: {done.stdout[-800:]}{done.stderr[-1500:]}")

    def upload():
        answer = ask("permissions", "audit", "--upload-token", token)[1]
        return findings(answer, "upload")[0]

    refused = upload()
    expect(refused["outcome"] == "fail" and "ermission" in refused["found"], refused)
    status, answer = ask("permissions", "audit")
    expect(status == 10, f"audit: exit {status}")
    for name in (IMAGES, ATTACHMENTS):
        wrong = [each for each in findings(answer, "attributes") if each["place"].endswith(name)]
        expect(sum(each["files"] for each in wrong) == 1 and sum(each["folders"] for each in wrong) == 1, answer)
        expect(all("owner root" in each["found"] for each in wrong), wrong)
    denied = [each for each in findings(answer, "access") if each["place"].endswith(ATTACHMENTS)]
    expect(denied and "application" in denied[0]["who"], answer)
    status, why = ask("permissions", "explain", f"{path}/{ATTACHMENTS}", "--as", "application", "--rights", "rwx")
    expect(status == 10 and not why["allowed"] and not why["kernel"]["allowed"], why)
    expect(not why["components"][-1]["allowed"] and why["components"][0]["allowed"], why)
    before = (media / ATTACHMENTS).stat()
    expect(sotctl("permissions", "repair", "--dry-run").returncode == 0, "dry run")
    expect((media / ATTACHMENTS).stat() == before, "a dry run changed something")
    refused = sotctl("permissions", "repair")
    expect(refused.returncode == 5 and "differ" in refused.stderr, f"without --yes: {refused}")
    for again in (False, True):
        status, answer = ask("permissions", "repair", *sure)
        expect(status == 0, f"repair: exit {status}: {answer}")
        expect((media / IMAGES).stat().st_uid == owner[0], "not repaired")
        expect((media / ATTACHMENTS / "old.jpg").stat().st_mode & 0o777 == 0o644, "a file became executable")
        expect((media / RIGHT).stat().st_ctime_ns == changed, "what was right was touched")
        done = sotctl("permissions", "audit", "--write-test", "--upload-token", token)
        expect(done.returncode == 0, f"audit afterwards: exit {done.returncode}: {done.stdout}{done.stderr}")
        expect(not list((media / ATTACHMENTS).glob("*sotctl*")), "a trial was left")
        expect("lready so" in sotctl("permissions", "repair", *sure).stdout, "a second repair changed something")
        if not again:
            done = sotctl("run", "undo", answer["run"], *sure)
            expect(done.returncode == 0, f"undo: exit {done.returncode}: {done.stderr}")
            after = (media / ATTACHMENTS).stat()
            expect((after.st_uid, after.st_gid, after.st_mode) == (0, web_group, before.st_mode), "not as it was")
            expect(upload()["outcome"] == "fail", "an upload works after undo")
