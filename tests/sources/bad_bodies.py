"""Texts and images that would not be on the page as they were meant: the findings, and the good editions."""

from pathlib import Path

from tests.sources.reading import DATE, EN, FR, FRONT, GOOD, TITLE, Case, picture, source

CASES = (
    Case(
        name="empty body",
        files={EN: source(TITLE, DATE, body="\n"), FR: source(TITLE, DATE, body="<!-- to be\nwritten -->")},
        reported=(
            (
                "source.empty_body error: sources/post/en.md:5: there is no text below the front matter; "
                "write it, or delete the file"
            ),
            (
                "source.empty_body error: sources/post/fr.md:5: there is no text below the front matter; "
                "write it, or delete the file"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="control of direction",
        files={EN: FRONT + "Words \u202ebackwards.\n"},
        reported=(
            (
                "source.direction error: sources/post/en.md:5: a character U+202E (right-to-left override) in "
                "the text, which can't be seen; delete it; where a direction is meant, write <bdi> or {: dir=rtl }"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="missing image",
        files={EN: GOOD + "\n![A map](map.png)\n\n![Chart](chart.png)\n", "sources/post/Map.PNG": picture()},
        reported=(
            (
                "source.image_missing error: sources/post/en.md:8: there is no image map.png; did you mean "
                '"Map.PNG"? Large and small letters differ'
            ),
            (
                "source.image_missing error: sources/post/en.md:10: there is no image chart.png; put the "
                "image into the post's folder, or mend its name"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="images outside",
        files={
            EN: FRONT
            + (
                "![a](../secret.png) ![b](/etc/passwd)\n![c](file:///etc/passwd)\n![d](%2e%2e/secret.png)\n!"
                '[e](..%2fsecret.png) ![f](link.png)\n<img src="../secret.png">\n'
            ),
            "sources/secret.png": picture(),
            "sources/post/link.png": Path("../secret.png"),
        },
        reported=(
            (
                "source.image_outside error: sources/post/en.md:5: ../secret.png lies outside the post's "
                "folder; copy the image into the post's folder"
            ),
            (
                "source.image_outside error: sources/post/en.md:5: /etc/passwd lies outside the post's "
                "folder; copy the image into the post's folder"
            ),
            (
                "source.image_outside error: sources/post/en.md:6: file:///etc/passwd lies outside the "
                "post's folder; copy the image into the post's folder"
            ),
            (
                "source.image_outside error: sources/post/en.md:7: %2e%2e/secret.png lies outside the "
                "post's folder; copy the image into the post's folder"
            ),
            (
                "source.image_outside error: sources/post/en.md:8: ..%2fsecret.png lies outside the post's "
                "folder; copy the image into the post's folder"
            ),
            (
                "source.image_outside error: sources/post/en.md:8: link.png is a link to a file outside the "
                "post's folder; copy the image into the post's folder"
            ),
            (
                "source.image_outside error: sources/post/en.md:9: ../secret.png lies outside the post's "
                "folder; copy the image into the post's folder"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="remote images",
        files={
            EN: FRONT
            + "![a](https://example.org/a.png)\n![b](//example.org/b.png)\n![c](data:image/png;base64,AAAA)\n"
        },
        reported=(
            (
                "source.image_remote error: sources/post/en.md:5: https://example.org/a.png is on another "
                "computer; save the image in the post's folder and name it by its file name"
            ),
            (
                "source.image_remote error: sources/post/en.md:6: //example.org/b.png is on another "
                "computer; save the image in the post's folder and name it by its file name"
            ),
            (
                "source.image_data error: sources/post/en.md:7: an image is written into the text (data:); "
                "save it as a file in the post's folder"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="not images",
        files={
            EN: FRONT
            + (
                "![a](a.png) ![b](b.svg) ![c](c.tiff) ![d](d.png) ![e](e.jpg)\n![f](folder) ![g](<>) "
                "![h](h.heic)\n"
            ),
            "sources/post/a.png": "words",
            "sources/post/b.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "sources/post/c.tiff": picture("TIFF"),
            "sources/post/d.png": picture()[:60],
            "sources/post/e.jpg": picture("JPEG", size=(100, 100))[:-200],
            "sources/post/folder": None,
            "sources/post/h.heic": b"\0\0\0\x18ftypheic",
        },
        reported=(
            (
                "source.image_type error: sources/post/en.md:5: a.png is no image; save the image as PNG, "
                "JPEG, WebP or GIF"
            ),
            (
                "source.image_type error: sources/post/en.md:5: b.svg is an SVG drawing, which is not "
                "taken; export it as PNG, 300 dots per inch"
            ),
            (
                "source.image_type error: sources/post/en.md:5: c.tiff is a TIFF image, which is not taken; "
                "save it as PNG, JPEG, WebP or GIF"
            ),
            (
                "source.image_broken error: sources/post/en.md:5: d.png is broken: it can't be decoded to "
                "its end; export it again from where it was made"
            ),
            (
                "source.image_broken error: sources/post/en.md:5: e.jpg is broken: it can't be decoded to "
                "its end; export it again from where it was made"
            ),
            "source.image_unreadable error: sources/post/en.md:6: folder is no file; name the image itself",
            (
                "source.image_missing error: sources/post/en.md:6: an image has no path; write the name of "
                "its file: ![…](name.png)"
            ),
            (
                "source.image_type error: sources/post/en.md:6: h.heic is a HEIC image, which is not taken; "
                "save it as PNG, JPEG, WebP or GIF"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="image too big",
        files={
            EN: FRONT + "![a](a.png)\n\n![b](b.png)\n",
            "sources/post/a.png": picture() + b"x" * 50_000,
            "sources/post/b.png": picture(size=(101, 100)),
        },
        reported=(
            (
                "source.image_bytes error: sources/post/en.md:5: a.png has 50,080 bytes, more than 50,000; "
                "make it smaller, or save it as JPEG or WebP"
            ),
            (
                "source.image_pixels error: sources/post/en.md:7: b.png is 101 by 100 pixels, more than "
                "10,000 in all; make it smaller; 2,000 pixels across are enough for a page"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="broken image syntax",
        files={EN: FRONT + "![a](my map.png)\n\n[b](c d)\n", "sources/post/my map.png": picture()},
        reported=(
            (
                "source.broken_image error: sources/post/en.md:5: ![a](my map.png is written like an image, "
                "but is none; put an address that holds spaces between < and >, and no quotation marks "
                "inside its title"
            ),
            (
                "source.broken_link warning: sources/post/en.md:7: [b](c d is written like a link, but is "
                "none; put an address that holds spaces between < and >, and no quotation marks inside its "
                "title"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="excess cells",
        files={EN: FRONT + "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n"},
        reported=(
            (
                "source.overfull_row error: sources/post/en.md:7: this row has 3 cells, the head of its "
                "table 2: the others would be lost; give the head as many cells, or write \\| for a bar in "
                "the text"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="unseen",
        files={
            EN: FRONT
            + (
                "Zero\u200bwidth, e\u0301tat, lost "
                "\ufffd.\n\n#\u00a0Heading\n\u00a0\n-\u00a0item\n\u00a0\u00a0\u00a0\u00a0Indented "
                "1\u00a0000.\u00a0\n"
            ),
        },
        reported=(
            (
                "source.zero_width info: sources/post/en.md:5: a character of no width (U+200B) taken out; "
                "delete it in the source"
            ),
            (
                "source.lost_character warning: sources/post/en.md:5: a replacement character (U+FFFD) "
                "stands where another was lost; write the character that was meant"
            ),
            (
                "source.not_composed info: sources/post/en.md:5: letters and their accents are apart (not "
                "NFC); they were put together; save the text in Unicode form NFC"
            ),
            (
                "source.no_break_space info: sources/post/en.md:7: 4 lines are laid out with no-break "
                "spaces; they were read as plain ones or left out; write plain spaces"
            ),
        ),
        good=("post-en",),
    ),
    Case(
        name="several",
        files={
            EN: source(
                "title: One: two", "date: 2021-02-30", "lang: no", "size: 1", body="![x](y.png)"
            ).encode()
            + b"\xff",
            FR: GOOD,
            "sources/other/en.md": source(TITLE, DATE, "published_size: 3 parsecs"),
        },
        reported=(
            (
                'source.size_label error: sources/other/en.md:4: "3 parsecs" is not a size label; write it '
                'as the site prints it beside the link, such as "192.08 KB" or "308,9 Ko"'
            ),
            (
                'source.unquoted_colon error: sources/post/en.md:2: the value of "title" holds a colon, '
                'which YAML takes for the end of another key; put it in quotes: title: "One: two"'
            ),
            (
                "source.date error: sources/post/en.md:3: 2021-02-30 is no day of the calendar: February "
                "2021 has 28 days; write the day that was meant"
            ),
            (
                'source.wrong_type error: sources/post/en.md:4: lang: no means "false" to YAML, not a '
                'language; put it in quotes: lang: "no"'
            ),
            (
                'source.unknown_key error: sources/post/en.md:5: unknown key "size"; the keys are title, '
                "author, date, label, published_size, publish, short_title, description, keywords, lang"
            ),
            (
                "source.image_missing error: sources/post/en.md:8: there is no image y.png; put the image "
                "into the post's folder, or mend its name"
            ),
            (
                "source.encoding error: sources/post/en.md:9: byte 0xFF at offset 71 is not UTF-8 (in "
                'Windows-1252 it is "ÿ"); save the file as UTF-8 and look at this line'
            ),
        ),
        good=("post-fr",),
        failed=(("other", "en"), ("post", "en")),
    ),
)
