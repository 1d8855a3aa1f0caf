"""What was built, from what, when and why: one SQLite file, the decisions made from it, and the history.

Decisions go by content: a fingerprint of everything that an attachment's bytes depend on, part by part, so
that a rebuild can say what changed. A time stamp decides nothing.
"""
