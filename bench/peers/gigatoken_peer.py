"""gigatoken as a child process of bench/run.mjs; it answers as peer.mjs does, and puts no special tokens around a text."""

import json
import os
import sys
import time

import gigatoken

# As for the Rust peers: one core, so that rates are those of one core.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

tokenizer = None
corpora = {}


def timed(work):
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return result, {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def fnv(ids_of_texts):
    value = 0x811C9DC5
    for ids in ids_of_texts:
        for number in ids.tolist():
            value = ((value ^ number) * 0x01000193) & 0xFFFFFFFF
    return value


def load(request):
    def build():
        built = gigatoken.Tokenizer(os.path.join(request["folder"], "tokenizer.json"))
        built.encode("Hello world!")
        return built

    global tokenizer
    tokenizer, taken = timed(build)
    return {**taken, "memory": 0, "peak": 0, "inside": None}


def ids(request):
    return {"ids": [tokenizer.encode(text).tolist() for text in request["texts"]]}


def one_pass(request):
    path = request["corpus"]
    if path not in corpora:
        with open(path, encoding="utf-8") as file:
            corpora[path] = json.load(file)
    texts = corpora[path][request["part"]][: request.get("limit")]
    encode = tokenizer.encode
    results, taken = timed(lambda: [encode(text) for text in texts])
    return {
        **taken,
        "texts": len(texts),
        "bytes": sum(len(text.encode()) for text in texts),
        "tokens": sum(map(len, results)),
        "hash": fnv(results),
    }


ANSWERS = {"load": load, "ids": ids, "pass": one_pass}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = ANSWERS[request["do"]](request)
    except BaseException as error:  # noqa: BLE001 -- a panic of its Rust is one too
        answer = {"error": str(error)[:500] or type(error).__name__}
    print(json.dumps(answer), flush=True)
