"""What is compared: one line of text for each case and facet, the same in every language.

ids      the ids with special tokens, a bar, the ids without
full     for both: ids; type ids; special tokens mask; offsets; word ids; sequence ids; tokens
decode   the ids of both decoded without and with skipping special tokens, each without and with clean-up
stream   what each id completes when the ids with special tokens are decoded one by one
vocab    the tokens with their ids, by id; then the tokens of ids alone
"""

import itertools

import texts

# Between parts that may hold anything.
MARK = "\u0001"
NONE = "\u0002"

TRUNCATED_TEXTS = 40
LENGTHS = [(3, 0), (4, 1), (6, 0), (6, 2), (9, 4), (17, 3), (40, 7)]
STRATEGIES = ["longest_first", "only_first", "only_second"]
DIRECTIONS = ["right", "left"]
RANDOM_DECODES = 60
# Random texts under one hash.
BLOCK = 10


def numbers(values):
    return ",".join(map(str, values))


def optional(values):
    return ",".join("-" if value is None else str(value) for value in values)


def encoding(value):
    """A whole encoding, without what overflows."""
    return ";".join([
        numbers(value.ids),
        numbers(value.type_ids),
        numbers(value.special_tokens_mask),
        ",".join(f"{start}-{end}" for start, end in value.offsets),
        optional(value.word_ids),
        optional(value.sequence_ids),
        MARK.join(value.tokens),
    ])


def overflowing(value):
    return NONE.join([encoding(value)] + [encoding(part) for part in value.overflowing])


class Cases:
    """All cases of a model."""

    def __init__(self, name, model, document):
        self.model = model
        self.document = document
        added = [token["content"] for token in model.document.get("added_tokens", [])]
        self.tokens = texts.chosen_tokens(added)
        self.texts = [texts.fill(text, self.tokens) for text in document["texts"]]
        self.random = texts.random_texts(name, added)
        self.pairs = [[texts.fill(side, self.tokens) for side in pair] for pair in document["pairs"]]
        self.words = [[texts.fill(word, self.tokens) for word in words] for words in document["words"]]
        self.name = name

    def sections(self):
        facets = self.model.facets
        sections = {
            "texts": self.facets([(text, None) for text in self.texts]),
            "random": blocks(self.facets([(text, None) for text in self.random])),
        }
        if "full" in facets:
            sections["pairs"] = self.facets(self.pairs)
            sections["words"] = {"full": [self.described_words(words) for words in self.words]}
            sections["early"] = {"full": list(self.early())}
            sections["truncated"] = {"full": list(self.truncated())}
            sections["stream"] = {"stream": [self.streamed(text) for text in self.texts]}
            sections["vocab"] = {"vocab": [self.vocab()]}
            sections["ids"] = {"decode": list(self.random_decodes())}
        return sections

    def facets(self, inputs):
        described = {facet: [] for facet in self.model.facets}
        for text, pair in inputs:
            both = [self.model.encode(text, pair, special) for special in (True, False)]
            ids = [value if isinstance(value, list) else value.ids for value in both]
            described["ids"].append("|".join(map(numbers, ids)))
            if "full" in described:
                described["full"].append("|".join(map(encoding, both)))
            described["decode"].append(self.decoded(ids))
        return described

    def decoded(self, lists):
        choices = itertools.product(lists, (False, True), (False, True))
        return MARK.join(self.model.decode(ids, skip, clean) for ids, skip, clean in choices)

    def described_words(self, words):
        both = [self.model.encode(words, None, special, words=True) for special in (True, False)]
        both.append(self.model.encode(words, words, True, words=True))
        return "|".join(map(encoding, both))

    def early(self):
        """Python's own truncation, which stops reading early (huggingface/tokenizers#2091)."""
        for text, pair in self.pairs + [(text, None) for text in self.texts[:TRUNCATED_TEXTS]]:
            described = []
            for (length, stride), strategy, direction in itertools.product(LENGTHS, STRATEGIES, DIRECTIONS):
                options = {"max_length": length, "stride": stride, "strategy": strategy, "direction": direction}
                described.append(failing(lambda: overflowing(self.model.truncated_early(text, pair, options))))
            yield "\n".join(described)

    def truncated(self):
        """The same with all that overflows."""
        for text in self.texts:
            described = []
            for (length, stride), direction in itertools.product(LENGTHS, DIRECTIONS):
                options = {"max_length": length, "stride": stride, "direction": direction}
                described.append(failing(lambda: overflowing(self.model.truncated(text, options))))
            yield "\n".join(described)

    def streamed(self, text):
        ids = self.model.encode(text).ids
        return "|".join(
            MARK.join(NONE if piece is None else piece for piece in self.model.stream(ids, skip)) for skip in (False, True)
        )

    def vocab(self):
        entries = sorted(self.model.vocab().items(), key=lambda entry: (entry[1], entry[0].encode("utf-8")))
        described = MARK.join(f"{number} {token}" for token, number in entries)
        tokens = (self.model.token(number) for number in range(0, entries[-1][1] + 3, 97))
        return described + NONE + MARK.join(NONE if token is None else token for token in tokens)

    def random_decodes(self):
        random = texts.Random(texts.fnv1a(self.name.encode()) ^ 0x5EED)
        top = max(self.model.vocab().values()) + 20
        for _ in range(RANDOM_DECODES):
            ids = [random.below(top) for _ in range(1 + random.below(30))]
            choices = itertools.product((False, True), (False, True))
            yield MARK.join(self.model.decode(ids, skip, clean) for skip, clean in choices)


def blocks(facets):
    """Ten texts under one hash."""
    return {
        facet: ["\n".join(described[start:start + BLOCK]) for start in range(0, len(described), BLOCK)]
        for facet, described in facets.items()
    }


def failing(describe):
    """The description, or that there is none. (Rust's panics are no subclass of Exception.)"""
    try:
        return describe()
    except BaseException as error:  # noqa: BLE001
        if isinstance(error, KeyboardInterrupt):
            raise
        return "error"
