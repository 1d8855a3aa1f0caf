"""The console shows people what came of a run: plainly in a file, in colour on a terminal."""

import io
from functools import partial

import pytest

from pipeline.core.model import Severity
from pipeline.core.results import RunResult, Verdict
from pipeline.report.console import print_run
from tests.report.results import edition, finding, missing, run

RUN = run(
    edition(),
    edition(
        finding(),
        finding("notice.draft", Severity.WARNING, file="sources/house.yaml", line=53, message="a draft"),
        language="fr",
        file="sources/a-post/fr.md",
        attachment="build/a-post/a-post-fr.pdf",
        outcome=Verdict.REJECTED,
        rejected="build/a-post/rejected/a-post-fr.pdf",
        pages=None,
    ),
    missing(
        finding("source.date", file="sources/b-post/en.md", line=3),
        slug="b-post",
        file="sources/b-post/en.md",
    ),
    findings=(finding("build.ledger", Severity.INFO, slug=None, language=None, file=None, line=None),),
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def printed(result: RunResult, *, quiet: bool = False) -> tuple[str, str]:
    """Return what a run prints to standard output and to standard error, into files."""
    out, err = io.StringIO(), io.StringIO()
    print_run(result, out=out, err=err, quiet=quiet)
    return out.getvalue(), err.getvalue()


def test_one_line_an_attachment() -> None:
    """Standard output has a line an attachment: path, pages, bytes, label, published label, outcome."""
    out, _ = printed(RUN)
    lines = out.splitlines()
    assert len(lines) == 3
    assert lines[0].split() == (
        "build/a-post/a-post-en.pdf 2 pages 35,315 bytes 34.49 KB published 192.08 KB built (changed: "
        "source)".split()
    )
    assert lines[1].endswith("rejected, put aside as build/a-post/rejected/a-post-fr.pdf")
    assert lines[2].startswith("sources/b-post/en.md ")
    assert lines[2].split()[-1] == "failed"


def test_findings_by_file_with_what_to_do() -> None:
    """Standard error has findings by file and line, what to do below each, and the summary last."""
    _, err = printed(RUN)
    lines = err.splitlines()
    assert lines[0] == "annexe: info: the attachment is too heavy (build.ledger)"
    assert lines[1] == "    make it lighter"
    assert [line for line in lines if "error" in line][:2] == [
        "sources/a-post/en.md:4: error: the attachment is too heavy (size.over)",
        "sources/b-post/en.md:3: error: the attachment is too heavy (source.date)",
    ]
    assert "sources/house.yaml:53: warning: a draft (notice.draft)" in lines
    assert lines[-1] == "1 built, 1 rejected, 1 failed; 2 errors, 1 warning, 1 note; 1.2 s"


def test_quiet_tells_errors_alone() -> None:
    """Quiet, a good run prints nothing at all, and a bad one its errors."""
    assert printed(run(edition(finding(severity=Severity.WARNING))), quiet=True) == ("", "")
    out, err = printed(RUN, quiet=True)
    assert out == ""
    assert err.count(": error: ") == 2
    assert len(err.splitlines()) == 4


def test_what_editions_share_is_told_once() -> None:
    """A draft notice that two posts carry is shown once."""
    draft = partial(finding, "notice.draft", Severity.WARNING, file="sources/house.yaml", line=53)
    _, err = printed(run(edition(draft(slug="one")), edition(draft(slug="two"))))
    assert err.count("notice.draft") == 1


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets colour, a file none, and nobody with NO_COLOR."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal, file = Terminal(), io.StringIO()
    print_run(RUN, out=terminal, err=file, quiet=False)
    assert "\x1b[" in terminal.getvalue()
    assert "\x1b[" not in file.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    print_run(RUN, out=plain, err=file, quiet=False)
    assert not any(code in plain.getvalue() for code in ("\x1b[31m", "\x1b[32m", "\x1b[1;31m", "\x1b[1;32m"))


def test_long_lines_stay_whole() -> None:
    """No line is broken at a terminal's width, so that every line can be searched for."""
    _, err = printed(run(edition(finding(message="word " * 200))))
    assert err.splitlines()[0].count("word") == 200


def test_sources_cant_write_to_the_terminal() -> None:
    """Control characters and marks of direction are written out, line breaks are spaces, markup is text."""
    bad = finding(message="\x1b[2Jgone\nnext \u202elmth\x07 [bold]mark[/bold] :smile:", file="a\x1b.md")
    _, err = printed(run(edition(bad)))
    assert "\x1b" not in err
    assert "\\x1b[2Jgone next \\u202elmth\\x07 [bold]mark[/bold] :smile: (size.over)" in err


def test_a_narrow_encoding_is_no_end() -> None:
    """Where the terminal's encoding lacks a character, a question mark stands for it."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    print_run(run(edition(finding(message="“été” 漢字"))), out=stream, err=stream, quiet=False)
    stream.flush()
    assert "?été? ??" in raw.getvalue().decode("latin-1")


def test_an_empty_run_says_so() -> None:
    """A run of nothing prints a summary alone."""
    assert printed(run()) == ("", "nothing to do; no errors, no warnings, no notes; 1.2 s\n")
