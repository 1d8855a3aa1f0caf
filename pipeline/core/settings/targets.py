"""`[tool.annexe.publish.NAME]` → the targets: which sites the attachments can be published to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from pipeline.core.settings.table import Table
from pipeline.core.size_labels import SizeLabels

_CONTENT_TYPE = "article"
_FIELD = "field_attachments"
_TIME_LIMIT = 60
_BYTES_LIMIT = 64 * 1024 * 1024


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
    user: str | None = None
    size_labels: SizeLabels = "drupal"
    label_language: str = "en"
    create: bool = False
    content_type: str = _CONTENT_TYPE
    field: str = _FIELD
    translations: bool = False
    time_limit: int = _TIME_LIMIT
    bytes_limit: int = _BYTES_LIMIT
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


#: The target that is there without being written: a folder of web pages, and how it is called.
BUILT_IN = "site"
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_MACHINE_NAME = re.compile(r"[a-z][a-z0-9_]*")
#: A name at HTTP's basic authentication: no colon (RFC 7617), no control character.
_USER = re.compile(r"[^:\x00-\x1f\x7f-\x9f]*[^:\s\x00-\x1f\x7f-\x9f][^:\x00-\x1f\x7f-\x9f]*")
_KINDS = tuple(kind.value for kind in TargetKind)
_LANGUAGES = ("en", "fr")
_SITES = (TargetKind.WORDPRESS, TargetKind.DRUPAL)
#: The settings that only some kinds of target have.
_ONLY_FOR: Mapping[str, tuple[TargetKind, ...]] = MappingProxyType(
    {
        "path": (TargetKind.FOLDER,),
        "user": _SITES,
        "create": _SITES,
        "content_type": (TargetKind.DRUPAL,),
        "field": (TargetKind.DRUPAL,),
        "translations": (TargetKind.DRUPAL,),
    }
)


def read_targets(table: Table, folder: Path, base_url: str | None) -> tuple[TargetSettings, ...]:
    """Return the targets of `[tool.annexe]`, the built-in one last; paths are relative to `folder`.

    Faults are noted in the table. The built-in target is served at `base_url`. What is returned is of use
    only where the table has no faults.
    """
    named = list(table.tables("publish"))
    targets = [_target(inner, name, folder) for name, inner in named]
    if BUILT_IN not in dict(named):
        targets.append(_built_in(table, folder, base_url))
    return tuple(targets)


def _built_in(table: Table, folder: Path, base_url: str | None) -> TargetSettings:
    """Return the folder of web pages that every project can publish to."""
    return TargetSettings(
        name=BUILT_IN,
        kind=TargetKind.FOLDER,
        url=base_url,
        path=folder / BUILT_IN,
        file=table.file,
        line=table.line,
        is_written=False,
    )


def _target(table: Table, name: str, folder: Path) -> TargetSettings:
    """Return the target of a table; what is wrong there is noted."""
    if not _NAME.fullmatch(name):
        table.fault(
            None,
            f"{table.name} is no name of a target; write small letters, digits and hyphens, such as blog",
        )
    kind = _kind(table)
    _drop_what_others_have(table, kind)
    is_wordpress = kind is TargetKind.WORDPRESS
    is_password = is_wordpress or table.holds("user")
    target = TargetSettings(
        name=name,
        kind=kind or TargetKind.FOLDER,
        url=_url(table, kind),
        path=table.path("path", folder, folder / BUILT_IN) if kind is TargetKind.FOLDER else None,
        user=_user(table, kind),
        size_labels=table.size_labels("size_labels", "wordpress" if is_wordpress else "drupal"),
        label_language=table.choice("label_language", "en", _LANGUAGES, "is no language of size labels"),
        create=table.flag("create", default=False),
        content_type=_machine_name(table, "content_type", _CONTENT_TYPE),
        field=_machine_name(table, "field", _FIELD),
        translations=table.flag("translations", default=False),
        time_limit=table.whole("time_limit", _TIME_LIMIT, least=1),
        bytes_limit=table.whole("bytes_limit", _BYTES_LIMIT, least=1),
        file=table.file,
        line=table.line,
    )
    table.refuse_unknown(secret_variable(name, is_password=is_password))
    return target


def _kind(table: Table) -> TargetKind | None:
    words = ", ".join(f'"{kind}"' for kind in _KINDS[:-1]) + f' or "{_KINDS[-1]}"'
    if not table.holds("kind"):
        table.fault(None, f"{table.name} has no kind; write kind = {words}")
    word = table.choice("kind", "", _KINDS, "is no kind of site") if table.holds("kind") else ""
    return TargetKind(word) if word else None


def _drop_what_others_have(table: Table, kind: TargetKind | None) -> None:
    """Note the settings that this kind of target doesn't have, and read them no further."""
    for key, kinds in _ONLY_FOR.items():
        if kind is None or kind in kinds:
            continue
        owners = " or ".join(f'"{owner}"' for owner in kinds)
        table.drop(key, f'is for kind = {owners}; take it out of this target, whose kind is "{kind}"')


def _url(table: Table, kind: TargetKind | None) -> str | None:
    if kind in _SITES and not table.holds("url"):
        table.fault(
            None,
            f'{table.name} has no url; write the site\'s address, such as url = "https://www.example.org"',
        )
    return table.site_address("url")


def _user(table: Table, kind: TargetKind | None) -> str | None:
    if kind is TargetKind.WORDPRESS and not table.holds("user"):
        fault = f'{table.name} has no user; write the name that we sign in by, such as user = "ada"'
        table.fault(None, fault)
    what = "is no name to sign in by (a text without colons)"
    return table.text("user", None, _USER, what, 'write the name alone, such as "ada"')


def _machine_name(table: Table, key: str, default: str) -> str:
    remedy = f'write it as the site\'s addresses do, such as "{default}"'
    return table.text(key, default, _MACHINE_NAME, "is no machine name", remedy) or default
