"""Writes whisper.json: what Python `transformers` makes of Whisper's time stamps, where transformers.js fails or
compares them as text.

    python __test__/oracle/whisper.py > __test__/oracle/whisper.json

The tokenizer is the small one of `../data/tokenizers.mjs`, which Node.js writes.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

from transformers import WhisperTokenizer
from transformers.models.whisper.tokenization_whisper import _find_longest_common_sequence

DATA = pathlib.Path(__file__).parent.parent / "data" / "tokenizers.mjs"
WRITE = """
const [url, folder] = process.argv.slice(1);
const { tokenizers } = await import(url);
const { writeFileSync } = await import('node:fs');
const { json, config } = tokenizers.whisper();
writeFileSync(`${folder}/tokenizer.json`, JSON.stringify(json));
writeFileSync(`${folder}/tokenizer_config.json`, JSON.stringify(config));
"""
WORDS = ["Ġhello", "Ġthere", "Ġthis", "Ġis", "Ġa", "Ġtest", "Ġof", "Ġsix", "Ġwords", "Ġfox"]
SEED = 20


def tokenizer():
    with tempfile.TemporaryDirectory() as folder:
        code = ["node", "--input-type=module", "--eval", WRITE, DATA.as_uri(), folder]
        subprocess.run(code, check=True)
        return WhisperTokenizer.from_pretrained(folder)


def decoded(whisper, random_):
    """Ids with time stamps that rise, some of them side by side: segments without words."""
    first = whisper.all_special_ids[-1] + 1
    words = whisper.convert_tokens_to_ids(WORDS)
    special = whisper.convert_tokens_to_ids(["<|startoftranscript|>", "<|en|>", "<|transcribe|>"])
    cases = [[first], [first, first], [first, words[0], first + 75], [words[0], first + 1500]]
    for _ in range(40):
        ids, time = list(special[: random_.randrange(4)]), 0
        for _ in range(random_.randrange(1, 7)):
            ids.extend(random_.choices(words, k=random_.randrange(4)))
            time += random_.choice([0, 1, 7, 50, 149])
            ids.append(first + time)
        cases.append(ids)
    return [
        dict(ids=ids, skip=skip, text=whisper.decode(ids, decode_with_timestamps=True, skip_special_tokens=skip))
        for ids in cases
        for skip in (False, True)
    ]


def joined(random_):
    """Transcripts that overlap, with the start and end of each token in seconds."""
    cases = []
    for _ in range(150):
        whole = random_.choices(range(6), k=random_.randrange(6, 16))
        sequences, times, start = [], [], 0
        # When each token starts, where all pieces agree on that.
        timeline = None if random_.random() < 0.5 else [round(0.7 + 9.7 * i, 2) for i in range(len(whole))]
        for _ in range(random_.randrange(2, 4)):
            piece = whole[start : start + random_.randrange(3, 9)]
            if not piece:
                break
            clock = random_.choice([0.5, 3.27, 8.9, 21.38, 98.5, 101.02]) + start * 0.4
            spans = []
            for i in range(len(piece)):
                clock = timeline[start + i] if timeline else clock
                end = round(clock + random_.choice([0, 0.2, 0.86, 9.7]), 2)
                spans.append([round(clock, 2), end])
                clock = end
            sequences.append(piece)
            times.append(spans)
            start += max(1, len(piece) - random_.randrange(1, 5))
        pairs = [[tuple(span) for span in spans] for spans in times]
        tokens, spans = _find_longest_common_sequence(sequences, pairs)
        alone = _find_longest_common_sequence(sequences)
        cases.append(dict(sequences=sequences, times=times, tokens=tokens, spans=spans, alone=alone))
    return cases


def main():
    random_ = random.Random(SEED)
    result = dict(decoded=decoded(tokenizer(), random_), joined=joined(random_))
    json.dump(result, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    print()


main()
