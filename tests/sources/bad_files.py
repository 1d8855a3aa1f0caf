"""Files and folders in the wrong place, wrongly named or not text: the findings, and the good editions."""

from pathlib import Path

from tests.sources.reading import DATE, EN, FR, GOOD, TITLE, Case, picture, source

CASES = (
    Case(
        name="empty file",
        files={EN: ""},
        reported=(
            (
                "source.no_front_matter error: sources/post/en.md:1: the file does not begin with front "
                "matter; write --- on a line of its own, title: and date: below it, and another ---"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="invalid utf-8",
        files={EN: source(TITLE, DATE).encode() + "Une phrase à lire.\n".encode("latin-1"), FR: GOOD},
        reported=(
            (
                "source.encoding error: sources/post/en.md:7: byte 0xE0 at offset 60 is not UTF-8 (in "
                'Windows-1252 it is "à"); save the file as UTF-8 and look at this line'
            ),
        ),
        good=("post-fr",),
        failed=(("post", "en"),),
    ),
    Case(
        name="nul",
        files={EN: source(TITLE, DATE, body="A\0 text\x0b with\0 controls \x92.")},
        reported=(
            (
                "source.control_character error: sources/post/en.md:6: 2 control characters U+0000 in the "
                "text; delete it"
            ),
            (
                "source.control_character error: sources/post/en.md:6: a control character U+000B in the "
                "text; delete it"
            ),
            (
                "source.control_character error: sources/post/en.md:6: a control character U+0092 in the "
                'text; write "\u2019", if that was meant'
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="utf-16",
        files={EN: GOOD.encode("utf-16"), FR: GOOD.encode("utf-16-le")},
        reported=(
            (
                "source.encoding error: sources/post/en.md:1: the file is in UTF-16, not UTF-8; save it "
                'again as UTF-8 ("Save as", encoding UTF-8)'
            ),
            (
                "source.encoding error: sources/post/fr.md:1: the file is in UTF-16, not UTF-8; save it "
                'again as UTF-8 ("Save as", encoding UTF-8)'
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="bom crlf",
        files={EN: b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()},
        reported=(
            (
                "source.byte_order_mark info: sources/post/en.md:1: the file begins with a byte order mark; "
                'it was read without; save it as UTF-8 without "BOM" or "signature"'
            ),
            (
                "source.line_ends info: sources/post/en.md:1: lines end in CR LF (as Windows writes them); "
                "they were read as LF; save the file with LF line ends"
            ),
        ),
        good=("post-en",),
    ),
    Case(
        name="cr",
        files={EN: GOOD.replace("\n", "\r").encode()},
        reported=(
            (
                "source.line_ends info: sources/post/en.md:1: lines end in CR (as old Macs wrote them); "
                "they were read as LF; save the file with LF line ends"
            ),
        ),
        good=("post-en",),
    ),
    Case(
        name="slug",
        files={"sources/Über uns!/en.md": GOOD, "sources/good/en.md": GOOD, "sources/\u0645/en.md": GOOD},
        reported=(
            (
                'source.slug error: sources/Über uns!: "Über uns!" is no name for a post: its address is '
                "made of it; rename the folder uber-uns: lower-case letters a to z, digits and hyphens, at "
                "most 100"
            ),
            (
                'source.slug error: sources/م: "م" is no name for a post: its address is made of it; rename '
                "the folder by a name such as annual-report-2020: lower-case letters a to z, digits and "
                "hyphens, at most 100"
            ),
        ),
        good=("good-en",),
        failed=(("Über uns!", "en"), ("م", "en")),
    ),
    Case(
        name="reserved slug",
        files={"sources/site/en.md": GOOD, "sources/report/en.md": GOOD, "sources/reports/en.md": GOOD},
        reported=(
            (
                'source.slug error: sources/report: "report" is the name of a folder that Annexe itself '
                "makes in the build folder; rename this folder, such as report-2020"
            ),
            (
                'source.slug error: sources/site: "site" is the name of a folder that Annexe itself makes '
                "in the build folder; rename this folder, such as site-2020"
            ),
        ),
        good=("reports-en",),
        failed=(("report", "en"), ("site", "en")),
    ),
    Case(
        name="duplicate slug",
        files={"sources/post/en.md": GOOD, "sources/Post/fr.md": GOOD},
        reported=(
            (
                "source.duplicate_slug error: sources/Post: the name is the same as that of sources/post "
                "where large and small letters count alike; rename one of them"
            ),
            (
                "source.duplicate_slug error: sources/post: the name is the same as that of sources/Post "
                "where large and small letters count alike; rename one of them"
            ),
        ),
        failed=(("Post", "fr"), ("post", "en")),
    ),
    Case(
        name="duplicate edition",
        files={EN: GOOD, "sources/post/EN.md": GOOD, FR: GOOD, "sources/post/fr.markdown": GOOD},
        reported=(
            (
                "source.duplicate_edition error: sources/post/EN.md: sources/post/en.md is of the same "
                "language; take one of them out"
            ),
            (
                "source.duplicate_edition error: sources/post/en.md: sources/post/EN.md is of the same "
                "language; take one of them out"
            ),
            (
                "source.duplicate_edition error: sources/post/fr.markdown: sources/post/fr.md is of the "
                "same language; take one of them out"
            ),
            (
                "source.duplicate_edition error: sources/post/fr.md: sources/post/fr.markdown is of the "
                "same language; take one of them out"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="file names",
        files={
            EN: GOOD,
            "sources/post/fr_FR.md": GOOD,
            "sources/post/FR.markdown": GOOD,
            "sources/post/readme.md": GOOD,
            "sources/post/_notes.md": "x",
            "sources/post/.hidden.md": "x",
        },
        reported=(
            (
                "source.file_name error: sources/post/FR.markdown: an edition in fr is not named so; rename "
                "it fr.md"
            ),
            (
                "source.file_name error: sources/post/fr_FR.md: an edition in fr-FR is not named so; rename "
                "it fr-FR.md"
            ),
            (
                "source.unknown_language error: sources/post/fr_FR.md: the house has no words in fr-FR (it "
                "has en, fr); add fr-FR to sources/house.yaml, or take the file out"
            ),
            (
                'source.file_name error: sources/post/readme.md: "readme" is no language; name the file by '
                "its language, such as en.md; or begin its name with _ to leave it out"
            ),
        ),
        good=("post-en",),
        failed=(("post", "fr"), ("post", "fr-FR"), ("post", None)),
    ),
    Case(
        name="no house words",
        files={EN: GOOD, "sources/post/de.md": GOOD},
        reported=(
            (
                "source.unknown_language error: sources/post/de.md: the house has no words in de (it has "
                "en, fr); add de to sources/house.yaml, or take the file out"
            ),
        ),
        good=("post-en",),
        failed=(("post", "de"),),
    ),
    Case(
        name="unreadable",
        files={
            EN: None,
            FR: Path("nowhere.md"),
            "sources/good/en.md": GOOD,
            "sources/lost": Path("nowhere"),
            "sources/round/en.md": Path("en.md"),
        },
        reported=(
            (
                "source.unreadable error: sources/lost: this is a link that leads nowhere; put the folder "
                "itself there, or take the link out"
            ),
            (
                "source.unreadable error: sources/post/en.md: this is a folder, not a file; rename the "
                "folder, or write the edition as a file"
            ),
            (
                "source.unreadable error: sources/post/fr.md: the file is a link that leads nowhere; put "
                "the file itself into the folder"
            ),
            (
                "source.unreadable error: sources/round/en.md: the file can't be read (its links form a "
                "circle); give yourself the right to read it, or put the file itself there"
            ),
        ),
        good=("good-en",),
        failed=(("lost", None), ("post", "en"), ("post", "fr"), ("round", "en")),
    ),
    Case(
        name="links out",
        files={
            "outside/en.md": GOOD,
            "sources/post/en.md": Path("../../outside/en.md"),
            "sources/other": Path("../outside"),
            "sources/post/fr.md": GOOD,
        },
        reported=(
            (
                "source.outside error: sources/other: the folder is a link that leads out of the folder of "
                "posts; put the folder itself there"
            ),
            (
                "source.outside error: sources/post/en.md: the file is a link that leads out of the post's "
                "folder; put the file itself into the folder"
            ),
        ),
        good=("post-fr",),
        failed=(("other", None), ("post", "en")),
    ),
    Case(
        name="huge",
        files={EN: GOOD + "a" * (5 * 1024 * 1024), FR: GOOD},
        reported=(
            (
                "source.too_large error: sources/post/en.md: the file has 5,242,929 bytes, more than "
                "5,242,880; cut it into several posts"
            ),
        ),
        good=("post-fr",),
        failed=(("post", "en"),),
    ),
    Case(
        name="no edition",
        files={
            "sources/post/map.png": picture(),
            "sources/notes.md": "x",
            "sources/_drafts/x.md": "x",
            "sources/good/en.md": GOOD,
        },
        reported=(
            (
                "source.stray_file warning: sources/notes.md: this file belongs to no post; move it into a "
                "folder of its own, or begin its name with _ to leave it out"
            ),
            (
                "source.no_edition warning: sources/post: the folder holds no edition; write one, such as "
                "en.md, or begin its name with _"
            ),
        ),
        good=("good-en",),
    ),
)
