"""Styles that nobody asks for are not computed: those of most pseudo-elements, and those of pages that are like others.

WeasyPrint matches every selector with every element, computes a style for each pseudo-element that a selector names, and does
so anew for each page and its sixteen margins. Its own style sheet names six pseudo-elements of every element (markers, calls
of notes), so that a post of a hundred elements has six hundred such styles, of which ten are used. Here a pseudo-element's
selectors are matched when its style is asked for, and a page has the styles of the first page that the same rules are about.
Told nowhere upstream, as far as is known; https://github.com/Kozea/WeasyPrint/issues/578 asks for speed as such.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from math import inf
from typing import Any
from weakref import WeakKeyDictionary

from weasyprint import css
from weasyprint.css import declaration_precedence
from weasyprint.layout import page

from pipeline.render.patching import replaced

#: Where an entry of a matcher has the name of its selector's pseudo-element, and its declarations with their layer.
_PSEUDO, _PAYLOAD = 3, 4


class _Sheet:
    """A style sheet whose selectors are told apart: those of elements, and those of each pseudo-element."""

    def __init__(self, sheet: Any) -> None:
        entries = list(_entries(sheet.matcher))
        self.layers, self.page_rules = sheet.layers, sheet.page_rules
        self.matcher = _only(sheet.matcher, None)
        self.pseudo = {
            name: _only(sheet.matcher, name) for name in {entry[_PSEUDO] for entry in entries} - {None}
        }
        #: A pseudo-element may be what a link leads to, which has to be known before anything is laid out.
        self.names_anchors = any(
            name == "anchor" for entry in entries if entry[_PSEUDO] for name, *_ in entry[_PAYLOAD][0]
        )


#: A kit's sheets serve all documents of a process.
_sheets: "WeakKeyDictionary[Any, _Sheet]" = WeakKeyDictionary()


def _told_apart(sheet: Any) -> _Sheet:
    made = _sheets.get(sheet)
    if made is None:
        made = _sheets[sheet] = _Sheet(sheet)
    return made


def _entries(matcher: Any) -> Iterator[Any]:
    for kept in vars(matcher).values():
        if isinstance(kept, dict):
            for entries in kept.values():
                yield from entries
        elif isinstance(kept, list):
            yield from kept


def _only(matcher: Any, pseudo: str | None) -> Any:
    """Return a matcher with those selectors of another one that are about one pseudo-element; None: about elements."""

    def about(entries: list[Any]) -> list[Any]:
        return [entry for entry in entries if entry[_PSEUDO] == pseudo]

    made = type(matcher)()
    for name, kept in vars(matcher).items():
        if isinstance(kept, dict):
            setattr(made, name, {key: some for key, entries in kept.items() if (some := about(entries))})
        elif isinstance(kept, list):
            setattr(made, name, about(kept))
    return made


class _Noting:
    """A sheet's selectors of elements; whatever they are matched with is remembered."""

    def __init__(self, sheet: _Sheet, elements: dict[Any, Any]) -> None:
        self.layers, self.page_rules = sheet.layers, sheet.page_rules
        self._match, self._elements = sheet.matcher.match, elements

    @property
    def matcher(self) -> "_Noting":
        return self

    def match(self, element: Any) -> Any:
        self._elements[element.etree_element] = element
        return self._match(element)


class LazyStyleFor(css.StyleFor):  # type: ignore[misc] # weasyprint ships no types
    """A document's styles: a pseudo-element's is computed when it is asked for, a page's once for all pages like it."""

    def __init__(
        self, html: Any, sheets: Any, presentational_hints: Any, font_config: Any, target_collector: Any
    ) -> None:
        apart = [(_told_apart(sheet), origin, specificity) for sheet, origin, specificity in sheets]
        self._html, self._target_collector = html, target_collector
        self._elements: dict[Any, Any] = {}
        self._asked: set[tuple[Any, str]] = set()
        self._is_lazy = not any(sheet.names_anchors for sheet, *_ in apart)
        self._apart = apart
        #: The first page of each kind, by which rules are about it; pages that have the styles of such a one.
        self._first: dict[tuple[bool, ...], Any] = {}
        self._alike: set[Any] = set()
        #: What of a page has a style, by the first page of each kind: itself (None), its margins.
        self._parts: dict[Any, list[str | None]] = {}
        shown = (
            [(_Noting(sheet, self._elements), origin, specificity) for sheet, origin, specificity in apart]
            if self._is_lazy
            else sheets
        )
        super().__init__(html, shown, presentational_hints, font_config, target_collector)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """Return the style of an element, a page, or a part of either; None where it has none."""
        if pseudo_type is not None and element in self._elements:
            self._compute(element, pseudo_type)
        return super().__call__(element, pseudo_type)

    def _compute(self, element: Any, pseudo_type: str) -> None:
        """Compute a pseudo-element's style, where any selector is about it, as all would be at the beginning."""
        if (element, pseudo_type) in self._asked:
            return
        self._asked.add((element, pseudo_type))
        cascaded = self._cascade(self._elements[element], pseudo_type)
        if cascaded is None:
            return
        self._cascaded_styles[element, pseudo_type] = cascaded
        self.set_computed_styles(
            element,
            parent=element,
            root=self._html.etree_element,
            pseudo_type=pseudo_type,
            base_url=self._html.base_url,
            target_collector=self._target_collector,
        )
        del self._cascaded_styles[element, pseudo_type]

    def _cascade(self, element: Any, pseudo_type: str) -> dict[str, Any] | None:
        """Return the declarations about a pseudo-element that win, with their weights (css-cascade-5, 6.1); None: no rule."""
        cascaded: dict[str, Any] | None = None
        for sheet, origin, of_sheet in self._apart:
            matcher = sheet.pseudo.get(pseudo_type)
            for specificity, _, _, (declarations, layer) in matcher.match(element) if matcher else ():
                cascaded = {} if cascaded is None else cascaded
                order = inf if layer is None else sheet.layers.index(layer)
                for name, values, importance in declarations:
                    weight = (declaration_precedence(origin, importance), order, of_sheet or specificity)
                    if name not in cascaded or cascaded[name][1] <= weight:
                        cascaded[name] = values, weight
        return cascaded

    def add_page_declarations(self, page_type: Any) -> None:
        """Do what StyleFor does for a page of a new kind; another one has the styles of the first of its kind.

        The first page of a document stands alone: lengths that depend on the page's size are not known before it is made.
        """
        kind = tuple(
            self._page_type_match(selector, page_type)
            for sheet, *_ in self._apart
            for _, selectors, _ in sheet.page_rules
            for _, _, selector in selectors
        )
        first = self._first.get(kind)
        if first is None:
            if page_type.index > 0:
                self._first[kind] = page_type
            super().add_page_declarations(page_type)
            return
        if page_type not in self._alike:
            self._alike.add(page_type)
            for part in self._parts[first]:
                self._computed_styles[page_type, part] = self._computed_styles[first, part]

    def set_computed_styles(
        self, element: Any, parent: Any, root: Any = None, pseudo_type: str | None = None, **more: Any
    ) -> None:
        """Do what StyleFor does, but for a page that has the styles of another one."""
        if isinstance(element, page.PageType):
            if element in self._alike:
                return
            self._parts.setdefault(element, []).append(pseudo_type)
        super().set_computed_styles(element, parent, root=root, pseudo_type=pseudo_type, **more)


def lazy_styles() -> AbstractContextManager[None]:
    """Compute styles when they are asked for, inside the block."""
    return replaced((css, "StyleFor", LazyStyleFor))
