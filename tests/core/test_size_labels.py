"""Sizes and labels say the same thing, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.size_labels import drupal_label, read_label, wordpress_label

SIZES = st.one_of(st.integers(0, 5_000_000), st.integers(0, 2**50))


@pytest.mark.parametrize(
    ("size", "label"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1152, "1.13 KB"),
        (196_690, "192.08 KB"),
        (316_313, "308.9 KB"),
        (10_240, "10 KB"),
        (1_048_570, "1023.99 KB"),
        (1_048_571, "1 MB"),
        (1_048_576, "1 MB"),
        (1_073_741_824, "1 GB"),
        (1_099_511_627_776, "1 TB"),
    ],
)
def test_drupal_prints_sizes_as_its_own_code_does(size: int, label: str) -> None:
    """Drupal rounds half away from zero to two decimals, drops zeros, and changes unit at a rounded 1024."""
    assert drupal_label(size) == label


@pytest.mark.parametrize(
    ("size", "label"), [(1, "1 octet"), (500, "500 octets"), (316_313, "308.9 Ko"), (2_097_152, "2 Mo")]
)
def test_a_french_drupal_prints_octets_and_a_point(size: int, label: str) -> None:
    """A French interface names units in octets; the separator stays a point."""
    assert drupal_label(size, "fr") == label
    assert drupal_label(size, "fr-CA") == label


@pytest.mark.parametrize(
    ("size", "language", "decimals", "label"),
    [
        (0, "en", 0, "0 B"),
        (500, "en", 2, "500.00 B"),
        (196_690, "en", 0, "192 KB"),
        (196_690, "en", 2, "192.08 KB"),
        (316_313, "en", 2, "308.90 KB"),
        (1_048_575, "en", 0, "1,024 KB"),
        (1_048_576, "en", 0, "1 MB"),
        (316_313, "fr", 2, "308,90 Ko"),
        (1_048_575, "fr", 1, "1\u00a0024,0 Ko"),
        (700, "fr", 0, "700 o"),
    ],
)
def test_wordpress_keeps_decimals_and_chooses_the_unit_first(
    size: int, language: str, decimals: int, label: str
) -> None:
    """WordPress chooses the unit before it rounds, keeps zeros and writes the locale's separators."""
    assert wordpress_label(size, language, decimals=decimals) == label


@pytest.mark.parametrize(
    ("label", "smallest", "largest"),
    [
        ("192.08 KB", 196_685, 196_695),
        ("308.9 KB", 316_309, 316_318),
        ("308.90 KB", 316_309, 316_318),
        ("308,9 Ko", 316_309, 316_318),
        ("308,9\u00a0Ko", 316_309, 316_318),
        ("308,9\u202fko", 316_309, 316_318),
        ("308.9kB", 316_309, 316_318),
        ("308.9 KiB", 316_309, 316_318),
        (" 308.9 KB\u00a0", 316_309, 316_318),
        ("1 KB", 1024, 1029),
        ("1 MB", 1_048_571, 1_053_818),
        ("1 Mo", 1_048_571, 1_053_818),
        ("1023.99 KB", 1_048_561, 1_048_570),
        ("2000 KB", 2_047_995, 2_048_005),
        ("1.5 GB", 1_605_244_027, 1_615_981_445),
        ("1 byte", 1, 1),
        ("500 bytes", 500, 500),
        ("500 octets", 500, 500),
        ("500 B", 500, 500),
    ],
)
def test_a_label_stands_for_the_bytes_that_print_as_it(label: str, smallest: int, largest: int) -> None:
    """A label is read in every way of writing it as the interval of sizes that a site prints so."""
    size = read_label(label)
    assert (size.label, size.smallest, size.largest) == (label.strip(" \u00a0"), smallest, largest)


@pytest.mark.parametrize(
    ("label", "smallest", "largest"),
    [
        ("192 KB", 196_096, 197_119),
        ("192.1 KB", 196_660, 196_761),
        ("1,024 KB", 1_048_064, 1_048_575),
        ("1\u00a0023,5 Ko", 1_048_013, 1_048_115),
        ("700 o", 700, 700),
    ],
)
def test_a_wordpress_label_stands_for_the_decimals_that_it_shows(
    label: str, smallest: int, largest: int
) -> None:
    """WordPress shows as many decimals as it rounded to, so fewer of them stand for more bytes."""
    size = read_label(label, style="wordpress")
    assert (size.smallest, size.largest) == (smallest, largest)


@pytest.mark.parametrize(
    "label",
    ["", "KB", "big", "192.08", "-1 KB", "192.083 KB", "1,024 KB", "192.08 XB", "0.5 bytes", "1 2 KB", "(1 KB)",
     "192.08 KB.", "\u0661 KB", "9999999999999 KB", "1e3 KB"],
)  # fmt: skip
def test_what_is_no_label_is_quoted_with_what_to_write(label: str) -> None:
    """Anything else is refused; the message quotes the label and shows one that can be read."""
    with pytest.raises(ValueError, match="is not a size label") as caught:
        read_label(label)
    assert str(caught.value) == (
        f'"{label}" is not a size label; write it as the site prints it beside the link, '
        'such as "192.08 KB" or "308,9 Ko"'
    )


@pytest.mark.parametrize("function", [drupal_label, wordpress_label])
def test_a_negative_size_is_no_size(function: object) -> None:
    """No file has fewer than 0 bytes, so such a number is a caller's mistake."""
    assert callable(function)
    with pytest.raises(ValueError, match="-1 is no size"):
        function(-1)


@given(SIZES, st.sampled_from(["en", "fr"]))
def test_every_size_lies_in_the_interval_of_its_drupal_label(size: int, language: str) -> None:
    """The interval of a label holds each size printed so.

    Its ends print so too while their neighbours do not.
    """
    label = drupal_label(size, language)
    read = read_label(label)
    assert read.smallest <= size <= read.largest
    assert drupal_label(read.smallest, language) == drupal_label(read.largest, language) == label
    assert drupal_label(read.largest + 1, language) != label
    assert read.smallest == 0 or drupal_label(read.smallest - 1, language) != label


@given(SIZES, st.sampled_from(["en", "fr"]), st.integers(0, 2))
def test_every_size_lies_in_the_interval_of_its_wordpress_label(
    size: int, language: str, decimals: int
) -> None:
    """The same holds for WordPress's labels of none to two decimals."""
    label = wordpress_label(size, language, decimals=decimals if size >= 1024 else 0)
    read = read_label(label, style="wordpress")
    assert read.smallest <= size <= read.largest
    for end in (read.smallest, read.largest):
        assert wordpress_label(end, language, decimals=decimals if end >= 1024 else 0) == label


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes reading a label fail in any other way than by refusing it."""
    try:
        read = read_label(text)
    except ValueError as error:
        assert "is not a size label" in str(error)  # noqa: PT017 - either way of ending is right
    else:
        assert 0 <= read.smallest <= read.largest
