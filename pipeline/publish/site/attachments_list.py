"""The list of attachments in a page that stands: where it is, and another one in its place."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a page of ours: how it begins and how it ends. The first such part of a page is meant."""

    begins: bytes
    ends: bytes


#: On a page, and in a fragment, whose list comes first. Neither holds such an element inside itself.
ATTACHMENTS = Part(begins=b'<section class="attachments"', ends=b"</section>")
FRAGMENT_ATTACHMENTS = Part(begins=b"<ul>", ends=b"</ul>")


def spliced(page: bytes, new: str, part: Part) -> bytes:
    """Return a page with another text in the place of a part; as it is where it has no such part."""
    pattern = re.escape(part.begins) + b".*?" + re.escape(part.ends)
    return re.sub(pattern, lambda _: new.strip().encode(), page, count=1, flags=re.DOTALL)
