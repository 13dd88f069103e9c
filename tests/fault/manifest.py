"""The manifest of a backup set, changed by somebody who can write there."""
import hashlib
import json


def sealed(manifest):
    """The text of manifest.json with the seal that the program expects: it guards against damage,
    not against whoever can write a set."""
    manifest.pop("seal", None)
    text = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False)
    return json.dumps({**manifest, "seal": hashlib.sha256(text.encode()).hexdigest()})
