"""Writes compatibility.json: for each row of docs/compatibility.md a small tokenizer and what Python `tokenizers`
makes of it.

    python __test__/oracle/compatibility.py > __test__/oracle/compatibility.json
"""

import json
import sys

from tokenizers import Tokenizer


def token(id, content, **flags):
    base = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=False)
    return dict(id=id, content=content, **{**base, **flags})


def file(model, added=(), **parts):
    empty = dict(normalizer=None, pre_tokenizer=None, post_processor=None, decoder=None)
    return dict(version="1.0", truncation=None, padding=None, added_tokens=list(added), **{**empty, **parts}, model=model)


def words(*vocab, **parts):
    """A WordLevel model: what the pre-tokenizer cuts is seen in the tokens."""
    added = parts.pop("added", ())
    names = ["[UNK]", *dict.fromkeys(vocab)]
    model = dict(type="WordLevel", vocab={name: id for id, name in enumerate(names)}, unk_token="[UNK]")
    start = len(names)
    return file(model, [token(start + i, content, **flags) for i, (content, flags) in enumerate(added)], **parts)


def bpe(vocab, merges=(), **more):
    parts = {key: more.pop(key) for key in ("normalizer", "pre_tokenizer", "decoder", "post_processor") if key in more}
    model = dict(type="BPE", vocab={name: id for id, name in enumerate(vocab)}, merges=[list(m) for m in merges],
                 dropout=None, unk_token=None, continuing_subword_prefix=None, end_of_word_suffix=None,
                 fuse_unk=False, byte_fallback=False)
    return file({**model, **more}, **parts)


def unigram(vocab, unk_id=0, **more):
    parts = {key: more.pop(key) for key in ("normalizer", "pre_tokenizer", "decoder") if key in more}
    return file({"type": "Unigram", "unk_id": unk_id, "vocab": vocab, "byte_fallback": False, **more}, **parts)


def split(pattern, behavior, invert=False):
    return dict(type="Split", pattern=dict(Regex=pattern), behavior=behavior, invert=invert)


def untyped(file):
    return {**file, "model": {key: value for key, value in file["model"].items() if key != "type"}}


LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPACES = dict(type="WhitespaceSplit")
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
PIECES = [["<unk>", 0.0], ["▁", -2.0], ["▁hello", -3.0], ["h", -4.0], ["e", -4.0], ["l", -4.0], ["o", -4.0], ["a", -4.0]]
BERT = dict(type="BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
BYTE_LEVEL = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)

CASES = [
    (1, "the longest added token wins", words("a", added=[("ab", {}), ("abc", {})], pre_tokenizer=SPACES), ["abc ab abcab"]),
    (2, "a normalized added token is found in the normalized text",
     words("say", added=[("hello", dict(normalized=True))], normalizer=dict(type="Lowercase"), pre_tokenizer=SPACES), ["say HELLO"]),
    (3, "single_word is honoured", words("con", "cat", added=[("dog", dict(single_word=True))], pre_tokenizer=SPACES), ["dog hotdog dogs dog"]),
    (4, "lstrip and rstrip next to an added token of spaces",
     words("a", added=[("  ", {}), ("<m>", dict(lstrip=True, rstrip=True))], pre_tokenizer=SPACES), ["a  <m>  a", "a <m> a"]),
    (6, "Punctuation is isolated", words("a", "!", "b", pre_tokenizer=dict(type="Punctuation", behavior="Isolated")), ["a!!b"]),
    (7, "Digits are all of Unicode's", words("a", "٣", "b", "½", pre_tokenizer=dict(type="Digits", individual_digits=True)), ["a٣b½b"]),
    (8, "Whitespace knows letters beyond ASCII", words("café", "naïve", ",", pre_tokenizer=dict(type="Whitespace")), ["café,naïve"]),
    (9, "white space is Unicode's: NEL is, BOM is not", words("a", "b", "\ufeff", "a\ufeffb", pre_tokenizer=SPACES), ["a\u0085b", "a\ufeffb"]),
    *[(10, f"Split {behavior}", words("a", "-", "b", "c", "a-", "-b", "--", "b-", "-c", pre_tokenizer=split("-", behavior)), ["a-b--c"])
      for behavior in ("Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous")],
    (11, "Split inverted keeps both sides", words("ab", "12", "cd", pre_tokenizer=split("[0-9]+", "Isolated", True)), ["ab12cd"]),
    (12, "regular expressions are Oniguruma's", words("It", "'S", " ", "x", "ǅ", "'s", pre_tokenizer=split(r"(?i:'s|'t)|\p{Lt}|\h+", "Isolated")), ["It'Sǅx's"]),
    (13, "Metaspace splits words", words("▁hello", "▁world", pre_tokenizer=dict(type="Metaspace", replacement="▁", prepend_scheme="always", split=True)), ["hello world"]),
    (14, "Metaspace prepends at the start only",
     words("▁a", "a", "b", "▁b", added=[("<x>", {})], pre_tokenizer=dict(type="Metaspace", replacement="▁", prepend_scheme="first", split=True)), ["a<x>b"]),
    (15, "unknown runs of Unigram are one token", unigram(PIECES), ["hello☃☃a"]),
    (16, "Unigram falls back to bytes", unigram([*PIECES, *[[byte, 0.0] for byte in BYTES]], byte_fallback=True), ["a☃"]),
    (17, "BPE without an unknown token leaves unknown characters out", bpe(["a", "b", "ab"], [("a", "b")]), ["a☃b", "ab☃"]),
    (18, "BPE honours continuing_subword_prefix", bpe(["a", "##b", "##c", "a##b"], continuing_subword_prefix="##"), ["abc"]),
    (19, "BPE with some byte tokens missing uses the unknown token",
     bpe(["<unk>", "a", "<0xE2>"], unk_token="<unk>", byte_fallback=True), ["a☃a"]),
    (20, "ideographs beyond the BMP stand alone", words("a", "𠀀", "b", normalizer=BERT, pre_tokenizer=SPACES), ["a𠀀b"]),
    (21, "StripAccents takes combining marks",
     words("a", "é", "e", normalizer=dict(type="Sequence", normalizers=[dict(type="NFD"), dict(type="StripAccents")]), pre_tokenizer=SPACES), ["é a\u20dd"]),
    (22, "Lowercase has no final sigma", words("οδοσ", "οδος", normalizer=dict(type="Lowercase"), pre_tokenizer=SPACES), ["ΟΔΟΣ"]),
    (23, "Replace is literal", words("a$&b", "axb", normalizer=dict(type="Replace", pattern=dict(String="x"), content="$&"), pre_tokenizer=SPACES), ["axb"]),
    (24, "Strip takes Unicode's white space", words("a", "\ufeffa", normalizer=dict(type="Strip", strip_left=True, strip_right=True)), ["\u0085a ", "\ufeffa"]),
    (26, "Nmt", words("a", "b", normalizer=dict(type="Nmt"), pre_tokenizer=SPACES), ["a\u200bb\u0001"]),
    (26, "the ByteLevel normalizer", words("Ã©", normalizer=dict(type="ByteLevel")), ["é"]),
    (26, "CharDelimiterSplit", words("a", "b", pre_tokenizer=dict(type="CharDelimiterSplit", delimiter="-")), ["a-b"]),
    (26, "UnicodeScripts", words("ab", "どこ", "で", pre_tokenizer=dict(type="UnicodeScripts")), ["abどこ"]),
    (27, "WordLevel gives the unknown token", words("a", pre_tokenizer=SPACES), ["a nope"]),
    (31, "bytes that are no text", bpe(["a", "é", "ðŁ"], pre_tokenizer=BYTE_LEVEL, decoder=BYTE_LEVEL), ["a"]),
    (32, "ByteFallback gives U+FFFD for each byte",
     bpe(["<unk>", "a", *BYTES], unk_token="<unk>", byte_fallback=True, decoder=dict(type="ByteFallback")), ["☃"]),
    (33, "the Metaspace decoder that never prepends keeps the space",
     words("▁a", pre_tokenizer=dict(type="Metaspace", replacement="▁", prepend_scheme="never", split=True),
           decoder=dict(type="Metaspace", replacement="▁", prepend_scheme="never", split=True)), [" a a"]),
    (39, "a normalized added token is decoded as it is normalized",
     words("a", added=[("[XY]", dict(normalized=True))], normalizer=dict(type="Lowercase"), pre_tokenizer=SPACES), ["a [XY]"]),
    (40, "nothing stands for the word-end suffix of the last token",
     bpe(["a</w>", "b</w>"], end_of_word_suffix="</w>", pre_tokenizer=SPACES, decoder=dict(type="BPEDecoder", suffix="</w>")), ["a b", "a"]),
    (41, "a model without type is what its fields say", untyped(bpe(["a", "b", "ab"], [("a", "b")], unk_token="a", continuing_subword_prefix="")), ["abab"]),
]

ROBERTA = dict(type="RobertaProcessing", sep=["</s>", 2], cls=["<s>", 1], trim_offsets=True, add_prefix_space=False)

PAIRS = [
    (28, "ByteLevel keeps the second text", bpe(["a", "b"], pre_tokenizer=BYTE_LEVEL, post_processor=BYTE_LEVEL), "a", "b"),
    (42, "RoBERTa's type ids of a pair are all zero",
     bpe(["a", "<s>", "</s>", "b"], pre_tokenizer=BYTE_LEVEL, post_processor=ROBERTA), "a", "b"),
]


def main():
    rows = []
    for row, title, data, texts in CASES:
        python = Tokenizer.from_str(json.dumps(data))
        results = []
        for text in texts:
            encoding = python.encode(text)
            ids = encoding.ids
            results.append(dict(text=text, ids=ids, tokens=encoding.tokens, decoded=python.decode(ids),
                                without_last=python.decode(ids[:-1]) if len(ids) > 1 else None))
        rows.append(dict(row=row, title=title, tokenizer=data, results=results))
    for row, title, data, text, pair in PAIRS:
        encoding = Tokenizer.from_str(json.dumps(data)).encode(text, pair)
        result = dict(text=text, pair=pair, ids=encoding.ids, tokens=encoding.tokens, type_ids=encoding.type_ids)
        rows.append(dict(row=row, title=title, tokenizer=data, results=[result]))
    json.dump(rows, sys.stdout, ensure_ascii=True, separators=(",", ":"))
    print()


main()
