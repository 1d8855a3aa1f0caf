"""Which sheet styles what, by its name."""

from pathlib import Path

from pipeline.compose.styles import read_styles


def test_a_sheet_is_read_by_what_its_name_begins_with(tmp_path: Path) -> None:
    """`print` is for attachments, `screen` for web page and site, `site` for the site, any other for all."""
    (tmp_path / "page.html.jinja").write_text("")
    for name in ("lang-fr", "print", "screen", "site"):
        (tmp_path / f"{name}.css").write_text("")
    styles = read_styles(tmp_path)
    assert [name for name, _ in styles.print_sheets] == ["lang-fr.css", "print.css"]
    assert [name for name, _ in styles.screen_sheets] == ["lang-fr.css", "screen.css"]
    assert [name for name, _ in styles.site_sheets] == ["site.css"]
