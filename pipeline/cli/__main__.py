"""`python -m pipeline.cli`: the command without its entry point."""

from pipeline.cli import main

# Worker processes import the main module again, under another name.
if __name__ == "__main__":
    main()
