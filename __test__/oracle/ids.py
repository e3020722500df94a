"""Writes what Python makes of the texts of texts.json, one file for each model.

    python3 ids.py --to FOLDER NAME=path/to/tokenizer.json ...

A file holds hashes, so that it is small and a difference can still be found: six hexadecimal digits (FNV-1a, 32
bits, the last six) for each text and facet, one after the other. `describe.py` says what is hashed.
"""

import argparse
import hashlib
import json
import pathlib

import tokenizers
import transformers

import describe
import reference
import texts

HERE = pathlib.Path(__file__).parent


def short_hash(description):
    return "%06x" % (texts.fnv1a(description.encode("utf-8", "surrogatepass")) & 0xFFFFFF)


def hashes(descriptions):
    return "".join(short_hash(description) for description in descriptions)


def expectations(name, path):
    model = reference.load(path)
    cases = describe.Cases(name, model, json.loads((HERE / "texts.json").read_text()))
    sections = {}
    for section, facets in cases.sections().items():
        sections[section] = {facet: hashes(descriptions) for facet, descriptions in facets.items()}
    return {
        "model": name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "tokenizers": tokenizers.__version__,
        "transformers": transformers.__version__,
        "sections": sections,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=pathlib.Path, required=True)
    parser.add_argument("--paths", action="store_true", help="note where each tokenizer.json is")
    parser.add_argument("models", nargs="+")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    for argument in arguments.models:
        name, path = argument.split("=", 1)
        written = expectations(name, pathlib.Path(path))
        if arguments.paths:
            written["path"] = str(pathlib.Path(path).resolve())
        target = arguments.to / (name.replace("/", "--") + ".json")
        target.write_text(json.dumps(written, indent=0) + "\n")
        print(name, flush=True)


if __name__ == "__main__":
    main()
