"""Tables of what results.json records, in Markdown."""

import math
from collections.abc import Sequence
from typing import Any

from bench.arithmetic import median, paired_ratio, spread
from bench.ways import MEASURE

#: A document of so many pages is long: what is made once no longer counts.
_LONG_PAGES = 10
#: A check of fewer milliseconds has no line of its own.
_SHORT = 0.1

_HEAD = (
    "way", "documents/s", "against Annexe", "CPU s a document", "memory, MiB", "KB a document", "pages", "the files say",
    "what it does less, and how it was measured",
)  # fmt: skip


def rows(section: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row a way: speed (documents a second), ratio to Annexe, CPU seconds and bytes a document, spread.

    The ratio is the median of the rounds' ratios of seconds a document: above 1 the way is faster than Annexe on one
    worker. A way that was not measured has None everywhere, and what is missing.
    """
    ways = section["ways"]
    measure = _per_document(ways.get(MEASURE), "seconds")
    found = []
    for name, way in ways.items():
        seconds = _per_document(way, "seconds")
        found.append(
            {
                "name": name,
                "way": way,
                "speed": 1 / median(seconds) if seconds else None,
                "ratio": paired_ratio(measure, seconds) if seconds and len(seconds) == len(measure) else None,
                "cpu": median(_per_document(way, "cpu")) if seconds else None,
                "bytes": median(_per_document(way, "bytes")) if seconds else None,
                "spread": spread(seconds) if seconds else None,
            }
        )
    return found


def summary(section: dict[str, Any]) -> dict[str, Any]:
    """Return when a run of all ways was, and of each way its speed and its ratio to Annexe."""
    return {
        "taken": section["taken"],
        "ways": {row["name"]: {"speed": row["speed"], "ratio": row["ratio"]} for row in rows(section)},
    }


def runs_table(section: dict[str, Any]) -> str:
    """Return the table of the runs, this one and those before it; nothing where it is the first."""
    runs = [*section.get("earlier", ()), summary(section)]
    if len(runs) == 1:
        return ""
    head = ("way", *(f"run of {run['taken'][:16].replace('T', ' ')}" for run in runs))
    titles = {name: way["title"] for name, way in section["ways"].items()}
    return _table(head, [(title, *(_run_cell(run, name) for run in runs)) for name, title in titles.items()])


def _run_cell(run: dict[str, Any], name: str) -> str:
    told = run["ways"].get(name) or {}
    if told.get("speed") is None:
        return "not measured"
    ratio = told["ratio"]
    return f"{figure(told['speed'])}{'' if ratio is None else f' ({ratio:.2f}×)'}"


def ways_table(section: dict[str, Any]) -> str:
    """Return the table of all ways."""
    return _table(_HEAD, [_cells(row, section) for row in rows(section)])


def long_table(section: dict[str, Any]) -> str:
    """Return the table of long documents: time and memory a page, and both against the first long one's."""
    head = (
        "pages", "whole command, s", "in the worker, s", "ms a page", "against the first long one",
        "memory, MiB", "MiB a page", "against the first long one",
    )  # fmt: skip
    measured = [_long_facts(entry) for entry in section["documents"]]
    first = next((facts for facts in measured if facts["pages"] >= _LONG_PAGES), measured[0])
    return _table(head, [_long_cells(facts, first) for facts in measured])


def _long_cells(facts: dict[str, Any], first: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(facts["pages"]),
        f"{facts['whole']:.2f}",
        f"{facts['seconds']:.2f}",
        f"{facts['page'] * 1000:.0f}",
        f"{facts['page'] / first['page']:.2f}×",
        f"{facts['memory']:.0f}",
        f"{facts['grown']:.2f}",
        f"{facts['grown'] / first['grown']:.2f}×" if first["grown"] else "–",
    )


def start_table(section: dict[str, Any]) -> str:
    """Return the table of short commands."""
    lines = [
        (entry["command"], f"{median(entry['seconds']):.3f}", f"{spread(entry['seconds']):.0%}")
        for entry in section["commands"]
    ]
    return _table(("command", "seconds", "spread"), lines)


def unchanged_table(section: dict[str, Any]) -> str:
    """Return the table of runs that find nothing to do, or little, among many posts."""
    lines = [
        (
            f"{project['posts']:,}",
            entry["command"],
            f"{median([taken['seconds'] for taken in entry['rounds']]):.3f}",
            f"{spread([taken['seconds'] for taken in entry['rounds']]):.0%}",
            f"{median([taken['cpu'] for taken in entry['rounds']]):.2f}",
            f"{max(taken['memory'] for taken in entry['rounds']):.0f}",
        )
        for project in section["projects"]
        for entry in project["commands"]
    ]
    return _table(("posts", "what", "seconds", "spread", "CPU s", "memory, MiB"), lines)


def stages_table(section: dict[str, Any]) -> str:
    """Return the table of what each stage of an attachment takes, in milliseconds; checks that take less than a tenth share a line."""
    editions = section["editions"]
    lines, rest = [], [0.0] * len(editions)
    for stages in zip(*(edition["stages"] for edition in editions), strict=True):
        taken = [median(stage["milliseconds"]) for stage in stages]
        if stages[0]["stage"].startswith("–") and max(taken) < _SHORT:
            rest = [sum(pair) for pair in zip(rest, taken, strict=True)]
        else:
            lines.append((stages[0]["stage"], *(f"{value:.1f}" for value in taken)))
    lines.append(("– each other check less than 0.1 ms, together", *(f"{value:.1f}" for value in rest)))
    return _table(("stage, ms", *(f"`{edition['name']}`" for edition in editions)), lines)


def imports_table(section: dict[str, Any]) -> str:
    """Return the table of what imports take longest."""
    lines = [
        (f"`{entry['module']}`", f"{entry['cumulative'] / 1000:.1f}", f"{entry['own'] / 1000:.1f}")
        for entry in section["imports"]
    ]
    return _table(("import", "ms with all it brings", "ms by itself"), lines)


def levers_table(section: dict[str, Any]) -> str:
    """Return the table of levers: CPU and wall time after, as a share of before; the median of the rounds' ratios."""
    lines = [
        (
            name,
            *(_change(lever, key) for key in ("cpu", "seconds")),
            str(len(lever["before"])),
            lever["taken"][:10],
        )
        for name, lever in section["levers"].items()
    ]
    return _table(("lever", "CPU", "wall time", "rounds", "taken"), lines)


def _change(lever: dict[str, Any], key: str) -> str:
    """Return the change in percent, and between which rounds' changes it lies."""
    before, after = ([taken[key] for taken in lever[side]] for side in ("before", "after"))
    ratios = [b / a for a, b in zip(before, after, strict=True)]
    return f"{median(ratios) - 1:+.1%} ({min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%})"


def _long_facts(entry: dict[str, Any]) -> dict[str, Any]:
    """Return medians; memory a page is what a worker held above what it holds for a single page."""
    seconds, memory, pages = median(entry["seconds"]), median(entry["memory"]), entry["pages"]
    return {
        "pages": pages,
        "whole": median(entry["whole"]),
        "seconds": seconds,
        "page": seconds / pages,
        "memory": memory,
        "grown": (memory - entry["memory_before"]) / pages,
    }


def _per_document(way: dict[str, Any] | None, key: str) -> list[float]:
    return [taken[key] / taken["documents"] for taken in way["rounds"]] if way else []


def _cells(row: dict[str, Any], section: dict[str, Any]) -> tuple[str, ...]:
    way = row["way"]
    if row["speed"] is None:
        return (way["title"], *["–"] * 7, f"not measured: {way['missing'] or 'no round'}")
    facts = way["facts"] or {"pages": 0, "tagged": False, "claims": []}
    says = ", ".join(["tagged" if facts["tagged"] else "no tags", *facts["claims"]])
    remarks = [
        way["missing"] or "",
        way["lacks"],
        f"{section['sample']} documents a round" if way["sampled"] else "",
    ]
    return (
        way["title"],
        f"{figure(row['speed'])} ±{row['spread']:.0%}",
        f"{row['ratio']:.2f}×" if row["ratio"] else "–",
        f"{row['cpu']:.3f}",
        f"{way['memory']:.0f}",
        f"{row['bytes'] / 1000:.1f}",
        f"{facts['pages']:.1f}",
        says,
        "; ".join(filter(None, remarks)),
    )


def figure(value: float) -> str:
    """Return a number in three digits, or two decimals where it is small."""
    decimals = max(0, 2 - int(math.log10(value))) if value >= 1 else 2
    return f"{value:.{decimals}f}"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    shown = [head, ["---"] + ["---"] * (len(head) - 1), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in shown) + "\n"
