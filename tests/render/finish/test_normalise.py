"""Notes stand where they are read, and can be found and left."""

from tests.attachments import structure_of
from tests.finishing import Finishing, dictionaries, elements, outline

NOTED = (
    "First.[^a] More words.\n\nSecond.\n\n- an item[^b] goes on\n\n"
    "[^a]: The first note.\n[^b]: The second note.\n"
)


def test_a_note_follows_the_block_that_refers_to_it(finishing: Finishing) -> None:
    """Reference, link, label and note stand in the order in which they are read, not in that of the page."""
    structure = structure_of(finishing.composed(NOTED))
    lines = list(outline(structure))
    first = lines.index("      'First.'")
    assert lines[first - 1 : first + 12] == [
        "    P",
        "      'First.'",
        "      Reference",
        "        Link",
        "          '1'",
        "      ' More words.'",
        "    Note",
        "      Lbl",
        "        Link",
        "          '1 '",
        "      ''",
        "      'The first note.'",
        "    P",
    ]


def test_a_note_in_an_item_follows_its_text(finishing: Finishing) -> None:
    """In a list item without paragraphs the note waits for the end of the text, inside the item."""
    (body, *_) = elements(structure_of(finishing.composed(NOTED)), "LBody")
    kinds = [child if isinstance(child, int) else child.kind for child in body.children]
    assert [kind for kind in kinds if isinstance(kind, str)] == ["Reference", "Note"]
    assert kinds[-1] == "Note"


def test_every_note_has_an_id_that_the_tree_lists(finishing: Finishing) -> None:
    """IDs are unique, and the IDTree leads from each to its note (ISO 14289-1, 7.9)."""
    data = finishing.composed(NOTED + "\nIn Kosovo.\n")
    notes = elements(structure_of(data), "Note")
    assert sorted(str(note.identifier) for note in notes) == ["note-1", "note-2", "note-kosovo"]
    (root,) = [item for item in dictionaries(data) if "/IDTree" in item]
    names = root["/IDTree"]["/Names"]
    assert list(names[::2]) == ["note-1", "note-2", "note-kosovo"]
    assert [item.get_object()["/ID"] for item in names[1::2]] == list(names[::2])


def test_the_kosovo_note_at_the_end_is_a_note_without_links(finishing: Finishing) -> None:
    """Where nothing refers to it, the note follows the disclaimer, with a label that is no link."""
    structure = structure_of(finishing.composed("A text.\n"))
    (note,) = elements(structure, "Note")
    assert note.identifier == "note-kosovo"
    assert [child.kind for child in note.walk()] == ["Note", "Lbl"]
    assert structure.tree is not None
    kinds = [element.kind for element in structure.tree.walk()]
    assert kinds[kinds.index("Note") - 1] == "P"


def test_a_note_in_the_title_leaves_the_title_as_it_is(finishing: Finishing) -> None:
    """A heading holds no note: lists of headings are read out."""
    structure = structure_of(finishing.composed("A text.\n", title="A day in Kosovo"))
    (heading,) = elements(structure, "H1")
    assert structure.text(heading, without=frozenset({"Reference"})) == "A day in Kosovo"
    assert not [element for element in heading.walk() if element.kind == "Note"]
