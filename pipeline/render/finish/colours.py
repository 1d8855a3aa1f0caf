"""Colours and images as PDF/A-2 allows them (ISO 19005-2, 6.2.3, 6.2.4 and 6.2.8)."""

from typing import Any

import pydyf

from pipeline.render.finish.colour_profile import NAME, srgb_profile
from pipeline.render.finish.pdf_objects import drawn_streams

#: Of every red, green and blue in the file this tells what colour is meant.
_COMPONENTS = 3


def settle_colours(pdf: Any) -> None:
    """Say what the colours mean, take out colour spaces nothing is drawn in, smooth no image, all in place."""
    profile = pydyf.Stream([srgb_profile()], pydyf.Dictionary({"N": _COMPONENTS}), compress=True)
    pdf.add_object(profile)
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": pydyf.String(NAME),
        "Info": pydyf.String(NAME),
        "DestOutputProfile": profile.reference,
    }
    pdf.catalog["OutputIntents"] = pydyf.Array([pydyf.Dictionary(intent)])
    used = _used_colour_spaces(pdf)
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/Image":
            item.extra.pop("Interpolate", None)
        elif isinstance(item, pydyf.Dictionary) and "lab-d50" in item:
            for name in [name for name in item if name not in used]:
                del item[name]


def _used_colour_spaces(pdf: Any) -> set[str]:
    return {
        operator.split()[0].removeprefix(b"/").decode("ascii")
        for stream in drawn_streams(pdf)
        for operator in stream.stream
        if isinstance(operator, bytes) and operator.endswith((b" cs", b" CS"))
    }
