//! Word characters, as the `regex` crate's `\w` has them.

/// Whether a character belongs to a word.
pub(super) fn is_word(character: char) -> bool {
    regex_syntax::try_is_word_character(character).unwrap_or(false)
}
