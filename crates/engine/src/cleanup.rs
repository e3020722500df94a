//! The clean-up of decoded English text that Python transformers does.

use memchr::{memchr_iter, memmem};

/// What is replaced by what, in this order.
const RULES: [(&str, &str); 10] = [
    (" .", "."),
    (" ?", "?"),
    (" !", "!"),
    (" ,", ","),
    (" ' ", "'"),
    (" n't", "n't"),
    (" 'm", "'m"),
    (" 's", "'s"),
    (" 've", "'ve"),
    (" 're", "'re"),
];

/// `text` without the spaces that tokenizing put before punctuation and contractions.
pub(crate) fn clean_up(mut text: String) -> String {
    let after = after_spaces(&text);
    if after.is_empty() {
        return text;
    }
    for (pattern, replacement) in RULES {
        // No rule puts a space before another character.
        if !after.contains(&pattern.as_bytes()[1]) {
            continue;
        }
        // The standard library's search is many times slower for patterns this short.
        let mut found = memmem::find_iter(text.as_bytes(), pattern).peekable();
        if found.peek().is_none() {
            continue;
        }
        let mut shorter = String::with_capacity(text.len());
        let mut from = 0;
        for at in found {
            shorter.push_str(&text[from..at]);
            shorter.push_str(replacement);
            from = at + pattern.len();
        }
        shorter.push_str(&text[from..]);
        text = shorter;
    }
    text
}

/// Which of the characters that rules have after their space stand after one in `text`.
fn after_spaces(text: &str) -> Vec<u8> {
    let mut found = Vec::new();
    for space in memchr_iter(b' ', text.as_bytes()) {
        if let Some(&next) = text.as_bytes().get(space + 1)
            && is_after_space(next)
            && !found.contains(&next)
        {
            found.push(next);
        }
    }
    found
}

fn is_after_space(byte: u8) -> bool {
    matches!(byte, b'.' | b'?' | b'!' | b',' | b'\'' | b'n')
}

/// Whether some clean-up, this one or that of decoders, which also knows ` do not`, could change `text`.
pub(crate) fn may_change(text: &str) -> bool {
    let next = |space: usize| text.as_bytes().get(space + 1).copied().unwrap_or_default();
    memchr_iter(b' ', text.as_bytes()).any(|space| is_after_space(next(space)) || next(space) == b'd')
}

/// `text` without outer whitespace, as Python's `str.strip` takes it away.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || matches!(character, '\u{1C}'..='\u{1F}'))
}

#[cfg(test)]
mod tests {
    use super::{clean_up, strip};

    // What Python's `clean_up_tokenization` and `str.strip` give.
    #[test]
    fn cleans_up_as_python() {
        let text = "Hello , world ! I ' m fine . do n't we 've he 's you 're I 'm ?".to_owned();
        assert_eq!(
            clean_up(text),
            "Hello, world! I'm fine. don't we've he's you're I'm?"
        );
        for text in ["", " ", "a", "no space", "a n", "ends with ", "'m's", "é à ü"] {
            assert_eq!(clean_up(text.to_owned()), text);
        }
        // Matches do not overlap, and a rule sees what those before it left.
        assert_eq!(clean_up("a ' ' b  . ' . n't.".to_owned()), "a'' b . '.n't.");
        assert_eq!(strip("\u{1f} \u{85}\u{3000}a b\u{200b}\n"), "a b\u{200b}");
    }
}
