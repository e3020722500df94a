//! Filling up to a width.

use crate::failure::Outcome;
use crate::limits::Meter;

/// Characters that are missing to `width`, and whether the result fits.
fn missing(meter: &Meter, text: &str, width: usize, fill: char) -> Outcome<usize> {
    meter.spend_bytes(text.len())?;
    let missing = width.saturating_sub(text.chars().count());
    let bytes = missing.saturating_mul(fill.len_utf8());
    meter.afford(bytes.saturating_add(text.len()))?;
    meter.spend_bytes(bytes)?;
    Ok(missing)
}

fn around(text: &str, fill: char, left: usize, right: usize) -> String {
    let fills = |count: usize| std::iter::repeat_n(fill, count);
    fills(left).chain(text.chars()).chain(fills(right)).collect()
}

/// `str.center`.
pub(crate) fn center(meter: &Meter, text: &str, width: usize, fill: char) -> Outcome<String> {
    let missing = missing(meter, text, width, fill)?;
    let left = missing / 2 + (missing & width & 1);
    Ok(around(text, fill, left, missing - left))
}

/// `str.ljust`.
pub(crate) fn left(meter: &Meter, text: &str, width: usize, fill: char) -> Outcome<String> {
    let missing = missing(meter, text, width, fill)?;
    Ok(around(text, fill, 0, missing))
}

/// `str.rjust`.
pub(crate) fn right(meter: &Meter, text: &str, width: usize, fill: char) -> Outcome<String> {
    let missing = missing(meter, text, width, fill)?;
    Ok(around(text, fill, missing, 0))
}

/// `str.zfill`: zeros, after a sign.
pub(crate) fn zeros(meter: &Meter, text: &str, width: usize) -> Outcome<String> {
    let missing = missing(meter, text, width, '0')?;
    let (sign, digits) = text.split_at(usize::from(text.starts_with(['+', '-'])));
    Ok([sign, &"0".repeat(missing), digits].concat())
}

/// `str.expandtabs`.
pub(crate) fn tabs(meter: &Meter, text: &str, size: usize) -> Outcome<String> {
    let count = text.bytes().filter(|byte| *byte == b'\t').count();
    let length = count.saturating_mul(size).saturating_add(text.len());
    meter.afford(length)?;
    meter.spend_bytes(length)?;
    let mut expanded = String::with_capacity(length);
    let mut column = 0;
    for character in text.chars() {
        match character {
            '\t' => {
                let spaces = if size == 0 { 0 } else { size - column % size };
                expanded.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                expanded.push(character);
                column = 0;
            }
            other => {
                expanded.push(other);
                column += 1;
            }
        }
    }
    Ok(expanded)
}
