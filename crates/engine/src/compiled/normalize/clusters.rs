//! Which characters may share a grapheme cluster, as the segmentation crate says that the reference uses.

use std::sync::LazyLock;

use crate::compiled::unicode::stages::{Runs, Stages};

/// How all characters join their neighbours, 16 bits each.
static RUNS: Runs<2> = Runs::new(include_bytes!("clusters.bin"));

static JOINS: LazyLock<Stages> = LazyLock::new(|| {
    let runs = RUNS
        .iter()
        .map(|(length, bits)| (length, u16::from_le_bytes(bits)));
    Stages::new(runs, 0)
});

// A pair may join when the left one's low byte and the right one's next byte have a bit in common. The lowest four
// are for the parts of Hangul syllables and for flags.
/// Left: joins whatever follows. Right: everything has it.
const ANY_NEXT: u32 = 1 << 4;
/// Right: joins whatever stands before. Left: everything has it.
const ANY_BEFORE: u32 = 1 << 5;
const RETURN: u32 = 1 << 6;
const RIGHT: u32 = 8;

/// How `c` joins its neighbours: 16 bits for [`may_join`].
#[inline]
pub(super) fn joins(c: char) -> u32 {
    match c {
        '\r' => RETURN | ANY_BEFORE | (ANY_NEXT << RIGHT),
        '\n' => ANY_BEFORE | ((ANY_NEXT | RETURN) << RIGHT),
        '\0'..='\x7F' => ANY_BEFORE | (ANY_NEXT << RIGHT),
        _ => u32::from(JOINS.of(c.into())),
    }
}

/// False when there is a cluster boundary between the two characters wherever they stand.
#[inline(always)]
pub(super) fn may_join(left: u32, right: u32) -> bool {
    left & (right >> RIGHT) & 0xFF != 0
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::{ANY_BEFORE, ANY_NEXT, RIGHT, RUNS};
    use crate::compiled::unicode::stages::assert_up_to_date;

    const HANGUL_L: u32 = 1;
    const HANGUL_V: u32 = 1 << 1;
    const HANGUL_T: u32 = 1 << 2;
    const REGIONAL: u32 = 1 << 3;

    const L: char = '\u{1100}';
    const V: char = '\u{1160}';
    const T: char = '\u{11A8}';
    const LV: char = '\u{AC00}';
    const LVT: char = '\u{AC01}';
    const FLAG: char = '\u{1F1E6}';

    /// One pass over a text that puts each character of the page into every context that tells something.
    fn fill(start: u32, words: &mut [u32; 256]) {
        let contexts: [(Option<char>, Option<char>, u32); 10] = [
            (Some('a'), None, ANY_BEFORE << RIGHT),
            (None, Some('a'), ANY_NEXT),
            (None, Some(L), HANGUL_L),
            (None, Some(V), HANGUL_V),
            (None, Some(T), HANGUL_T),
            (None, Some(FLAG), REGIONAL),
            (Some(L), None, HANGUL_L << RIGHT),
            (Some(LV), None, HANGUL_V << RIGHT),
            (Some(LVT), None, HANGUL_T << RIGHT),
            (Some(FLAG), None, REGIONAL << RIGHT),
        ];
        let mut text = String::new();
        let mut questions: Vec<(usize, usize, u32)> = Vec::new();
        for (index, point) in (start..start + 256).enumerate() {
            let Some(c) = char::from_u32(point) else { continue };
            words[index] = ANY_BEFORE | (ANY_NEXT << RIGHT);
            for &(before, after, bits) in &contexts {
                // A control character is a boundary on both sides.
                text.push('\n');
                text.extend(before);
                if after.is_none() {
                    questions.push((text.len(), index, bits));
                }
                text.push(c);
                if let Some(after) = after {
                    questions.push((text.len(), index, bits));
                    text.push(after);
                }
            }
        }
        let mut boundaries = text.grapheme_indices(true).map(|(at, _)| at).peekable();
        for (place, index, bits) in questions {
            while boundaries.next_if(|&at| at < place).is_some() {}
            if boundaries.peek() != Some(&place) {
                words[index] |= bits;
            }
        }
        for word in words {
            // A mark or joiner may carry a rule (emoji, conjuncts) over to what follows it.
            if *word & (ANY_BEFORE << RIGHT) != 0 {
                *word |= ANY_NEXT;
            }
        }
    }

    #[test]
    fn the_table_is_that_of_the_segmentation_crate() {
        let values = (0..0x11_0000).step_by(256).flat_map(|start| {
            let mut words = [0; 256];
            fill(start, &mut words);
            words.map(|word| [word.to_le_bytes()[0], word.to_le_bytes()[1]])
        });
        assert_up_to_date(&RUNS, "normalize/clusters.bin", values);
    }
}
