"""The outline of a Markdown body: what it holds and where, from the tokens that its page is filled with, too.

Lines are lines of the file.
"""
