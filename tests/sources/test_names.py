"""Names of posts and languages."""

import pytest

from pipeline.sources.names import is_language_tag, is_slug, normalised_tag, suggested_slug


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("EN", "en"),
        ("zh-hans-cn", "zh-Hans-CN"),
        ("pt-br", "pt-BR"),
        ("es-419", "es-419"),
        ("SL-Rozaj", "sl-rozaj"),
    ],
)
def test_tags_have_one_way_of_writing(tag: str, written: str) -> None:
    """Language in small letters, script with a capital, region in capitals."""
    assert is_language_tag(tag)
    assert normalised_tag(tag) == written


@pytest.mark.parametrize(
    "tag", ["", "e", "english", "readme", "en_GB", "en-", "en-\u0430", "x-annexe", "None"]
)
def test_other_words_are_no_tags(tag: str) -> None:
    """What is no language tag is not taken for one."""
    assert not is_language_tag(tag)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Über uns!", "uber-uns"),
        ("Cœur & Âme", "coeur-ame"),
        ("a--b_", "a-b"),
        ("\u0645", None),
        ("x" * 101, "x" * 100),
        ("2021 Report", "2021-report"),
    ],
)
def test_a_bad_name_gets_a_good_one(name: str, slug: str | None) -> None:
    """The name that is suggested can be used."""
    assert not is_slug(name)
    assert suggested_slug(name) == slug
    assert slug is None or is_slug(slug)
