//! Floats as Python writes and reads them.

/// `repr()` of a float: the shortest digits that read back the same, plain between 1e-4 and 1e16.
pub(crate) fn repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let (negative, digits, exponent) = shortest(value);
    let sign = if negative { "-" } else { "" };
    if !(-4..16).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{mark}{:02}", exponent.abs());
    }
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    if exponent < 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        format!("{sign}0.{zeros}{digits}")
    } else if exponent + 1 >= count {
        let zeros = "0".repeat(usize::try_from(exponent + 1 - count).unwrap_or(0));
        format!("{sign}{digits}{zeros}.0")
    } else {
        let (whole, fraction) = digits.split_at(usize::try_from(exponent + 1).unwrap_or(0));
        format!("{sign}{whole}.{fraction}")
    }
}

/// Sign, shortest digits without a point, and the decimal exponent of the first digit.
fn shortest(value: f64) -> (bool, String, i32) {
    let written = format!("{:e}", value.abs());
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let digits = mantissa.replace('.', "");
    (value.is_sign_negative(), digits, exponent.parse().unwrap_or(0))
}

/// `float(text)`.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let text = text.trim_matches(super::text::is_space);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    let value = match lower.as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ => {
            let bytes = unsigned.as_bytes();
            if !bytes
                .iter()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-' | b'_'))
            {
                return None;
            }
            // An underscore stands between two digits only.
            let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
            for (index, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_') {
                if index == 0 || !digit(index - 1) || !digit(index + 1) {
                    return None;
                }
            }
            let plain = unsigned.replace('_', "");
            if !plain.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
                return None;
            }
            plain.parse().ok()?
        }
    };
    Some(if text.starts_with('-') { -value } else { value })
}

/// The integer that a float is, if it fits.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
pub(crate) fn as_exact_i64(value: f64) -> Option<i64> {
    let limit = 9_223_372_036_854_775_808.0;
    (value.fract() == 0.0 && (-limit..limit).contains(&value)).then_some(value as i64)
}

/// Python's `round(value, digits)`: to the nearest, halves to even, by the exact decimal value.
pub(crate) fn round(value: f64, digits: i64) -> f64 {
    if !value.is_finite() || digits > 350 {
        return value;
    }
    if digits >= 0 {
        let precision = usize::try_from(digits).unwrap_or(0);
        return format!("{value:.precision$}").parse().unwrap_or(value);
    }
    if digits < -310 {
        return 0.0_f64.copysign(value);
    }
    let scale = 10_f64.powi(i32::try_from(-digits).unwrap_or(i32::MAX));
    let scaled = (value / scale).round_ties_even() * scale;
    if scaled.is_finite() { scaled } else { value }
}
