//! The clean-up of decoded English text that Python transformers does.

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
    for (pattern, replacement) in RULES {
        if text.contains(pattern) {
            text = text.replace(pattern, replacement);
        }
    }
    text
}
