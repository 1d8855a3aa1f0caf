"""The pure part: names, references, lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.publish.drupal.documents import (
    FieldEntry,
    is_own_name,
    merged,
    read_file,
    read_name,
    read_node,
    reference_key,
    same_entries,
)

UUID = "0b5d1f8e-7a53-4c5e-9d2b-3f0c6b1a2d4e"
_OTHERS = [f"other-{number}" for number in range(6)]
_OURS = [f"ours-{number}" for number in range(3)]
_entries = st.lists(
    st.builds(
        lambda file, text: FieldEntry(file=file, meta={"description": text, "display": False}),
        st.sampled_from([*_OTHERS, *_OURS, "missing"]),
        st.text(max_size=3),
    ),
    max_size=12,
)


@given(entries=_entries, count=st.integers(min_value=0, max_value=3))
def test_a_merged_list_keeps_all_that_is_not_ours(entries: list[FieldEntry], count: int) -> None:
    """Whatever a list holds, everybody else's entries stay as they are and in their order.

    Ours stand together.
    """
    links = [FieldEntry(file=f"new-{number}", meta={}) for number in range(count)]
    result = merged(entries, _OURS, links)
    others = [entry for entry in entries if entry.file in _OTHERS]
    assert [entry for entry in result if entry not in links] == others
    assert [entry for entry in result if entry in links] == links
    first = next((index for index, entry in enumerate(entries) if entry.file in _OURS), len(entries))
    before = [entry for entry in entries[:first] if entry.file in _OTHERS]
    assert list(result[: len(before)]) == before
    assert list(result[len(before) : len(before) + count]) == links


def test_a_list_without_ours_gets_them_at_its_end() -> None:
    """New links follow what others put there."""
    other, new = FieldEntry(file="a", meta={}), FieldEntry(file="b", meta={})
    assert merged([other], [], [new]) == (other, new)


def test_how_drupal_counts_entries_of_one_file_is_no_difference() -> None:
    """Two lists that differ in `arity` alone show the same; another order doesn't."""
    one, two = (
        FieldEntry(file="a", meta={"arity": 0}),
        FieldEntry(file="a", meta={"arity": 1, "description": "x"}),
    )
    assert same_entries([one, two], [FieldEntry(file="a", meta={}), two])
    assert not same_entries([one, two], [two, one])


@pytest.mark.parametrize(
    ("reference", "path", "is_slug"),
    [
        ("12", "drupal_internal__nid", False),
        (UUID, "id", False),
        (UUID.upper(), "id", False),
        ("012", "id", True),
        ("a-post", "id", True),
    ],
)
def test_a_reference_is_a_number_a_uuid_or_a_slug(reference: str, path: str, *, is_slug: bool) -> None:
    """What looks like neither number nor UUID is a slug, which stands for a UUID of its own."""
    found, value = reference_key(reference, "https://example.org", "article")
    assert (found, is_own_name(reference)) == (path, is_slug)
    assert (value == reference.lower()) != is_slug


def test_the_uuid_of_a_slug_follows_from_site_and_type() -> None:
    """The same slug always gives the same UUID there, and another one elsewhere."""
    asked = [
        ("a-post", "https://example.org", "article"),
        ("a-post", "https://example.org", "page"),
        ("a-post", "https://example.com", "article"),
        ("another", "https://example.org", "article"),
    ]
    keys = {reference_key(*one) for one in asked}
    assert len(keys) == 4
    assert reference_key(*asked[0]) == ("id", "50862210-762a-53ea-b208-39bddc7202a6")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a-en-0123abcd.pdf", ("a", "en", "0123abcd")),
        ("a-en-0123abcd_0.pdf", ("a", "en", "0123abcd")),
        ("a-b-zh-Hans-0123abcd.pdf", ("a-b", "zh-Hans", "0123abcd")),
        ("a-b-en-0123abcd.pdf", ("a-b", "en", "0123abcd")),
        ("a-b-0123abcd.pdf", None),
        ("A-en-0123abcd.pdf", None),
        ("a-en-0123abcd.PDF", None),
        ("a-en-0123abcd_x.pdf", None),
        ("xa-en-0123abcd.pdf", None),
        ("a-en-0123abcd.pdf.pdf", None),
        ("a-en-\uff10123abcd.pdf", None),
    ],
)
def test_a_name_is_read_to_the_letter(name: str, told: tuple[str, str, str] | None) -> None:
    """A name tells slug, language and digits only where all of it is as we write it."""
    assert read_name(name, ["a", "a-b"], ["en", "zh-Hans"]) == told


def test_a_document_that_lacks_what_it_should_have_is_nothing() -> None:
    """Resources without number, name or address are passed over, not taken for something."""
    assert read_node({"type": "node--article"}, "field_attachments") is None
    assert read_node({"id": UUID, "attributes": None}, "field_attachments") is None
    assert (
        read_file({"id": UUID, "attributes": {"filename": "a-en-0123abcd.pdf"}}, "https://x", ["a"], ["en"])
        is None
    )


def test_the_address_of_a_file_is_whole_wherever_drupal_lies() -> None:
    """A Drupal below a folder tells addresses from the root.

    One with its files elsewhere tells them whole.
    """
    name = "a-en-0123abcd.pdf"
    for told, whole in (
        (f"/cms/sites/default/files/{name}", f"https://example.org/cms/sites/default/files/{name}"),
        (f"https://files.example.org/{name}", f"https://files.example.org/{name}"),
    ):
        resource = {"id": UUID, "attributes": {"filename": name, "uri": {"url": told}, "filesize": 3}}
        file = read_file(resource, "https://example.org/cms", ["a"], ["en"])
        assert file is not None
        assert (file.url, file.size) == (whole, 3)
