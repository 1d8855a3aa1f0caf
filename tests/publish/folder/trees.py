"""What lies in a folder, and what changed there."""

from pathlib import Path


def tree(root: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return every file below a folder: bytes, inode, time of change."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def changed(before: dict[str, tuple[bytes, int, int]], after: dict[str, tuple[bytes, int, int]]) -> set[str]:
    """Return the paths that were written, added or removed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
