"""Files that are no workbook that opens, told apart by how they begin: so that people read what they have sent.

Reads bytes. Writes nothing.
"""

from app.errors import AppError

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_BOXES = (b"heic", b"heix", b"mif1", b"avif")  # what stands behind the length of the first box of a phone's picture
_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


class WorkbookIsPicture(AppError):
    """A photo or a screenshot of a table: nothing is read from pictures."""

    code = "import.file_is_picture"
    status = 422


class WorkbookIsDocument(AppError):
    """A PDF, or a text document."""

    code = "import.file_is_document"
    status = 422


class WorkbookLocked(AppError):
    """Saved with a password."""

    code = "import.file_locked"
    status = 422


def told_apart(content: bytes) -> AppError | None:
    """What a file is instead of a workbook that opens; nothing where it may be one."""
    webp = content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    if content.startswith(_PICTURES) or webp or (content[4:8] == b"ftyp" and content[8:12] in _BOXES):
        return WorkbookIsPicture()
    if content.startswith((b"%PDF", b"{\\rtf")) or (content.startswith(b"PK") and b"word/document.xml" in content):
        return WorkbookIsDocument()
    if content.startswith(_OLE) and _LOCKED in content:
        return WorkbookLocked()
    return None
