//! Which characters may share a grapheme cluster, asked of the segmentation crate that the reference uses.

use unicode_segmentation::UnicodeSegmentation;

use super::pages::Pages;

static PAGES: Pages = Pages::new();

// A pair may join when the left one's low byte and the right one's next byte have a bit in common.
const HANGUL_L: u32 = 1;
const HANGUL_V: u32 = 1 << 1;
const HANGUL_T: u32 = 1 << 2;
const REGIONAL: u32 = 1 << 3;
/// Left: joins whatever follows. Right: everything has it.
const ANY_NEXT: u32 = 1 << 4;
/// Right: joins whatever stands before. Left: everything has it.
const ANY_BEFORE: u32 = 1 << 5;
const RETURN: u32 = 1 << 6;
const RIGHT: u32 = 8;

const L: char = '\u{1100}';
const V: char = '\u{1160}';
const T: char = '\u{11A8}';
const LV: char = '\u{AC00}';
const LVT: char = '\u{AC01}';
const FLAG: char = '\u{1F1E6}';

/// How `c` joins its neighbours: 16 bits for [`may_join`].
#[inline]
pub(super) fn joins(c: char) -> u32 {
    match c {
        '\r' => RETURN | ANY_BEFORE | (ANY_NEXT << RIGHT),
        '\n' => ANY_BEFORE | ((ANY_NEXT | RETURN) << RIGHT),
        '\0'..='\x7F' => ANY_BEFORE | (ANY_NEXT << RIGHT),
        _ => PAGES.get(c, fill),
    }
}

/// False when there is a cluster boundary between the two characters wherever they stand.
#[inline(always)]
pub(super) fn may_join(left: u32, right: u32) -> bool {
    left & (right >> RIGHT) & 0xFF != 0
}

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
