"""The process that is measured: prepares a way, says so, waits for the word, does the round, says so, and ends.

python -m bench.runner WAY, with the job as JSON in the first line of its input; the word is the second line.
"""

import json
import sys

from bench.job import read
from bench.tree import adopt_orphans
from bench.ways import way


def main() -> None:
    """Do one round of a way."""
    adopt_orphans()
    job = read(sys.stdin.readline())
    with way(sys.argv[1]).prepare(job) as do_round:
        _say("ready")
        if not sys.stdin.readline():
            return
        files = do_round()
        _say(json.dumps([str(path) for path in files]))
        # What is alive now is part of what this round took: it is looked at before anything ends.
        sys.stdin.readline()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
