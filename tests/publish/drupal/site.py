"""What a fake Drupal holds: nodes with translations, files, people with permissions.

It also does to them what editors and cron do.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

#: What the account that publishes needs; docs/publishing.md lists the same.
PUBLISHER = frozenset(
    {"access content", "create article content", "edit any article content", "view own unpublished content"}
)
PASSWORD = "right horse"
FILES = "/sites/default/files/"


class Refusal(Exception):  # noqa: N818 - an answer of the site, not an error of the test
    """What the site answers instead of doing it: the status and Drupal's own words."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


@dataclass(slots=True, kw_only=True)
class User:
    """An account; the token is for OAuth."""

    uid: int
    name: str
    password: str
    token: str = "a token"
    permissions: frozenset[str] = PUBLISHER
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))

    def may(self, permission: str) -> bool:
        """Say whether the account holds a permission."""
        return permission in self.permissions


ANONYMOUS = User(uid=0, name="Anonymous", password="", token="", permissions=frozenset({"access content"}))


@dataclass(slots=True, kw_only=True)
class ListItem:
    """An item of a file field."""

    file: str
    description: str = ""
    display: bool = True


@dataclass(slots=True, kw_only=True)
class Translation:
    """One translation of a node, with fields of its own."""

    language: str
    title: str
    body: dict[str, object] | None = None
    published: bool = True
    changed: int = 1_600_000_000
    fields: dict[str, list[ListItem]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Node:
    """A node: `language` is its original's."""

    number: int
    uuid: str
    revision: int
    kind: str
    language: str
    owner: int
    translations: dict[str, Translation]

    def best(self, language: str) -> Translation:
        """Return the translation that Drupal shows in a language: that one, or the original."""
        return self.translations.get(language) or self.translations[self.language]


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """A file: temporary until a node that uses it is saved."""

    number: int
    uuid: str
    name: str
    data: bytes
    owner: int
    permanent: bool = False


@dataclass(slots=True, kw_only=True)
class Site:
    """A Drupal of the content types `article` and `page`.

    Every field and language can be set before or between requests.
    """

    kinds: tuple[str, ...] = ("article", "page")
    fields: tuple[str, ...] = ("field_attachments", "field_more")
    #: How many values a field takes; the others take any number.
    cardinality: dict[str, int] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("txt", "pdf")
    languages: tuple[str, ...] = ("en", "fr")
    formats: tuple[str, ...] = ("basic_html",)
    max_upload: int = 2_000_000
    #: What a module makes of the name of an uploaded file.
    renamed: Callable[[str], str] = str
    #: What `filename` says of a file: older Drupals leave out the `_0` there.
    shown_name: Callable[[str], str] = str
    has_body: bool = True
    is_read_only: bool = False
    is_in_maintenance: bool = False
    users: list[User] = field(default_factory=lambda: [User(uid=7, name="annexe", password=PASSWORD)])
    nodes: list[Node] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    _clock: int = 1_700_000_000

    def tick(self) -> int:
        """Return a new second."""
        self._clock += 1
        return self._clock

    def allow(self, permission: str) -> None:
        """Give the account that publishes a permission more."""
        self.users[0].permissions |= {permission}

    def forbid(self, permission: str) -> None:
        """Take a permission from the account that publishes."""
        self.users[0].permissions -= {permission}

    def add_node(
        self,
        title: str = "A post",
        *,
        languages: tuple[str, ...] = ("en",),
        kind: str = "article",
        owner: int = 1,
    ) -> Node:
        """Add a published node; the first language is the original's."""
        node = Node(
            number=len(self.nodes) + 1,
            uuid=str(uuid.uuid4()),
            revision=len(self.nodes) + 101,
            kind=kind,
            language=languages[0],
            owner=owner,
            translations={
                language: Translation(
                    language=language, title=title, body={"value": "<p>Text</p>", "format": "basic_html"}
                )
                for language in languages
            },
        )
        self.nodes.append(node)
        return node

    def add_file(self, name: str, data: bytes = b"%PDF-1.7\n", *, owner: int = 1) -> StoredFile:
        """Store a file under a name, or the name with `_0` where it is taken."""
        path = PurePosixPath(name)
        taken = {file.name for file in self.files}
        names = (name, *(f"{path.stem}_{number}{path.suffix}" for number in range(1000)))
        free = next(one for one in names if one not in taken)
        file = StoredFile(
            number=len(self.files) + 501, uuid=str(uuid.uuid4()), name=free, data=data, owner=owner
        )
        self.files.append(file)
        return file

    def attach(self, node: Node, file: StoredFile, description: str = "", **options: object) -> ListItem:
        """Attach a file to a node as an editor does: a new revision, and the file stays for good."""
        language = str(options.get("language", node.language))
        name = str(options.get("field", self.fields[0]))
        item = ListItem(file=file.uuid, description=description, display=bool(options.get("display", True)))
        node.translations[language].fields.setdefault(name, []).append(item)
        self.save(node, language)
        node.revision += 1000
        return item

    def save(self, node: Node, language: str) -> None:
        """Save a node: what it uses is kept for good, and it is changed now."""
        node.translations[language].changed = self.tick()
        used = {item.file for items in node.translations[language].fields.values() for item in items}
        for file in self.files:
            file.permanent = file.permanent or file.uuid in used

    def run_cron(self) -> None:
        """Collect the temporary files, as cron does some hours after they came."""
        self.files = [file for file in self.files if file.permanent]

    def file(self, identifier: str) -> StoredFile | None:
        """Return the file of a UUID."""
        return next((file for file in self.files if file.uuid == identifier), None)

    def node(self, identifier: str) -> Node | None:
        """Return the node of a UUID."""
        return next((node for node in self.nodes if node.uuid == identifier), None)

    def items(self, node: Node, language: str | None = None, name: str | None = None) -> list[ListItem]:
        """Return a node's items of a field, by default of the field for attachments in the original's language."""
        return node.translations[language or node.language].fields.get(name or self.fields[0], [])
