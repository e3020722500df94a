//! `'{name}: {0:>5}'.format(…)`, under the sandbox's rules for attributes.

use super::spec::format_value;
use crate::failure::{Failure, Kind, Outcome};
use crate::methods::keyword_dict;
use crate::run::Renderer;
use crate::run::arguments::required;
use crate::value::display::{repr_text, to_soft_text, to_text, write_escape};
use crate::value::object::Arguments;
use crate::value::text::escape;
use crate::value::{Key, Text, Value};

/// `format` and `format_map`.
pub(crate) fn method(
    renderer: &mut Renderer,
    format: &Text,
    name: &str,
    arguments: Arguments,
) -> Outcome<Value> {
    let (positional, named) = if name == "format_map" {
        let [mapping] = arguments.bind_places(name, ["mapping"])?;
        (Vec::new(), required(mapping, name, "mapping")?)
    } else {
        let Arguments { positional, keyword } = arguments;
        (positional, keyword_dict(renderer.meter(), keyword)?)
    };
    let mut formatter = Formatter {
        positional,
        named,
        automatic: None,
        markup: format.is_markup(),
    };
    let text = formatter.format(renderer, format, 2)?;
    Ok(Value::Text(
        Text::new(renderer.meter(), text)?.with_markup(format.is_markup()),
    ))
}

struct Formatter {
    positional: Vec<Value>,
    named: Value,
    /// The next number of `{}`; none until it is known whether fields are numbered. `Err` is by hand.
    automatic: Option<Result<usize, ()>>,
    markup: bool,
}

impl Formatter {
    fn format(&mut self, renderer: &mut Renderer, format: &str, levels: usize) -> Outcome<String> {
        if levels == 0 {
            return Err(Failure::value_error("Max string recursion exceeded"));
        }
        let mut out = String::new();
        let mut rest = format;
        while let Some(at) = rest.find(['{', '}']) {
            renderer.meter().spend(1)?;
            out.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                out.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                return Err(Failure::value_error("Single '}' encountered in format string"));
            }
            let end = field_end(after)?;
            let text = self.field(renderer, &after[..end], levels)?;
            renderer.meter().afford(out.len() + text.len())?;
            out.push_str(&text);
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }

    /// `name!conversion:spec`.
    fn field(&mut self, renderer: &mut Renderer, field: &str, levels: usize) -> Outcome<String> {
        let (name, conversion, spec) = split_field(field)?;
        let value = self.lookup(renderer, name)?;
        let value = match conversion {
            None => value,
            Some('s') => Value::Text(to_text(&renderer.heap, &value)?),
            Some('r') => Value::text(renderer.meter(), repr_text(&renderer.heap, &value)?)?,
            Some('a') => {
                let mut ascii = String::new();
                for character in repr_text(&renderer.heap, &value)?.chars() {
                    if character.is_ascii() {
                        ascii.push(character);
                    } else {
                        write_escape(&mut ascii, character);
                    }
                }
                Value::text(renderer.meter(), ascii)?
            }
            Some(other) => {
                return Err(Failure::value_error(format!(
                    "Unknown conversion specifier {other}"
                )));
            }
        };
        let spec = self.format(renderer, spec, levels - 1).or_else(|failure| {
            // An empty specification nests no further.
            if spec.is_empty() {
                Ok(String::new())
            } else {
                Err(failure)
            }
        })?;
        if !self.markup {
            return format_value(&renderer.heap, &value, &spec);
        }
        if let Value::Text(text) = &value
            && text.is_markup()
        {
            if spec.is_empty() {
                return Ok(to_soft_text(&renderer.heap, &value)?.to_string());
            }
            return Err(Failure::value_error(
                "Unsupported format specification for Markup.",
            ));
        }
        let shown = format_value(&renderer.heap, &value, &spec)?;
        escape(renderer.meter(), &shown)
    }

    fn lookup(&mut self, renderer: &mut Renderer, name: &str) -> Outcome<Value> {
        let end = name.find(['.', '[']).unwrap_or(name.len());
        let (first, mut rest) = name.split_at(end);
        let mut value = self.first(first)?;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 {
                    return Err(Failure::value_error("Empty attribute in format string"));
                }
                value = renderer.attribute(&value, &after[..end])?;
                rest = &after[end..];
            } else if let Some(after) = rest.strip_prefix('[') {
                let end = after
                    .find(']')
                    .ok_or_else(|| Failure::value_error("Missing ']' in format string"))?;
                if end == 0 {
                    return Err(Failure::value_error("Empty attribute in format string"));
                }
                let key = match after[..end].parse() {
                    Ok(number) if after[..end].bytes().all(|byte| byte.is_ascii_digit()) => {
                        Value::Int(number)
                    }
                    _ => Value::constant(&after[..end]),
                };
                value = renderer.item(&value, &key)?;
                rest = &after[end + 1..];
            } else {
                return Err(Failure::value_error(
                    "Only '.' or '[' may follow ']' in format field specifier",
                ));
            }
        }
        Ok(value)
    }

    fn first(&mut self, name: &str) -> Outcome<Value> {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number {
            let missing = || Failure::new(Kind::Lookup, format!("'{name}'"));
            return match &self.named {
                Value::Dict(dict) => dict
                    .entries
                    .get(&Key::new(Value::constant(name))?)
                    .cloned()
                    .ok_or_else(missing),
                other => Err(Failure::type_error(format!(
                    "'{}' object is not subscriptable",
                    other.type_name()
                ))),
            };
        }
        let index = if name.is_empty() {
            match self.automatic {
                Some(Err(())) => {
                    return Err(Failure::value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
                Some(Ok(next)) => {
                    self.automatic = Some(Ok(next + 1));
                    next
                }
                None => {
                    self.automatic = Some(Ok(1));
                    0
                }
            }
        } else {
            if let Some(Ok(_)) = self.automatic {
                return Err(Failure::value_error(
                    "cannot switch from manual field specification to automatic field numbering",
                ));
            }
            self.automatic = Some(Err(()));
            name.parse().unwrap_or(usize::MAX)
        };
        let value = self.positional.get(index).cloned();
        value.ok_or_else(|| {
            Failure::new(
                Kind::Lookup,
                format!("Replacement index {index} out of range for positional args tuple"),
            )
        })
    }
}

/// Where the field that is already open ends; fields inside its specification are skipped.
fn field_end(text: &str) -> Outcome<usize> {
    let mut open = 1;
    let mut in_brackets = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            b'{' if !in_brackets => open += 1,
            b'}' if !in_brackets => {
                open -= 1;
                if open == 0 {
                    return Ok(at);
                }
            }
            _ => {}
        }
    }
    let message = if text.is_empty() {
        "Single '{' encountered in format string"
    } else {
        "expected '}' before end of string"
    };
    Err(Failure::value_error(message))
}

fn split_field(field: &str) -> Outcome<(&str, Option<char>, &str)> {
    let mut in_brackets = false;
    let end = field.find(|character| {
        match character {
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            _ => {}
        }
        !in_brackets && matches!(character, '!' | ':')
    });
    let Some(end) = end else {
        return Ok((field, None, ""));
    };
    let (name, rest) = field.split_at(end);
    if let Some(spec) = rest.strip_prefix(':') {
        return Ok((name, None, spec));
    }
    let mut characters = rest[1..].chars();
    let conversion = characters.next();
    let rest = characters.as_str();
    match (conversion, rest.strip_prefix(':')) {
        (Some(conversion), Some(spec)) => Ok((name, Some(conversion), spec)),
        (Some(conversion), None) if rest.is_empty() => Ok((name, Some(conversion), "")),
        _ => Err(Failure::value_error("expected ':' after conversion specifier")),
    }
}
