"""Answers the calls of extras.mjs with Python transformers; prints JSON.

    python __test__/oracle-js/extras.py > __test__/oracle-js/expected.extras.json
"""

import json
import pathlib
import subprocess

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

FOLDER = pathlib.Path(__file__).parent
PROGRAM = """
import { tokenizers } from '../data/tokenizers.mjs';
import { calls, chats } from './extras.mjs';
const made = Object.fromEntries(Object.entries(tokenizers).map(([name, make]) => [name, make()]));
console.log(JSON.stringify({ made, calls, chats }));
"""
NAMES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]


def content(token):
    return token["content"] if isinstance(token, dict) else token


def load(json_and_config):
    config = json_and_config["config"]
    names = {name: content(config[name]) for name in NAMES if config.get(name)}
    names.setdefault("pad_token", names.get("eos_token"))
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(json_and_config["json"])),
        model_max_length=config["model_max_length"],
        padding_side=config.get("padding_side", "right"),
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **names,
    )


def answer(made, call):
    tokenizer = load(made[call["on"]])
    options = dict(call["options"])
    side = options.pop("truncation_side", None)
    if side:
        tokenizer.truncation_side = side
    text = call["text"]
    if side == "left" or options.get("return_overflowing_tokens"):
        # tokenizers 0.23 reads no further than it needs for the first part, and so loses most of what is cut off, and
        # counts words from there. It reads everything when the words are given.
        text = [row.split(" ") for row in text] if isinstance(text, list) else text.split(" ")
        options["is_split_into_words"] = True
    encoded = tokenizer(text, **options)
    batched = isinstance(encoded["input_ids"][0], list)
    rows = len(encoded["input_ids"]) if batched else 1
    result = dict(encoded)
    words = [encoded.word_ids(row) for row in range(rows)]
    result["word_ids"] = words if batched else words[0]
    return result


def chat(made, call):
    tokenizer = load(made[call["on"]])
    result = tokenizer.apply_chat_template(
        call["conversation"], chat_template=call["template"], **{"return_dict": True, **call["options"]}
    )
    return result if isinstance(result, (str, list)) else dict(result)


def main():
    output = subprocess.run(
        ["node", "--input-type=module", "-e", PROGRAM], cwd=FOLDER, capture_output=True, text=True, check=True
    ).stdout
    data = json.loads(output)
    calls = ",\n".join(json.dumps(answer(data["made"], call)) for call in data["calls"])
    chats = ",\n".join(json.dumps(chat(data["made"], call)) for call in data["chats"])
    print(f'{{"calls": [\n{calls}\n],\n"chats": [\n{chats}\n]}}')


main()
