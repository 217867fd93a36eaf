"""What the tests of issue lists share: findings with photos, releases by the form, links."""

import hashlib
import html
import re
from collections.abc import Mapping
from io import BytesIO

from fastapi.testclient import TestClient
from PIL import Image

from tests.app.sync.field import Field, Phone

CODE = re.compile(r"http://testserver(/county/c\d/link/[2-9A-Z]{20})")


def picture(seed: int = 0) -> bytes:
    """A photo that says which phone took it."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Secret phone"
    Image.new("RGB", (1600, 1200), (200, seed % 256, 50)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def named(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def upload(phone: Phone, content: bytes) -> str:
    headers = {"Upload-Offset": "0", "Upload-Length": str(len(content))}
    address = f"/j/{phone.contest}/files/{named(content)}"
    assert phone.client.patch(address, content=content, headers=headers).status_code == 204
    return named(content)


def note(phone: Phone, entry: str = "P1", text: str = "消防通道堵塞", **other: object) -> str:
    """A finding handed in; its revision."""
    record = phone.finding(entry, text=text, **other)
    assert phone.outcome(record) == ("stored", "")
    revision: str = record["revision_id"]
    return revision


def release(
    organiser: TestClient, unit: str = "A", *, without: tuple[str, ...] = (), words: Mapping[str, str] | None = None
) -> int:
    """Tick everything on the unit's form but ``without``, and send it; the status."""
    page = organiser.get(f"/c/c1/findings/{unit}").text
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    ticked = re.findall(r'name="release" value="([^"]+)" checked', page)
    texts = dict(re.findall(r'name="words:([^"]+)"[^>]*>\n([^<]*)</textarea>', page))
    photos = re.findall(r'name="photo:([^"]+)" value="(\d+)" checked', page)
    form: dict[str, list[str]] = {"seen": seen, "release": [one for one in ticked if one not in without]}
    for revision, text in (texts | dict(words or {})).items():
        form[f"words:{revision}"] = [html.unescape(text)]
    for revision, n in photos:
        form.setdefault(f"photo:{revision}", []).append(n)
    return organiser.post(f"/c/c1/findings/{unit}/releases", data=form).status_code


def link(field: Field, unit: str = "A", contest: str = "c1") -> str:
    """The path of a new link of the unit, as it is printed."""
    organiser = field.signed_in("organiser", contest=contest)
    printed = organiser.post(f"/c/{contest}/counties", data={"which": unit})
    assert printed.status_code == 200, printed.text
    [path] = CODE.findall(printed.text)
    return str(path)


def liaison(field: Field, unit: str = "A", contest: str = "c1") -> TestClient:
    """A browser that has opened the unit's link."""
    browser = field.client(Accept="text/html")
    assert browser.post(link(field, unit, contest)).status_code == 303
    return browser
