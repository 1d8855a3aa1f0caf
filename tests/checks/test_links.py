"""Links arrive inside the attachment, and lead out of it to addresses that work."""

from dataclasses import replace

import pytest

from pipeline.checks.links import addresses, outside, targets, texts
from pipeline.core.model import Severity
from tests.attachments import Workbench

GOOD = """\
See [the second part](#réflexions), [a page](https://www.example.org/a?b=c#d), [mail us](mailto:a@example.org)
or [call](tel:+41229000000), and the note[^1].

## Réflexions

Text of the second part.

[^1]: The note, with [a link](https://example.org/).
"""


def test_good_links_pass(bench: Workbench) -> None:
    """Links to headings (accents and all), notes, pages, mail and telephones are no fault."""
    evidence = bench.evidence(GOOD)
    assert len(evidence.read_back.links) >= 7
    assert not [*targets(evidence), *outside(evidence), *addresses(evidence), *texts(evidence)]


def test_a_link_to_nowhere_is_told(bench: Workbench) -> None:
    """A link to a place that the text doesn't have is an error with its line."""
    (finding,) = targets(bench.evidence("Text.\n\nSee [the annex](#annex).\n"))
    assert (finding.check, finding.severity, finding.line) == ("links.target", Severity.ERROR, 7)
    assert finding.message == "the link “the annex” leads to '#annex', but there is no such place in the text"


def test_a_target_that_is_not_set_is_told(bench: Workbench) -> None:
    """A link to a heading that a style keeps off the page has no destination in the PDF."""
    findings = list(targets(bench.evidence(GOOD, css="h2 { display: none }")))
    assert [finding.check for finding in findings] == ["links.target"]
    assert "the attachment has no such destination" in findings[0].message


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "javascript:alert(1)", "../other/en.html", "annexe:images/x", "C:\\a.pdf"],
)
def test_a_link_that_works_for_no_reader_is_told(bench: Workbench, target: str) -> None:
    """A file, a script, a relative address: an error in the PDF, whatever let it through."""
    evidence = bench.evidence(
        GOOD, spoil=lambda html: html.replace("https://www.example.org/a?b=c#d", target)
    )
    findings = list(outside(evidence))
    assert [finding.check for finding in findings] == ["links.file"]
    assert (findings[0].severity, findings[0].page) == (Severity.ERROR, 1)
    assert "the link “a page” leads to" in findings[0].message


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("https://", "it names no host"),
        ("https:///page", "it names no host"),
        ("https://example", "'example' is no host"),
        ("https://exa mple.org", "an address has no spaces"),
        ("https://example.org:http/", "Port could not be cast"),
        ("https://http://example.org/", "'http' is no host"),
        ("https://example.org/https://example.org/", "it holds two addresses"),
        ("https://[example.org/", "Invalid IPv6 URL"),
        ("mailto:nobody", "that is no mail address"),
    ],
)
def test_an_address_that_cant_be_right_is_told(bench: Workbench, target: str, fault: str) -> None:
    """A malformed address is a warning that says what is wrong with it."""
    evidence = bench.evidence(GOOD)
    spoilt = evidence.page.html.replace("https://www.example.org/a?b=c#d", target)
    (finding,) = addresses(replace(evidence, page=replace(evidence.page, html=spoilt)))
    assert (finding.check, finding.severity) == ("links.address", Severity.WARNING)
    assert fault in finding.message


@pytest.mark.parametrize(
    "target", ["https://пример.example/", "https://[2001:db8::1]/", "http://192.0.2.1:8080/"]
)
def test_odd_addresses_that_are_right_pass(bench: Workbench, target: str) -> None:
    """Hosts in other scripts and numbers for hosts are addresses."""
    evidence = bench.evidence(GOOD)
    spoilt = evidence.page.html.replace("https://www.example.org/a?b=c#d", target)
    assert list(addresses(replace(evidence, page=replace(evidence.page, html=spoilt)))) == []


def test_an_address_as_link_text_is_told(bench: Workbench) -> None:
    """A link whose text is its address is a warning with its line."""
    (finding,) = texts(bench.evidence("Text.\n\nSee <https://example.org/page>.\n"))
    assert (finding.check, finding.severity, finding.line) == ("links.text", Severity.WARNING, 7)
