"""Have veraPDF judge every attachment: of the posts, of the specimen, of made-up posts, and broken ones besides.

    python -m tools.conformance [--count 100] [--seed 1] [--output build/conformance]

Builds them all anew with `annexe build`, prints one line a profile, and leaves the reports in the output folder:
`conformance.json` sums up, `verapdf-PROFILE.json` are veraPDF's own. Exit codes: 0 nothing failed, 1 something did,
or could not be judged.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tools.conformance.corpus import write_corpus
from tools.conformance.judge import JudgeError, build_judge, judge
from tools.conformance.verdicts import BROKEN, Verdict

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("sources", "tests/specimen")
_FAULTS_SHOWN = 40


def main() -> int:
    """Carry out what the command line says and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100, help="how many posts to make up")
    parser.add_argument("--seed", type=int, default=1, help="what the made-up posts depend on")
    parser.add_argument("--output", type=Path, default=_ROOT / "build" / "conformance")
    arguments = parser.parse_args()
    output = arguments.output.resolve()
    try:
        class_path = build_judge(output / "verapdf")
        files = _build(output, count=arguments.count, seed=arguments.seed)
        verdicts = judge(files, class_path=class_path, folder=output / "reports")
        unnoticed = _unnoticed(output, class_path)
    except JudgeError as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 1
    summary = {"verdicts": [asdict(verdict) for verdict in verdicts], "unnoticed": unnoticed}
    (output / "conformance.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return _tell(verdicts, unnoticed)


def _build(output: Path, *, count: int, seed: int) -> list[Path]:
    """Build all posts anew and return where each edition's attachment must be now."""
    sources, built = output / "sources", output / "built"
    for folder in (sources, built):
        shutil.rmtree(folder, ignore_errors=True)
    sources.mkdir(parents=True)
    for kept in _KEPT:
        for post in sorted((_ROOT / kept).iterdir()):
            if post.is_dir():
                shutil.copytree(post, sources / post.name)
    write_corpus(sources, count=count, seed=seed)
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "build",
        "--quiet",
        f"--sources={sources}",
        f"--output={built}",
    ]
    code = subprocess.run(command, cwd=_ROOT, check=False).returncode
    if code != 0:
        raise JudgeError(f"annexe build ended with code {code}; its findings are in {built / 'report.json'}")
    editions = sorted(path for path in sources.glob("*/*.md"))
    return [built / path.parent.name / f"{path.parent.name}-{path.stem}.pdf" for path in editions]


def _unnoticed(output: Path, class_path: str) -> list[str]:
    """Return which broken finishers veraPDF found nothing wrong with, though it should have."""
    folder = output / "broken"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-m", "tools.conformance.break_one", str(folder)]
    if subprocess.run(command, cwd=_ROOT, env=environment, check=False).returncode != 0:
        raise JudgeError("the broken attachments could not be made")
    expected = {what: folder / f"{what.replace(' ', '-')}.pdf" for what in BROKEN}
    (verdict, *_) = judge(list(expected.values()), class_path=class_path, folder=folder)
    return [
        what
        for what, clause in BROKEN.items()
        if clause
        and not any(
            fault.startswith(f"{expected[what]}: ") and f" {clause}-" in fault for fault in verdict.faults
        )
    ]


def _tell(verdicts: Sequence[Verdict], unnoticed: Sequence[str]) -> int:
    for verdict in verdicts:
        for fault in verdict.faults[:_FAULTS_SHOWN]:
            print(fault, file=sys.stderr)
        print(
            f"{verdict.profile}: {verdict.files} attachments, {verdict.passed} checks passed, "
            f"{len(verdict.faults)} failed (veraPDF {verdict.judge})"
        )
    for what in unnoticed:
        print(f"veraPDF found nothing wrong with an attachment made with {what}", file=sys.stderr)
    noticed = [what for what, clause in BROKEN.items() if clause and what not in unnoticed]
    print(f"broken on purpose and noticed: {', '.join(noticed)}")
    return 1 if unnoticed or any(verdict.faults for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
