"""A model as Python has it: the tokenizers package, or the slow tokenizer of transformers where that package cannot
read the file."""

import json
import os
import pathlib

from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream
from transformers import PreTrainedTokenizerFast, VitsTokenizer, Wav2Vec2CTCTokenizer
from transformers.tokenization_python import Trie

HERE = pathlib.Path(__file__).parent

# The slow tokenizers that stand for a layout that only transformers.js reads.
SLOW = {"VitsTokenizer": VitsTokenizer, "Wav2Vec2CTCTokenizer": Wav2Vec2CTCTokenizer}


def standard_charsmap():
    """A charsmap of nmt_nfkc, if a folder with real files is at hand."""
    fixtures = os.environ.get("AUTOTOKENIZER_FIXTURES", HERE / "../../../shared/fixtures/models")
    path = pathlib.Path(fixtures) / "google-t5/t5-small-hub/tokenizer.json"
    return json.loads(path.read_text())["normalizer"]["precompiled_charsmap"] if path.exists() else None


def load(path, charsmap=None):
    """The model in the tokenizer.json at `path`. `charsmap` stands in for one that is null."""
    text = path.read_text(encoding="utf-8")
    document = json.loads(text)
    if "type" not in document["model"] and "merges" not in document["model"] and "unk_token" not in document["model"]:
        if isinstance(document["model"]["vocab"], dict):
            return Slow(path, document)
    normalizer = document.get("normalizer")
    if charsmap and normalizer and normalizer.get("precompiled_charsmap", "") is None:
        normalizer["precompiled_charsmap"] = charsmap
        text = json.dumps(document)
    return Fast(text, document)


class Fast:
    """The tokenizers package for ids, transformers for decoding."""

    facets = ("ids", "full", "decode")

    def __init__(self, text, document):
        self.document = document
        self.tokenizer = Tokenizer.from_str(text)
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        # The same without post-processor, for truncation.
        self.bare = Tokenizer.from_str(json.dumps({**document, "post_processor": None}))
        self.bare.no_padding()
        self.bare.no_truncation()
        self.transformers = PreTrainedTokenizerFast(
            tokenizer_object=self.tokenizer,
            clean_up_tokenization_spaces=False,
            clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output=True,
        )
        model, decoder = document["model"], document.get("decoder") or {}
        # What CLIPTokenizer does around the decoder.
        self.suffix = model.get("end_of_word_suffix") if decoder.get("type") == "ByteLevel" else None

    def encode(self, text, pair=None, special=True, words=False):
        return self.tokenizer.encode(text, pair, add_special_tokens=special, is_pretokenized=words)

    def truncated_early(self, text, pair, options):
        try:
            self.tokenizer.enable_truncation(**options)
            return self.tokenizer.encode(text, pair)
        finally:
            self.tokenizer.no_truncation()

    def truncated(self, text, options):
        """All of the text, cut as the tokenizers package cuts an encoding."""
        encoding = self.bare.encode(text, add_special_tokens=False)
        room = options["max_length"] - self.tokenizer.num_special_tokens_to_add(False)
        if options["stride"] >= room > 0 or room < 0:
            raise ValueError("stride")
        if len(encoding.ids) > room:
            encoding.truncate(room, options["stride"], options["direction"])
        return self.tokenizer.post_process(encoding, None, True)

    def decode(self, ids, skip, clean):
        text = self.transformers.decode(ids, skip_special_tokens=skip, clean_up_tokenization_spaces=clean and not self.suffix)
        if self.suffix:
            text = text.replace(self.suffix, " ").strip()
            text = self.transformers.clean_up_tokenization(text) if clean else text
        return text

    def stream(self, ids, skip):
        """What each id completes; ends where Python fails."""
        stream = DecodeStream(skip_special_tokens=skip)
        pieces = []
        for number in ids:
            try:
                pieces.append(stream.step(self.tokenizer, number))
            except Exception:
                break
        return pieces

    def vocab(self):
        return self.tokenizer.get_vocab(with_added_tokens=True)

    def token(self, number):
        return self.tokenizer.id_to_token(number)


class Slow:
    """A slow tokenizer of transformers, which has ids only."""

    facets = ("ids", "decode")

    def __init__(self, path, document):
        self.document = document
        folder = pathlib.Path(path).parent
        config = json.loads((folder / "tokenizer_config.json").read_text())
        kind = config.pop("tokenizer_class")
        self.tokenizer = SLOW[kind](str(folder / "vocab.json"), **config)
        # The pad token of MMS is a letter: Python takes it for a special token, cuts words there and drops it when
        # special tokens are skipped. transformers.js does not, and neither do we.
        self.skips = kind != "VitsTokenizer"
        if not self.skips:
            self.tokenizer.tokens_trie = Trie()

    def encode(self, text, pair=None, special=True, words=False):
        return self.tokenizer(text, pair, add_special_tokens=special)["input_ids"]

    def decode(self, ids, skip, clean):
        skip = skip and self.skips
        return self.tokenizer.decode(ids, skip_special_tokens=skip, clean_up_tokenization_spaces=clean)

    def vocab(self):
        return self.tokenizer.get_vocab()

