//! Python's format specifications: `{:>10.2f}`.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use crate::failure::{Failure, Outcome};
use crate::limits::Meter;
use crate::value::number::Number;
use crate::value::{Heap, Value, display, float as floats, integer};

/// Digits after the point beyond which no honest template goes.
const MAX_PRECISION: usize = 10_000;

/// `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
#[derive(Debug, Clone)]
pub(super) struct Spec {
    pub(super) fill: char,
    pub(super) align: Option<char>,
    /// `+`, `-` or a space.
    pub(super) sign: char,
    pub(super) alternate: bool,
    pub(super) width: usize,
    pub(super) grouping: Option<char>,
    pub(super) precision: Option<usize>,
    pub(super) kind: Option<char>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            fill: ' ',
            align: None,
            sign: '-',
            alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        }
    }
}

fn is_align(character: char) -> bool {
    matches!(character, '<' | '>' | '=' | '^')
}

/// A number at the start, and what follows it.
pub(super) fn take_number(text: &str) -> Outcome<(Option<usize>, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    let number = digits
        .parse()
        .map_err(|_| Failure::value_error("Too many decimal digits in format string"))?;
    Ok((Some(number), rest))
}

/// A precision, refused where it could only be an attack.
pub(super) fn check_precision(precision: usize) -> Outcome<usize> {
    if precision > MAX_PRECISION {
        return Err(Failure::limit(format!(
            "a format asks for more than {MAX_PRECISION} digits"
        )));
    }
    Ok(precision)
}

impl Spec {
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let mut spec = Self::default();
        let mut rest = text;
        let mut characters = rest.chars();
        match (characters.next(), characters.next()) {
            (Some(fill), Some(align)) if is_align(align) => {
                (spec.fill, spec.align) = (fill, Some(align));
                rest = characters.as_str();
            }
            (Some(align), _) if is_align(align) => {
                spec.align = Some(align);
                rest = &rest[1..];
            }
            _ => {}
        }
        if let Some(sign) = rest.chars().next().filter(|sign| matches!(sign, '+' | '-' | ' ')) {
            spec.sign = sign;
            rest = &rest[1..];
        }
        rest = rest.strip_prefix('z').unwrap_or(rest);
        if let Some(after) = rest.strip_prefix('#') {
            spec.alternate = true;
            rest = after;
        }
        if let Some(after) = rest.strip_prefix('0') {
            if spec.align.is_none() {
                (spec.fill, spec.align) = ('0', Some('='));
            } else if text.chars().nth(1).is_none_or(|second| !is_align(second)) {
                spec.fill = '0';
            }
            rest = after;
        }
        let (width, after) = take_number(rest)?;
        spec.width = width.unwrap_or(0);
        rest = after;
        if let Some(grouping) = rest
            .chars()
            .next()
            .filter(|grouping| matches!(grouping, ',' | '_'))
        {
            spec.grouping = Some(grouping);
            rest = &rest[1..];
        }
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = take_number(after)?;
            let precision =
                precision.ok_or_else(|| Failure::value_error("Format specifier missing precision"))?;
            spec.precision = Some(precision);
            rest = after;
        }
        let mut characters = rest.chars();
        spec.kind = characters.next();
        if characters.next().is_some() {
            return Err(Failure::value_error("Invalid format specifier"));
        }
        Ok(spec)
    }

    /// Fills up to the width; a sign stands before the filling of `=`.
    pub(super) fn pad(&self, meter: &Meter, sign: &str, body: &str, default_align: char) -> Outcome<String> {
        let length = sign.chars().count() + body.chars().count();
        let missing = self.width.saturating_sub(length);
        meter.afford(
            missing
                .saturating_mul(self.fill.len_utf8())
                .saturating_add(body.len()),
        )?;
        meter.spend_bytes(missing + body.len())?;
        let fill = |count: usize| -> String { std::iter::repeat_n(self.fill, count).collect() };
        Ok(match self.align.unwrap_or(default_align) {
            '<' => [sign, body, &fill(missing)].concat(),
            '^' => [&fill(missing / 2), sign, body, &fill(missing - missing / 2)].concat(),
            '=' => [sign, &fill(missing), body].concat(),
            _ => [&fill(missing), sign, body].concat(),
        })
    }

    fn sign_of(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, '+') => "+",
            (false, ' ') => " ",
            (false, _) => "",
        }
    }
}

/// `format(value, spec)`.
pub(super) fn format_value(heap: &Heap, value: &Value, text: &str) -> Outcome<String> {
    if text.is_empty() {
        return Ok(display::to_text(heap, value)?.to_string());
    }
    let unsupported = || {
        Failure::type_error(format!(
            "unsupported format string passed to {}.__format__",
            value.type_name()
        ))
    };
    match value {
        Value::Text(found) => {
            let spec = Spec::parse(text)?;
            if !matches!(spec.kind, None | Some('s')) {
                return Err(unknown_kind(&spec, "str"));
            }
            if spec.sign != '-'
                || spec.alternate
                || spec.grouping.is_some()
                || spec.align == Some('=') && spec.fill != '0'
            {
                return Err(Failure::value_error(
                    "Sign, '=' or grouping not allowed in string format specifier",
                ));
            }
            let shown: String = match spec.precision {
                Some(precision) => found.chars().take(precision).collect(),
                None => found.to_string(),
            };
            let spec = if spec.align == Some('=') {
                Spec {
                    align: Some('<'),
                    ..spec
                }
            } else {
                spec
            };
            spec.pad(&heap.meter, "", &shown, '<')
        }
        Value::Bool(_) | Value::Int(_) | Value::Big(_) | Value::Float(_) => {
            let spec = Spec::parse(text)?;
            let number = Number::of(value).ok_or_else(unsupported)?;
            match (&number, spec.kind) {
                (Number::Float(number), _) => format_float(heap, *number, &spec),
                (whole, Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')) => {
                    format_float(heap, whole.to_float()?, &spec)
                }
                (whole, _) => format_integer(heap, &whole.to_big(), &spec),
            }
        }
        Value::Undefined(undefined) => Err(undefined.failure(heap)),
        _ => Err(unsupported()),
    }
}

fn unknown_kind(spec: &Spec, type_name: &str) -> Failure {
    let kind = spec.kind.map(String::from).unwrap_or_default();
    Failure::value_error(format!(
        "Unknown format code '{kind}' for object of type '{type_name}'"
    ))
}

fn format_integer(heap: &Heap, whole: &BigInt, spec: &Spec) -> Outcome<String> {
    if spec.precision.is_some() {
        return Err(Failure::value_error(
            "Precision not allowed in integer format specifier",
        ));
    }
    let magnitude = whole.abs();
    let (prefix, digits) = match spec.kind {
        None | Some('d' | 'n') => ("", integer::show(&magnitude)?),
        Some('b') => ("0b", magnitude.to_str_radix(2)),
        Some('o') => ("0o", magnitude.to_str_radix(8)),
        Some('x') => ("0x", magnitude.to_str_radix(16)),
        Some('X') => ("0X", magnitude.to_str_radix(16).to_uppercase()),
        Some('c') => {
            let character = whole.to_u32().and_then(char::from_u32);
            let character = character.ok_or_else(|| {
                Failure::new(crate::failure::Kind::Overflow, "%c arg not in range(0x110000)")
            })?;
            return spec.pad(&heap.meter, "", &character.to_string(), '<');
        }
        Some(_) => return Err(unknown_kind(spec, "int")),
    };
    let size = if matches!(spec.kind, Some('b' | 'o' | 'x' | 'X')) {
        4
    } else {
        3
    };
    let prefix = if spec.alternate { prefix } else { "" };
    let sign = [spec.sign_of(whole.is_negative()), prefix].concat();
    let digits = group(&digits, spec, size, sign.len());
    spec.pad(&heap.meter, &sign, &digits, '>')
}

/// Separates groups of digits; zeros that fill up are grouped as well.
fn group(digits: &str, spec: &Spec, size: usize, sign_length: usize) -> String {
    let Some(separator) = spec.grouping else {
        return digits.to_owned();
    };
    let (whole, rest) = digits.split_at(digits.find(['.', 'e', 'E', '%']).unwrap_or(digits.len()));
    let mut padded = whole.to_owned();
    if spec.fill == '0' && spec.align == Some('=') && spec.width <= MAX_PRECISION {
        let length = |count: usize| count + (count - 1) / size;
        while sign_length + length(padded.len().max(1)) + rest.len() < spec.width {
            padded.insert(0, '0');
        }
    }
    let mut grouped = String::with_capacity(padded.len() * 2);
    for (index, digit) in padded.chars().enumerate() {
        if index > 0 && (padded.len() - index) % size == 0 {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped + rest
}

fn format_float(heap: &Heap, number: f64, spec: &Spec) -> Outcome<String> {
    if let Some(precision) = spec.precision {
        check_precision(precision)?;
    }
    let kind = match spec.kind {
        None => '\0',
        Some('n') => 'g',
        Some(kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')) => kind,
        Some(_) => return Err(unknown_kind(spec, "float")),
    };
    let digits = float_digits(number.abs(), kind, spec.precision, spec.alternate);
    let sign = spec.sign_of(number.is_sign_negative() && !number.is_nan());
    let digits = if number.is_finite() {
        group(&digits, spec, 3, sign.len())
    } else {
        digits
    };
    spec.pad(&heap.meter, sign, &digits, '>')
}

/// The digits of a number without its sign, in the format of `kind`; `\0` is `repr`, or `g` with a point.
pub(super) fn float_digits(number: f64, kind: char, precision: Option<usize>, alternate: bool) -> String {
    let lower = if number.is_nan() || number.is_infinite() {
        let name = if number.is_nan() { "nan" } else { "inf" };
        if kind == '%' {
            format!("{name}%")
        } else {
            name.to_owned()
        }
    } else {
        let digits = precision.unwrap_or(6);
        match kind.to_ascii_lowercase() {
            'f' => with_point(format!("{number:.digits$}"), alternate),
            '%' => with_point(format!("{:.digits$}", number * 100.0), alternate) + "%",
            'e' => scientific(number, digits, alternate),
            'g' => general(number, digits.max(1), alternate, false),
            _ => match precision {
                None => floats::repr(number),
                Some(digits) => general(number, digits.max(1), alternate, true),
            },
        }
    };
    if kind.is_ascii_uppercase() {
        lower.to_uppercase()
    } else {
        lower
    }
}

fn with_point(digits: String, point: bool) -> String {
    if point && !digits.contains('.') {
        digits + "."
    } else {
        digits
    }
}

fn scientific(number: f64, digits: usize, alternate: bool) -> String {
    let written = format!("{number:.digits$e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{}e{sign}{:02}",
        with_point(mantissa.to_owned(), alternate),
        exponent.abs()
    )
}

/// As many significant digits as asked for; scientific where the exponent is far off.
fn general(number: f64, digits: usize, alternate: bool, keep_fraction: bool) -> String {
    let written = format!("{number:.precision$e}", precision = digits - 1);
    let exponent: i64 = written
        .split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    let significant = i64::try_from(digits).unwrap_or(i64::MAX);
    // A number that is shown with its fraction turns scientific one digit earlier.
    let last_plain = if keep_fraction {
        significant - 1
    } else {
        significant
    };
    let trim = |text: &str| -> String {
        if alternate || !text.contains('.') {
            return with_point(text.to_owned(), alternate);
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if exponent < -4 || exponent >= last_plain.max(i64::from(keep_fraction)) {
        let whole = scientific(number, digits - 1, false);
        let (mantissa, exponent) = whole.split_once('e').unwrap_or((&whole, "+00"));
        return format!("{}e{exponent}", trim(mantissa));
    }
    let decimals = usize::try_from(significant - 1 - exponent).unwrap_or(0);
    let plain = trim(&format!("{number:.decimals$}"));
    if keep_fraction && !plain.contains('.') {
        plain + ".0"
    } else {
        plain
    }
}
