"""The made-up posts are the same for the same seed, and use every construct."""

from pathlib import Path

from pipeline.compose.markdown_body import convert
from tools.conformance.corpus import write_corpus


def read(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder by its path there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_seed_gives_the_same_posts_again(tmp_path: Path) -> None:
    """Posts and images are a function of the seed and of their number, byte for byte."""
    for name, count, seed in (("a", 2, 1), ("b", 3, 1), ("c", 2, 2)):
        write_corpus(tmp_path / name, count=count, seed=seed)
    first, longer, other = (read(tmp_path / name) for name in "abc")
    assert first.items() <= longer.items()
    assert not first.items() & other.items()


def test_every_post_uses_every_construct(tmp_path: Path) -> None:
    """Headings, lists, definitions, quotations, tables, code and images stand in each edition."""
    write_corpus(tmp_path, count=4, seed=3)
    sources = sorted(tmp_path.rglob("*.md"))
    assert {path.stem for path in sources} == {"en", "fr"}
    for path in sources:
        tree = convert(path.read_text(encoding="utf-8").split("---\n", 2)[2]).root
        tags = {str(element.tag) for element in tree.iter()}
        wanted = {"ul", "ol", "dl", "blockquote", "table", "caption", "pre", "img", "hr", "p"}
        assert wanted <= tags, f"{path}: no {wanted - tags}"
        assert tree.xpath(".//blockquote[@lang]")
