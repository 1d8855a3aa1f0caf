"""Posts → the files of a static site, as bytes; pure. docs/styles.md says which file lies where.

`Site` makes a post's own files and the files that all posts share; who lays them on a disk is another's business.
"""

from pipeline.publish.site.addresses import Addresses
from pipeline.publish.site.model import Attached, Entry, Stored, Summary
from pipeline.publish.site.site import Site
from pipeline.publish.site.summaries import entry_of_page, read_summary, write_summary

__all__ = [
    "Addresses",
    "Attached",
    "Entry",
    "Site",
    "Stored",
    "Summary",
    "entry_of_page",
    "read_summary",
    "write_summary",
]
