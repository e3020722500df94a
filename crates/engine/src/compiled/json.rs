//! A JSON scanner that borrows: tokenizer.json is read once, its large members straight into tables.

use std::borrow::Cow;

use super::Declined;

/// A cursor over JSON text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[cold]
    fn bad(&self, what: &str) -> Declined {
        Declined::new(format!("not the JSON it should be at byte {}: {what}", self.at))
    }

    #[inline]
    fn blanks(&mut self) {
        let bytes = self.bytes();
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
        }
    }

    /// The next byte that is not blank, not consumed.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.bytes().get(self.at).copied()
    }

    #[inline]
    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Declined> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.bad(what))
        }
    }

    /// After a member: true when another follows, false when `close` ended the container.
    #[inline]
    fn more(&mut self, close: u8) -> Result<bool, Declined> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.bad("expected a comma or the end")),
        }
    }

    /// A string, borrowed unless it holds escapes.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Declined> {
        self.expect(b'"', "expected a string")?;
        let start = self.at;
        let bytes = self.bytes();
        let mut at = start;
        while let Some(&byte) = bytes.get(at) {
            if byte == b'"' {
                self.at = at + 1;
                return Ok(Cow::Borrowed(&self.text[start..at]));
            }
            if byte == b'\\' {
                return self.escaped(start, at);
            }
            if byte < 0x20 {
                break;
            }
            at += 1;
        }
        self.at = at;
        Err(self.bad("a string does not end"))
    }

    #[cold]
    fn escaped(&mut self, start: usize, mut at: usize) -> Result<Cow<'a, str>, Declined> {
        let bytes = self.bytes();
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    // serde knows escapes and surrogates exactly.
                    return serde_json::from_str::<String>(&self.text[start - 1..=at])
                        .map(Cow::Owned)
                        .map_err(|error| Declined::new(format!("a bad string: {error}")));
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = at;
        Err(self.bad("a string does not end"))
    }

    /// An unsigned integer without sign, fraction or exponent.
    #[inline]
    pub(super) fn unsigned(&mut self) -> Result<u32, Declined> {
        self.blanks();
        let bytes = self.bytes();
        let start = self.at;
        let mut value = 0u64;
        while let Some(digit @ b'0'..=b'9') = bytes.get(self.at) {
            value = value * 10 + u64::from(digit - b'0');
            self.at += 1;
            if value > u64::from(u32::MAX) {
                return Err(self.bad("a number is too large"));
            }
        }
        let leading_zero = self.at - start > 1 && bytes[start] == b'0';
        if self.at == start || leading_zero || matches!(bytes.get(self.at), Some(b'.' | b'e' | b'E')) {
            return Err(self.bad("expected an unsigned integer"));
        }
        u32::try_from(value).map_err(|_| self.bad("a number is too large"))
    }

    /// Calls `member` at each value of an object, with its key; `member` consumes the value.
    #[inline]
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Cow<'a, str>) -> Result<(), Declined>,
    ) -> Result<(), Declined> {
        self.expect(b'{', "expected an object")?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            let key = self.string()?;
            self.expect(b':', "expected a colon")?;
            member(self, key)?;
            if !self.more(b'}')? {
                return Ok(());
            }
        }
    }

    /// Calls `element` at each value of an array; `element` consumes the value.
    #[inline]
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), Declined>,
    ) -> Result<(), Declined> {
        self.expect(b'[', "expected an array")?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            element(self)?;
            if !self.more(b']')? {
                return Ok(());
            }
        }
    }

    /// Nothing but blanks may follow.
    pub(super) fn end(&mut self) -> Result<(), Declined> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.bad("text after the end")),
        }
    }
}
