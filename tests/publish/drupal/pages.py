"""The pages that readers see, with the list of files as Drupal's file formatter prints it."""

from html import escape

from pipeline.core.size_labels import drupal_label
from tests.publish.drupal.site import FILES, ListItem, Node, Site


def _link(site: Site, item: ListItem, address: str) -> str:
    """Return a link as core's `file-link.html.twig`: the description, or the name.

    The size is in a span of its own.
    """
    file = site.file(item.file)
    if file is None or not item.display:
        return ""
    href = f"{address}{FILES}{file.name}"
    mime = "application/pdf" if file.name.endswith(".pdf") else "text/plain"
    size = drupal_label(len(file.data))
    return (
        f'<div class="field__item"><span class="file file--mime-{mime.replace("/", "-")}"><a href="{href}" '
        f'type="{mime}">{escape(item.description or file.name)}</a></span>\n'
        f"  <span>({size})</span>\n</div>"
    )


def node_page(site: Site, node: Node, language: str, address: str) -> str:
    """Return the page of a node in a language."""
    shown = node.best(language)
    items = "\n".join(_link(site, item, address) for item in shown.fields.get(site.fields[0], []))
    body = (shown.body or {}).get("value", "")
    return (
        f'<!DOCTYPE html>\n<html lang="{shown.language}" '
        f'dir="ltr">\n<head><title>{escape(shown.title)}</title></head>\n<body><h1>{escape(shown.title)}</h1>\n<div class="field__items">\n{items}\n</div>\n{body}</body>\n</html>\n'
    )
