//! The best segmentation, found forward in one pass; sums are taken in the reference's order, so ties fall alike.

use super::Unigram;

/// The best way found so far to reach a position.
#[derive(Clone, Copy)]
struct Node {
    score: f64,
    id: u32,
    /// The length in bytes of the token that ends here; 0: not reached yet.
    length: u32,
}

const NOT_REACHED: Node = Node {
    score: 0.0,
    id: 0,
    length: 0,
};

/// Reused memory of a run.
#[derive(Default)]
pub(crate) struct Scratch {
    nodes: Vec<Node>,
}

/// Larger scratch memory than this is given back after the piece that needed it.
const KEEP: usize = 1 << 16;

impl Unigram {
    /// Appends the ids of one piece.
    pub(crate) fn encode(&self, piece: &str, scratch: &mut Scratch, out: &mut Vec<u32>) {
        if piece.is_empty() {
            return;
        }
        scratch.nodes.clear();
        scratch.nodes.resize(piece.len() + 1, NOT_REACHED);
        self.forward(piece.as_bytes(), &mut scratch.nodes);
        self.backward(piece.as_bytes(), &scratch.nodes, out);
        if scratch.nodes.capacity() > KEEP {
            scratch.nodes = Vec::new();
        }
    }

    fn forward(&self, piece: &[u8], nodes: &mut [Node]) {
        let (steps, scores) = (self.trie.steps(), &*self.scores);
        let mut at = 0;
        while let Some(&first) = piece.get(at) {
            let here = nodes[at].score;
            let width = width(first);
            let mut state = self.trie.root();
            let mut single = false;
            // `ends` runs over the nodes after each byte from `at` on.
            for (past, (&byte, end)) in piece[at..].iter().zip(&mut nodes[at + 1..]).enumerate() {
                let Some((next, id)) = steps.step(state, byte) else {
                    break;
                };
                state = next;
                if let Some(id) = id {
                    let score = scores[id as usize] + here;
                    if end.length == 0 || score > end.score {
                        // A token's length fits: the vocabulary's longest is bounded.
                        #[expect(clippy::cast_possible_truncation, reason = "at most the longest token")]
                        let length = past as u32 + 1;
                        *end = Node { score, id, length };
                    }
                    single |= past + 1 == width;
                }
            }
            if !single {
                let score = self.unk_score + here;
                if let Some(end) = nodes.get_mut(at + width)
                    && (end.length == 0 || score > end.score)
                {
                    #[expect(clippy::cast_possible_truncation, reason = "at most 4")]
                    let length = width as u32;
                    *end = Node {
                        score,
                        id: self.unk_id,
                        length,
                    };
                }
            }
            at += width;
        }
    }

    fn backward(&self, piece: &[u8], nodes: &[Node], out: &mut Vec<u32>) {
        let start = out.len();
        let mut end = piece.len();
        // Unknown neighbours fuse into one token, which is looked up as a whole.
        let mut unknown_end = None;
        while end > 0 {
            let node = nodes[end];
            let begin = end.saturating_sub((node.length as usize).max(1));
            if node.id == self.unk_id {
                unknown_end.get_or_insert(end);
            } else {
                if let Some(unknown_end) = unknown_end.take() {
                    self.push_unknown(&piece[end..unknown_end], out);
                }
                out.push(node.id);
            }
            end = begin;
        }
        if let Some(unknown_end) = unknown_end {
            self.push_unknown(&piece[..unknown_end], out);
        }
        out[start..].reverse();
    }

    /// The parts of a piece that become tokens, each with whether it is unknown text.
    #[cold]
    pub(crate) fn parts(&self, piece: &str, scratch: &mut Scratch) -> Vec<(usize, usize, bool)> {
        let nodes = &mut scratch.nodes;
        nodes.clear();
        nodes.resize(piece.len() + 1, NOT_REACHED);
        self.forward(piece.as_bytes(), nodes);
        let mut parts: Vec<(usize, usize, bool)> = Vec::new();
        let mut end = piece.len();
        while end > 0 {
            let node = nodes[end];
            let begin = end.saturating_sub((node.length as usize).max(1));
            let unknown = node.id == self.unk_id;
            match parts.last_mut() {
                Some((start, _, true)) if unknown => *start = begin,
                _ => parts.push((begin, end, unknown)),
            }
            end = begin;
        }
        parts.reverse();
        parts
    }

    /// The ids of unknown text, and whether they are those of its bytes.
    #[cold]
    pub(crate) fn unknown(&self, text: &str) -> (Vec<u32>, bool) {
        let mut ids = Vec::new();
        let falls_back = self.push_unknown(text.as_bytes(), &mut ids);
        ids.reverse();
        (ids, falls_back)
    }

    /// Whether an id stands for unknown text as a whole.
    pub(crate) fn is_unknown(&self, id: u32) -> bool {
        id == self.unk_id
    }

    /// Pushes the ids of fused unknown text, last first; whether they are those of its bytes.
    #[cold]
    fn push_unknown(&self, text: &[u8], out: &mut Vec<u32>) -> bool {
        if let Some(id) = self.trie.get(text) {
            out.push(id);
            return false;
        }
        if let Some(bytes) = &self.bytes
            && text.iter().all(|&byte| bytes[usize::from(byte)].is_some())
        {
            out.extend(text.iter().rev().filter_map(|&byte| bytes[usize::from(byte)]));
            return true;
        }
        out.push(self.unk_id);
        false
    }
}

/// The length of a character in UTF-8, from its first byte.
#[inline(always)]
fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}
