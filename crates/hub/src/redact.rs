//! Taking secrets out of text that others wrote: signed queries, user information, tokens.

use url::Url;
use zeroize::Zeroizing;

/// A URL that may be shown: without user information, query and fragment.
pub(crate) fn url(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for URLs that cannot have any.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

/// Text that may be shown: URLs in it without user information and query, and nothing that looks like a token.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split(char::is_whitespace).enumerate() {
        if at > 0 {
            out.push(' ');
        }
        push_word(&mut out, word);
    }
    out
}

fn push_word(out: &mut String, word: &str) {
    if let Some(start) = word.find("://") {
        let rest = &word[start + 3..];
        let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(authority_end);
        push_plain(out, &word[..start]);
        out.push_str("://");
        out.push_str(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        match tail.find(['?', '#']) {
            // Another address may follow in the same word.
            Some(end) => {
                push_word(out, &tail[..end]);
                out.push_str("?****");
            }
            None => push_word(out, tail),
        }
    } else if let (Some(question), true) = (word.find('?'), word.contains('=')) {
        push_plain(out, &word[..question]);
        out.push_str("?****");
    } else {
        push_plain(out, word);
    }
}

/// Masks tokens by their prefixes: `hf_`, `api_org_` (organisations), `hf_jwt_`, and whatever follows `Bearer`.
fn push_plain(out: &mut String, word: &str) {
    let found = ["hf_", "api_org_"]
        .iter()
        .filter_map(|prefix| word.find(prefix).map(|at| (at, *prefix)))
        .min();
    if let Some((at, prefix)) = found {
        let secret = &word[at + prefix.len()..];
        let end = secret
            .find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c))
            .unwrap_or(secret.len());
        if end >= 6 {
            out.push_str(&word[..at]);
            out.push_str("****");
            push_plain(out, &secret[end..]);
            return;
        }
    }
    out.push_str(word);
}

/// A secret, prepared to be looked for in many texts.
pub(crate) struct Needle {
    secret: Zeroizing<String>,
    base64: Vec<Zeroizing<String>>,
}

impl Needle {
    pub(crate) fn new(secret: &str) -> Self {
        let places = (0..3).flat_map(|before| ["+/", "-_"].map(|last| (before, last)));
        let cores = places.map(|(before, last)| base64_core(secret, before, last));
        Self {
            secret: Zeroizing::new(secret.to_owned()),
            base64: cores.collect(),
        }
    }

    /// `text` with every occurrence of the secret masked, whatever it looks like and however it is spelled; also in
    /// Base64, as `user:secret` stands in a header.
    pub(crate) fn mask(&self, text: &str) -> String {
        let secret = self.secret.as_str();
        if secret.len() < 4 {
            return text.to_owned();
        }
        let mut masked = text.replace(secret, "****");
        if secret.len() < 8 {
            let small = Zeroizing::new(secret.to_ascii_lowercase());
            return masked.replace(small.as_str(), "****");
        }
        // Fewer characters than that may stand in any word.
        masked = spelled_masked(masked, secret);
        for core in &self.base64 {
            masked = base64_masked(masked, core);
        }
        masked
    }
}

/// `text` without `secret` in other letters: host names are written in small ones, JSON, URLs and HTML can write each
/// as a number, and lines are broken and marked where somebody found room for it.
fn spelled_masked(text: String, secret: &str) -> String {
    let mut masked = String::new();
    let mut rest = text.as_str();
    let mut at = 0;
    while let Some(next) = rest[at..].chars().next() {
        if let Some(length) = spelled(&rest[at..], secret) {
            masked.push_str(&rest[..at]);
            masked.push_str("****");
            rest = &rest[at + length..];
            at = 0;
        } else {
            at += next.len_utf8();
        }
    }
    if masked.is_empty() {
        return text;
    }
    masked + rest
}

/// How long the spelling of `secret` is that `text` begins with.
fn spelled(text: &str, secret: &str) -> Option<usize> {
    let mut rest = text;
    for (number, wanted) in secret.bytes().enumerate() {
        if number > 0 {
            rest = rest.trim_start_matches(is_between);
        }
        let is_wanted = |byte: u8| byte.eq_ignore_ascii_case(&wanted);
        rest = if let Some((_, after)) = numbered(rest).filter(|(byte, _)| is_wanted(*byte)) {
            after
        } else {
            let plain = if wanted == b'\\' { rest } else { unescaped(rest) };
            let first = plain.bytes().next().filter(|byte| is_wanted(*byte));
            first.and_then(|_| plain.get(1..))?
        };
    }
    Some(text.len() - rest.len())
}

/// What does not keep people, or programs, from reading on.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Without the backslashes that may stand before any character, and are themselves escaped now and then.
fn unescaped(text: &str) -> &str {
    let count = text.bytes().take(8).take_while(|byte| *byte == b'\\').count();
    &text[count..]
}

/// A character that is written as its number, and what comes after it: `\u0068`, `\x68`, `%68`, `&#104;`, `&#x68;`.
fn numbered(text: &str) -> Option<(u8, &str)> {
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let of_length = |rest: &str, length: usize| rest.get(..length).and_then(hex);
    let escaped = unescaped(text);
    let (number, after) = if let Some(rest) = text.strip_prefix("&#") {
        let end = rest.bytes().take(10).position(|byte| byte == b';')?;
        let (digits, after) = (&rest[..end], &rest[end + 1..]);
        let number = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => hex(digits),
            None => digits.parse().ok(),
        };
        (number?, after)
    } else if let Some(rest) = text.strip_prefix('%') {
        // What was encoded twice begins with `%25`.
        let rest = rest.trim_start_matches("25");
        (of_length(rest, 2)?, &rest[2..])
    } else if escaped.len() == text.len() {
        return None;
    } else if let Some(rest) = escaped.strip_prefix('u') {
        (of_length(rest, 4)?, &rest[4..])
    } else {
        let rest = escaped.strip_prefix('x')?;
        (of_length(rest, 2)?, &rest[2..])
    };
    u8::try_from(number).ok().map(|byte| (byte, after))
}

/// The characters that are the same in the Base64 of every text that has `secret` after `before` bytes, or after any
/// multiple of three more. `last` are the two characters in which the alphabets differ.
fn base64_core(secret: &str, before: usize, last: &str) -> Zeroizing<String> {
    let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(last.chars());
    let alphabet: Vec<char> = alphabet.collect();
    let mut core = Zeroizing::new(String::with_capacity(secret.len() * 4 / 3 + 1));
    let (mut bits, mut waiting) = (0_usize, 0);
    // Some bits of the first character, and of the last, are those of a neighbour.
    let mut skipped = (6 - before * 8 % 6) % 6;
    for byte in secret.bytes() {
        bits = bits << 8 | usize::from(byte);
        waiting += 8 - skipped;
        skipped = 0;
        while waiting >= 6 {
            waiting -= 6;
            core.push(alphabet[bits >> waiting & 63]);
        }
        bits &= 63;
    }
    core
}

/// `text` with each word of Base64 that has `core` in it masked as a whole.
fn base64_masked(text: String, core: &str) -> String {
    let inside = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let mut masked = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(core) {
        masked.push_str(rest[..at].trim_end_matches(inside));
        masked.push_str("****");
        rest = rest[at..].trim_start_matches(inside).trim_start_matches('=');
    }
    if masked.is_empty() {
        return text;
    }
    masked + rest
}

/// A server's text for people: one line, nothing that moves or hides what stands beside it, cut to a sensible length,
/// masked.
pub(crate) fn server_text(raw: &str) -> Option<String> {
    let line: String = raw
        .chars()
        .map(|c| if is_between(c) { ' ' } else { c })
        .take(1000)
        .collect::<String>()
        .trim()
        .to_owned();
    (!line.is_empty()).then(|| text(&line))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn secret(text: &str, secret: &str) -> String {
        Needle::new(secret).mask(text)
    }

    const BASE64: [(&str, &str); 30] = [
        ("dG9rfmVuPj8uaGZfTWFya2VkPw==", "dG9rfmVuPj8uaGZfTWFya2VkPw"),
        ("dG9rfmVuPj8uaGZfTWFya2VkPzo=", "dG9rfmVuPj8uaGZfTWFya2VkPzo"),
        ("dG9rfmVuPj8uaGZfTWFya2VkPw0K", "dG9rfmVuPj8uaGZfTWFya2VkPw0K"),
        ("dXRva35lbj4/LmhmX01hcmtlZD8=", "dXRva35lbj4_LmhmX01hcmtlZD8"),
        ("dXRva35lbj4/LmhmX01hcmtlZD86", "dXRva35lbj4_LmhmX01hcmtlZD86"),
        (
            "dXRva35lbj4/LmhmX01hcmtlZD8NCg==",
            "dXRva35lbj4_LmhmX01hcmtlZD8NCg",
        ),
        ("bWV0b2t+ZW4+Py5oZl9NYXJrZWQ/", "bWV0b2t-ZW4-Py5oZl9NYXJrZWQ_"),
        (
            "bWV0b2t+ZW4+Py5oZl9NYXJrZWQ/Og==",
            "bWV0b2t-ZW4-Py5oZl9NYXJrZWQ_Og",
        ),
        (
            "bWV0b2t+ZW4+Py5oZl9NYXJrZWQ/DQo=",
            "bWV0b2t-ZW4-Py5oZl9NYXJrZWQ_DQo",
        ),
        (
            "dXNlcnRva35lbj4/LmhmX01hcmtlZD8=",
            "dXNlcnRva35lbj4_LmhmX01hcmtlZD8",
        ),
        (
            "dXNlcnRva35lbj4/LmhmX01hcmtlZD86",
            "dXNlcnRva35lbj4_LmhmX01hcmtlZD86",
        ),
        (
            "dXNlcnRva35lbj4/LmhmX01hcmtlZD8NCg==",
            "dXNlcnRva35lbj4_LmhmX01hcmtlZD8NCg",
        ),
        ("YTp0b2t+ZW4+Py5oZl9NYXJrZWQ/", "YTp0b2t-ZW4-Py5oZl9NYXJrZWQ_"),
        (
            "YTp0b2t+ZW4+Py5oZl9NYXJrZWQ/Og==",
            "YTp0b2t-ZW4-Py5oZl9NYXJrZWQ_Og",
        ),
        (
            "YTp0b2t+ZW4+Py5oZl9NYXJrZWQ/DQo=",
            "YTp0b2t-ZW4-Py5oZl9NYXJrZWQ_DQo",
        ),
        (
            "eHk6dG9rfmVuPj8uaGZfTWFya2VkPw==",
            "eHk6dG9rfmVuPj8uaGZfTWFya2VkPw",
        ),
        (
            "eHk6dG9rfmVuPj8uaGZfTWFya2VkPzo=",
            "eHk6dG9rfmVuPj8uaGZfTWFya2VkPzo",
        ),
        (
            "eHk6dG9rfmVuPj8uaGZfTWFya2VkPw0K",
            "eHk6dG9rfmVuPj8uaGZfTWFya2VkPw0K",
        ),
        (
            "dXNlcjp0b2t+ZW4+Py5oZl9NYXJrZWQ/",
            "dXNlcjp0b2t-ZW4-Py5oZl9NYXJrZWQ_",
        ),
        (
            "dXNlcjp0b2t+ZW4+Py5oZl9NYXJrZWQ/Og==",
            "dXNlcjp0b2t-ZW4-Py5oZl9NYXJrZWQ_Og",
        ),
        (
            "dXNlcjp0b2t+ZW4+Py5oZl9NYXJrZWQ/DQo=",
            "dXNlcjp0b2t-ZW4-Py5oZl9NYXJrZWQ_DQo",
        ),
        (
            "X190b2tlbl9fOnRva35lbj4/LmhmX01hcmtlZD8=",
            "X190b2tlbl9fOnRva35lbj4_LmhmX01hcmtlZD8",
        ),
        (
            "X190b2tlbl9fOnRva35lbj4/LmhmX01hcmtlZD86",
            "X190b2tlbl9fOnRva35lbj4_LmhmX01hcmtlZD86",
        ),
        (
            "X190b2tlbl9fOnRva35lbj4/LmhmX01hcmtlZD8NCg==",
            "X190b2tlbl9fOnRva35lbj4_LmhmX01hcmtlZD8NCg",
        ),
        (
            "QmVhcmVyIHRva35lbj4/LmhmX01hcmtlZD8=",
            "QmVhcmVyIHRva35lbj4_LmhmX01hcmtlZD8",
        ),
        (
            "QmVhcmVyIHRva35lbj4/LmhmX01hcmtlZD86",
            "QmVhcmVyIHRva35lbj4_LmhmX01hcmtlZD86",
        ),
        (
            "QmVhcmVyIHRva35lbj4/LmhmX01hcmtlZD8NCg==",
            "QmVhcmVyIHRva35lbj4_LmhmX01hcmtlZD8NCg",
        ),
        (
            "w6k6dG9rfmVuPj8uaGZfTWFya2VkPw==",
            "w6k6dG9rfmVuPj8uaGZfTWFya2VkPw",
        ),
        (
            "w6k6dG9rfmVuPj8uaGZfTWFya2VkPzo=",
            "w6k6dG9rfmVuPj8uaGZfTWFya2VkPzo",
        ),
        (
            "w6k6dG9rfmVuPj8uaGZfTWFya2VkPw0K",
            "w6k6dG9rfmVuPj8uaGZfTWFya2VkPw0K",
        ),
    ];

    #[test]
    fn urls_lose_query_and_user() {
        let signed = Url::parse("https://user:pass@cdn.example/a/b?X-Signature=abc#f").unwrap();
        assert_eq!(url(&signed), "https://cdn.example/a/b");
        assert_eq!(
            text("failed (https://u:p@cdn.example/a?Sig=abc) x"),
            "failed (https://cdn.example/a?**** x"
        );
        assert_eq!(
            text("http://u:p@a/,http://u:p@b/c,http://u:p@d?Sig=abc"),
            "http://a/,http://b/c,http://d?****"
        );
        assert_eq!(text("see https://h/a?abc"), "see https://h/a?****");
        assert_eq!(text("see https://h#abc"), "see https://h?****");
        assert_eq!(text("see /a/b?sig=abc"), "see /a/b?****");
        assert_eq!(text("what? yes"), "what? yes");
    }

    #[test]
    fn tokens_are_masked() {
        assert_eq!(text("Bearer hf_abcdefGHIJ1234, no"), "Bearer ****, no");
        assert_eq!(text("use hf_hub and hf_xet"), "use hf_hub and hf_xet");
        assert_eq!(secret("a marked-secret b", "marked-secret"), "a **** b");
        assert_eq!(secret("http://hf_abc.example", "hf_ABC"), "http://****.example");
    }

    /// `base64.b64encode` and `base64.urlsafe_b64encode` of Python, of `…tok~en>?.hf_Marked?` after so many letters.
    #[test]
    fn base64_is_masked_wherever_it_begins() {
        let token = "tok~en>?.hf_Marked?";
        for (standard, urlsafe) in BASE64 {
            for text in [standard, urlsafe] {
                for around in ["{}", "Basic {}", "Basic {}, no", "x={};{}", "(\"{}\")", "né {}"] {
                    let shown = secret(&around.replace("{}", text), token);
                    assert_eq!(shown, around.replace("{}", "****"), "{text}");
                }
            }
        }
        assert_eq!(secret("aGZfdG9r", token), "aGZfdG9r");
    }

    /// JSON's, JavaScript's, a URL's and HTML's; and what a program breaks a line with.
    #[test]
    fn spellings_are_masked() {
        let token = "hf_Ab~9>z";
        for spelled in [
            r"\u0068\u0066\u005f\u0041\u0062\u007e\u0039\u003e\u007a",
            r"\u0068f_Ab~9>z",
            r"hf\u005FAb\u007E9\u003ez",
            r"\\u0068f_Ab~9>z",
            r"hf\_Ab\~9\>z",
            r"\x68\x66_Ab~9\x3Ez",
            "%68%66_Ab%7E9%3Ez",
            "%2568%2566_Ab%257e9%253ez",
            "&#104;f_Ab~9&#62;z",
            "&#x68;f&#X5F;Ab~9>z",
            "HF_AB~9>Z",
            "hf_Ab ~9>z",
            "hf_\r\n Ab~9>z",
            "hf_Ab\u{200b}~9\u{ad}>z",
            "\u{feff}hf_Ab~9>z",
        ] {
            let shown = secret(&format!("né \"{spelled}\", no"), token);
            let shown = shown.replace('\u{feff}', "");
            assert_eq!(shown, "né \"****\", no", "{spelled}");
        }
        for other in [
            "hf_Ab~9>",
            "hf_Ab-9>z",
            r"\u0168f_Ab~9>z",
            "%",
            "%é",
            "&#",
            "&#104",
            r"\",
            r"\u00",
            r"\é",
            "hf_Ab~9&#; ;",
        ] {
            assert_eq!(secret(other, token), other);
        }
        assert_eq!(secret(r"a\u002f/b", r"a\u002f/b"), "****");
        assert_eq!(secret(r"tok\en\secret", r"tok\en\secret"), "****");
    }

    #[test]
    fn server_text_is_one_line() {
        assert_eq!(server_text("a\r\nb\u{1b}[31m").unwrap(), "a  b [31m");
        assert!(server_text(" \n").is_none());
        assert_eq!(
            server_text("a\u{202e}b\u{2066}c\u{2028}d\u{200b}e").unwrap(),
            "a b c d e"
        );
    }
}
