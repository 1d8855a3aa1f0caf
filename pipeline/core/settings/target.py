"""`[tool.annexe.publish.NAME]` → frozen `TargetSettings`: where attachments are published to."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.core.size_labels import SizeLabels


class TargetKind(StrEnum):
    """What kind of site a target is."""

    FOLDER = "folder"
    WORDPRESS = "wordpress"
    DRUPAL = "drupal"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """One site to publish to; docs/publishing.md describes each setting.

    `url` is the site's address without a slash at its end: of a folder, where the folder is served (None:
    nobody knows). `path` (absolute) is a folder's alone, `user` a site's that asks for one; with a `user` the
    secret is a password, without one a token. `size_labels` and `label_language` say how the site prints
    sizes. With `create`, a post that the site lacks is made there as a draft. `content_type`, `field` and
    `translations` are Drupal's: with `translations`, each language's link stands on its own translation of
    the node. `time_limit` is in seconds for one answer, `bytes_limit` the most bytes of one answer.
    `is_written` is false of the folder that is there without being set.
    """

    name: str
    kind: TargetKind
    url: str | None
    path: Path | None
    user: str | None
    size_labels: SizeLabels
    label_language: str
    create: bool
    content_type: str
    field: str
    translations: bool
    time_limit: int
    bytes_limit: int
    file: str
    line: int
    is_written: bool = True

    @property
    def variable(self) -> str:
        """Return the environment variable with the secret: a password where there is a user, else a token."""
        return secret_variable(self.name, is_password=self.user is not None)


def secret_variable(name: str, *, is_password: bool) -> str:
    """Return the environment variable that holds the secret of a target, such as ANNEXE_BLOG_PASSWORD."""
    return f"ANNEXE_{name.upper().replace('-', '_')}_{'PASSWORD' if is_password else 'TOKEN'}"
