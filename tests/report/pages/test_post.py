"""Sizes and trends are drawn as what they are."""

from pipeline.report.pages.post import bar, line


def test_bars() -> None:
    """A bar is as long as the published size, or a little more than a size that goes beyond it."""
    half, over = bar(50, 100), bar(200, 100)
    assert half is not None
    assert (half.filled, half.published, half.is_over) == (50.0, 100.0, False)
    assert over is not None
    assert over.is_over
    assert bar(None, 100) is None
    assert bar(100, None) is None


def test_lines() -> None:
    """A line needs two nights, leaves a gap for one without a value, and is flat where nothing changes."""
    assert line([1.0]) is None
    assert line([None, None]) is None
    gap = line([1, None, 3, 2])
    assert gap is not None
    assert (gap.path.count("M"), gap.path.count("L")) == (2, 1)
    assert (gap.least, gap.most, gap.last) == (1, 3, 2)
    flat = line([5, 5, 5])
    assert flat is not None
    assert flat.y == 24
