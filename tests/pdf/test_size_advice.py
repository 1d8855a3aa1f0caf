"""What an attachment's bytes are used for, and what would bring it under its published size."""

import io
import json
import random
from pathlib import Path

import pytest
from PIL import Image as Pillow

from pipeline.compose.composer import Composer
from pipeline.core.model import Image, Kit
from pipeline.pdf.model import Cause, Part
from pipeline.pdf.size_advice import Way, reasons_for
from tests.attachments import Workbench
from tests.conftest import PROJECT
from tests.projects import HEAVY, Project
from tools.approve import attachment_of, editions_of_corpus

TEXT = "A paragraph with enough words to outweigh any face that shows a word or two of them. " * 30


@pytest.fixture(scope="module")
def bench(kit: Kit, composer: Composer) -> Workbench:
    """A bench that makes attachments as a worker does."""
    return Workbench(kit, composer)


def photograph(width: int, height: int) -> Image:
    """Return a JPEG of so many pixels that no two neighbours share."""
    dice = random.Random(1)  # noqa: S311 - noise, not a secret
    small = Pillow.frombytes("RGB", (width // 8, height // 8), dice.randbytes(width // 8 * (height // 8) * 3))
    data = io.BytesIO()
    small.resize((width, height), Pillow.Resampling.BICUBIC).save(data, "JPEG", quality=88)
    return Image(path="a.jpg", data=data.getvalue(), media_type="image/jpeg", width=width, height=height)


def parts_of(data: bytes) -> tuple[Part, ...]:
    """Return what the bytes of a PDF are used for."""
    return reasons_for(data, None).parts


def ways_under(data: bytes, most: int) -> tuple[Way, ...]:
    """Return what would bring a PDF down to so many bytes."""
    return reasons_for(data, most).ways


@pytest.mark.parametrize("name", editions_of_corpus())
def test_the_parts_add_up_to_every_byte(corpus: Path, name: str) -> None:
    """Fonts, images, text, structure, metadata, colour profile and overhead are the file, to the byte."""
    data = attachment_of(corpus, name).read_bytes()
    parts = parts_of(data)
    assert sum(part.size for part in parts) == len(data)
    assert all(part.size > 0 for part in parts)
    assert {part.name for part in parts} >= {"text", "structure", "metadata", "colour profile", "overhead"}
    assert {part.name for part in parts if part.cause is Cause.FONTS} >= {
        "Annexe-Serif",
        "Annexe-Serif-Italic",
        "Annexe-Display-Semi-Bold",
        "Annexe-Sans",
        "Annexe-Sans-Semi-Bold",
    }


def test_each_part_is_what_its_name_says(bench: Workbench) -> None:
    """A word in another face adds a part for it; an image one of at least its bytes; a mask none."""
    plain = {part.name for part in parts_of(bench.evidence(TEXT).attachment.data)}
    mono = {part.name for part in parts_of(bench.evidence(TEXT + "`code`\n").attachment.data)}
    assert mono - plain == {"Annexe-Mono"}
    photo = photograph(800, 400)
    data = bench.evidence(TEXT + "\n\n![Noise](a.jpg)\n", images=(photo,)).attachment.data
    (image,) = (part for part in parts_of(data) if part.cause is Cause.IMAGES)
    assert image.name == "800 × 400 pixels"
    assert image.size == pytest.approx(len(photo.data), rel=0.05)
    clear = io.BytesIO()
    fading = Pillow.new("RGB", (90, 60), "#0b529c")
    fading.putalpha(Pillow.linear_gradient("L").resize((90, 60)))
    fading.save(clear, "PNG")
    seen = Image(path="b.png", data=clear.getvalue(), media_type="image/png", width=90, height=60)
    data = bench.evidence(TEXT + "\n\n![Noise](b.png)\n", images=(seen,)).attachment.data
    assert [part.name for part in parts_of(data) if part.cause is Cause.IMAGES] == ["90 × 60 pixels"]


def test_what_fits_needs_no_way(bench: Workbench) -> None:
    """An attachment of its published size, or one without, needs nothing."""
    data = bench.evidence(TEXT).attachment.data
    assert ways_under(data, len(data)) == ()
    assert reasons_for(data, None).ways == ()


def test_the_face_that_shows_least_is_the_cheapest_way(bench: Workbench) -> None:
    """Of two faces that are enough, the one with fewer characters comes first, with its pages and bytes."""
    data = bench.evidence(TEXT + "\n\n`x`\n").attachment.data
    sizes = {part.name: part.size for part in parts_of(data)}
    first, *others = ways_under(data, len(data) - 500)
    assert first.action == "set the one character of Annexe-Mono (page 2) in a face that is there anyway"
    assert (first.saves, first.is_enough) == (sizes["Annexe-Mono"], True)
    assert others
    assert not any("Annexe-Serif (" in way.action for way in others)


def test_a_way_without_a_face_keeps_what_it_promises(bench: Workbench) -> None:
    """Without that face the attachment is smaller by about what was promised."""
    with_face = bench.evidence(TEXT + "\n\n`x`\n").attachment.data
    without = bench.evidence(TEXT + "\n\nx\n").attachment.data
    (way, *_) = ways_under(with_face, len(with_face) - 500)
    assert len(with_face) - len(without) == pytest.approx(way.saves, rel=0.25)


def test_a_sharp_image_is_brought_down_no_further_than_needed(bench: Workbench) -> None:
    """The finest resolution that is enough is proposed, and building with it saves what was promised."""
    photo = photograph(1600, 800)
    body = TEXT + "\n\n![Noise](a.jpg)\n"
    data = bench.evidence(body, images=(photo,)).attachment.data
    excess = len(photo.data) // 3
    first = ways_under(data, len(data) - excess)[0]
    assert first.is_enough
    resolution = int(first.action.split()[3])
    assert first.action == (
        f"set image_resolution = {resolution} under [tool.annexe]; "
        "the sharpest image (1600 × 800 pixels, page 2) has 317 dots per inch now"
    )
    assert resolution >= 150
    from pipeline.core.model import Asset
    from pipeline.render.images import for_print

    made = for_print(
        Asset(name="a", media_type="image/jpeg", data=photo.data),
        resolution=resolution,
        width=128,
        height=243,
    )
    assert len(photo.data) - len(made.data) == pytest.approx(first.saves, rel=0.1)


def test_an_image_that_would_grow_is_left_alone(bench: Workbench) -> None:
    """A flat drawing would grow with the soft edges that fewer dots give it: no resolution is proposed."""
    drawing = (PROJECT / "tests" / "specimen" / "house-style" / "columns.png").read_bytes()
    image = Image(path="a.png", data=drawing, media_type="image/png", width=1000, height=620)
    data = bench.evidence(TEXT + "\n\n![Columns](a.png)\n", images=(image,)).attachment.data
    assert not any("image_resolution" in way.action for way in ways_under(data, 1000))


def test_tags_are_never_proposed(bench: Workbench) -> None:
    """However far off the size is, structure, metadata and colour profile stay."""
    data = bench.evidence(TEXT + "\n\n`x`\n").attachment.data
    ways = ways_under(data, 100)
    assert ways
    assert all(not way.is_enough for way in ways)
    assert all(way.action.startswith("set ") for way in ways)
    assert [way.saves for way in ways] == sorted((way.saves for way in ways), reverse=True)


def test_the_command_explains_a_built_attachment(built: Project) -> None:
    """`annexe sizes --why --json` breaks every attachment's bytes down to their sum."""
    ran = built.run("sizes", "--why", "--json", "--sources", "sources", "--output", "build")
    rows = json.loads(ran.out)
    assert ran.code == 0, ran.err
    assert {row["attachment"] for row in rows} == {"testing-en", "testing-fr"}
    assert all(sum(part["bytes"] for part in row["why"]["parts"]) == row["bytes"] for row in rows)


def test_the_command_names_the_ways_for_one_that_is_over(project: Project) -> None:
    """`annexe sizes --why` says how far an attachment is over its published size, and what would help."""
    project.write("testing/en.md", HEAVY)
    ran = project.run("sizes", "--why", "--sources", "sources", "--output", "build")
    assert ran.code == 1
    assert "above the most that its published size stands for; what would save some:" in ran.out
    assert "in a face that is there anyway" in ran.out
    assert "too few: shorten the text" in ran.out
