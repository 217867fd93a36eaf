"""Photos as phones send them, every one another: 2048 pixels wide, about 400 kB."""

import random
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image

from tests.tours import SEED

SIZE = (2048, 1536)
QUALITY = 82  # of the phone's own scripts
GRAIN = 4.0  # how much of a camera's noise makes that size


def photos(number: int) -> Iterator[bytes]:
    """The same ones on every machine, as far as its Pillow is the same."""
    chance, noise = random.Random(SEED), np.random.default_rng(SEED)
    grain = noise.normal(0, GRAIN, (SIZE[1] + 512, SIZE[0] + 512, 1)).astype(np.float32)
    for _ in range(number):
        scene = Image.fromarray(noise.integers(30, 226, (24, 32, 3), dtype=np.uint8)).resize(
            SIZE, Image.Resampling.BICUBIC
        )
        left, top = chance.randrange(512), chance.randrange(512)
        whole = np.asarray(scene, np.float32) + grain[top : top + SIZE[1], left : left + SIZE[0]]
        made = BytesIO()
        Image.fromarray(whole.clip(0, 255).astype(np.uint8)).save(made, "JPEG", quality=QUALITY)
        yield made.getvalue()
