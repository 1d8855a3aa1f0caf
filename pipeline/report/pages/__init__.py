"""The report's pages: a night for people, as static HTML in every language of the catalogue."""

from pipeline.report.pages.writing import Written, font_rules, write_pages

__all__ = ["Written", "font_rules", "write_pages"]
