"""A size as the live site prints it: in the language and with the decimals that its published label shows."""

from pipeline.model import PublishedSize
from pipeline.size_labels import SizeLabels, drupal_label, wordpress_label


def site_label(size: int, published: PublishedSize | None = None, *, style: SizeLabels = "drupal") -> str:
    """Return a size in bytes as the site would print it beside the link.

    One site prints all its labels in one language, whatever the edition's: the published label tells which
    (octets: French), and on WordPress how many decimals. Without one it is English, without decimals.
    """
    label = published.label if published else ""
    language = "fr" if label.rstrip("s").endswith(("o", "octet")) else "en"
    if style == "drupal":
        return drupal_label(size, language)
    _, point, decimals = label.replace(",", ".").rpartition(".")
    places = sum(character.isdigit() for character in decimals) if point else 0
    return wordpress_label(size, language, decimals=places if places < 3 else 0)  # noqa: PLR2004 - three are thousands
