"""The numbers before the items of a list, as they are printed."""

from lxml import etree

_FIRST_WITHOUT_ROMAN = 4000
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def list_labels(written: etree._Element) -> list[str]:
    """Return the numbers of a numbered list's items as they are printed (HTML, 4.4.5 and 4.4.8)."""
    items = list(written.iterchildren("li"))
    step = -1 if written.get("reversed") is not None else 1
    number = _number(written.get("start"), len(items) if step < 0 else 1)
    labels = []
    for item in items:
        number = _number(item.get("value"), number)
        labels.append(_as_label(number, written.get("class", "")))
        number += step
    return labels


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text else otherwise


def _as_label(number: int, kind: str) -> str:
    """Return a number in the style of a list; numbers that a style doesn't have are decimal."""
    text = ""
    if "alpha" in kind and number > 0:
        while number:
            number, digit = divmod(number - 1, 26)
            text = chr(ord("a") + digit) + text
    elif "roman" in kind and 0 < number < _FIRST_WITHOUT_ROMAN:
        for value, digits in _ROMAN:
            text += digits * (number // value)
            number %= value
    else:
        text = str(number)
    return text
