"""What an editor may write in a body, as data.

`pipeline.sources.outline` reads it with markdown-it; `pipeline.compose.markdown_body` makes pages of that.
"""

import re

#: The elements that may stand in a post, as Markdown or as HTML.
ALLOWED_TAGS = frozenset(
    "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small span strong sub sup "
    "table tbody td tfoot th thead tr u ul var wbr".split()
)
#: These elements are removed with their content; of any other that isn't allowed the text stays.
REMOVED_WITH_CONTENT = frozenset(
    {"script", "style", "template", "iframe", "object", "noscript", "svg", "math"}
)

#: What the target of a link begins with that works for a reader of a PDF, in small letters.
LINK_SCHEMES = ("#", "http://", "https://", "mailto:", "tel:")
#: Code within a line.
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
#: One attribute: `.class`, `#id` or `key=value`.
ATTRIBUTE = r"(?:[.#][^\s{}.#=\"']+|[\w:-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'{}=]+))"
_WORD = rf"(?:{ATTRIBUTE}|[\w-]+)"
#: `{: .class #id key=value }`, with what stands in the braces as its group. With a colon, words without a
#: value are attributes too; without it, each word must be one, so that `{sic}` and `{% x %}` are text.
ATTRIBUTE_LIST = rf"\{{(?=:|[ ]*{ATTRIBUTE}(?:[ ]+{ATTRIBUTE})*[ ]*\}}):?[ ]*({_WORD}(?:[ ]+{_WORD})*)[ ]*\}}"
#: The end of `[Listening Sessions]{lang=en}`, which is our own way to give the language of a run of text.
SPAN_LANGUAGE = re.compile(
    r"\{:?\s*lang\s*=\s*[\"']?(?P<language>[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)[\"']?\s*\}"
)
