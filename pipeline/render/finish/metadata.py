"""Descriptions: XMP metadata for PDF/UA-1 and PDF/A-2a, settings for viewers, and what is read out of links.

WeasyPrint's own XMP names one standard and a few properties; this packet names both standards and all
properties, in the one RDF that readers look at. Nothing comes from the clock: dates are the page's own.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pydyf
from lxml import etree

from pipeline.render.finish.draft import PdfDraft

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_NAMESPACES = {
    "rdf": _RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
#: The parts of PDF/A and PDF/UA, and the extension schema by which PDF/A knows the latter.
_IDENTIFICATION = f"""
<rdf:Description {" ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())} rdf:about="">
<pdfaid:part>2</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_NAMESPACES["pdfuaid"]}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>""".replace("\n<", "<")
_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
#: The Print flag of an annotation (ISO 32000-1, table 165), which ISO 19005-2, 6.3.2 asks for.
_PRINT = 4
_FOOT = b'</x:xmpmeta><?xpacket end="r"?>'


def write_metadata(draft: PdfDraft) -> None:
    """Write the XMP packet and the catalogue's entries, in place; WeasyPrint wrote the Info dictionary."""
    document, pdf = draft.document, draft.pdf
    packet = etree.tostring(_rdf(document.metadata, pdf.info["Producer"].string), encoding="utf-8")
    draft.resolve(pdf.catalog["Metadata"]).stream = [_HEAD, packet, _FOOT]
    preferences = pdf.catalog["ViewerPreferences"]
    preferences["DisplayDocTitle"] = "true"
    if _reads_from_right(document):
        preferences["Direction"] = "/R2L"
    pdf.catalog["PageLayout"] = "/SinglePage"
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array((0, pydyf.Dictionary({"S": "/D"})))})
    for page in draft.pages():
        page["Tabs"] = "/S"


def describe_links(draft: PdfDraft) -> None:
    """Give links the description that is read out (ISO 14289-1, 7.18.5): title, else text, else target."""
    for page in draft.document.pages:
        for _kind, target, _rectangle, box in page.links:
            if box.link_annotation:
                words = box.element.get("title") or " ".join("".join(box.element.itertext()).split())
                box.link_annotation["Contents"] = pydyf.String(words or target)
                box.link_annotation["F"] = _PRINT


def _reads_from_right(document: Any) -> bool:
    return any(
        box.element is not None and box.style["direction"] == "rtl"
        for box in document.pages[0]._page_box.children  # noqa: SLF001 - nothing public has a page's boxes
    )


def _element(qualified: str, *children: Any) -> Any:
    """Return the element `prefix:name` with texts and elements in it."""
    prefix, name = qualified.split(":")
    element = etree.Element(f"{{{_NAMESPACES[prefix]}}}{name}", nsmap=_NAMESPACES)
    for child in children:
        if isinstance(child, str):
            element.text = child
        else:
            element.append(child)
    return element


def _rdf(metadata: Any, producer: str) -> Any:
    description = etree.fromstring(_IDENTIFICATION)
    description.extend(_properties(metadata, producer))
    return _element("rdf:RDF", description)


def _properties(metadata: Any, producer: str) -> list[Any]:
    properties: list[tuple[Any, str, Callable[[Any], Any]]] = [
        (metadata.title, "dc:title", _alternatives),
        (metadata.authors, "dc:creator", partial(_items, "rdf:Seq")),
        (metadata.description, "dc:description", _alternatives),
        (metadata.keywords, "dc:subject", partial(_items, "rdf:Bag")),
        ([metadata.lang] if metadata.lang else [], "dc:language", partial(_items, "rdf:Bag")),
        (", ".join(metadata.keywords), "pdf:Keywords", str),
        (producer, "pdf:Producer", str),
        (metadata.generator, "xmp:CreatorTool", str),
        (metadata.created, "xmp:CreateDate", str),
        (metadata.modified, "xmp:ModifyDate", str),
    ]
    return [_element(name, make(value)) for value, name, make in properties if value]


def _alternatives(text: str) -> Any:
    item = _element("rdf:li", text)
    item.set(f"{{{_XML}}}lang", "x-default")
    return _element("rdf:Alt", item)


def _items(kind: str, texts: Sequence[str]) -> Any:
    return _element(kind, *(_element("rdf:li", text) for text in texts))
