"""Front matter that lacks keys, has too many or can't be read: the findings, and the good editions."""

from tests.sources.reading import DATE, EN, FR, TITLE, Case, source

CASES = (
    Case(
        name="unknown key",
        files={EN: source("titel: A title", TITLE, DATE, "colour: blue")},
        reported=(
            'source.unknown_key error: sources/post/en.md:2: unknown key "titel"; did you mean "title"?',
            (
                'source.unknown_key error: sources/post/en.md:5: unknown key "colour"; the keys are title, '
                "author, date, label, published_size, publish, short_title, description, keywords, lang"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="wrong types",
        files={
            EN: source(
                "title: [one, two]",
                DATE,
                "author: {name: x}",
                "label: 2020",
                "description: yes",
                "keywords: [one, 2]",
            )
        },
        reported=(
            (
                "source.wrong_type error: sources/post/en.md:2: title is a list, not text; write title: and "
                "the text behind it"
            ),
            (
                "source.wrong_type error: sources/post/en.md:4: author is a table, not text; write author: "
                "and the text behind it"
            ),
            (
                "source.wrong_type error: sources/post/en.md:5: label is a number to YAML (2020), not text; "
                'put it in quotes: "2020"'
            ),
            (
                "source.wrong_type error: sources/post/en.md:6: description is a yes or no to YAML (yes), "
                'not text; put it in quotes: "yes"'
            ),
            (
                "source.wrong_type error: sources/post/en.md:7: an item of keywords is a number to YAML "
                '(2), not text; put it in quotes: "2"'
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="missing title and date",
        files={EN: source("author: Somebody")},
        reported=(
            (
                "source.missing_key error: sources/post/en.md:1: title is missing; write title: and the "
                "edition's title in the front matter"
            ),
            (
                "source.missing_key error: sources/post/en.md:1: date is missing; write date: and the day "
                "as year-month-day, such as 2020-07-09"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="bad date",
        files={EN: source(TITLE, "date: 9 July 2020"), FR: source(TITLE, "date: 09/07/2020")},
        reported=(
            (
                'source.date error: sources/post/en.md:3: the date "9 July 2020" is not written as '
                "year-month-day; write it so, such as 2020-07-09"
            ),
            (
                'source.date error: sources/post/fr.md:3: the date "09/07/2020" is not written as '
                "year-month-day; write it so, such as 2020-07-09"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="impossible date",
        files={EN: source(TITLE, "date: 2021-04-31"), FR: source(TITLE, "date: 2021-13-01")},
        reported=(
            (
                "source.date error: sources/post/en.md:3: 2021-04-31 is no day of the calendar: April 2021 "
                "has 30 days; write the day that was meant"
            ),
            (
                "source.date error: sources/post/fr.md:3: 2021-13-01 is no day of the calendar: there is no "
                "month 13; write the day that was meant"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="duplicate key",
        files={EN: source(TITLE, DATE, "title: Another")},
        reported=(
            (
                'source.duplicate_key error: sources/post/en.md:4: the key "title" stands in line 2 '
                "already; take one of the two out"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="unquoted colon",
        files={EN: source("title: Children first: a report", DATE)},
        reported=(
            (
                'source.unquoted_colon error: sources/post/en.md:2: the value of "title" holds a colon, '
                'which YAML takes for the end of another key; put it in quotes: title: "Children first: a '
                'report"'
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="lang no",
        files={EN: source(TITLE, DATE, "lang: no")},
        reported=(
            (
                'source.wrong_type error: sources/post/en.md:4: lang: no means "false" to YAML, not a '
                'language; put it in quotes: lang: "no"'
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="tag",
        files={EN: source("title: !important News", DATE, "author: !!python/object:os.system x")},
        reported=(
            (
                'source.tag error: sources/post/en.md:2: !important is a YAML tag in the value of "title", '
                "which is not taken; write the value itself, in quotes if the mark belongs to it"
            ),
            (
                "source.tag error: sources/post/en.md:4: !!python/object:os.system is a YAML tag in the "
                'value of "author", which is not taken; write the value itself, in quotes if the mark '
                "belongs to it"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="anchor bomb",
        files={EN: source(TITLE, DATE, "a: &a [x, x, x, x]", "b: &b [*a, *a, *a, *a]", "label: *b")},
        reported=(
            (
                'source.anchor error: sources/post/en.md:4: &a is a YAML anchor in the value of "a", which '
                "is not taken; write the value itself, in quotes if the mark belongs to it"
            ),
            (
                'source.unknown_key error: sources/post/en.md:4: unknown key "a"; the keys are title, '
                "author, date, label, published_size, publish, short_title, description, keywords, lang"
            ),
            (
                'source.anchor error: sources/post/en.md:5: &b is a YAML anchor in the value of "b", which '
                "is not taken; write the value itself, in quotes if the mark belongs to it"
            ),
            (
                "source.anchor error: sources/post/en.md:5: *a is a YAML alias, which is not taken; write "
                "the value itself, in quotes if the mark belongs to it"
            ),
            (
                'source.unknown_key error: sources/post/en.md:5: unknown key "b"; the keys are title, '
                "author, date, label, published_size, publish, short_title, description, keywords, lang"
            ),
            (
                'source.anchor error: sources/post/en.md:6: *b is a YAML alias in the value of "label", '
                "which is not taken; write the value itself, in quotes if the mark belongs to it"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="deep",
        files={EN: source(TITLE, DATE, "keywords: [[[[[[[[[deep]]]]]]]]]")},
        reported=(
            (
                "source.yaml error: sources/post/en.md:4: lists lie inside each other more than 8 deep; "
                "write them flat"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="bad size",
        files={EN: source(TITLE, DATE, "published_size: about 200 KB")},
        reported=(
            (
                'source.size_label error: sources/post/en.md:4: "about 200 KB" is not a size label; write '
                'it as the site prints it beside the link, such as "192.08 KB" or "308,9 Ko"'
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="unclosed",
        files={EN: "---\ntitle: A title\ndate: 2020-07-09\n\nA text.\n"},
        reported=(
            (
                "source.unclosed_front_matter error: sources/post/en.md:1: the front matter that begins "
                "here never ends; write --- on a line of its own below its last key"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="closed late",
        files={EN: "---\ntitle: A title\ndate: 2020-07-09\n\nA text.\nMore text.\n\n---\n\nRest.\n"},
        reported=(
            (
                "source.yaml error: sources/post/en.md:5: this line is no key: value; write --- above it if "
                "the front matter ends there; else begin it with a key and a colon"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="no front matter",
        files={EN: "A text.\n"},
        reported=(
            (
                "source.no_front_matter error: sources/post/en.md:1: the file does not begin with front "
                "matter; write --- on a line of its own, title: and date: below it, and another ---"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="only spaces",
        files={EN: source("title: '   '", DATE), FR: source('title: "\u00a0"', DATE, "author:")},
        reported=(
            (
                "source.empty_value error: sources/post/en.md:2: title is empty; write its value, or take "
                "the line out"
            ),
            (
                "source.empty_value error: sources/post/fr.md:2: title is empty; write its value, or take "
                "the line out"
            ),
            (
                "source.empty_value error: sources/post/fr.md:4: author is empty; write its value, or take "
                "the line out"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="long title",
        files={EN: source("title: " + "a" * 301, DATE)},
        reported=(
            (
                "source.long_value error: sources/post/en.md:2: title has 301 characters, more than 300; "
                "shorten it"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="comment",
        files={
            EN: source(
                "title: The #1 reason", DATE, "label: Report  # to be approved", "description: All #2 of them"
            )
        },
        reported=(
            (
                "source.comment warning: sources/post/en.md:2: #1 reason is a comment to YAML and was left "
                "out of title; put the value in quotes if it belongs to it; else two spaces before the # "
                "say that it doesn't"
            ),
            (
                "source.comment warning: sources/post/en.md:5: #2 of them is a comment to YAML and was left "
                "out of description; put the value in quotes if it belongs to it; else two spaces before "
                "the # say that it doesn't"
            ),
        ),
        good=("post-en",),
    ),
    Case(
        name="quotes",
        files={
            EN: source('title: "Children first" now', DATE),
            FR: source('title: "Enfants', DATE, "label: @all", "author:Somebody"),
        },
        reported=(
            (
                'source.yaml error: sources/post/en.md:2: the value of "title" begins with a " that ends '
                "before the value does; put it in quotes: title: '\"Children first\" now'"
            ),
            (
                'source.yaml error: sources/post/fr.md:2: the value of "title" opens a " that is never '
                'closed; put another " at its end'
            ),
            (
                'source.yaml error: sources/post/fr.md:4: the value of "label" begins with @, which means '
                'something else to YAML; put it in quotes: label: "@all"'
            ),
            (
                'source.yaml error: sources/post/fr.md:5: no space stands behind the colon of "author"; '
                "write author: Somebody"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="two docs",
        files={EN: source(TITLE, "--- x", DATE)},
        reported=(
            "source.yaml error: sources/post/en.md:3: a second YAML document begins here; take the line out",
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="lang contradicts",
        files={EN: source(TITLE, DATE, "lang: fr"), FR: source(TITLE, DATE, "lang: fr")},
        reported=(
            (
                "source.language_mismatch error: sources/post/en.md:4: lang is fr, but the file's name says "
                "en; take the line out, or rename the file"
            ),
        ),
        good=("post-fr",),
        failed=(("post", "en"),),
    ),
)
