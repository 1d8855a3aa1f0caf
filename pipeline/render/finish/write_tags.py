"""How the structure tree is written into a PDF (ISO 32000-1, 14.7)."""

from typing import Any

import pydyf

from pipeline.render.finish.draft import PdfDraft
from pipeline.render.finish.tags import ROLES, Content, LinkArea, StructureNode


class _Writer:
    """Writes one tree: structure elements, and the way from content and annotations back to them."""

    def __init__(self, draft: PdfDraft) -> None:
        self._draft = draft
        self._pages = draft.pdf.page_references
        self.content_owners: list[dict[int, Any]] = [{} for _ in self._pages]
        self.annotation_owners: list[Any] = []

    def fill(self, element: StructureNode, dictionary: Any) -> None:
        """Fill the dictionary of an element, and add one for each element below."""
        dictionary.update(element.entries)
        if element.attributes:
            dictionary["A"] = _attributes(element.attributes)
        page = next((child.page for child in element.children if not isinstance(child, StructureNode)), None)
        if page is not None:
            dictionary["Pg"] = self._pages[page]
        kids = [self._kid(child, dictionary.reference, page) for child in element.children]
        if kids:
            dictionary["K"] = kids[0] if len(kids) == 1 else pydyf.Array(kids)

    def _kid(self, child: StructureNode | Content | LinkArea, parent: Any, page: int | None) -> Any:
        if isinstance(child, StructureNode):
            return self._element(child, parent)
        if isinstance(child, LinkArea):
            child.annotation["StructParent"] = len(self._pages) + len(self.annotation_owners)
            self.annotation_owners.append(parent)
            return self._placed({"Type": "/OBJR", "Obj": child.annotation.reference}, child.page, page)
        self.content_owners[child.page][child.number] = parent
        if child.page == page:
            return child.number
        return self._placed({"Type": "/MCR", "MCID": child.number}, child.page, page)

    def _element(self, element: StructureNode, parent: Any) -> Any:
        entries = {"Type": "/StructElem", "S": f"/{element.kind}", "P": parent}
        dictionary = self._draft.add(entries)
        self.fill(element, dictionary)
        return dictionary.reference

    def _placed(self, entries: dict[str, Any], page: int, usual: int | None) -> Any:
        if page != usual:
            entries["Pg"] = self._pages[page]
        return pydyf.Dictionary(entries)


def _attributes(attributes: dict[str, dict[str, Any]]) -> Any:
    objects = [pydyf.Dictionary({"O": f"/{owner}", **entries}) for owner, entries in attributes.items()]
    return objects[0] if len(objects) == 1 else pydyf.Array(objects)


def write_tags(draft: PdfDraft) -> None:
    """Write the structure tree in place of the empty one that WeasyPrint made."""
    tree = draft.tagging.tree
    root = draft.resolve(draft.pdf.catalog["StructTreeRoot"])
    writer = _Writer(draft)
    document = draft.resolve(root["K"][0])
    del document["K"]
    writer.fill(tree, document)
    numbers = pydyf.Array()
    for page, owners in enumerate(writer.content_owners):
        slots = [owners.get(number, b"null") for number in range(max(owners, default=-1) + 1)]
        numbers.extend((page, pydyf.Array(slots)))
    for place, owner in enumerate(writer.annotation_owners, start=len(writer.content_owners)):
        numbers.extend((place, owner))
    draft.resolve(root["ParentTree"])["Nums"] = numbers
    root["ParentTreeNextKey"] = len(numbers) // 2
    roles = {element.kind: ROLES[element.kind] for element in tree.walk() if element.kind in ROLES}
    if roles:
        root["RoleMap"] = pydyf.Dictionary(roles)
    _write_identifiers(root, draft)


def _write_identifiers(root: Any, draft: PdfDraft) -> None:
    """List the elements that have an ID, sorted as a name tree must be (ISO 32000-1, 7.9.6)."""
    named = {
        item["ID"].data: item.reference
        for item in draft.pdf.objects
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem" and "ID" in item
    }
    if named:
        names = pydyf.Array(part for name in sorted(named) for part in (name, named[name]))
        root["IDTree"] = draft.add({"Names": names}).reference
