"""The report's pages: a night for people, as static HTML in every language of the catalogue."""
