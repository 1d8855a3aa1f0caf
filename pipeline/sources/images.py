"""Images of a post: from its own folder only, complete, of a type that PDF readers show, and not too large.

Nothing is decoded before its size in pixels is known from its header.
"""

import difflib
import io
import re
import stat
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

from PIL import ExifTags, GifImagePlugin, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from pipeline.core.model import Image
from pipeline.core.paths import shown_name

_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):|(?P<host>//)")
_REMOTE = frozenset({"http", "https", "ftp"})
#: Exif orientations that lay an image on its side (Exif 2.32, 4.6.4, tag 0x0112).
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})

_READERS: tuple[tuple[re.Pattern[bytes], str, Callable[[io.BytesIO], ImageFile.ImageFile]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png", PngImagePlugin.PngImageFile),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg", JpegImagePlugin.JpegImageFile),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp", WebPImagePlugin.WebPImageFile),
    (re.compile(rb"GIF8[79]a"), "image/gif", GifImagePlugin.GifImageFile),
)
_OTHER_TYPES = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE svg|!--|svg)", re.IGNORECASE), "an SVG drawing"),
    (re.compile(rb"II\*\0|MM\0\*"), "a TIFF image"),
    (re.compile(rb"BM"), "a BMP image"),
    (re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL), "an AVIF image"),
    (re.compile(rb"....ftyp(?:heic|heix|mif1|msf1)", re.DOTALL), "a HEIC image"),
    (re.compile(rb"%PDF-"), "a PDF"),
)
_LONGEST_SHOWN = 80
_TAKEN = "PNG, JPEG, WebP or GIF"


class RefusedImageError(Exception):
    """An image can't be used: the name of the finding, what is wrong, and what to do."""

    def __init__(self, name: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message
        self.remedy = remedy


def read_image(folder: Path, path: str, *, bytes_limit: int, pixels_limit: int) -> Image:
    """Return the image that a source of the post in `folder` names `path`; raises RefusedImageError.

    `pixels_limit` is the largest width times height. An image that lies on its side is measured upright.
    """
    name = path[:_LONGEST_SHOWN]
    data = _read(folder, path, name, bytes_limit)
    media_type, image = _opened(data, name)
    width, height = image.size
    if width * height > pixels_limit:
        what = f"{name} is {width:,} by {height:,} pixels, more than {pixels_limit:,} in all"
        remedy = "make it smaller; 2,000 pixels across are enough for a page"
        raise RefusedImageError("image_pixels", what, remedy)
    if _decode(image, data, name) in _ON_ITS_SIDE:
        width, height = height, width
    return Image(path=path, data=data, media_type=media_type, width=width, height=height)


def _read(folder: Path, path: str, name: str, bytes_limit: int) -> bytes:
    inside = _path_inside(path)
    home = folder.resolve()
    try:
        file = _same_name(home / inside).resolve()
        if not file.is_relative_to(home):
            link = "is a link to a file" if (folder / inside).is_symlink() else "lies"
            raise _outside(f"{name} {link}")
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RefusedImageError("image_unreadable", f"{name} is no file", "name the image itself")
        if status.st_size > bytes_limit:
            what = f"{name} has {status.st_size:,} bytes, more than {bytes_limit:,}"
            raise RefusedImageError("image_bytes", what, "make it smaller, or save it as JPEG or WebP")
        return file.read_bytes()
    except FileNotFoundError as error:
        remedy = _nearest_file(folder, inside)
        raise RefusedImageError("image_missing", f"there is no image {name}", remedy) from error
    except (OSError, ValueError, RuntimeError) as error:
        # RuntimeError is what a circle of links was before Python 3.13.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is no path"
        what = f"{name} can't be read ({reason})"
        raise RefusedImageError("image_unreadable", what, "mend its name or its rights") from error


def _same_name(file: Path) -> Path:
    """Return a file, or the one beside it whose name looks the same.

    Accents may be apart from their letters (as macOS writes names into archives), spaces no-break ones, and
    apostrophes straight or curly.
    """
    if file.exists() or not file.parent.is_dir():
        return file
    looks = _looks(file.name)
    return next((other for other in file.parent.iterdir() if _looks(other.name) == looks), file)


def _looks(name: str) -> str:
    return unicodedata.normalize("NFC", name).translate({0xA0: " ", 0x202F: " ", 0x2019: "'", 0x2018: "'"})


def _path_inside(path: str) -> str:
    """Return the path of a file in the post's folder that an image's address stands for."""
    address = _ADDRESS.match(path)
    scheme = (address["scheme"] or "").lower() if address else ""
    if address and (address["host"] or scheme in _REMOTE):
        what = f"{path[:_LONGEST_SHOWN]} is on another computer"
        remedy = "save the image in the post's folder and name it by its file name"
        raise RefusedImageError("image_remote", what, remedy)
    if scheme == "data":
        what = "an image is written into the text (data:)"
        raise RefusedImageError("image_data", what, "save it as a file in the post's folder")
    inside = unquote(path)
    if scheme or inside.startswith("/"):
        raise _outside(f"{path[:_LONGEST_SHOWN]} lies")
    if not path.strip():
        remedy = "write the name of its file: ![…](name.png)"
        raise RefusedImageError("image_missing", "an image has no path", remedy)
    return inside


def _nearest_file(folder: Path, inside: str) -> str:
    names = {path.stem.casefold(): path.name for path in folder.iterdir() if path.suffix != ".md"}
    near = difflib.get_close_matches(Path(inside).stem.casefold(), names, n=1)
    if not near:
        return "put the image into the post's folder, or mend its name"
    name = names[near[0]]
    hint = " Large and small letters differ" if name.casefold() == inside.casefold() else ""
    return f'did you mean "{shown_name(name)}"?{hint}'


def _opened(data: bytes, name: str) -> tuple[str, ImageFile.ImageFile]:
    """Return media type and image, with only its header read."""
    for pattern, media_type, reader in _READERS:
        if pattern.match(data):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return media_type, reader(io.BytesIO(data))
            except Exception as error:
                # Decoders fail on broken bytes in every way there is.
                raise _broken(name) from error
    for pattern, what in _OTHER_TYPES:
        if pattern.match(data):
            how = "export it as PNG, 300 dots per inch" if "SVG" in what else f"save it as {_TAKEN}"
            raise RefusedImageError("image_type", f"{name} is {what}, which is not taken", how)
    raise RefusedImageError("image_type", f"{name} is no image", f"save the image as {_TAKEN}")


def _decode(image: ImageFile.ImageFile, data: bytes, name: str) -> int:
    """Decode an image to make sure that it is complete, and return its Exif orientation (1: upright)."""
    try:
        with warnings.catch_warnings(), _refusing_truncated():
            warnings.simplefilter("ignore")
            image.load()
            if isinstance(image, PngImagePlugin.PngImageFile):
                # Pillow decodes a PNG whose last bytes are lost; other readers refuse it.
                PngImagePlugin.PngImageFile(io.BytesIO(data)).verify()
            return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception as error:
        raise _broken(name) from error


@contextmanager
def _refusing_truncated() -> Iterator[None]:
    """Let Pillow refuse truncated images: WeasyPrint, once imported, sets it to fill them up in grey."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _broken(name: str) -> RefusedImageError:
    what = f"{name} is broken: it can't be decoded to its end"
    return RefusedImageError("image_broken", what, "export it again from where it was made")


def _outside(what: str) -> RefusedImageError:
    remedy = "copy the image into the post's folder"
    return RefusedImageError("image_outside", f"{what} outside the post's folder", remedy)
