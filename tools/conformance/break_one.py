"""Makes one small attachment with each broken finisher, in a process whose fontconfig knows the house's fonts alone.

python -m tools.conformance.break_one FOLDER
"""

import os
import sys
from functools import partial
from pathlib import Path

from pipeline.compose.styles import read_styles
from pipeline.core.model import Kit, Page
from pipeline.render.fonts.faces import prepare_fonts
from tools.conformance.verdicts import BROKEN

_STYLES = Path(__file__).resolve().parents[2] / "styles"
_HTML = """<!DOCTYPE html>
<html lang="en"><head><title>A small page</title><meta name="dcterms.created" content="2020-07-09"></head>
<body data-institution="The house" data-short="A small page"><article><h1 style="--measure: 20em">A small page</h1>
<p>A text<a class="noteref" role="doc-noteref" id="noteref-1" href="#note-1" title="Note 1">1</a><span class="note"
role="doc-footnote" id="note-1"><a class="backlink" role="doc-backlink" href="#noteref-1" title="Back">1</a>
<span class="note-text">with a note.</span></span>, and its end.</p></article></body></html>"""


def main(folder: Path) -> None:
    """Write `no-artifacts.pdf` and the others into the folder."""
    fonts = prepare_fonts(folder / "machine")
    os.environ["FONTCONFIG_FILE"] = str(fonts.fontconfig_file)
    from pipeline.render.finish import write_pdf  # noqa: PLC0415 - WeasyPrint reads the environment when it is imported
    from pipeline.render.renderer import Renderer  # noqa: PLC0415 - as above
    from tools.conformance.broken import broken_steps  # noqa: PLC0415 - as above

    kit = Kit(sheets=read_styles(_STYLES).print_sheets, font_faces=fonts.print_css(), fonts=fonts.assets())
    page = Page(slug="small", language="en", html=_HTML, assets=())
    for what in BROKEN:
        rendering = Renderer(kit, write=partial(write_pdf, steps=broken_steps(what))).render(page)
        if rendering.data is None or rendering.log:
            raise SystemExit(f"{what}: {rendering.log}")
        (folder / f"{what.replace(' ', '-')}.pdf").write_bytes(rendering.data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
