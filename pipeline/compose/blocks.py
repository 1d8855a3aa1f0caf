"""Headings, figures, tables, links and the lead paragraph, in the shape that template and styles expect."""

import html
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from pipeline.compose.tree import plain_text, remove, replace, text_without_notes
from pipeline.sources.markup import LINK_SCHEMES

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: The styles of numbered lists, by the values of `type` (HTML, 4.4.5).
_LIST_STYLES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
#: What the boxes of a task list say, done and to do, by language.
_TASKS = {
    "en": ("done", "to do"),
    "fr": ("fait", "à faire"),
    "es": ("hecho", "por hacer"),
    "ru": ("сделано", "предстоит"),
}
#: Characters of a table's type that a line holds in the column of the text, and in column and rail (the
#: margin beside it) together; a gap between two columns counts as two.
_COLUMN = 78
_COLUMN_AND_RAIL = 110
_GAP = 2
#: A row of more lines than this, in cells of equal width, may be divided between pages.
_MOST_LINES = 18
#: Pixels up to which an image in a line is taken for a sign of the text.
_HIGHEST_ICON = 60
#: A caption of more words than this stands below its figure.
_LONGEST_IN_RAIL = 40


def normalise_headings(root: etree._Element) -> None:
    """Move the headings below the title and close gaps between their levels, in place; give each an id.

    A body's `h1` becomes an `h2`, and with it every heading one level lower; `h2` followed by `h4` becomes
    `h2`, `h3` (PDF/UA-1 7.4.2: levels are not skipped). A heading without words is taken out.
    """
    for heading in list(root.iter(*HEADINGS)):
        if not len(heading) and not plain_text(heading):
            remove(heading)
    headings = list(root.iter(*HEADINGS))
    shift = 1 if any(heading.tag == "h1" for heading in headings) else 0
    previous = 1
    for heading in headings:
        wanted = int(str(heading.tag)[1]) + shift
        previous = max(2, min(wanted, previous + 1, 6))
        heading.tag = f"h{previous}"
    taken = {element.get("id") for element in root.iter(etree.Element)}
    for heading in headings:
        text = text_without_notes(heading)
        heading.set("data-text", text)
        if heading.get("id") is None:
            heading.set("id", _free_id(anchor_name(text), taken))
            taken.add(heading.get("id"))


def anchor_name(text: str) -> str:
    """Return an id made from a heading's words: lower case, accents kept, hyphens between words."""
    name = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", text).casefold()).strip("-")
    return name or "section"


def resolve_anchors(root: etree._Element) -> None:
    """Point links that name a heading as GitHub does (`#lessai-daoût`) at the heading's id, in place."""
    ids = {str(element.get("id")) for element in root.iter(etree.Element) if element.get("id")}
    headings = list(root.iter(*HEADINGS))
    of_github = {
        _github_name(str(heading.get("data-text"))): str(heading.get("id")) for heading in reversed(headings)
    }
    for link in root.iter("a"):
        target = unquote(link.get("href", ""))
        if target.startswith("#") and target[1:] not in ids and target[1:].casefold() in of_github:
            link.set("href", f"#{of_github[target[1:].casefold()]}")


def _github_name(text: str) -> str:
    """Return the id that GitHub gives to a heading: punctuation goes, each space is a hyphen."""
    return re.sub(r"[^\w\- ]", "", unicodedata.normalize("NFC", text).casefold()).replace(" ", "-")


def _free_id(name: str, taken: set[str | None]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def embed_images(root: etree._Element, urls: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]) -> None:
    """Point images at `urls` (by the path that the source writes), with their `sizes` in pixels, in place.

    An image that is alone in its paragraph becomes a figure; its Markdown title becomes the caption. One
    of the class `decorative` has no text alternative, and screen readers pass over it (WCAG 2.2, 1.1.1). A
    small one in a line is an `icon`, no higher than the line; a figure is `railed` where its caption may
    stand in the rail.
    """
    for image in list(root.iter("img")):
        path = image.get("src", "")
        if path not in urls:
            remove(image)
            continue
        width, height = sizes[path]
        image.set("src", urls[path])
        image.set("width", str(width))
        image.set("height", str(height))
        if "decorative" in image.get("class", "").split():
            image.set("alt", "")
            image.set("role", "presentation")
        paragraph = image.getparent()
        if paragraph is not None and paragraph.tag == "p" and _is_alone(image, paragraph):
            _make_figure(paragraph, image)
        elif height <= _HIGHEST_ICON and not any(a.tag == "figure" for a in image.iterancestors()):
            image.set("class", f"{image.get('class', '')} icon".strip())
    for figure in root.iter("figure"):
        parts, caption = sorted(str(part.tag) for part in figure), figure.find("figcaption")
        is_short = caption is not None and len(plain_text(caption).split()) <= _LONGEST_IN_RAIL
        if is_short and parts == ["figcaption", "img"]:
            figure.set("class", "railed")


def _is_alone(image: etree._Element, paragraph: etree._Element) -> bool:
    around = (paragraph.text or "") + (image.tail or "")
    return len(paragraph) == 1 and not around.strip()


def _make_figure(paragraph: etree._Element, image: etree._Element) -> None:
    paragraph.tag = "figure"
    paragraph.text = image.tail = None
    caption = image.attrib.pop("title", "")
    if caption:
        etree.SubElement(paragraph, "figcaption").text = str(caption)


def tag_tables(root: etree._Element, title: str) -> None:
    """Give table heads their scope and wrap each table in a region that scrolls on a narrow screen, in place.

    The region is named by the table's caption, else by the heading before it, else by the edition's `title`.
    """
    heading = title
    for element in list(root.iter("h2", "h3", "h4", "h5", "h6", "table")):
        if element.tag != "table":
            heading = element.get("data-text") or plain_text(element)
            continue
        for cell in element.iter("th"):
            in_head = any(ancestor.tag == "thead" for ancestor in cell.iterancestors())
            cell.set("scope", cell.get("scope") or ("col" if in_head else "row"))
        for cell in element.iter("td", "th"):
            align = cell.attrib.pop("align", "")
            if align:
                cell.set("class", f"align-{align!s}")
        for row in element.iter("tr"):
            if _is_tall(row):
                row.set("class", "tall")
        caption = element.find("caption")
        _wrap(element, plain_text(caption) if caption is not None else heading)


def _wrap(table: etree._Element, name: str) -> None:
    classes = f"table {width_class(table)}".rstrip()
    region = etree.Element("div", {"class": classes, "role": "region", "tabindex": "0", "aria-label": name})
    replace(table, region)
    region.append(table)


def _is_tall(row: etree._Element) -> bool:
    """Return whether a row may be so high that it must be divided: a style sheet can't measure it."""
    cells = list(row.iterchildren("td", "th"))
    return any(len(plain_text(cell)) * len(cells) > _COLUMN * _MOST_LINES for cell in cells)


def width_class(table: etree._Element) -> str:
    """Return the class for a table's width: none, `wide` (uses the rail) or `crowded` (breaks words).

    A style sheet can't measure a table, so its width is estimated here: the sum of its columns' longest
    words, without notes and without cells that span columns.
    """
    widths: dict[int, int] = {}
    for row in table.iter("tr"):
        for column, cell in enumerate(row.iterchildren("td", "th")):
            if cell.get("colspan", "1") == "1":
                longest = max(map(len, text_without_notes(cell).split()), default=0)
                widths[column] = max(widths.get(column, 0), longest)
    needed = sum(widths.values()) + _GAP * max(len(widths) - 1, 0)
    if needed > _COLUMN_AND_RAIL:
        return "crowded"
    return "wide" if needed > _COLUMN else ""


def number_lists(root: etree._Element) -> None:
    """Give numbered lists the numbers and the style of their attributes, in place.

    A PDF is laid out by styles alone, which know nothing of `start`, `type`, `value` and `reversed`.
    """
    for listing in root.iter("ol"):
        items, reverse = list(listing.iterchildren("li")), listing.get("reversed") is not None
        kind = _LIST_STYLES.get(listing.get("type", ""), "")
        classes = f"{kind} {'reversed' if reverse else ''}".split()
        if classes:
            listing.set("class", " ".join(classes))
        start = listing.get("start", str(len(items)) if reverse else "1")
        if start != "1" or reverse:
            listing.set("style", f"counter-reset: list-item {int(start) + (1 if reverse else -1)}")
        for item in items:
            if item.get("value"):
                item.set("style", f"counter-reset: list-item {item.get('value')}; counter-increment: none")


def mark_tasks(root: etree._Element, language: str) -> None:
    """Say in words what the boxes of a task list show, for screen readers, in place."""
    done, to_do = _TASKS.get(language.partition("-")[0].lower(), _TASKS["en"])
    for box in root.iter("span"):
        if box.get("class") in {"task-done", "task-open"}:
            box.set("role", "img")
            box.set("aria-label", done if box.get("class") == "task-done" else to_do)


def drop_local_links(root: etree._Element) -> None:
    """Turn a link that leads nowhere outside the post's folder into plain text, in place.

    A PDF is read far from the folder it was made in: only whole addresses and targets inside the page are
    kept.
    """
    for link in list(root.iter("a")):
        target = link.get("href", "")
        if not target.casefold().startswith(LINK_SCHEMES):
            link.tag = "span"
            for name in ("href", "title"):
                link.attrib.pop(name, "")


def mark_lead(root: etree._Element, *, longest: int) -> None:
    """Mark a first paragraph of at most `longest` words as the lead, in place."""
    first = next(iter(root), None)
    if first is not None and first.tag == "p" and len(plain_text(first).split()) <= longest:
        first.set("class", "lead")


def escape(text: str) -> str:
    """Return text as HTML."""
    return html.escape(text, quote=False)
