//! Byte pair encoding where every token but the last of a word ends in a mark (`@@`): `BlenderbotSmall`, in the layout
//! that transformers.js invented for it (`continuing_subword_suffix`). The merges do not know the mark.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use ahash::AHashMap;
use tokenizers::Token;

use super::tokens::Tokens;

/// The vocabulary with its merges.
pub(super) struct Suffixed {
    pub(super) tokens: Tokens,
    /// Every symbol that a merge names.
    symbols: HashMap<String, usize>,
    texts: Vec<String>,
    /// The rank of a pair of symbols, and what it becomes.
    merges: HashMap<(usize, usize), (usize, usize)>,
    continuing: String,
    end_of_word: String,
    unk: Option<(String, u32)>,
}

/// A symbol of a word, with its place and its neighbours.
struct Node {
    symbol: Option<usize>,
    start: usize,
    end: usize,
    previous: Option<usize>,
    next: Option<usize>,
    alive: bool,
}

impl Suffixed {
    pub(super) fn new(
        vocab: AHashMap<String, u32>,
        merges: &[(impl AsRef<str>, impl AsRef<str>)],
        continuing: &str,
        end_of_word: &str,
        unk: Option<&str>,
    ) -> Self {
        let tokens = Tokens::new(vocab);
        let unk = unk.and_then(|unk| Some((unk.to_owned(), tokens.id(unk)?)));
        let mut model = Self {
            tokens,
            symbols: HashMap::new(),
            texts: Vec::new(),
            merges: HashMap::new(),
            continuing: continuing.to_owned(),
            end_of_word: end_of_word.to_owned(),
            unk,
        };
        for (rank, (left, right)) in merges.iter().enumerate() {
            let (left, right) = (left.as_ref(), right.as_ref());
            let whole = model.intern(&format!("{left}{right}"));
            let pair = (model.intern(left), model.intern(right));
            model.merges.insert(pair, (rank, whole));
        }
        model
    }

    fn intern(&mut self, text: &str) -> usize {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        self.symbols.insert(text.to_owned(), self.texts.len());
        self.texts.push(text.to_owned());
        self.texts.len() - 1
    }

    pub(super) fn tokenize(&self, word: &str) -> Vec<Token> {
        let mut nodes = self.nodes(word);
        self.merge(&mut nodes);
        let mut tokens = Vec::new();
        for node in nodes.iter().filter(|node| node.alive) {
            let text = &word[node.start..node.end];
            let value = if node.next.is_some() {
                format!("{text}{}", self.continuing)
            } else {
                format!("{text}{}", self.end_of_word)
            };
            // Python's vocabulary has the last token of a word without the mark.
            let known = self.tokens.id(&value).map(|id| (value, id)).or_else(|| {
                self.tokens
                    .id(text)
                    .filter(|_| node.next.is_none())
                    .map(|id| (text.to_owned(), id))
            });
            tokens.extend(
                known
                    .or_else(|| self.unk.clone())
                    .map(|(value, id)| Token::new(id, value, (node.start, node.end))),
            );
        }
        tokens
    }

    fn nodes(&self, word: &str) -> Vec<Node> {
        let count = word.chars().count();
        word.char_indices()
            .enumerate()
            .map(|(index, (start, character))| {
                let mut text = character.to_string();
                let last = index + 1 == count;
                if last {
                    text.push_str(&self.end_of_word);
                }
                Node {
                    symbol: self.symbols.get(&text).copied(),
                    start,
                    end: start + character.len_utf8(),
                    previous: index.checked_sub(1),
                    next: (!last).then_some(index + 1),
                    alive: true,
                }
            })
            .collect()
    }

    /// Merges the pair of the lowest rank, of equal ones the leftmost, until there is none.
    fn merge(&self, nodes: &mut [Node]) {
        let mut queue = BinaryHeap::new();
        for left in 0..nodes.len() {
            queue.extend(self.candidate(nodes, left));
        }
        while let Some(Reverse((_, left, right, pair))) = queue.pop() {
            let still = nodes[left].alive && nodes[right].alive && nodes[left].next == Some(right);
            if !still || (nodes[left].symbol, nodes[right].symbol) != (Some(pair.0), Some(pair.1)) {
                continue;
            }
            let (end, next) = (nodes[right].end, nodes[right].next);
            nodes[right].alive = false;
            nodes[left].symbol = self.merges.get(&pair).map(|(_, whole)| *whole);
            nodes[left].end = end;
            nodes[left].next = next;
            if let Some(next) = next {
                nodes[next].previous = Some(left);
            }
            if let Some(previous) = nodes[left].previous {
                queue.extend(self.candidate(nodes, previous));
            }
            queue.extend(self.candidate(nodes, left));
        }
    }

    #[expect(
        clippy::type_complexity,
        reason = "rank, left, right and their symbols, in the order of the queue"
    )]
    fn candidate(
        &self,
        nodes: &[Node],
        left: usize,
    ) -> Option<Reverse<(usize, usize, usize, (usize, usize))>> {
        let right = nodes[left].next?;
        let pair = (nodes[left].symbol?, nodes[right].symbol?);
        let (rank, _) = self.merges.get(&pair)?;
        Some(Reverse((*rank, left, right, pair)))
    }
}

#[cfg(test)]
mod tests {
    use super::Suffixed;

    // The expected tokens are those of Python's `BlenderbotSmallTokenizer.bpe` with these merges.
    #[test]
    fn marks_all_but_the_last_token() {
        let vocab = ["__unk__", "un@@", "wan@@", "t@@", "d", "hello", "a", "b@@"];
        let vocab = vocab.map(str::to_owned).into_iter().zip(0..).collect();
        let merges = [
            ("u", "n"),
            ("w", "a"),
            ("wa", "n"),
            ("h", "e"),
            ("l", "o</w>"),
            ("he", "l"),
            ("hel", "lo</w>"),
        ];
        let model = Suffixed::new(vocab, &merges, "@@", "</w>", Some("__unk__"));
        let tokens = |word: &str| {
            let tokens = model.tokenize(word).into_iter();
            tokens
                .map(|token| (token.value, token.id, token.offsets))
                .collect::<Vec<_>>()
        };
        let token = |value: &str, id, offsets| (value.to_owned(), id, offsets);
        assert_eq!(tokens("hello"), [token("hello", 5, (0, 5))]);
        assert_eq!(
            tokens("unwantéd"),
            [
                token("un@@", 1, (0, 2)),
                token("wan@@", 2, (2, 5)),
                token("t@@", 3, (5, 6)),
                token("__unk__", 0, (6, 8)),
                token("d", 4, (8, 9)),
            ]
        );
        assert_eq!(tokens("a"), [token("a", 6, (0, 1))]);
        assert_eq!(tokens(""), []);
    }
}
