"""The published size in a source can be changed, and every other byte stays where it is."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.core.model import Edition
from pipeline.sources import rewriting
from pipeline.sources.edition import SourceFile, read_edition
from pipeline.sources.images import RefusedImageError
from pipeline.sources.rewriting import NotRewrittenError, with_published_size

FILE = SourceFile(slug="post", language="en", file="en.md")
NEW = "1023.99 KB"
HEAD = 'title:   "A: title"   # why\n'
DATE = "date: 2020-07-09\n"


def edition_of(data: bytes) -> Edition:
    """Return the edition that a source makes, without looking for images."""

    def load(path: str) -> None:
        raise RefusedImageError("image_missing", f"no {path}", "draw it")

    read = read_edition(data, FILE, load, size_labels="drupal")  # type: ignore[arg-type] # it never returns
    assert read.edition is not None, read.findings
    return read.edition


def rewritten(text: str, label: str = NEW) -> str:
    """Return a source with another published size."""
    return with_published_size(text.encode(), label, FILE, size_labels="drupal").decode()


def source(*front: str) -> str:
    """Return a source with this front matter."""
    return f"---\n{''.join(front)}---\n\nA text with trailing spaces.  \n\tpublished_size: 1 KB\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("published_size: 192.08 KB\n", f"published_size: {NEW}\n"),
        ("published_size:   192.08 KB   # as on the page\n", f"published_size:   {NEW}   # as on the page\n"),
        ("published_size: 192.08 KB # one space\n", f"published_size: {NEW} # one space\n"),
        ("published_size : '192.08 KB'  # quotes\n", f"published_size : '{NEW}'  # quotes\n"),
        ('"published_size": "192.08\\u00a0KB"  \n', f'"published_size": "{NEW}"  \n'),
        ("published_size:\n  # below\n  192.08 KB\n", f"published_size:\n  # below\n  {NEW}\n"),
        ("published_size: 192.08\n\n  KB  # two lines\n", f"published_size: {NEW}  # two lines\n"),
        (
            "published_size: >-  # block\n\n    192.08 KB \n\n# next\n",
            f"published_size: >-  # block\n\n    {NEW} \n\n# next\n",
        ),
        ("published_size: |2+\n  192.08\n  KB\n\n", f"published_size: |2+\n  {NEW}\n\n"),
        ("published_size: |\n  192.08 KB\n", f"published_size: |\n  {NEW}\n"),
        ("published_size:\u00a0192.08 KB\u00a0\n", f"published_size:\u00a0{NEW}\n"),
        ("? published_size\n: 192.08 KB\n", f"? published_size\n: {NEW}\n"),
        ("published_size: 192\u200b KB\n", f"published_size: {NEW}\n"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_value_is_replaced_where_it_stands(before: str, after: str, line_end: str, mark: str) -> None:
    """Plain, in quotes, over several lines or as a block: the value is another one, and its comments stay."""
    for place in range(3):
        front = [HEAD, DATE, "# a remark\nlabel: L\n"]
        old, new = ([*front[:place], value, *front[place:]] for value in (before, after))
        text, wanted = (mark + source(*lines).replace("\n", line_end) for lines in (old, new))
        assert rewritten(text) == wanted


@pytest.mark.parametrize(
    ("front", "wanted"),
    [
        (
            [HEAD, DATE, "label: L  # here\n", "# published_size: 192.08 KB\n", "keywords: a\n"],
            [
                HEAD,
                DATE,
                "label: L  # here\n",
                f"published_size: {NEW}\n",
                "# published_size: 192.08 KB\n",
                "keywords: a\n",
            ],
        ),
        (
            [DATE, "label: >\n  L\n  M\n\n# remark\n", HEAD],
            [DATE, f"label: >\n  L\n  M\npublished_size: {NEW}\n\n# remark\n", HEAD],
        ),
        (
            [DATE, 'label: "L\n\n  M"  # here\n', HEAD],
            [DATE, 'label: "L\n\n  M"  # here\n', f"published_size: {NEW}\n", HEAD],
        ),
        ([HEAD, DATE], [HEAD, DATE, f"published_size: {NEW}\n"]),
        ([HEAD, DATE, "\n# last\n\n"], [HEAD, DATE, "\n# last\n\n", f"published_size: {NEW}\n"]),
        (
            ["  title: A\n", "  date: 2020-07-09\n", "  publish:\n    blog: 1\n"],
            [
                "  title: A\n",
                "  date: 2020-07-09\n",
                "  publish:\n    blog: 1\n",
                f"  published_size: {NEW}\n",
            ],
        ),
        (
            [HEAD, DATE, "description: |\n  One.\n"],
            [HEAD, DATE, "description: |\n  One.\n", f"published_size: {NEW}\n"],
        ),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_missing_key_is_added(front: list[str], wanted: list[str], line_end: str) -> None:
    """It comes below `label`, or else at the end, indented and ended as its neighbours are."""
    text, new = (source(*lines).replace("\n", line_end) for lines in (front, wanted))
    assert rewritten(text) == new


def test_within_braces_a_comma_needs_quotes() -> None:
    """Front matter in braces keeps its form, and a label with a comma in it stays one value."""
    text = source("{title: A, date: 2020-07-09, published_size: 308.9 KB}  # all\n")
    assert rewritten(text, "308,9 Ko") == text.replace("308.9 KB", '"308,9 Ko"')


@pytest.mark.parametrize(
    "text",
    [
        source("{title: A, date: 2020-07-09}\n"),
        source(HEAD, DATE, "published_size: about 200 KB\n"),
        source(HEAD, DATE, "published_size: &a 200 KB\n"),
        source(HEAD, DATE, "published_size: 1 KB\npublished_size: 2 KB\n"),
        source(HEAD, DATE, "published_size:\n"),
        source(HEAD, "published_size: 1 KB\n"),
        "published_size: 1 KB\n",
        "",
        source(HEAD, DATE, "published_size:\u200b 1 KB\n"),
    ],
)
def test_what_can_not_be_changed_alone_is_left(text: str) -> None:
    """A source that makes no edition, or in which the value can't be found, is refused."""
    with pytest.raises(NotRewrittenError):
        rewritten(text)


@pytest.mark.parametrize(
    "changed",
    [HEAD.replace("A: title", "Another") + DATE, HEAD + DATE + "label: L\n", HEAD + DATE.replace("9", "8")],
)
def test_a_change_of_anything_else_is_noticed(changed: str) -> None:
    """What was written is read again: another value or another key beside the size is a reason to refuse."""
    before, after = (
        read_edition(f"---\n{front}---\nText.\n".encode(), FILE, rewriting._no_image, size_labels="drupal")
        for front in (HEAD + DATE, changed)
    )
    assert after.edition is not None
    assert rewriting._is_the_same_but_for_the_size(before, before)
    assert not rewriting._is_the_same_but_for_the_size(before, after)


def test_what_is_no_size_is_refused() -> None:
    """Nothing but a label that reads as itself is written."""
    for label in ("200 KB # x", "1 KB\ntitle: B", "", "lots"):
        with pytest.raises(NotRewrittenError):
            rewritten(source(HEAD, DATE, "published_size: 1 KB\n"), label)


LABELS = st.sampled_from(["1 byte", "0 bytes", "192.08 KB", "308,9 Ko", "1 MB", "1023.99 TB", "512 octets"])
SPACES = st.text(" ", max_size=3)
COMMENTS = st.sampled_from(["", "  # why", " # 5 KB", "   # é", "  # published_size: 3 KB"])
VALUES = st.one_of(
    LABELS,
    LABELS.map("'{}'".format),
    LABELS.map('"{}"'.format),
    LABELS.map(lambda label: label.replace(" ", "\n   ")),
)
#: Entries and remarks that may stand around the size, each with its line ends.
OTHERS = st.lists(
    st.sampled_from(
        [
            "label: Réflexions\n",
            'label: "published_size: 7 KB"\n',
            "label: >-\n  published_size: 8 KB\n\n",
            "# published_size: 9 KB\n",
            "\n",
            "   \n",
            "  # indented\n",
            "author: [A, 'B C']  # both\n",
            "author:\n- A\n-   B\n",
            "description: |+\n  e\u0301t\u00a0e\n\n   more\n\n",
            "publish: {blog: {en: 1,\n  fr: 2}}\n",
            "publish:\n  blog: 12\n",
            "keywords: published_size,  b\n",
            "short_title: 'it''s'\n",
        ]
    ),
    max_size=6,
    unique_by=lambda entry: entry.split(":")[0] if entry.strip() and "#" not in entry[:4] else object(),
)


@settings(deadline=None)
@given(
    OTHERS,
    OTHERS,
    VALUES,
    SPACES,
    COMMENTS,
    LABELS,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
)
@example([], ["label: >-\n  published_size: 8 KB\n\n"], "1 KB", "", "", "1 MB", "\n", "")
def test_whatever_stands_around_the_size_stays(
    above: list[str],
    below: list[str],
    value: str,
    spaces: str,
    comment: str,
    label: str,
    line_end: str,
    mark: str,
) -> None:
    """Comments, quotes, order, spacing and line ends are the same bytes, and the new size is read back."""
    keys = {entry.split(":")[0] for entry in above}
    below = [entry for entry in below if entry.split(":")[0] not in keys or not entry.strip("# \n")]
    start = f"---\n{''.join(above)}{HEAD}{DATE}published_size: {spaces}"
    end = f"{spaces}{comment}\n{''.join(below)}--- \n\n\u00a0Text with `published_size: 1 KB`.\r\n\r\rEnd"
    start, value, end = (text.replace("\r\n", "\n").replace("\n", line_end) for text in (start, value, end))
    start = mark + start
    before = (start + value + end).encode()
    after = with_published_size(before, label, FILE, size_labels="drupal")
    quote = value[0] if value[0] in "'\"" else ""
    assert after == (start + quote + label + quote + end).encode()
    published = edition_of(after).published_size
    assert published is not None
    assert published.label == label


@settings(deadline=None)
@given(OTHERS, LABELS, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "  "]))
def test_a_line_that_is_added_is_the_only_change(
    others: list[str], label: str, line_end: str, indent: str
) -> None:
    """Without the line that was added, the bytes are those from before."""
    front = "".join((HEAD, DATE, *others))
    front = "".join(indent + line for line in front.splitlines(keepends=True))
    before = f"---\n{front}---\nText.".replace("\n", line_end)
    after = rewritten(before, label)
    added = f"{indent}published_size: {label}{line_end}"
    index = after.rindex(added, 0, after.rindex("---"))
    assert after[:index] + after[index + len(added) :] == before
    published = edition_of(after.encode()).published_size
    assert published is not None
    assert published.label == label
