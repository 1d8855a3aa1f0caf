"""Queries as PHP and Drupal's JSON:API read them: nested names, filters, pages."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from tests.publish.drupal.documents import JsonObject
from tests.publish.drupal.site import Refusal, Site

MOST_A_PAGE = 50
_OPERATORS = frozenset(
    "=,<>,>,>=,<,<=,STARTS_WITH,CONTAINS,ENDS_WITH,IN,NOT IN,BETWEEN,NOT BETWEEN,IS NULL,IS NOT NULL".split(
        ","
    )
)


class Values:
    """A resource as filters see it."""

    def __init__(self, resource: JsonObject) -> None:
        self.resource = resource

    def at(self, path: str) -> list[object]:
        """Return the values that the resource has under the path of a filter.

        Several where the field has several.
        """
        if path == "id":
            return [self.resource["id"]]
        name, _, part = path.partition(".")
        if part != "id":
            return [self.resource["attributes"].get(name)]
        data = self.resource["relationships"][name]["data"] or []
        return [one["id"] for one in (data if isinstance(data, list) else [data])]


def read_query(text: str) -> dict[str, Any]:
    """Return a query as PHP nests it.

    `filter[id][value][]=1` is `{"filter": {"id": {"value": {"0": "1"}}}}`.
    """
    query: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, *rest = [re.split(r"\[", name)[0], *re.findall(r"\[([^\]]*)\]", name)]
        place, key = query, first
        for part in rest:
            place = place.setdefault(key, {})
            key = part or str(len(place))
        place[key] = value
    return query


def _condition(name: str, written: Any) -> dict[str, Any]:
    """Return a filter in its long form, whichever short form it was written in."""
    if not isinstance(written, dict):
        return {"path": name, "value": written, "operator": "="}
    condition = dict(written.get("condition", {"path": name, **written}))
    if "path" not in condition:
        raise Refusal(400, "Filter parameter is missing a 'path' key.")
    condition.setdefault("operator", "=")
    if condition["operator"] not in _OPERATORS:
        raise Refusal(400, f"The '{condition['operator']}' operator is not allowed in a filter parameter.")
    if condition["operator"] in {"IS NULL", "IS NOT NULL"} and "value" in condition:
        raise Refusal(
            400, f"Filters using the '{condition['operator']}' operator should not provide a value."
        )
    if "value" not in condition and not condition["operator"].startswith("IS "):
        raise Refusal(400, "Filter parameter is missing a 'value' key.")
    return condition


def _holds(condition: Mapping[str, Any], values: list[object]) -> bool:
    operator, desired = condition["operator"], condition.get("value")
    found = [str(value) for value in values if value is not None]
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: str(desired) in found,
        "STARTS_WITH": lambda: any(one.casefold().startswith(str(desired).casefold()) for one in found),
        "IN": lambda: isinstance(desired, dict) and any(one in desired.values() for one in found),
        "IS NOT NULL": lambda: bool(found),
        "IS NULL": lambda: not found,
    }
    if operator not in tests:
        raise Refusal(500, f"this fake knows no {operator}")
    return tests[operator]()


def filtered(
    query: Mapping[str, Any], resources: Iterable[Values], known: Callable[[str], None]
) -> list[Values]:
    """Return the resources that a query's filters let through.

    `known` refuses a path that there is no field for.
    """
    written = query.get("filter", {})
    groups = {name: one["group"] for name, one in written.items() if isinstance(one, dict) and "group" in one}
    conditions = [_condition(name, one) for name, one in written.items() if name not in groups]
    for condition in conditions:
        known(condition["path"])
        if condition.get("memberOf") not in {None, *groups}:
            raise Refusal(400, "Filter parameter names a group that does not exist.")
    return [values for values in resources if _passes(values, conditions, groups)]


def _passes(values: Values, conditions: list[dict[str, Any]], groups: Mapping[str, Any]) -> bool:
    if not all(_holds(one, values.at(one["path"])) for one in conditions if "memberOf" not in one):
        return False
    for name, group in groups.items():
        members = (_holds(one, values.at(one["path"])) for one in conditions if one.get("memberOf") == name)
        if not (any(members) if group.get("conjunction") == "OR" else all(members)):
            return False
    return True


def page_of(query: Mapping[str, Any]) -> tuple[int, int]:
    """Return the first and the number of resources on the page that a query asks for; never more than 50."""
    page = query.get("page", {})
    if not isinstance(page, dict):
        raise Refusal(400, "The page parameter needs to be an array.")
    return int(page.get("offset", 0)), min(int(page.get("limit", MOST_A_PAGE)), MOST_A_PAGE)


def sorted_views(query: Mapping[str, Any], views: list[Values]) -> list[Values]:
    """Return the resources in the order that a query asks for."""
    path = str(query.get("sort", ""))
    if not path:
        return views
    name = path.removeprefix("-")
    return sorted(views, key=lambda view: view.resource["attributes"][name], reverse=path.startswith("-"))


def known_paths(kind: str, site: Site) -> Callable[[str], None]:
    """Return what refuses a path that the nodes of a type, or files, have no field for."""
    names = {"id", "filename", "filesize"} if kind == "file" else {"id", "drupal_internal__nid", "title"}
    names |= set() if kind == "file" else {f"{name}.id" for name in site.fields}

    def known(path: str) -> None:
        if path not in names:
            name = path.partition(".")[0]
            what = f"The field `{name}`, given in the path `{path}`, does not exist."
            raise Refusal(400, f"Invalid nested filtering. {what}")

    return known
