"""A model as Python has it: the tokenizers package, or the slow tokenizer of transformers where that package cannot
read the file."""

import json
import pathlib

from tokenizers import Tokenizer
from tokenizers.decoders import DecodeStream
from tokenizers.normalizers import Normalizer
from transformers import PreTrainedTokenizerFast, VitsTokenizer, Wav2Vec2CTCTokenizer
from transformers.tokenization_python import Trie

# The slow tokenizers that stand for a layout that only transformers.js reads.
SLOW = {"VitsTokenizer": VitsTokenizer, "Wav2Vec2CTCTokenizer": Wav2Vec2CTCTokenizer}


class NmtNfkc:
    """What transformers.js does for a charsmap that its converter left out (Marian, SpeechT5). It is close to the
    one that is meant, nmt_nfkc of SentencePiece."""

    REMOVED = set(map(chr, [*range(0x01, 0x09), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F]))
    BLANKS = set(map(chr, [
        0x09, 0x0A, 0x0C, 0x0D, 0xA0, 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F, 0x205F, 0x2581, 0x3000,
        0xFEFF, 0xFFFD,
    ]))

    def normalize(self, text):
        text.filter(lambda character: character not in self.REMOVED)
        text.map(lambda character: " " if character in self.BLANKS else character)
        # The one character that NFKC may not change.
        text.map(lambda character: "\ufdd0" if character == "\uff5e" else character)
        text.nfkc()
        text.map(lambda character: "\uff5e" if character == "\ufdd0" else character)


def load(path):
    """The model in the tokenizer.json at `path`."""
    document = json.loads(path.read_text(encoding="utf-8"))
    model = document["model"]
    if not {"type", "merges", "unk_token"} & model.keys() and isinstance(model["vocab"], dict):
        return Slow(path, document)
    return Fast(document)


def approximate(document):
    """Whether the charsmap was left out."""
    return (document.get("normalizer") or {}).get("precompiled_charsmap", "") is None


class Fast:
    """The tokenizers package for ids, transformers for decoding."""

    facets = ("ids", "full", "decode")

    def __init__(self, document):
        self.document = document
        self.tokenizer = self.build(document)
        # The same without post-processor, for truncation.
        self.bare = self.build({**document, "post_processor": None})
        self.transformers = PreTrainedTokenizerFast(
            # Decoding needs no normalizer, and one that is written in Python cannot be copied.
            tokenizer_object=self.build({**document, "normalizer": None}) if approximate(document) else self.tokenizer,
            clean_up_tokenization_spaces=False,
            clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output=True,
        )
        self.added = self.tokenizer.get_added_tokens_decoder()
        model, decoder = document["model"], document.get("decoder") or {}
        # What CLIPTokenizer does around the decoder.
        self.suffix = model.get("end_of_word_suffix") if decoder.get("type") == "ByteLevel" else None

    @staticmethod
    def build(document):
        left_out = approximate(document)
        tokenizer = Tokenizer.from_str(json.dumps({**document, "normalizer": None} if left_out else document))
        if left_out:
            tokenizer.normalizer = Normalizer.custom(NmtNfkc())
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def encode(self, text, pair=None, special=True, words=False):
        return self.tokenizer.encode(text, pair, add_special_tokens=special, is_pretokenized=words)

    def truncated_early(self, text, pair, options):
        # There is no room then, and the package counts below zero.
        if options["max_length"] < self.tokenizer.num_special_tokens_to_add(pair is not None):
            raise ValueError("max_length")
        try:
            self.tokenizer.enable_truncation(**options)
            return self.tokenizer.encode(text, pair)
        finally:
            self.tokenizer.no_truncation()

    def truncated(self, text, options):
        """All of the text, cut as the tokenizers package cuts an encoding."""
        encoding = self.bare.encode(text, add_special_tokens=False)
        room = options["max_length"] - self.tokenizer.num_special_tokens_to_add(False)
        if room < options["stride"]:
            raise ValueError("max_length")
        if len(encoding.ids) > room:
            encoding.truncate(room, options["stride"], options["direction"])
        return self.tokenizer.post_process(encoding, None, True)

    def is_skipped(self, number, skip):
        # The package since 0.23 looks for the normalized text of such a token, `▁<s>`, and shows it.
        token = self.added.get(number) if skip else None
        return token is not None and token.special and token.normalized

    def decode(self, ids, skip, clean):
        ids = [number for number in ids if not self.is_skipped(number, skip)]
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
                pieces.append(None if self.is_skipped(number, skip) else stream.step(self.tokenizer, number))
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

