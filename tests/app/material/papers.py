"""What the tests of material share: small files of every kind, a contest that calls for them, uploads in pieces."""

import io
import struct
import zipfile
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient
from httpx2 import Response
from PIL import Image

from app.accounts import service as accounts
from app.contests.calls import call_for
from tests.app.sync.field import Field

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
LIMITS = {"most_files": 3, "document_mb": 1, "video_mb": 3}
JSON = {"Accept": "application/json"}


def docx(*more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            archive.writestr(name, "<xml/>")
    return out.getvalue()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def mp4(form: bytes = b"avc1", brand: bytes = b"isom", media: bytes = b"\0" * 3000) -> bytes:
    """The boxes of a video, whose index names the form of its track; nothing that plays."""
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"moov", box(b"stsd", form)) + box(b"mdat", media)


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 10, 50)).save(out, kind)
    return out.getvalue()


def moment(*, hours: float) -> str:
    at = datetime.now(UTC) + timedelta(hours=hours)
    return at.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def called(field: Field, *, hours: float = 1, reason: str = "", part: str = "onsite", contest: str = "c1") -> None:
    """Material is called for until so many hours from now; less than none: until then."""
    organiser = an_organiser(field)
    facts = {"contest_id": contest, "component": part, "due_at": moment(hours=hours), "reason": reason}
    field.database.write(lambda s: call_for(s, organiser, limits=LIMITS, **facts))


def an_organiser(field: Field) -> str:
    """The id of somebody who may call."""
    login = f"o{moment(hours=0)}"
    return field.database.write(
        lambda s: accounts.add_person(s, "-", login=login, name="组织者", password_hash="-")  # noqa: S106
    )


def send(
    client: TestClient, root: str, name: str, content: bytes, *, number: int = 0, reason: str = "", piece: int = 10**9
) -> Response:
    """A file as the page sends it: announced, in pieces, handed in. The first answer that is no good, or the last."""
    facts = {"name": name, "size": str(len(content)), "number": str(number), "reason": reason, "modified": "1"}
    begun = client.post(f"{root}/uploads", data=facts, headers=JSON)
    if begun.status_code != 200:
        return begun
    key, at = begun.json()["key"], begun.json()["offset"]
    while at < len(content):
        answer = append(client, root, key, content[at : at + piece], at, len(content), number=number)
        if answer.status_code != 200:
            return answer
        at = answer.json()["offset"]
    return client.post(f"{root}/papers", data={**facts, "key": key}, headers=JSON)


def append(client: TestClient, root: str, key: str, piece: bytes, at: int, length: int, *, number: int = 0) -> Response:
    headers = {**JSON, "Upload-Offset": str(at), "Upload-Length": str(length), "Upload-Replaces": str(number)}
    return client.patch(f"{root}/uploads/{key}", content=piece, headers=headers)
