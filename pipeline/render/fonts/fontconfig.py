"""What fontconfig is shown: the house's fonts in one folder, and none of the machine's."""

from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.core.files import write_if_changed
from pipeline.core.model import Asset

#: The folder of the font files, beside the configuration.
FACES = "faces"


def fontconfig(folder: Path) -> str:
    """Return a configuration that knows one folder of fonts, keeps its own cache and includes nothing else."""
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        f"  <dir>{escape(str(folder / FACES))}</dir>\n"
        f"  <cachedir>{escape(str(folder / 'fontconfig'))}</cachedir>\n</fontconfig>\n"
    )


def unpack_fonts(fonts: tuple[Asset, ...], folder: Path) -> Path:
    """Write the fonts of a kit into a folder, as they lie where they were made, and return the configuration's file.

    Several processes may do this at once: files appear whole, with the same bytes whoever wrote them.
    """
    for font in fonts:
        write_if_changed(folder / FACES / Path(font.name).name, font.data)
    configuration = folder / "fonts.conf"
    write_if_changed(configuration, fontconfig(folder).encode())
    return configuration
