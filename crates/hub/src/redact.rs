//! Taking secrets out of text that others wrote: signed queries, user information, tokens.

use url::Url;

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
/// are written.
pub(crate) fn secret(text: &str, secret: &str) -> String {
    if secret.len() < 4 {
        return text.to_owned();
    }
    let small = zeroize::Zeroizing::new(secret.to_ascii_lowercase());
    text.replace(secret, "****").replace(small.as_str(), "****")
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

    #[test]
    fn server_text_is_one_line() {
        assert_eq!(server_text("a\r\nb\u{1b}[31m").unwrap(), "a  b [31m");
        assert!(server_text(" \n").is_none());
    }
}
