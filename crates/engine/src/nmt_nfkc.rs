//! `nmt_nfkc`, the normalization most `SentencePiece` models have, as transformers.js approximates it. It stands in
//! where its converter left the charsmap out (`"precompiled_charsmap": null`, Marian and `SpeechT5`): [`clean`], NFKC,
//! [`restore`].

/// The one character that the charsmaps leave alone although NFKC maps it.
const FULLWIDTH_TILDE: char = '\u{FF5E}';
/// What stands for it meanwhile: a noncharacter, which NFKC leaves alone.
const PLACEHOLDER: char = '\u{FDD0}';

/// Removes control characters and maps blanks to spaces, before NFKC.
pub(crate) fn clean(character: char) -> Option<char> {
    match character {
        '\u{1}'..='\u{8}' | '\u{B}' | '\u{E}'..='\u{1F}' | '\u{7F}' | '\u{8F}' | '\u{9F}' => None,
        '\t'
        | '\n'
        | '\u{C}'
        | '\r'
        | '\u{A0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200F}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{202F}'
        | '\u{205F}'
        | '\u{2581}'
        | '\u{3000}'
        | '\u{FEFF}'
        | '\u{FFFD}' => Some(' '),
        FULLWIDTH_TILDE => Some(PLACEHOLDER),
        other => Some(other),
    }
}

/// Puts the tilde back, after NFKC.
pub(crate) fn restore(character: char) -> char {
    if character == PLACEHOLDER {
        FULLWIDTH_TILDE
    } else {
        character
    }
}
