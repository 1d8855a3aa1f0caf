"""A finished PDF → what its structures say and what its tree says, parsed once for both."""

from pipeline.pdf.facts import PdfFacts, facts_of, read_facts
from pipeline.pdf.open import open_strictly
from pipeline.pdf.structure import Structure, read_structure, structure_of


def read_facts_and_structure(data: bytes) -> tuple[PdfFacts, Structure]:
    """Return what `read_facts` and `read_structure` return; raises nothing.

    The former reads strictly. A PDF that must be mended to be read, or has no sound tree, is parsed anew for the latter.
    """
    try:
        reader = open_strictly(data)
    except Exception:  # noqa: BLE001 - what is wrong is told by the two, each in its way
        return read_facts(data), read_structure(data)
    facts = facts_of(reader)
    if facts.fault is None and not facts.is_encrypted:
        structure = structure_of(reader)
        if structure.fault is None:
            return facts, structure
    return facts, read_structure(data)
