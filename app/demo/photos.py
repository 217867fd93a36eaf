"""Pictures of faults, drawn: there is nobody and no place in them.

Reads and writes nothing.
"""

from io import BytesIO

from PIL import Image, ImageDraw

WIDE, HIGH = 1280, 960
_WALLS = ((214, 222, 226), (228, 219, 200), (205, 218, 205), (224, 210, 214), (210, 212, 228), (226, 226, 214))


def photo(scene: int, number: int) -> bytes:
    """The JPEG of one of the six scenes; ``number`` stands on it, so that no two are the same file."""
    picture = Image.new("RGB", (WIDE, HIGH), _WALLS[number % len(_WALLS)])
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 700, WIDE, HIGH), fill=(150, 140, 128))
    scenes = (_blocked_door, _fallen_board, _empty_shelf, _loose_cable, _cracked_paving, _stacked_chairs)
    scenes[scene](pen)
    pen.text((30, HIGH - 90), f"SIMULATED {number}", fill=(60, 60, 60), font_size=64)
    content = BytesIO()
    picture.save(content, "JPEG", quality=82)
    return content.getvalue()


def _blocked_door(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((480, 180, 800, 700), fill=(96, 120, 104), outline=(50, 60, 54), width=10)
    pen.rectangle((560, 110, 720, 165), fill=(24, 140, 70))
    for left, top, size in ((430, 520, 220), (640, 560, 190), (520, 360, 170)):
        pen.rectangle((left, top, left + size, top + size), fill=(190, 148, 96), outline=(120, 88, 50), width=8)


def _fallen_board(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((200, 150, 1080, 210), fill=(160, 60, 50))
    pen.polygon(((330, 320), (980, 480), (930, 690), (280, 530)), fill=(246, 240, 224), outline=(120, 110, 90))
    for line in range(4):
        pen.line((360, 370 + 45 * line, 880, 498 + 45 * line), fill=(130, 130, 130), width=8)


def _empty_shelf(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((260, 140, 1020, 720), outline=(110, 78, 48), width=18)
    for level in range(1, 4):
        pen.line((260, 140 + 145 * level, 1020, 140 + 145 * level), fill=(110, 78, 48), width=16)
    for left in (300, 340, 372):
        pen.rectangle((left, 310, left + 26, 424), fill=(70, 90, 150))


def _loose_cable(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((560, 200, 720, 360), fill=(240, 240, 240), outline=(90, 90, 90), width=8)
    for left in (610, 655):
        pen.rectangle((left, 255, left + 14, 300), fill=(60, 60, 60))
    pen.arc((300, 240, 700, 860), 330, 170, fill=(30, 30, 30), width=12)
    pen.arc((640, 340, 1100, 900), 180, 20, fill=(200, 120, 30), width=12)


def _cracked_paving(pen: ImageDraw.ImageDraw) -> None:
    for row in range(3):
        for column in range(5):
            left, top = 60 + 235 * column, 240 + 220 * row
            pen.rectangle((left, top, left + 215, top + 200), fill=(178, 172, 160), outline=(110, 106, 98), width=6)
    crack = ((300, 240), (380, 380), (350, 470), (520, 560), (500, 690), (640, 860))
    pen.line(crack, fill=(50, 46, 42), width=14)


def _stacked_chairs(pen: ImageDraw.ImageDraw) -> None:
    for stack in range(3):
        for chair in range(5):
            left, top = 220 + 300 * stack + 8 * chair, 600 - 70 * chair
            pen.rectangle((left, top, left + 190, top + 26), fill=(150, 50, 46))
            pen.line((left + 180, top, left + 205, top - 150), fill=(70, 70, 76), width=12)
    for leg in range(3):
        pen.line((235 + 300 * leg, 620, 225 + 300 * leg, 800), fill=(70, 70, 76), width=12)
