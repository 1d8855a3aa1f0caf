"""Every page of the corpus looks as it was approved; what differs is shown in pictures."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from pipeline.compose.composer import Composer
from pipeline.core.model import Kit
from pipeline.pdf.pictures import accepted_pictures, approve, mark_difference, pictures_of
from pipeline.pdf.pictures import faults as faults_of
from tests.conftest import PROJECT
from tests.makers import edition
from tools.approve import APPROVED, DIFFERENCES, attachment_of, editions_of_corpus, strangers

TEXT = "Many of our partners highlighted the case of migrants stranded at the borders.\n\n" * 6

Pictures = tuple[Image.Image, ...]
Draw = Callable[[str], Pictures]


def write_differences(
    folder: Path, before: Mapping[int, Image.Image], now: Sequence[Image.Image], pages: Iterable[int]
) -> None:
    """Write before, after and the marked difference of some pages to a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    after = dict(enumerate(now, start=1))
    for number in pages:
        folder.mkdir(parents=True, exist_ok=True)
        old, new = before.get(number), after.get(number)
        if old is not None:
            old.save(folder / f"page-{number}-before.png")
        if new is not None:
            new.save(folder / f"page-{number}-after.png")
        if old is not None and new is not None and old.size == new.size:
            mark_difference(old, new).save(folder / f"page-{number}-difference.png")


def faults(approved: Path, now: Pictures, differences: Path) -> dict[int, str]:
    """Return how pages differ from the pictures in `approved`, and write it to the folder `differences`."""
    before = accepted_pictures(approved)
    said = faults_of(before, now)
    write_differences(differences, before, now, said)
    return said


@pytest.mark.parametrize("name", editions_of_corpus())
def test_pages_look_as_approved(corpus: Path, name: str) -> None:
    """No page of an edition is new or gone, and none looks different from its approved picture."""
    now = pictures_of(attachment_of(corpus, name).read_bytes())
    said = faults(APPROVED / name, now, DIFFERENCES / name)
    assert not said, (
        f"{name}: {'; '.join(said.values())}. Look at before, after and difference "
        f"in {(DIFFERENCES / name).relative_to(PROJECT)}; "
        "where that is what was meant: make approve"
    )


def test_no_picture_is_left_of_an_edition_that_is_gone() -> None:
    """Every folder of approved pictures belongs to an edition of the corpus."""
    assert strangers(APPROVED) == []


def test_approved_pictures_are_small() -> None:
    """An approved picture is 20 KB or less, so that the history of the repository stays light."""
    sizes = {path: path.stat().st_size for path in APPROVED.glob("*/*.png")}
    assert sizes
    assert [path for path, size in sizes.items() if size > 20 * 1024] == []


@pytest.fixture(scope="module")
def draw(kit: Kit, composer: Composer) -> Draw:
    """Return a function that gives the pictures of an edition of this text."""
    from pipeline.render.renderer import Renderer

    renderer = Renderer(kit)

    def drawn(body: str) -> Pictures:
        data = renderer.render(composer.compose(edition(body), ["en"])[0]).data
        assert data is not None
        return pictures_of(data)

    return drawn


@pytest.fixture
def approved(draw: Draw, tmp_path: Path) -> Path:
    """A folder of the approved pictures of TEXT."""
    approve(tmp_path / "approved", draw(TEXT), [1])
    return tmp_path / "approved"


def test_the_same_pages_pass_and_leave_no_differences(draw: Draw, approved: Path, tmp_path: Path) -> None:
    """Pages that look as approved are passed, and what was told of them before is gone."""
    differences = tmp_path / "differences"
    differences.mkdir()
    assert faults(approved, draw(TEXT), differences) == {}
    assert not differences.exists()


@pytest.mark.parametrize(
    ("old", "new"), [("Many of", "Many in"), ("case of", "care of"), ("stranded at", "stranded  – at")]
)
def test_a_changed_word_is_found(draw: Draw, approved: Path, tmp_path: Path, old: str, new: str) -> None:
    """One short word that became another, or one letter in it, is a fault, shown in three pictures."""
    said = faults(approved, draw(TEXT.replace(old, new, 1)), tmp_path / "differences")
    assert said[1].startswith("page 1 looks different (")
    assert sorted(path.name for path in (tmp_path / "differences").iterdir()) == [
        "page-1-after.png",
        "page-1-before.png",
        "page-1-difference.png",
    ]


def test_a_moved_line_is_found(draw: Draw, approved: Path, tmp_path: Path) -> None:
    """One line of text that stands a point of the picture lower is a fault."""
    (page,) = draw(TEXT)
    inked = ImageChops.invert(page.crop((0, 300, page.width, page.height))).getbbox()
    assert inked is not None
    top = 300 + inked[1]
    line = page.crop((0, top, page.width, top + 9))
    page.paste(line, (0, top + 1))
    assert set(faults(approved, (page,), tmp_path / "differences")) == {1}


def test_a_shade_at_the_edges_of_letters_is_tolerated(draw: Draw, approved: Path, tmp_path: Path) -> None:
    """Letters whose edges are a shade lighter or darker are what another machine may draw."""
    (page,) = draw(TEXT)
    for shade in (-16, 16):
        shaded = page.point(lambda value, shade=shade: value + shade if 20 < value < 235 else value)
        assert faults(approved, (shaded,), tmp_path / "differences") == {}


@pytest.mark.parametrize(("moved", "told"), [("0.05pt", False), ("0.25pt", True)])
def test_some_hundredths_of_a_point_are_tolerated(
    kit: Kit, composer: Composer, approved: Path, tmp_path: Path, moved: str, *, told: bool
) -> None:
    """Text that moves by a twentieth of a point passes, text that moves by a quarter of one does not."""
    from pipeline.render.renderer import Renderer

    page, _, _ = composer.compose(edition(TEXT), ["en"])
    style = f"<style>p + p {{ position: relative; left: {moved} }}</style></head>"
    data = Renderer(kit).render(replace(page, html=page.html.replace("</head>", style))).data
    assert data is not None
    assert bool(faults(approved, pictures_of(data), tmp_path / "differences")) is told


def test_a_new_page_and_a_missing_one_are_faults(draw: Draw, approved: Path, tmp_path: Path) -> None:
    """A page that has no approved picture is a fault, and so is a picture that has no page."""
    differences = tmp_path / "differences"
    (page,) = draw(TEXT)
    assert faults(approved, (page, page), differences) == {2: "page 2 is new"}
    assert faults(approved, (), differences) == {1: "page 1 is gone"}
    assert faults(tmp_path / "nowhere", (page,), differences) == {1: "page 1 is new"}
    assert [path.name for path in differences.iterdir()] == ["page-1-after.png"]


def test_another_size_of_page_is_a_fault(draw: Draw, approved: Path, tmp_path: Path) -> None:
    """A page of another size is told as such."""
    (page,) = draw(TEXT)
    said = faults(approved, (page.crop((0, 0, 490, 700)),), tmp_path / "differences")
    assert said == {1: f"page 1 has 490 × 700 points, not {page.width} × {page.height}"}


def test_approving_makes_the_faults_go(draw: Draw, approved: Path, tmp_path: Path) -> None:
    """What differed is approved page by page: changed and new pages are kept, gone ones deleted."""
    (page,) = draw(TEXT)
    other = ImageChops.invert(page)
    differences = tmp_path / "differences"
    approve(approved, (other, page), faults(approved, (other, page), differences))
    assert faults(approved, (other, page), differences) == {}
    first = (approved / "page-1.png").stat().st_mtime_ns
    approve(approved, (other,), faults(approved, (other,), differences))
    assert [path.name for path in approved.iterdir()] == ["page-1.png"]
    assert (approved / "page-1.png").stat().st_mtime_ns == first
