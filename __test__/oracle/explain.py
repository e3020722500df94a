"""Shows where a report of the Rust test differs from Python: python3 explain.py REPORT [how many]."""

import collections
import json
import pathlib
import sys

import describe
import reference

HERE = pathlib.Path(__file__).parent


def main():
    shown = collections.Counter()
    models = {}
    limit = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    for line in open(sys.argv[1], encoding="utf-8"):
        entry = json.loads(line)
        place = entry["model"], entry["section"], entry["facet"]
        shown[place] += 1
        if shown[place] > limit:
            continue
        if entry["model"] not in models:
            model = reference.load(pathlib.Path(entry["path"]))
            cases = describe.Cases(entry["model"], model, json.loads((HERE / "texts.json").read_text()))
            models[entry["model"]] = cases.sections()
        theirs = models[entry["model"]][entry["section"]][entry["facet"]][entry["index"]]
        ours = entry["ours"]
        at = next((i for i, (a, b) in enumerate(zip(theirs, ours)) if a != b), min(len(theirs), len(ours)))
        start = max(0, at - 60)
        print(*place, entry["index"])
        print("  python", repr(theirs[start:at + 100]))
        print("  ours  ", repr(ours[start:at + 100]))
    for place, count in shown.items():
        print(count, *place)


if __name__ == "__main__":
    main()
