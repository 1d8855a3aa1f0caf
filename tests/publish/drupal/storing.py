"""Drupal takes an uploaded file, or says why it does not."""

import re

from tests.publish.drupal.site import Refusal, Site, StoredFile, User

_FILENAME = re.compile(r'\bfilename(\*?)="(.+)"')
_WANTED = 'A file name in the format "filename=FILENAME" must be provided.'
_FAILED = "Unprocessable Entity: file validation failed.\n"


def stored(site: Site, user: User, disposition: str | None, body: bytes) -> StoredFile:
    """Return the file that was stored, temporary; what the bytes are is looked at by nobody."""
    if disposition is None:
        raise Refusal(400, f'"Content-Disposition" header is required. {_WANTED}')
    match = _FILENAME.search(disposition)
    if match is None:
        raise Refusal(400, f'No filename found in "Content-Disposition" header. {_WANTED}')
    if match[1]:
        what = 'The extended "filename*" format is currently not supported'
        raise Refusal(400, f'{what} in the "Content-Disposition" header.')
    if match[2].rpartition(".")[2].lower() not in site.extensions:
        allowed = " ".join(site.extensions)
        raise Refusal(422, f"{_FAILED}Only files with the following extensions are allowed: {allowed}.")
    if len(body) > site.max_upload:
        most = f"exceeding the maximum file size of {site.max_upload} bytes"
        raise Refusal(422, f"{_FAILED}The file is {len(body)} bytes {most}.")
    name = match[2].rpartition("/")[2]
    return site.add_file(site.renamed(name), body, owner=user.uid)
