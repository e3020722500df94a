//! A JSON scanner that borrows: tokenizer.json is read once, its large members straight into tables.

use std::borrow::Cow;

use super::Declined;
use super::packed::{SHORT, pack};

/// A string with its packed key; the key of a long one is 0, and so is that of the empty one.
pub(super) struct Token<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) key: u128,
}

/// A byte in every place of a word.
const fn every(byte: u8) -> u64 {
    0x0101_0101_0101_0101 * byte as u64
}

/// A word whose lowest set bit lies in the first byte that ends a plain stretch of a string: a quote, a backslash or
/// a control character.
#[inline(always)]
fn stops(word: u64) -> u64 {
    let zeros = |word: u64| word.wrapping_sub(every(1)) & !word;
    let controls = word.wrapping_sub(every(0x20)) & !word;
    (zeros(word ^ every(b'"')) | zeros(word ^ every(b'\\')) | controls) & every(0x80)
}

/// The first place from `at` where a plain stretch of a string ends, or the end of the text.
#[inline(always)]
fn stop(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let stops = stops(u64::from_le_bytes(*word));
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|&byte| byte != b'"' && byte != b'\\' && byte >= 0x20)
    {
        at += 1;
    }
    at
}

/// A cursor over JSON text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// How many bytes are left.
    pub(super) fn rest(&self) -> usize {
        self.text.len() - self.at
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
        // Most often there is none.
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
            self.at += 1;
            // Indentation, eight at a time.
            while let Some(word) = bytes[self.at..].first_chunk::<8>() {
                let others = u64::from_le_bytes(*word) ^ every(b' ');
                self.at += (others.trailing_zeros() / 8) as usize;
                if others != 0 {
                    break;
                }
            }
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
        self.blanks();
        if self.bytes().get(self.at) != Some(&b'"') {
            return Err(self.bad("expected a string"));
        }
        let start = self.at + 1;
        let at = stop(self.bytes(), start);
        match self.bytes().get(at) {
            Some(b'"') => {
                self.at = at + 1;
                Ok(Cow::Borrowed(&self.text[start..at]))
            }
            Some(b'\\') => self.escaped(start, at),
            _ => {
                self.at = at;
                Err(self.bad("a string does not end"))
            }
        }
    }

    /// A string with its key.
    #[inline]
    pub(super) fn token(&mut self) -> Result<Token<'a>, Declined> {
        let text = self.string()?;
        let key = match &text {
            text if text.len() > SHORT || text.is_empty() => 0,
            // The scanner stands behind the quote.
            Cow::Borrowed(text) => pack(self.bytes(), self.at - 1 - text.len(), text.len()),
            Cow::Owned(text) => pack(text.as_bytes(), 0, text.len()),
        };
        Ok(Token { text, key })
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
        let rest = &self.bytes()[self.at..];
        let (mut value, mut length) = rest.first_chunk().copied().map_or((0, 0), up_to_eight_digits);
        // Ten digits and one too many.
        while let Some(digit @ b'0'..=b'9') = rest.get(length)
            && length < 11
        {
            value = value * 10 + u64::from(digit - b'0');
            length += 1;
        }
        let leading_zero = length > 1 && rest[0] == b'0';
        if length == 0 || leading_zero || matches!(rest.get(length), Some(b'.' | b'e' | b'E')) {
            return Err(self.bad("expected an unsigned integer"));
        }
        self.at += length;
        u32::try_from(value).map_err(|_| self.bad("a number is too large"))
    }

    /// A number as `serde_json` reads it, which is how the reference does: without its exact rounding.
    #[inline]
    pub(super) fn number(&mut self) -> Result<f64, Declined> {
        self.blanks();
        let rest = &self.bytes()[self.at..];
        if let Some((number, length)) = plain_number(rest) {
            self.at += length;
            return Ok(number);
        }
        self.any_number()
    }

    #[cold]
    fn any_number(&mut self) -> Result<f64, Declined> {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| !matches!(byte, b'+' | b'-' | b'.' | b'0'..=b'9' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let number = serde_json::from_str(&rest[..end])
            .map_err(|error| Declined::new(format!("a bad number: {error}")))?;
        self.at += end;
        Ok(number)
    }

    /// Calls `member` at each value of an object, with its key; `member` consumes the value.
    #[inline]
    pub(super) fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Token<'a>) -> Result<(), Declined>,
    ) -> Result<(), Declined> {
        self.expect(b'{', "expected an object")?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            let key = self.token()?;
            self.expect(b':', "expected a colon")?;
            member(self, key)?;
            if !self.more(b'}')? {
                return Ok(());
            }
        }
    }

    /// Steps over `byte`.
    #[inline]
    pub(super) fn step(&mut self, byte: u8) -> Result<(), Declined> {
        self.expect(byte, "an unexpected character")
    }

    /// Where the scanner stands.
    pub(super) fn place(&self) -> usize {
        self.at
    }

    /// The key of a part of the text, 0 when it is long or empty.
    #[inline]
    pub(super) fn key(&self, at: usize, length: usize) -> u128 {
        if length > SHORT || length == 0 {
            0
        } else {
            pack(self.bytes(), at, length)
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

/// The number that `text` begins with, of at most eight digits, and how many these are.
#[inline]
fn up_to_eight_digits(text: [u8; 8]) -> (u64, usize) {
    let word = u64::from_le_bytes(text) ^ every(b'0');
    // What is no digit is more than 9 now: its high bit, or that of the sum, which no byte before it can have set.
    let others = (word | word.wrapping_add(every(0x76))) & every(0x80);
    let length = (others.trailing_zeros() / 8) as usize;
    if length == 0 {
        return (0, 0);
    }
    // The digits as the last of eight, then two, four and eight of them are put together.
    let digits = word << (64 - 8 * length);
    let pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
    let number = (fours * 10_000 + (fours >> 32)) & 0xFFFF_FFFF;
    (number, length)
}

/// The digits at the start of `text`, as a number, and how many there are, if these are so few that they fit into 64 bits
/// and the text does not end soon.
#[inline]
fn some_digits(text: &[u8]) -> Option<(u64, usize)> {
    let (mut number, mut length) = (0u64, 0);
    loop {
        let eight = text.get(length..length + 8)?.try_into().ok()?;
        let (more, count) = up_to_eight_digits(eight);
        number = number.wrapping_mul(WHOLE_POWERS[count]).wrapping_add(more);
        length += count;
        if count < 8 {
            return Some((number, length));
        }
        if length > MOST_DIGITS {
            return None;
        }
    }
}

/// As many digits as fit into 64 bits, whichever they are.
const MOST_DIGITS: usize = 19;

/// Reads a number with a fraction but without exponent, of so few digits that they fit into 64 bits: its value and
/// its length.
#[inline]
fn plain_number(text: &[u8]) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let start = usize::from(negative);
    let (before, whole) = some_digits(&text[start..])?;
    let point = start + whole;
    if text.get(point) != Some(&b'.') {
        return None;
    }
    let (after, fraction) = some_digits(&text[point + 1..])?;
    let end = point + 1 + fraction;
    let ends = matches!(text.get(end), Some(b',' | b']' | b' ' | b'\n' | b'\r' | b'\t'));
    let leading_zero = whole > 1 && text[start] == b'0';
    if !ends || leading_zero || whole == 0 || fraction == 0 || whole + fraction > MOST_DIGITS {
        return None;
    }
    let digits = before * WHOLE_POWERS[fraction] + after;
    #[expect(clippy::cast_precision_loss, reason = "as serde_json does")]
    let number = digits as f64 / POWERS[fraction];
    Some((if negative { -number } else { number }, end))
}

/// Powers of ten.
const WHOLE_POWERS: [u64; MOST_DIGITS + 1] = {
    let mut powers = [1; MOST_DIGITS + 1];
    let mut place = 1;
    while place < powers.len() {
        powers[place] = powers[place - 1] * 10;
        place += 1;
    }
    powers
};

/// The same as floating-point numbers.
const POWERS: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::{Scanner, plain_number, stop};

    #[test]
    fn numbers_are_those_of_serde() {
        let mut state = 1u64;
        let mut plain = 0;
        for round in 0..200_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let digits = (state >> 20).to_string();
            let digits = &digits[..digits.len().min(1 + round % 20)];
            let point = (state % 7) as usize;
            let mut text = if state & 64 == 0 {
                "-".to_owned()
            } else {
                String::new()
            };
            match digits.split_at_checked(point) {
                Some(("", rest)) => text = format!("{text}0.{rest}"),
                Some((whole, "")) => text.push_str(whole),
                Some((whole, rest)) => text = format!("{text}{whole}.{rest}"),
                None => text.push_str(digits),
            }
            if state & 128 == 0 {
                text = format!("{:?}", f64::from_bits(state >> 2 | 1 << 61));
            }
            let expected: f64 = serde_json::from_str(&text).unwrap();
            // Near the end of a file numbers are read in another way.
            let end = if round % 8 == 0 { "" } else { "         " };
            let with_end = format!("{text} ]{end}");
            plain += u32::from(plain_number(with_end.as_bytes()).is_some());
            let mut scanner = Scanner::new(&with_end);
            assert_eq!(scanner.number().unwrap().to_bits(), expected.to_bits(), "{text}");
            assert_eq!(scanner.peek(), Some(b']'));
        }
        assert!(plain > 50_000);
    }

    #[test]
    fn unsigned_numbers_are_those_of_serde() {
        let numbers = (0..=10).flat_map(|digits| {
            let power = 10u64.pow(digits);
            [power - 1, power, power + 1, power / 7 * 3, 8 * power, 9 * power]
        });
        let odd = [
            "",
            "01",
            "00",
            "1.5",
            "1e3",
            "1E",
            "-1",
            "4294967295",
            "4294967296",
        ];
        let texts = numbers.map(|number| number.to_string());
        for text in texts.chain(odd.map(str::to_owned)) {
            for behind in ["", " ", "]", ",9", ":99999999", "/99999999", "\u{ff}5555555"] {
                let whole = format!("{text}{behind}");
                let mut scanner = Scanner::new(&whole);
                let found = scanner.unsigned().ok();
                assert_eq!(found, serde_json::from_str::<u32>(&text).ok(), "{whole}");
                assert!(found.is_none() || scanner.place() == text.len(), "{whole}");
            }
        }
    }

    #[test]
    fn what_serde_refuses_is_refused() {
        for bad in [
            "", "-", ".5", "5.", "-.5", "01.5", "00.1", "1.2.3", "1.5x", "1e", "+1.5", "--1.5", "0x10",
            "1.5-",
        ] {
            for text in [bad.to_owned(), format!("{bad},"), format!("{bad}]")] {
                let mut scanner = Scanner::new(&text);
                let ended = |scanner: &mut Scanner<'_>| matches!(scanner.peek(), None | Some(b',' | b']'));
                assert!(scanner.number().is_err() || !ended(&mut scanner), "{text}");
            }
        }
    }

    #[test]
    fn strings_stop_where_they_end() {
        for length in 0..40 {
            for byte in 0..=255u8 {
                for before in [b'a', 0x7F, 0x80, 0xFF, b' ', b'#', b'!'] {
                    let mut text = vec![before; length];
                    text.push(byte);
                    text.extend([before; 9]);
                    let ends = matches!(byte, b'"' | b'\\' | 0..0x20);
                    let expected = if ends { length } else { text.len() };
                    assert_eq!(stop(&text, 0), expected, "{byte} after {length} of {before}");
                }
            }
        }
    }
}
