"""Finishers that leave something out on purpose: what judges attachments has to notice, or it judges nothing."""

from collections.abc import Sequence

import pydyf

from pipeline.render.finish import STEPS, PdfDraft, Step


def broken_steps(what: str) -> Sequence[Step]:
    """Return the steps of a finisher that leaves out what a key of `verdicts.BROKEN` names."""
    return {
        "no artifacts": (_without_artifacts, *STEPS),
        "note without ID": (*STEPS, _without_identifiers),
        "wrong language": (*STEPS, _in_wrong_language),
    }[what]


def _without_artifacts(draft: PdfDraft) -> None:
    draft.tagging.artifacts.clear()


def _without_identifiers(draft: PdfDraft) -> None:
    for item in draft.pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("S") == "/Note":
            item.pop("ID", None)


def _in_wrong_language(draft: PdfDraft) -> None:
    draft.pdf.catalog["Lang"] = pydyf.String("tlh")
