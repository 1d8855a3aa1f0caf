"""Built attachments for tests, and what a site is to carry of them."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.publish.model import DesiredPlace, DesiredPost, LocalFile
from tests.publish.memory_site import identity_of

LABELS = {"en": "Reflections", "fr": "Français"}


def local_file(folder: Path, slug: str, language: str, data: bytes) -> LocalFile:
    """Write an attachment's bytes and return it as publishing speaks of it."""
    path = folder / f"{slug}-{language}.pdf"
    path.write_bytes(data)
    label = LABELS.get(language, language)
    size = f"{len(data)} bytes"
    return LocalFile(
        identity=identity_of(slug, language, data),
        path=path,
        title=f"The title in {language}",
        label=label,
        size_label=size,
        text=f"{label} ({size})",
    )


def desired_post(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    slug: str = "a-post",
    references: Mapping[str, str] | None = None,
    kept: tuple[str, ...] = (),
) -> DesiredPost:
    """Return a post of these languages and bytes.

    Without `references` all stand in one place, named by the slug.
    """
    groups: dict[str, list[str]] = {}
    for language in (*files, *kept):
        groups.setdefault((references or {}).get(language, slug), []).append(language)
    return DesiredPost(
        slug=slug,
        places=tuple(
            DesiredPlace(
                reference=reference,
                files=tuple(
                    local_file(folder, slug, language, files[language])
                    for language in languages
                    if language in files
                ),
                languages=tuple(sorted(languages)),
            )
            for reference, languages in groups.items()
        ),
    )
