"""The planted bugs of ``plants.toml``."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plant:
    """One bug: ``scripts`` is what is replaced in the phone's, ``server`` names one of the server's own."""

    scripts: tuple[dict[str, str], ...]
    server: str

    @property
    def texts(self) -> list[dict[str, str]]:
        """As tests/js/shipped.mjs takes them."""
        return [{"file": one["file"], "from": one["before"], "to": one["after"]} for one in self.scripts]


def _plants() -> dict[str, Plant]:
    read = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        one["name"]: Plant(tuple(one.get("scripts", ())), one["name"] if one.get("server") else "")
        for one in read["plant"]
    }


PLANTS = _plants()
