"""Markdown → HTML as a user without Annexe makes it: Python-Markdown, a small template, Annexe's print sheet.

What Annexe adds is not there: no disclaimer, no notes at the foot of a page, no typography, no checks.
"""

import html
import re
import shutil
from pathlib import Path
from string import Template

import markdown

from bench.project import ROOT
from pipeline.render.fonts.faces import FontSet, prepare_fonts

STYLE_SHEET = "bench.css"
#: An image alone in its paragraph: the print sheet expects a figure with its caption.
_LONE_IMAGE = re.compile(r'<p>(<img [^>]*?)title="([^"]*)"([^>]*>)</p>')
_EXTENSIONS = ("footnotes", "tables", "attr_list", "sane_lists")
_PAGE = Template("""<!DOCTYPE html>
<html lang="$language"><head><meta charset="utf-8"><title>$title</title>
<meta name="author" content="$author"><meta name="dcterms.created" content="$date">
<link rel="stylesheet" href="$sheet"></head>
<body data-institution="UN Network on Migration" data-short="$title" data-before-page="" data-between=" / "
 data-after-pages=""><header class="mast"><p class="wordmark">UN Network on Migration</p></header>
<main><article><h1>$title</h1><div class="about"><p class="fact"><span class="label">Author</span>
<span class="value">$author</span></p><p class="fact"><span class="label">Date</span>
<time class="value" datetime="$date">$date</time></p></div>
<div class="text" id="text">
$body
</div></article></main></body></html>
""")


def prepare_sheet(folder: Path) -> FontSet:
    """Write Annexe's print sheets and the fonts' files into a folder, as one sheet that any engine can read."""
    folder.mkdir(parents=True, exist_ok=True)
    fonts = prepare_fonts(folder / "machine")
    faces = folder / "faces"
    shutil.rmtree(faces, ignore_errors=True)
    faces.mkdir()
    for face in fonts.faces:
        shutil.copy(face.path, faces)
    sheets = [
        fonts.print_css().replace("annexe:fonts/", f"{faces.as_uri()}/"),
        (ROOT / "styles" / "print.css").read_text(encoding="utf-8"),
        (ROOT / "styles" / "lang-fr.css").read_text(encoding="utf-8"),
    ]
    (folder / STYLE_SHEET).write_text("\n".join(sheets), encoding="utf-8")
    return fonts


def split(source: str) -> tuple[dict[str, str], str]:
    """Return the front matter of a made-up post, which has one plain value a line, and the text."""
    _, front, body = source.split("---\n", 2)
    pairs = (line.partition(": ") for line in front.splitlines())
    return {key: value.strip('"') for key, _, value in pairs}, body


def page(source: str, *, language: str, sheet: str) -> str:
    """Return the page of a source; `sheet` is the address of its style sheet, empty where the engine has it already."""
    front, body = split(source)
    names = {key: html.escape(value) for key, value in front.items()}
    text = markdown.markdown(body, extensions=list(_EXTENSIONS), output_format="html")
    text = _LONE_IMAGE.sub(r"<figure>\1\3<figcaption>\2</figcaption></figure>", text)
    return _PAGE.substitute(names, language=language, sheet=sheet, body=text)
