//! `'%s: %d' % (name, number)`.

use num_traits::Signed;

use super::spec::{Spec, check_precision, float_digits, take_number};
use crate::failure::{Failure, Outcome};
use crate::value::display::{repr_text, to_soft_text, to_text, write_escape};
use crate::value::number::Number;
use crate::value::text::escape;
use crate::value::{Heap, Key, Text, Value, integer};

/// `format % operand`.
pub(crate) fn format(heap: &Heap, format: &Text, operand: &Value) -> Outcome<Value> {
    heap.meter.spend_bytes(format.len())?;
    let single = [operand.clone()];
    let values = match operand {
        Value::Tuple(list) => &list.items[..],
        _ => &single[..],
    };
    let mut formatter = Formatter {
        heap,
        operand,
        values,
        next: 0,
        markup: format.is_markup(),
        by_name: false,
    };
    let mut out = String::new();
    let mut rest: &str = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        heap.meter.spend(1)?;
        let (text, after) = formatter.conversion(&rest[at + 1..])?;
        heap.meter.afford(out.len() + text.len())?;
        out.push_str(&text);
        rest = after;
    }
    out.push_str(rest);
    let all_used = formatter.next >= formatter.values.len() || formatter.by_name;
    // Containers that are looked into by name may have more than the format asks for.
    let is_mapping = matches!(
        operand,
        Value::Dict(_) | Value::List(_) | Value::Range(_) | Value::Undefined(_)
    );
    if !all_used && !is_mapping {
        return Err(Failure::type_error(
            "not all arguments converted during string formatting",
        ));
    }
    Ok(Value::Text(
        Text::new(&heap.meter, out)?.with_markup(format.is_markup()),
    ))
}

struct Formatter<'a> {
    heap: &'a Heap,
    operand: &'a Value,
    values: &'a [Value],
    next: usize,
    markup: bool,
    by_name: bool,
}

impl Formatter<'_> {
    fn take(&mut self) -> Outcome<Value> {
        let value = self.values.get(self.next).cloned();
        self.next += 1;
        value.ok_or_else(|| Failure::type_error("not enough arguments for format string"))
    }

    /// A width or a precision, which `*` takes from the values.
    fn number<'t>(&mut self, text: &'t str) -> Outcome<(Option<i64>, &'t str)> {
        if let Some(rest) = text.strip_prefix('*') {
            return match self.take()? {
                Value::Int(number) => Ok((Some(number), rest)),
                _ => Err(Failure::type_error("* wants int")),
            };
        }
        let (number, rest) = take_number(text)?;
        Ok((
            number.map(|number| i64::try_from(number).unwrap_or(i64::MAX)),
            rest,
        ))
    }

    /// One conversion after its percent sign; yields what follows it, too.
    fn conversion<'t>(&mut self, text: &'t str) -> Outcome<(String, &'t str)> {
        let mut rest = text;
        let mut named = None;
        if let Some(after) = rest.strip_prefix('(') {
            let end = closing(after).ok_or_else(|| Failure::value_error("incomplete format key"))?;
            let Value::Dict(dict) = self.operand else {
                return Err(Failure::type_error("format requires a mapping"));
            };
            let key = Key::new(Value::constant(&after[..end]))?;
            let value = dict.entries.get(&key).cloned();
            let missing = || Failure::new(crate::failure::Kind::Lookup, format!("'{}'", &after[..end]));
            named = Some(value.ok_or_else(missing)?);
            self.by_name = true;
            rest = &after[end + 1..];
        }
        let mut spec = Spec {
            align: Some('>'),
            ..Spec::default()
        };
        let mut zero = false;
        loop {
            match rest.as_bytes().first() {
                Some(b'-') => spec.align = Some('<'),
                Some(b'+') => spec.sign = '+',
                Some(b' ') if spec.sign != '+' => spec.sign = ' ',
                Some(b' ') => {}
                Some(b'#') => spec.alternate = true,
                Some(b'0') => zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let (width, after) = self.number(rest)?;
        rest = after;
        if width.is_some_and(|width| width < 0) {
            spec.align = Some('<');
        }
        spec.width = usize::try_from(width.unwrap_or(0).unsigned_abs()).unwrap_or(usize::MAX);
        if let Some(after) = rest.strip_prefix('.') {
            let (precision, after) = self.number(after)?;
            spec.precision = Some(usize::try_from(precision.unwrap_or(0)).unwrap_or(0));
            rest = after;
        }
        rest = rest.strip_prefix(['h', 'l', 'L']).unwrap_or(rest);
        let kind = rest
            .chars()
            .next()
            .ok_or_else(|| Failure::value_error("incomplete format"))?;
        rest = &rest[kind.len_utf8()..];
        if kind == '%' {
            return Ok(("%".to_owned(), rest));
        }
        let value = match named {
            Some(value) => value,
            None => self.take()?,
        };
        if zero
            && spec.align == Some('>')
            && matches!(
                kind,
                'd' | 'i' | 'u' | 'x' | 'X' | 'o' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G'
            )
        {
            (spec.fill, spec.align) = ('0', Some('='));
        }
        Ok((self.convert(&value, kind, &spec)?, rest))
    }

    fn convert(&self, value: &Value, kind: char, spec: &Spec) -> Outcome<String> {
        let meter = &self.heap.meter;
        match kind {
            's' | 'r' | 'a' => {
                let shown = self.shown(value, kind)?;
                let cut: String = match spec.precision {
                    Some(precision) => shown.chars().take(precision).collect(),
                    None => shown,
                };
                spec.pad(meter, "", &cut, '>')
            }
            'c' => {
                let character = match value {
                    Value::Text(text) if text.char_count() == 1 => text.chars().next(),
                    Value::Int(code) => u32::try_from(*code).ok().and_then(char::from_u32),
                    _ => None,
                };
                let character = character.ok_or_else(|| Failure::type_error("%c requires int or char"))?;
                spec.pad(meter, "", &character.to_string(), '>')
            }
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => self.integer(value, kind, spec),
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let number = match (Number::of(value), value) {
                    (Some(number), _) => number.to_float()?,
                    (None, Value::Undefined(undefined)) => return Err(undefined.failure(self.heap)),
                    _ => {
                        return Err(Failure::type_error(format!(
                            "must be real number, not {}",
                            value.type_name()
                        )));
                    }
                };
                check_precision(spec.precision.unwrap_or(0))?;
                let digits = float_digits(number.abs(), kind, spec.precision, spec.alternate);
                spec.pad(
                    meter,
                    sign(number.is_sign_negative() && !number.is_nan(), spec),
                    &digits,
                    '>',
                )
            }
            other => Err(Failure::value_error(format!(
                "unsupported format character '{other}' ({:#x})",
                u32::from(other)
            ))),
        }
    }

    /// `str()` or `repr()`, escaped where the format is markup.
    fn shown(&self, value: &Value, kind: char) -> Outcome<String> {
        let shown = match kind {
            's' if self.markup => {
                let text = to_soft_text(self.heap, value)?;
                return if text.is_markup() {
                    Ok(text.to_string())
                } else {
                    escape(&self.heap.meter, &text)
                };
            }
            's' => return Ok(to_text(self.heap, value)?.to_string()),
            'r' => repr_text(self.heap, value)?,
            _ => {
                let mut ascii = String::new();
                for character in repr_text(self.heap, value)?.chars() {
                    if character.is_ascii() {
                        ascii.push(character);
                    } else {
                        write_escape(&mut ascii, character);
                    }
                }
                self.heap.meter.afford(ascii.len())?;
                ascii
            }
        };
        if self.markup {
            escape(&self.heap.meter, &shown)
        } else {
            Ok(shown)
        }
    }

    fn integer(&self, value: &Value, kind: char, spec: &Spec) -> Outcome<String> {
        let whole = match (Number::of(value), kind) {
            (Some(Number::Float(number)), 'd' | 'i' | 'u') if number.is_finite() => {
                Number::Float(number).to_big()
            }
            (Some(Number::Float(_)), 'd' | 'i' | 'u') => {
                return Err(Failure::value_error(
                    "cannot convert float NaN or infinity to integer",
                ));
            }
            (Some(Number::Float(_)), _) => {
                return Err(Failure::type_error(format!(
                    "%{kind} format: an integer is required, not float"
                )));
            }
            (Some(number), _) => number.to_big(),
            (None, _) => {
                if let Value::Undefined(undefined) = value {
                    return Err(undefined.failure(self.heap));
                }
                let required = if matches!(kind, 'd' | 'i' | 'u') {
                    "a real number"
                } else {
                    "an integer"
                };
                return Err(Failure::type_error(format!(
                    "%{kind} format: {required} is required, not {}",
                    value.type_name()
                )));
            }
        };
        let magnitude = whole.abs();
        let (prefix, mut digits) = match kind {
            'x' => ("0x", magnitude.to_str_radix(16)),
            'X' => ("0X", magnitude.to_str_radix(16).to_uppercase()),
            'o' => ("0o", magnitude.to_str_radix(8)),
            _ => ("", integer::show(&magnitude)?),
        };
        if let Some(precision) = spec.precision {
            let zeros = check_precision(precision)?.saturating_sub(digits.len());
            digits.insert_str(0, &"0".repeat(zeros));
        }
        let prefix = if spec.alternate { prefix } else { "" };
        let sign = [sign(whole.is_negative(), spec), prefix].concat();
        spec.pad(&self.heap.meter, &sign, &digits, '>')
    }
}

fn sign(negative: bool, spec: &Spec) -> &'static str {
    match (negative, spec.sign) {
        (true, _) => "-",
        (false, '+') => "+",
        (false, ' ') => " ",
        (false, _) => "",
    }
}

/// Where the parenthesis that is already open closes.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1;
    text.bytes().position(|byte| {
        match byte {
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        open == 0
    })
}
