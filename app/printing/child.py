"""The child that sets one large paper: its content on standard input, the PDF on standard output.

It stands alone, because it is started without the application around it; ``setting`` starts it. Its arguments: the
template, then the folders with fonts.
"""

import sys
from pathlib import Path

import typst


def main() -> None:
    template = Path(sys.argv[1])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(sys.argv[2:]))
    made = typst.compile(
        str(template), root=str(template.parent), font_paths=fonts, ignore_system_fonts=True, pdf_tags=False,
        format="pdf", sys_inputs={"content": sys.stdin.buffer.read().decode()},
    )  # fmt: skip
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
