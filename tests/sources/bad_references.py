"""The key `publish` with no site, post or language, or contradicting another edition: the findings."""

from tests.sources.reading import DATE, EN, FR, TITLE, Case, source

CASES = (
    Case(
        name="publish is no table of sites",
        files={
            EN: source(TITLE, DATE, "publish: blog: 12"),
            FR: source(TITLE, DATE, "publish: 12"),
            "sources/list/en.md": source(TITLE, DATE, "publish: [blog]"),
            "sources/none/en.md": source(TITLE, DATE, "publish:", "label: x"),
            "sources/none/fr.md": source(TITLE, DATE, "publish: {}"),
        },
        reported=(
            (
                "source.wrong_type error: sources/list/en.md:4: publish is a list, not a table of sites; "
                "write the site's name and the post there, such as publish: {blog: 123}"
            ),
            (
                "source.empty_value error: sources/none/en.md:4: publish is empty; write its value, or take "
                "the line out"
            ),
            (
                "source.empty_value error: sources/none/fr.md:4: publish is empty; write its value, or take "
                "the line out"
            ),
            (
                'source.unquoted_colon error: sources/post/en.md:4: the value of "publish" holds a colon, '
                "which YAML takes for the end of another key; put it between { and }: publish: {blog: 12}"
            ),
            (
                "source.wrong_type error: sources/post/fr.md:4: publish is a number, not a table of sites; "
                "write the site's name and the post there, such as publish: {blog: 123}"
            ),
        ),
        failed=(
            ("list", "en"),
            ("none", "en"),
            ("none", "fr"),
            ("post", "en"),
            ("post", "fr"),
        ),
    ),
    Case(
        name="publish names no site",
        files={
            EN: source(TITLE, DATE, "publish: {Our Blog: 12, blog:12, \u0645: 1, -blog: 5}"),
        },
        reported=(
            (
                'source.publish_site error: sources/post/en.md:4: "Our Blog" in publish is no site\'s name: '
                "it has lower-case letters a to z, digits and hyphens; write our-blog, if that is its name"
            ),
            (
                'source.yaml error: sources/post/en.md:4: no space stands behind the colon of "blog"; write '
                "blog: 12"
            ),
            (
                'source.publish_site error: sources/post/en.md:4: "م" in publish is no site\'s name: it has '
                "lower-case letters a to z, digits and hyphens; write the name that the settings have"
            ),
            (
                'source.publish_site error: sources/post/en.md:4: "-blog" in publish is no site\'s name: it '
                "has lower-case letters a to z, digits and hyphens; write blog, if that is its name"
            ),
        ),
        failed=(("post", "en"),),
    ),
    Case(
        name="publish names no post",
        files={
            EN: source(
                TITLE,
                DATE,
                "publish:",
                "  a: 12.5",
                "  b: 0",
                "  c: no",
                "  d: https://blog.example.org/a/?p=1",
                "  e: [1, 2]",
                "  f:",
                "  g: {}",
                '  h: ""',
                "  i: " + "x" * 201,
                "  j: ../12",
                "  k: 1e3",
                "  l: &x 1",
            ),
            FR: source(TITLE, DATE, "publish: {blog: 12, blog: 13}"),
        },
        reported=(
            (
                "source.publish_post error: sources/post/en.md:5: publish.a is the number 12.5, which no "
                "post has; write the post's number as the site shows it, such as 123; put a slug that looks "
                "so in quotes"
            ),
            (
                "source.publish_post error: sources/post/en.md:6: publish.b is the number 0, which no post "
                "has; write the post's number as the site shows it, such as 123; put a slug that looks so "
                "in quotes"
            ),
            (
                "source.wrong_type error: sources/post/en.md:7: publish.c is a yes or no to YAML (no), not "
                'text; put it in quotes: "no"'
            ),
            (
                "source.publish_post error: sources/post/en.md:8: publish.d is "
                '"https://blog.example.org/a/?p=1", which names no post; write the post\'s number, its slug '
                "(the last part of its address) or its UUID"
            ),
            (
                "source.wrong_type error: sources/post/en.md:9: publish.e is a list, not a post; write the "
                "post's number, its slug (the last part of its address) or its UUID"
            ),
            (
                "source.empty_value error: sources/post/en.md:10: publish.f is empty; write its value, or "
                "take the line out"
            ),
            (
                "source.empty_value error: sources/post/en.md:11: publish.g is empty; write its value, or "
                "take the line out"
            ),
            (
                "source.empty_value error: sources/post/en.md:12: publish.h is empty; write its value, or "
                "take the line out"
            ),
            (
                "source.long_value error: sources/post/en.md:13: publish.i has 201 characters, more than "
                "200; write the post's number, its slug (the last part of its address) or its UUID"
            ),
            (
                'source.publish_post error: sources/post/en.md:14: publish.j is "../12", which names no '
                "post; write the post's number, its slug (the last part of its address) or its UUID"
            ),
            (
                "source.publish_post error: sources/post/en.md:15: publish.k is the number 1e3, which no "
                "post has; write the post's number as the site shows it, such as 123; put a slug that looks "
                "so in quotes"
            ),
            (
                'source.anchor error: sources/post/en.md:16: &x is a YAML anchor in the value of "l", which '
                "is not taken; write the value itself, in quotes if the mark belongs to it"
            ),
            (
                'source.duplicate_key error: sources/post/fr.md:4: the key "blog" stands in line 4 already; '
                "take one of the two out"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="publish by language",
        files={
            EN: source(
                TITLE,
                DATE,
                "publish:",
                "  blog: {english: 1, FR: 2, fr:3, es: 4}",
                "  site: {en: {a: 1}, fr: -1}",
            ),
            FR: source(TITLE, DATE),
        },
        reported=(
            (
                'source.publish_language error: sources/post/en.md:5: "english" in publish.blog is no '
                "language; write its tag, such as en, fr or zh-Hans"
            ),
            (
                'source.publish_language error: sources/post/en.md:5: the language "FR" in publish.blog is '
                "written otherwise; write fr"
            ),
            'source.yaml error: sources/post/en.md:5: no space stands behind the colon of "fr"; write fr: 3',
            (
                "source.wrong_type error: sources/post/en.md:6: publish.site.en is a table, not a post; "
                "write the post's number, its slug (the last part of its address) or its UUID"
            ),
            (
                "source.publish_post error: sources/post/en.md:6: publish.site.fr is the number -1, which "
                "no post has; write the post's number as the site shows it, such as 123; put a slug that "
                "looks so in quotes"
            ),
            (
                "source.publish_language warning: sources/post/en.md:5: publish.blog names a post in es, "
                "but there is no such edition; write es.md, or take es out"
            ),
        ),
        good=("post-fr",),
        failed=(("post", "en"),),
    ),
    Case(
        name="publish without the edition",
        files={EN: source(TITLE, DATE, "publish: {blog: {en: 1, fr: 2}}")},
        reported=(
            (
                "source.publish_language warning: sources/post/en.md:4: publish.blog names a post in fr, "
                "but there is no such edition; write fr.md, or take fr out"
            ),
        ),
        good=("post-en",),
    ),
    Case(
        name="publish contradicts",
        files={
            EN: source(TITLE, DATE, "publish:", "  blog:", "    en: 1", "    fr: 1", "  site: x"),
            FR: source(TITLE, DATE, "publish: {blog: 2, site: {en: x}}"),
        },
        reported=(
            (
                "source.publish_conflict error: sources/post/en.md:7: publish.blog in fr is 1 here, but 2 "
                "in sources/post/fr.md:4; keep the right one, and take the other out"
            ),
            (
                "source.publish_conflict error: sources/post/fr.md:4: publish.blog in fr is 2 here, but 1 "
                "in sources/post/en.md:7; keep the right one, and take the other out"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
    Case(
        name="publish contradicts a broken edition",
        files={
            EN: source(TITLE, DATE, "publish: {blog: 1}"),
            FR: source(TITLE, DATE, "publish: {blog: {en: 2}}", body="![A map](map.png)"),
        },
        reported=(
            (
                "source.image_missing error: sources/post/fr.md:7: there is no image map.png; put the image "
                "into the post's folder, or mend its name"
            ),
            (
                "source.publish_conflict error: sources/post/en.md:4: publish.blog in en is 1 here, but 2 "
                "in sources/post/fr.md:4; keep the right one, and take the other out"
            ),
            (
                "source.publish_conflict error: sources/post/fr.md:4: publish.blog in en is 2 here, but 1 "
                "in sources/post/en.md:4; keep the right one, and take the other out"
            ),
        ),
        failed=(("post", "en"), ("post", "fr")),
    ),
)
