"""Looks at a batch of posts on a Drupal: their nodes, translations and files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pipeline.core.settings.targets import TargetSettings
from pipeline.publish.drupal.documents import Node, is_own_name, reference_key
from pipeline.publish.drupal.reading import Found, Reader
from pipeline.publish.http.messages import table_of
from pipeline.publish.model import Link, PlaceState, PostState, RemoteFile, Trouble, WantedPlace, WantedPost


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was read: nodes by their keys, the same in other languages by (language, UUID), files by slug."""

    nodes: Mapping[tuple[str, str], Node]
    translated: Mapping[tuple[str, str], Node]
    files: Mapping[str, Sequence[Found]]


class States:
    """Says what a site carries. `languages` are those that a file of ours may be in, besides the posts' own."""

    def __init__(self, settings: TargetSettings, reader: Reader, languages: Collection[str]) -> None:
        self._settings = settings
        self._reader = reader
        self._languages = frozenset(languages)

    def of(self, posts: Sequence[WantedPost]) -> tuple[PostState, ...]:
        """Return what the site carries of each post, in their order.

        The nodes are read before the files: what a node links to is there then, or is gone for good.
        """
        places = [place for post in posts for place in post.places]
        nodes = self._reader.nodes({self._key(place) for place in places})
        seen = _Seen(
            nodes=nodes,
            translated=self._translated(places, nodes),
            files=self._reader.files([post.slug for post in posts], self._languages | _languages(posts)),
        )
        return tuple(self._post(post, seen) for post in posts)

    def _translated(
        self, places: Sequence[WantedPlace], nodes: Mapping[tuple[str, str], Node]
    ) -> dict[tuple[str, str], Node]:
        """Return the nodes in the languages of their places, as far as they didn't come in those already."""
        asked: dict[str, set[tuple[str, str]]] = {}
        for place in places:
            node = nodes.get(self._key(place))
            language = _code(place)
            if node is not None and language not in (None, node.language):
                asked.setdefault(str(language), set()).add(("id", node.uuid))
        return {
            (language, node.uuid): node
            for language, keys in asked.items()
            for node in self._reader.nodes(keys, language).values()
            if node.language == language
        }

    def _post(self, post: WantedPost, seen: _Seen) -> PostState:
        found = seen.files[post.slug]
        ours = {one.file.key: one.file for one in found}
        places = tuple(self._place(place, seen, ours) for place in post.places)
        linked = {link.file_key for place in places for link in place.links}
        files = [one.file for one in found if one.file.key in linked]
        loose = [one for one in found if one.file.key not in linked]
        if any(place.trouble is not None for place in places):
            # Nothing is deleted then, so that nobody needs to know who uses a file.
            files += [one.file for one in loose]
        else:
            keys = sorted({place.key for place in places if place.key is not None})
            files += self._reader.with_users(loose, keys)
        return PostState(slug=post.slug, places=places, files=tuple(files))

    def _place(self, place: WantedPlace, seen: _Seen, ours: Mapping[str, RemoteFile]) -> PlaceState:
        node = seen.nodes.get(self._key(place))
        if node is None:
            return self._absent(place)
        prefix, language = "", _code(place)
        if language not in (None, node.language):
            translated = seen.translated.get((str(language), node.uuid))
            if translated is None:
                return _in_trouble(self._no_translation(place, node.number))
            node, prefix = translated, f"/{language}"
        entries = [entry for entry in node.entries if entry.file in ours]
        page = f"{self._settings.url}{prefix}/node/{node.number}"
        return PlaceState(
            key=f"{prefix}{self._reader.nodes_path}/{node.uuid}",
            version=node.version,
            links=tuple(
                Link(
                    language=ours[entry.file].language,
                    text=entry.description,
                    url=ours[entry.file].url,
                    file_key=entry.file,
                )
                for entry in entries
            ),
            page_url=page if node.is_published else None,
            stale=None if all(entry.is_shown for entry in entries) else "a link is hidden from readers",
        )

    def _absent(self, place: WantedPlace) -> PlaceState:
        """Return the state of a place that isn't there: one to be created, or trouble."""
        settings = self._settings
        if not (settings.create and is_own_name(place.reference)):
            return _in_trouble(self._not_found(place))
        language = _code(place)
        if language is not None and self._reader.default_language() not in (None, language):
            return _in_trouble(self._no_translation(place, None))
        return PlaceState(key=None, version="", links=())

    def _key(self, place: WantedPlace) -> tuple[str, str]:
        return reference_key(place.reference, self._settings.url or "", self._settings.content_type)

    def _not_found(self, place: WantedPlace) -> Trouble:
        settings = self._settings
        if is_own_name(place.reference):
            return Trouble(
                name="post_not_found",
                message=f"{settings.name}: nothing tells which {settings.content_type} {place.reference} is there: Drupal "
                "knows posts by number or UUID",
                remedy=f"write its number into the front matter (publish: {{{settings.name}: 123}}; it stands in the "
                f"address /node/123/edit), or set create = true in {table_of(settings)} to have it made as a draft",
            )
        user = settings.user or "the token's user"
        return Trouble(
            name="post_not_found",
            message=f"{settings.name}: there is no {settings.content_type} {place.reference}, or {user} may not see it",
            remedy="correct `publish` in the front matter; where the post is there and not published, ask the site's "
            f"administrator to let {user} see unpublished content",
        )

    def _no_translation(self, place: WantedPlace, number: int | None) -> Trouble:
        settings = self._settings
        which = f"node {number}" if number is not None else place.reference
        return Trouble(
            name="translation_missing",
            message=f"{settings.name}: {which} has no translation in {place.translation}, and JSON:API can create none",
            remedy=f"add the translation on the site first ({'/node/' + str(number) if number else 'the post’s tab'} → "
            f"Translate); where each language is a post of its own, set translations = false in {table_of(settings)}",
        )


def _languages(posts: Sequence[WantedPost]) -> frozenset[str]:
    """Return every language that posts speak of."""
    wanted = {language for post in posts for place in post.places for language in place.languages}
    translations = {place.translation for post in posts for place in post.places if place.translation}
    written = {edition.language for post in posts if post.post for edition in post.post.editions}
    return frozenset(wanted | translations | written)


def _code(place: WantedPlace) -> str | None:
    """Return Drupal's code of a place's translation: `zh-hans` of `zh-Hans`; it is the prefix of addresses, too."""
    return None if place.translation is None else place.translation.lower()


def _in_trouble(trouble: Trouble) -> PlaceState:
    return PlaceState(key=None, version="", links=(), trouble=trouble)
