//! NFC, NFD, NFKC and NFKD: text that is normalized already is recognised and only copied.

use unicode_normalization_alignments::char::canonical_combining_class;
use unicode_normalization_alignments::{
    UnicodeNormalization, is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick,
};

use super::pages::{Pages, fill_each};
use super::rewrite::Rewrite;
use super::scan::{Places, char_at};

/// A Unicode normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

static PAGES: Pages = Pages::new();

impl Form {
    const ALL: [Self; 4] = [Self::Nfc, Self::Nfd, Self::Nfkc, Self::Nfkd];

    fn bit(self) -> u32 {
        1 << self as u32
    }

    /// Whether `c` is a starter that the form leaves alone whatever precedes it.
    fn is_stable(self, c: char) -> bool {
        use unicode_normalization_alignments::IsNormalized::Yes;
        let alone = std::iter::once(c);
        canonical_combining_class(c) == 0
            && Yes
                == match self {
                    Self::Nfc => is_nfc_quick(alone),
                    Self::Nfd => is_nfd_quick(alone),
                    Self::Nfkc => is_nfkc_quick(alone),
                    Self::Nfkd => is_nfkd_quick(alone),
                }
    }

    fn stable(self, c: char) -> bool {
        let facts = PAGES.get(c, |start, words| {
            fill_each(start, words, |c| {
                Self::ALL
                    .into_iter()
                    .filter(|form| form.is_stable(c))
                    .fold(0, |bits, form| bits | form.bit())
            });
        });
        facts & self.bit() != 0
    }

    /// Appends the normalized text to `out`; false, and nothing appended, when the text stays as it is.
    pub(crate) fn normalize(self, text: &str, out: &mut String) -> bool {
        let mut rewrite = Rewrite::new(text, out);
        self.windows(text, &mut |from, to| {
            self.apply(&text[from..to], rewrite.replace(from, to));
        });
        rewrite.finish()
    }

    /// Calls `window` for each range that may change, which does so independently of what stands around it.
    #[inline]
    pub(super) fn windows(self, text: &str, window: &mut impl FnMut(usize, usize)) {
        let mut places = Places::new(text.as_bytes(), |byte| byte >= 0x80);
        let mut copied = 0;
        let mut at = 0;
        loop {
            at = places.from(at);
            while at < text.len() {
                let c = char_at(text, at);
                if c.is_ascii() {
                    break;
                }
                let end = at + c.len_utf8();
                if self.stable(c) {
                    at = end;
                    continue;
                }
                // Marks may compose with the stable character before them, never with anything further off.
                let start = match text[copied..at].chars().next_back() {
                    Some(before) => at - before.len_utf8(),
                    None => at,
                };
                let rest = &text[end..];
                let length = rest
                    .find(|c: char| c.is_ascii() || self.stable(c))
                    .unwrap_or(rest.len());
                at = end + length;
                window(start, at);
                copied = at;
            }
            if at == text.len() {
                break;
            }
        }
    }

    fn apply(self, text: &str, out: &mut String) {
        match self {
            Self::Nfc => out.extend(text.nfc().map(|(c, _)| c)),
            Self::Nfd => out.extend(text.nfd().map(|(c, _)| c)),
            Self::Nfkc => out.extend(text.nfkc().map(|(c, _)| c)),
            Self::Nfkd => out.extend(text.nfkd().map(|(c, _)| c)),
        }
    }
}
