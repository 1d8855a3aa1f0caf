"""Figures, tables, links and the lead paragraph: the tree in the shape that template and styles expect."""

import html
from collections.abc import Mapping

from lxml import etree

from pipeline.compose.table_width import room_of
from pipeline.compose.tree import plain_text, remove, replace


def settle_images(
    root: etree._Element, urls: Mapping[str, str], sizes: Mapping[str, tuple[int, int]]
) -> None:
    """Point images at `urls` (by the path that the source writes), with their `sizes` in pixels, in place.

    An image that stands alone in its paragraph becomes a figure; its Markdown title becomes the caption. An image
    of the class `decorative` carries no text alternative and is nothing to a screen reader (WCAG 2.2, 1.1.1).
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
        if _stands_alone(image):
            _make_figure(image)


def _stands_alone(image: etree._Element) -> bool:
    paragraph = image.getparent()
    return (
        paragraph is not None
        and paragraph.tag == "p"
        and len(paragraph) == 1
        and not (paragraph.text or "").strip()
        and not (image.tail or "").strip()
    )


def _make_figure(image: etree._Element) -> None:
    figure = image.getparent()
    if figure is None:
        return
    figure.tag = "figure"
    figure.text = image.tail = None
    caption = image.attrib.pop("title", "")
    if caption:
        etree.SubElement(figure, "figcaption").text = str(caption)


def settle_tables(root: etree._Element, title: str) -> None:
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
        caption = element.find("caption")
        _wrap(element, plain_text(caption) if caption is not None else heading)


def _wrap(table: etree._Element, name: str) -> None:
    classes = f"table {room_of(table)}".rstrip()
    region = etree.Element("div", {"class": classes, "role": "region", "tabindex": "0", "aria-label": name})
    replace(table, region)
    region.append(table)


def settle_links(root: etree._Element) -> None:
    """Turn a link that leads nowhere outside the post's folder into plain text, in place.

    A PDF is read far from the folder it was made in: only whole addresses and targets inside the page are kept.
    """
    for link in list(root.iter("a")):
        target = link.get("href", "")
        if not target.startswith(("#", "http://", "https://", "mailto:", "tel:")):
            link.tag = "span"
            for name in ("href", "title"):
                link.attrib.pop(name, "")


def mark_lead(root: etree._Element, *, longest: int) -> None:
    """Mark the first paragraph as the lead where the text begins with one of at most `longest` words, in place."""
    first = next(iter(root), None)
    if first is not None and first.tag == "p" and len(plain_text(first).split()) <= longest:
        first.set("class", "lead")


def escape(text: str) -> str:
    """Return text as HTML."""
    return html.escape(text, quote=False)
