"""Templates (Jinja2): sandboxed, escaping, strict about names."""

from collections.abc import Callable, Sequence

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment


def template_environment(
    templates: Sequence[tuple[str, str]], *, finish: Callable[[object], object] | None = None
) -> SandboxedEnvironment:
    """Return the environment of some templates, given as (name, source); `finish` is given each value that is shown."""
    return SandboxedEnvironment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finish,
        trim_blocks=True,
        lstrip_blocks=True,
    )
