//! Finding tokens in text: of the matches that begin leftmost the longest, one after the other.

use wide::u8x16;

use super::super::Declined;
use super::Token;

/// A longer token would let a hostile file make every place of a text expensive.
const LONGEST: usize = 1024;

/// How many first bytes are few.
const FEW: usize = 8;
/// How many pairs of first bytes are, of which none is looked for by itself.
const FEW_PAIRS: usize = 3;

/// A stretch of text between tokens, or a token in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Part {
    /// Never empty.
    Text(usize, usize),
    /// Its id and where it stands, with the white space that it takes.
    Token(u32, usize, usize),
}

/// A trie with a table of beginnings in front.
pub(super) struct Finder {
    /// By the first two bytes: whether a token may begin so.
    begins: Box<[[u128; 2]; 256]>,
    /// The first bytes.
    first: Vec<u8>,
    /// Each of them sixteen times, when they are few: to be looked for at once.
    few: Vec<u8x16>,
    /// The same for first and second bytes: a blank is in every text, two seldom.
    few_pairs: Vec<[u8x16; 2]>,
    nodes: Vec<Node>,
    edges: Vec<(u8, u32)>,
}

/// Edges by ascending byte, and the token that ends here.
struct Node {
    from: u32,
    to: u32,
    token: Option<u32>,
}

impl Finder {
    /// Builds from patterns and places in the list of tokens; nothing without patterns.
    pub(super) fn new(mut patterns: Vec<(String, usize)>) -> Result<Option<Self>, Declined> {
        if patterns.is_empty() {
            return Ok(None);
        }
        patterns.sort_unstable();
        let mut finder = Self {
            begins: Box::new([[0; 2]; 256]),
            first: Vec::new(),
            few: Vec::new(),
            few_pairs: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        for pair in patterns.windows(2) {
            if pair[0].0 == pair[1].0 {
                return Err(Declined::new("two added tokens are written alike"));
            }
        }
        for (pattern, _) in &patterns {
            let bytes = pattern.as_bytes();
            let Some(&first) = bytes.first() else {
                return Err(Declined::new("an added token vanishes when it is normalized"));
            };
            if bytes.len() > LONGEST {
                return Err(Declined::new("an added token is too long"));
            }
            let row = &mut finder.begins[usize::from(first)];
            match bytes.get(1) {
                Some(&second) => row[usize::from(second >> 7)] |= 1 << (second & 127),
                None => *row = [u128::MAX; 2],
            }
            if finder.first.last() != Some(&first) {
                finder.first.push(first);
            }
        }
        if finder.first.len() <= FEW {
            finder.few = finder.first.iter().copied().map(u8x16::splat).collect();
        }
        finder.few_pairs = few_pairs(&patterns);
        finder.build(&patterns);
        Ok(Some(finder))
    }

    /// Level by level, so that the edges of a node stand together.
    fn build(&mut self, patterns: &[(String, usize)]) {
        // A `LONGEST` for each of the tokens, of which there are no more than 65,536, fits.
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let mut level = vec![(0, patterns.len(), 0)];
        self.nodes.push(Node {
            from: 0,
            to: 0,
            token: None,
        });
        let mut node = 0;
        while !level.is_empty() {
            let mut next = Vec::new();
            for (mut from, to, depth) in level {
                self.nodes[node].from = number(self.edges.len());
                if patterns[from].0.len() == depth {
                    self.nodes[node].token = Some(number(patterns[from].1));
                    from += 1;
                }
                while from < to {
                    let byte = patterns[from].0.as_bytes()[depth];
                    let end =
                        from + patterns[from..to].partition_point(|(text, _)| text.as_bytes()[depth] == byte);
                    self.edges.push((byte, number(self.nodes.len())));
                    self.nodes.push(Node {
                        from: 0,
                        to: 0,
                        token: None,
                    });
                    next.push((from, end, depth + 1));
                    from = end;
                }
                self.nodes[node].to = number(self.edges.len());
                node += 1;
            }
            level = next;
        }
    }

    /// The longest token that begins at `at`: its place in the list and its end.
    fn longest(&self, text: &[u8], mut at: usize) -> Option<(u32, usize)> {
        let mut node = self.nodes.first()?;
        let mut found = None;
        loop {
            if let Some(token) = node.token {
                found = Some((token, at));
            }
            let Some(&byte) = text.get(at) else { return found };
            let edges = &self.edges[node.from as usize..node.to as usize];
            let Ok(edge) = edges.binary_search_by_key(&byte, |edge| edge.0) else {
                return found;
            };
            node = &self.nodes[edges[edge].1 as usize];
            at += 1;
        }
    }

    /// The first byte with which a token may begin.
    #[inline]
    fn first_of(&self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        if !self.few.is_empty() {
            for chunk in text.as_chunks().0 {
                let chunk = u8x16::new(*chunk);
                let found = self
                    .few
                    .iter()
                    .fold(u8x16::ZERO, |found, first| found | chunk.simd_eq(*first));
                let found = found.to_bitmask();
                if found != 0 {
                    return Some(at + found.trailing_zeros() as usize);
                }
                at += 16;
            }
        }
        let is_first = |&byte: &u8| self.begins[usize::from(byte)] != [0; 2];
        text[at..].iter().position(is_first).map(|place| at + place)
    }

    /// Up to where no token begins, from `at` on, by first and second bytes.
    #[inline]
    fn before_pairs(&self, text: &[u8], mut at: usize) -> usize {
        while let Some((chunk, [next, ..])) = text.get(at..).and_then(|rest| rest.split_first_chunk::<16>()) {
            let firsts = u8x16::new(*chunk);
            let mut seconds = [*next; 16];
            seconds[..15].copy_from_slice(&chunk[1..]);
            let seconds = u8x16::new(seconds);
            let found = self.few_pairs.iter().fold(u8x16::ZERO, |found, [first, second]| {
                found | firsts.simd_eq(*first) & seconds.simd_eq(*second)
            });
            let found = found.to_bitmask();
            if found != 0 {
                return at + found.trailing_zeros() as usize;
            }
            at += 16;
        }
        at
    }

    /// The next place from `at` where a token may begin, or the end.
    #[inline]
    fn candidate(&self, text: &[u8], mut at: usize) -> usize {
        if !self.few_pairs.is_empty() {
            at = self.before_pairs(text, at);
        }
        loop {
            let rest = &text[at..];
            let found = match *self.first {
                [one] => memchr::memchr(one, rest),
                [one, two] => memchr::memchr2(one, two, rest),
                [one, two, three] => memchr::memchr3(one, two, three, rest),
                _ => self.first_of(rest),
            };
            let Some(found) = found else { return text.len() };
            at += found;
            let second = text.get(at + 1).copied().unwrap_or(0);
            let row = &self.begins[usize::from(text[at])];
            if row[usize::from(second >> 7)] & (1 << (second & 127)) != 0 {
                return at;
            }
            at += 1;
        }
    }

    /// Calls `part` for each token and each stretch between tokens.
    #[inline]
    pub(super) fn split(&self, tokens: &[Token], text: &str, part: &mut impl FnMut(Part)) {
        let bytes = text.as_bytes();
        let mut start = 0;
        let mut at = 0;
        loop {
            at = self.candidate(bytes, at);
            if at >= bytes.len() {
                break;
            }
            let Some((place, end)) = self.longest(bytes, at) else {
                at += 1;
                continue;
            };
            let token = &tokens[place as usize];
            let (from, mut to) = (at, end);
            at = end;
            if token.single_word && (ends_with_word(&text[..from]) || starts_with_word(&text[to..])) {
                continue;
            }
            let mut from = from;
            if token.lstrip {
                // The token before may have taken this white space already.
                from = text[..from].trim_end().len().max(start);
            }
            if token.rstrip {
                let rest = &text[to..];
                to += rest.len() - rest.trim_start().len();
            }
            if start < from {
                part(Part::Text(start, from));
            }
            // Of white space that is a token itself, the one before may have taken all.
            if from < to {
                part(Part::Token(token.id, from, to));
            }
            start = to;
        }
        if start < bytes.len() {
            part(Part::Text(start, bytes.len()));
        }
    }
}

/// The first and second bytes of patterns in order, when they are few and all have two.
fn few_pairs(patterns: &[(String, usize)]) -> Vec<[u8x16; 2]> {
    let pairs = patterns
        .iter()
        .map(|(pattern, _)| pattern.as_bytes().first_chunk::<2>());
    let Some(mut pairs) = pairs.collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    pairs.dedup();
    if pairs.len() > FEW_PAIRS {
        return Vec::new();
    }
    pairs.into_iter().map(|pair| pair.map(u8x16::splat)).collect()
}

fn ends_with_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(super::super::word::is_word)
}

fn starts_with_word(text: &str) -> bool {
    text.chars().next().is_some_and(super::super::word::is_word)
}
