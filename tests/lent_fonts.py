"""The house's fonts, made once in a checkout and lent to every project: making them takes longer than most commands do."""

import fcntl
import shutil
from functools import cache
from pathlib import Path

# Imported before any test replaces what it takes from `faces`: it would go on making other fonts in this process.
from pipeline.render.fonts import making  # noqa: F401 - only the time of its import matters
from pipeline.render.fonts.faces import FACES_FOLDER, prepare_fonts
from tests.repository import ROOT

#: Tests of every run read here, and none writes but to make what is missing: a folder's name is the digest of what it is
#: made from, and a file that is not as it was made is made anew.
_STORE = ROOT / ".cache" / "tests"


def lend_fonts(machine: Path) -> None:
    """Copy all fonts, for attachments and for pages, into the folder that commands keep their own files in."""
    made = _made()
    lent = machine / "fonts" / made.name
    shutil.copytree(made / FACES_FOLDER, lent / FACES_FOLDER)
    for record in made.glob("*.json"):
        shutil.copyfile(record, lent / record.name)


@cache
def _made() -> Path:
    """Return the folder of the store that holds the fonts; those that are missing are made, by one process at a time."""
    _STORE.mkdir(parents=True, exist_ok=True)
    with (_STORE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fonts = prepare_fonts(_STORE)
        fonts.web_fonts()
    return fonts.fontconfig_file.parent
