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
            Some(end) => {
                push_plain(out, &tail[..end]);
                out.push_str("?****");
            }
            None => push_plain(out, tail),
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

/// `text` with every occurrence of `secret` masked, whatever it looks like; also in small letters, as host names
/// are written, and in Base64, as `user:secret` stands in a header.
pub(crate) fn secret(text: &str, secret: &str) -> String {
    if secret.len() < 4 {
        return text.to_owned();
    }
    let small = Zeroizing::new(secret.to_ascii_lowercase());
    let mut masked = text.replace(secret, "****").replace(small.as_str(), "****");
    // Fewer characters than that may stand in any word.
    if secret.len() >= 8 {
        for before in 0..3 {
            for last in ["+/", "-_"] {
                masked = base64_masked(masked, &base64_core(secret, before, last));
            }
        }
    }
    masked
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

/// A server's text for people: one line, no control characters, cut to a sensible length, masked.
pub(crate) fn server_text(raw: &str) -> Option<String> {
    let line: String = raw
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
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

    #[test]
    fn server_text_is_one_line() {
        assert_eq!(server_text("a\r\nb\u{1b}[31m").unwrap(), "a  b [31m");
        assert!(server_text(" \n").is_none());
    }
}
