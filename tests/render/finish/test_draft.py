"""The bytes of a PDF's objects are made once."""

import pytest

from tests.finishing import Finishing


def test_objects_that_are_frozen_have_the_bytes_that_pydyf_makes(
    finishing: Finishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is the same, byte for byte and in its identifier, where pydyf makes them twice by itself."""
    body = "<p>Some <em>words</em> and <a href='https://example.org/'>a link</a>.</p>"
    frozen = finishing.body(body)
    monkeypatch.setattr("pipeline.render.finish.freeze_objects", lambda _pdf: None)
    assert finishing.body(body) == frozen


def test_each_stream_is_compressed_once(finishing: Finishing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all streams, only the object stream that pydyf makes at the end is compressed a second time."""
    import pydyf

    made: list[object] = []
    original = pydyf.Stream.data.fget

    def count(stream: object) -> bytes:
        made.append(stream)
        return bytes(original(stream))

    monkeypatch.setattr(pydyf.Stream, "data", property(count))
    finishing.body("<p>Some words.</p>")
    assert len(made) > 5
    assert len(made) - len({id(stream) for stream in made}) <= 2
