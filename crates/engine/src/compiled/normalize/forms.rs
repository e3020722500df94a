//! NFC, NFD, NFKC and NFKD: text that is normalized already is recognised and only copied.

use std::sync::LazyLock;

use unicode_normalization_alignments::UnicodeNormalization;

use crate::compiled::unicode::stages::{Runs, Stages};

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

/// The forms under which characters are stable, a bit each.
static RUNS: Runs<1> = Runs::new(include_bytes!("forms.bin"));

static STABLE: LazyLock<Stages> =
    LazyLock::new(|| Stages::new(RUNS.iter().map(|(length, [forms])| (length, forms.into())), 0));

impl Form {
    fn bit(self) -> u16 {
        1 << self as u32
    }

    /// Whether `c` is a starter that the form leaves alone whatever precedes it.
    #[inline]
    fn stable(self, c: char) -> bool {
        STABLE.of(c.into()) & self.bit() != 0
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use unicode_normalization_alignments::IsNormalized::Yes;
    use unicode_normalization_alignments::char::canonical_combining_class;
    use unicode_normalization_alignments::{is_nfc_quick, is_nfd_quick, is_nfkc_quick, is_nfkd_quick};

    use super::{Form, RUNS};
    use crate::compiled::unicode::stages::assert_up_to_date;

    fn is_stable(form: Form, c: char) -> bool {
        let alone = std::iter::once(c);
        let answer = match form {
            Form::Nfc => is_nfc_quick(alone),
            Form::Nfd => is_nfd_quick(alone),
            Form::Nfkc => is_nfkc_quick(alone),
            Form::Nfkd => is_nfkd_quick(alone),
        };
        canonical_combining_class(c) == 0 && answer == Yes
    }

    #[test]
    fn the_table_is_that_of_the_normalization_crate() {
        let values = (0..0x11_0000).map(|code| {
            let Some(c) = char::from_u32(code) else { return [0] };
            let forms = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];
            let stable = forms.into_iter().filter(|&form| is_stable(form, c));
            [u8::try_from(stable.map(Form::bit).sum::<u16>()).unwrap()]
        });
        assert_up_to_date(&RUNS, "normalize/forms.bin", values);
    }
}
