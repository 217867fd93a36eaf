"""Writes docs/scheme.schema.json from the model of a scheme: python -m tests.rubrics.write_schema."""

import json
from pathlib import Path

from scoring.scheme import json_schema

if __name__ == "__main__":
    file = Path(__file__).resolve().parents[2] / "docs/scheme.schema.json"
    file.write_text(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
