//! A text of which some ranges are replaced.

/// Appends a text to `out` with ranges replaced, in order.
pub(super) struct Rewrite<'a> {
    text: &'a str,
    out: &'a mut String,
    /// What is before this place is in `out`.
    copied: usize,
}

impl<'a> Rewrite<'a> {
    pub(super) fn new(text: &'a str, out: &'a mut String) -> Self {
        Self { text, out, copied: 0 }
    }

    /// Copies what stands before the range, and gives the place for what is to stand there instead.
    #[inline]
    pub(super) fn replace(&mut self, from: usize, to: usize) -> &mut String {
        self.out.push_str(&self.text[self.copied..from]);
        self.copied = to;
        self.out
    }

    /// Copies the rest. False, and nothing appended, when no range was replaced.
    #[inline]
    pub(super) fn finish(self) -> bool {
        if self.copied == 0 {
            return false;
        }
        self.out.push_str(&self.text[self.copied..]);
        true
    }
}
