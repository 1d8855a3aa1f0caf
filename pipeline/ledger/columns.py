"""Columns from dataclasses and dataclasses from columns: each field of a row is a column of its name."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, Generic, TypeVar

from pipeline.core.reasons import COMPOSING, MACHINERY, Reason, ReasonKind

Value = str | int | float | bytes | None
RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a field's value is stored in a column, and made of what the column holds; None stays None."""

    store: Callable[[Any], Value]
    load: Callable[[Any], Any]


class Columns(Generic[RowT]):
    """A dataclass's fields as columns, in order; `names` has other names, or selecting expressions."""

    def __init__(
        self, row: type[RowT], names: dict[str, str] | None = None, **conversions: Conversion
    ) -> None:
        self._row = row
        self._fields = tuple(field.name for field in fields(row))  # type: ignore[arg-type] # a dataclass
        self._conversions = conversions
        self.names = tuple((names or {}).get(field, field) for field in self._fields)
        pairs = zip(self.names, self._fields, strict=True)
        #: What stands behind `select`: `load` takes the fields by their names.
        self.selected = ", ".join(f'{name} as "{field}"' for name, field in pairs)

    def store(self, row: RowT) -> tuple[Value, ...]:
        """Return the values of a row's columns."""
        return tuple(self._converted(field, getattr(row, field), is_stored=True) for field in self._fields)

    def load(self, **values: Any) -> RowT:
        """Return the row of values of its columns, by field; raises ValueError, TypeError where none fits."""
        loaded = {name: self._converted(name, value, is_stored=False) for name, value in values.items()}
        return self._row(**loaded)

    def load_if_sound(self, **values: Any) -> RowT | None:
        """Return the same, or None where the values stand for no row, so that one bad row spoils no other."""
        try:
            return self.load(**values)
        except (ValueError, TypeError, KeyError):
            return None

    def _converted(self, field: str, value: Any, *, is_stored: bool) -> Any:
        conversion = self._conversions.get(field)
        if conversion is None or value is None:
            return value
        return conversion.store(value) if is_stored else conversion.load(value)


def insertable(*names: str) -> str:
    """Return what stands behind `insert into TABLE`: names of columns, and as many question marks."""
    return f"({', '.join(names)}) values ({', '.join('?' * len(names))})"


def storable(text: str) -> str:
    """Return a text that SQLite takes: names of files that are no UTF-8 have half characters."""
    return text.encode("utf-8", "backslashreplace").decode()


#: What an Annexe before version 6 of the schema wrote as a reason, in English.
_OLD_KINDS = {
    "not built before": ReasonKind.NEW,
    "the attachment is missing": ReasonKind.MISSING,
    "the attachment was changed by hand": ReasonKind.BY_HAND,
    "the run that made the attachment was interrupted": ReasonKind.INTERRUPTED,
}
_OLD_NAMES = {"the way pages are composed": COMPOSING, "the way attachments are made": MACHINERY}
_OLD_CHANGED, _OLD_CACHE = "changed: ", "; taken from the cache"


def _store_reason(reason: Reason) -> str:
    changed = [storable(name) for name in reason.changed]
    return json.dumps({**asdict(reason), "changed": changed}, ensure_ascii=False)


def _load_reason(text: str) -> Reason:
    if not text.startswith("{"):
        return _load_old_reason(text)
    values = json.loads(text)
    return Reason(
        kind=ReasonKind(values["kind"]),
        changed=tuple(map(str, values["changed"])),
        is_from_cache=bool(values["is_from_cache"]),
    )


def _load_old_reason(text: str) -> Reason:
    """Return the reason that an older Annexe put into words; `reason_text` gives the same words again."""
    start = text.removesuffix(_OLD_CACHE)
    is_from_cache = start != text
    if start in _OLD_KINDS:
        return Reason(kind=_OLD_KINDS[start], is_from_cache=is_from_cache)
    if not start.startswith(_OLD_CHANGED):
        return Reason(kind=ReasonKind.OTHER, changed=(start,), is_from_cache=is_from_cache)
    names = start.removeprefix(_OLD_CHANGED).split(", ")
    changed = tuple(_OLD_NAMES.get(name, name) for name in names)
    return Reason(kind=ReasonKind.CHANGED, changed=changed, is_from_cache=is_from_cache)


BOOLEAN = Conversion(int, bool)
TIME = Conversion(
    lambda time: time.astimezone(dt.UTC).isoformat(timespec="seconds"), dt.datetime.fromisoformat
)
JSON_PAIRS = Conversion(
    json.dumps, lambda text: tuple((str(name), str(value)) for name, value in json.loads(text))
)
JSON_TEXTS = Conversion(json.dumps, lambda text: tuple(map(str, json.loads(text))))
JSON_MAPPING = Conversion(
    lambda values: json.dumps(dict(values), sort_keys=True), lambda text: dict(json.loads(text))
)
SHA256 = Conversion(bytes.fromhex, bytes.hex)
REASON = Conversion(_store_reason, _load_reason)
