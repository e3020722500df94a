//! Normalizers that look at one character at a time: `Lowercase`, `StripAccents`, `Nmt`, and the parts of `nmt_nfkc`.

use unicode_normalization_alignments::char::is_combining_mark;

use super::pages::{Pages, fill_each};
use super::scan::{Places, char_at};
use crate::nmt_nfkc;

/// A change that depends on each character alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Each {
    Lowercase,
    StripAccents,
    Nmt,
    /// What `nmt_nfkc` does before NFKC.
    NmtClean,
    /// What it does after NFKC.
    NmtRestore,
}

static PAGES: Pages = Pages::new();

impl Each {
    const ALL: [Self; 5] = [
        Self::Lowercase,
        Self::StripAccents,
        Self::Nmt,
        Self::NmtClean,
        Self::NmtRestore,
    ];

    /// Whether characters may go without a trace.
    pub(super) fn drops(self) -> bool {
        matches!(self, Self::StripAccents | Self::Nmt | Self::NmtClean)
    }

    /// Whether it changes ASCII, letters' case apart.
    pub(super) fn changes_ascii(self) -> bool {
        matches!(self, Self::Nmt | Self::NmtClean)
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }

    fn changes(self, c: char) -> bool {
        let facts = PAGES.get(c, |start, words| {
            fill_each(start, words, |c| {
                Self::ALL
                    .into_iter()
                    .filter(|each| !each.keeps(c))
                    .fold(0, |bits, each| bits | each.bit())
            });
        });
        facts & self.bit() != 0
    }

    fn keeps(self, c: char) -> bool {
        match self {
            Self::Lowercase => c.to_lowercase().eq([c]),
            Self::StripAccents => !is_combining_mark(c),
            Self::Nmt => nmt(c) == Some(c),
            Self::NmtClean => nmt_nfkc::clean(c) == Some(c),
            Self::NmtRestore => nmt_nfkc::restore(c) == c,
        }
    }

    fn apply(self, c: char, out: &mut String) {
        match self {
            Self::Lowercase => out.extend(c.to_lowercase()),
            Self::StripAccents => {
                if !is_combining_mark(c) {
                    out.push(c);
                }
            }
            Self::Nmt => out.extend(nmt(c)),
            Self::NmtClean => out.extend(nmt_nfkc::clean(c)),
            Self::NmtRestore => out.push(nmt_nfkc::restore(c)),
        }
    }

    /// Appends the changed text to `out`; false, and nothing appended, when the text stays as it is.
    pub(crate) fn normalize(self, text: &str, out: &mut String) -> bool {
        match self {
            Self::Lowercase => self.walk::<true>(text, out, |byte| byte >= 0x80),
            Self::StripAccents | Self::NmtRestore => self.walk::<false>(text, out, |byte| byte >= 0x80),
            Self::Nmt | Self::NmtClean => self.walk::<false>(text, out, |byte| !(b' '..0x7F).contains(&byte)),
        }
    }

    fn walk<const LOWER: bool>(self, text: &str, out: &mut String, special: impl Fn(u8) -> bool) -> bool {
        let start = out.len();
        let mut places = Places::new(text.as_bytes(), special);
        let mut copied = 0;
        let mut at = 0;
        let copy = |from: usize, to: usize, out: &mut String| {
            let start = out.len();
            out.push_str(&text[from..to]);
            if LOWER {
                out[start..].make_ascii_lowercase();
            }
        };
        loop {
            at = places.from(at);
            while at < text.len() {
                let c = char_at(text, at);
                let end = at + c.len_utf8();
                if self.changes(c) {
                    copy(copied, at, out);
                    self.apply(c, out);
                    copied = end;
                }
                at = end;
                if text.as_bytes().get(at).is_none_or(u8::is_ascii) {
                    break;
                }
            }
            if at == text.len() {
                break;
            }
        }
        if copied == 0 && !(LOWER && text.bytes().any(|byte| byte.is_ascii_uppercase())) {
            out.truncate(start);
            return false;
        }
        copy(copied, text.len(), out);
        true
    }
}

/// The reference's cleaning of machine translation text: controls go, odd spaces become spaces.
fn nmt(c: char) -> Option<char> {
    match u32::from(c) {
        0x0001..=0x0008 | 0x000B | 0x000E..=0x001F | 0x007F | 0x008F | 0x009F => None,
        0x0009
        | 0x000A
        | 0x000C
        | 0x000D
        | 0x1680
        | 0x200B..=0x200F
        | 0x2028
        | 0x2029
        | 0x2581
        | 0xFEFF
        | 0xFFFD => Some(' '),
        _ => Some(c),
    }
}
