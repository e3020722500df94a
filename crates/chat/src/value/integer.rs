//! Whole numbers as Python writes and reads them.

use std::rc::Rc;

use num_bigint::BigInt;
use num_traits::{Num, ToPrimitive};

use super::Value;
use crate::failure::{Failure, Outcome};
use crate::limits::{Charge, Meter};

/// Python refuses to convert more digits than this between text and number.
const MAX_DIGITS: usize = 4_300;

/// Bits beyond which a number is refused: far more than can be printed.
pub(crate) const MAX_BITS: u64 = 100_000;

/// An integer that does not fit 64 bits.
#[derive(Debug)]
pub(crate) struct Big {
    pub(crate) value: BigInt,
    _charge: Option<Charge>,
}

impl Value {
    /// An integer in its smallest form.
    pub(crate) fn integer(meter: &Meter, value: BigInt) -> Outcome<Self> {
        if let Some(small) = value.to_i64() {
            return Ok(Self::Int(small));
        }
        check_bits(value.bits())?;
        let bytes = usize::try_from(value.bits() / 8).unwrap_or(usize::MAX);
        let charge = meter.charge(bytes.saturating_add(64))?;
        Ok(Self::Big(Rc::new(Big {
            value,
            _charge: Some(charge),
        })))
    }

    /// An integer of the template's text or the context, which are not counted.
    pub(crate) fn given_integer(value: BigInt) -> Self {
        match value.to_i64() {
            Some(small) => Self::Int(small),
            None => Self::Big(Rc::new(Big { value, _charge: None })),
        }
    }
}

/// Refuses numbers of more bits than anything can print.
pub(crate) fn check_bits(bits: u64) -> Outcome<()> {
    if bits > MAX_BITS {
        return Err(Failure::limit(format!(
            "a number takes more than {MAX_BITS} bits"
        )));
    }
    Ok(())
}

/// `str()` of a large integer.
pub(crate) fn show(value: &BigInt) -> Outcome<String> {
    // Each digit is more than 3.3 bits, so this never refuses what Python writes.
    if value.bits() > 3_400 * 5 {
        return Err(too_many_digits());
    }
    let text = value.to_string();
    if text.trim_start_matches('-').len() > MAX_DIGITS {
        return Err(too_many_digits());
    }
    Ok(text)
}

fn too_many_digits() -> Failure {
    Failure::value_error(format!(
        "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion; use sys.set_int_max_str_digits() \
         to increase the limit"
    ))
}

/// `int(text, base)`.
pub(crate) fn parse(text: &str, base: u32) -> Option<BigInt> {
    let trimmed = text.trim_matches(super::text::is_space);
    let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let (base, digits) = split_prefix(unsigned, base)?;
    let bytes = digits.as_bytes();
    let valid_underscores = bytes.iter().enumerate().all(|(index, byte)| {
        *byte != b'_' || (index > 0 && bytes[index - 1] != b'_' && index + 1 < bytes.len())
    });
    if digits.is_empty() || !valid_underscores || digits.len() > MAX_DIGITS {
        return None;
    }
    let plain = digits.replace('_', "");
    if !plain.chars().all(|digit| digit.is_digit(base)) {
        return None;
    }
    let value = BigInt::from_str_radix(&plain, base).ok()?;
    Some(if trimmed.starts_with('-') { -value } else { value })
}

/// Takes `0x` and the like off where the base allows it; base 0 reads the base from it.
fn split_prefix(text: &str, base: u32) -> Option<(u32, &str)> {
    let prefix = text.get(..2).map(str::to_ascii_lowercase);
    let named = match prefix.as_deref() {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    match (base, named) {
        (0, Some(named)) => Some((named, after_prefix(text))),
        (0, None) => {
            // `007` is refused where the base is read from the text.
            let zeros = text.starts_with('0') && text.trim_matches(['0', '_']).is_empty();
            (zeros || !text.starts_with('0')).then_some((10, text))
        }
        (2..=36, Some(named)) if named == base => Some((base, after_prefix(text))),
        (2..=36, _) => Some((base, text)),
        _ => None,
    }
}

fn after_prefix(text: &str) -> &str {
    text[2..].strip_prefix('_').unwrap_or(&text[2..])
}
