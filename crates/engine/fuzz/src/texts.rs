//! Bytes read as a recipe for a text: characters, pieces that are hard, added tokens, tokens of the vocabulary, runs.

use crate::models::Model;
use crate::{How, compare};

/// Pieces on which tokenizers have differed.
const PIECES: [&str; 96] = [
    " ",
    "  ",
    "   ",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "\u{85}",
    "\u{2028}",
    "\u{200b}",
    "the",
    " the",
    "Hello",
    " world",
    "ing",
    "'s",
    "'S",
    "'ll",
    "'RE",
    "don't",
    "'ſ",
    "ſ",
    "K",
    "1",
    "12",
    "345",
    "٣",
    "½",
    "²",
    "Ⅷ",
    "𝟘",
    "०१",
    "1,000.5",
    "...",
    "--",
    "//",
    "<|",
    "|>",
    "[",
    "]",
    "€",
    "∑",
    "…",
    "«",
    "“",
    "\\",
    "中",
    "国人",
    "的",
    "ひら",
    "カタ",
    "ﾊﾟ",
    "한국",
    "ไทย",
    "हिन्दी",
    "עב",
    "العر",
    "Привет",
    "ΑΣ",
    "ǅ",
    "ʰ",
    "ª",
    "İ",
    "ß",
    "ﬁ",
    "Ｈ",
    "é",
    "e\u{301}",
    "\u{301}",
    "\u{300}\u{327}",
    "\u{1100}\u{1161}\u{11a8}",
    "\u{94d}",
    "\u{fe0f}",
    "\u{20e3}",
    "😀",
    "👨‍👩‍👧",
    "\u{1f1fa}\u{1f1f8}",
    "\u{10ffff}",
    "\u{e000}",
    "\0",
    "\u{fffd}",
    "\u{ffff}",
    "▁",
    "▁▁",
    "▁a",
    "<0x0A>",
    "Ġ",
    "Ċ",
    "##",
    "</w>",
    "[UNK]",
    "fn main() {",
    "HTTPServer",
    "AAAA",
];

/// Texts of more bytes are long.
const LONG: usize = 1_000;

/// Steps through the bytes of a recipe.
struct Recipe<'a>(&'a [u8]);

impl Recipe<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self, bytes: usize) -> u32 {
        (0..bytes).fold(0, |number, _| number << 8 | u32::from(self.byte().unwrap_or(0)))
    }
}

/// The text of a recipe.
#[must_use]
pub fn text(recipe: &[u8], model: &Model) -> String {
    let mut recipe = Recipe(recipe);
    let mut text = String::new();
    while let Some(step) = recipe.byte() {
        match step {
            0..0x80 => text.push(char::from(step)),
            0x80..0xe0 => text.push_str(PIECES[usize::from(step - 0x80)]),
            0xe0..0xe8 => text.extend(char::from_u32(recipe.number(2) % 0x3000)),
            0xe8..0xee => text.extend(char::from_u32(recipe.number(3) % 0x11_0000)),
            0xee..0xf2 if !model.added.is_empty() => {
                text.push_str(&model.added[recipe.number(1) as usize % model.added.len()]);
            }
            0xf2..0xfa => {
                let id = recipe.number(3) % model.size.max(1);
                text.push_str(
                    &model
                        .reference
                        .decode(&[id], &autotokenizer_engine::DecodeOptions::default())
                        .unwrap_or_default(),
                );
            }
            _ => {
                if let Some(last) = text.chars().next_back() {
                    text.extend(std::iter::repeat_n(last, recipe.number(1) as usize));
                }
            }
        }
    }
    text
}

/// Compares the engines on what `data` describes: two bytes say how, the rest is the text and perhaps a second one.
///
/// # Errors
/// Says what differs, and with which text.
pub fn check(model: &Model, data: &[u8]) -> Result<(), String> {
    let [flags, cut, recipe @ ..] = data else {
        return Ok(());
    };
    let mut how = How {
        special: flags & 1 == 1,
        full: flags & 6 == 2,
        cut: (flags & 24 == 8).then_some(usize::from(*cut)),
    };
    let (first, second) = if flags & 0xe0 == 0x20 {
        let (first, second) = recipe.split_at(recipe.len() / 2);
        (first, Some(second))
    } else {
        (recipe, None)
    };
    let (first, second) = (text(first, model), second.map(|recipe| text(recipe, model)));
    // The parts of a pair that is cut short are as many as the product of both.
    if second
        .as_ref()
        .is_some_and(|second| first.len().max(second.len()) > LONG)
    {
        how.cut = None;
    }
    compare(&model.compiled, &model.reference, &first, second.as_deref(), how).map_err(|difference| {
        let path = model.path.display();
        format!("{path}: {first:?} with {second:?}, {how:?}: {difference}")
    })
}
