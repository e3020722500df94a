//! Filters on texts.

use crate::failure::{Failure, Outcome};
use crate::methods::{case, pad, search, strip_text};
use crate::run::Renderer;
use crate::run::arguments::{index, index_or, required, size};
use crate::value::display::{to_soft_text, to_text};
use crate::value::object::Arguments;
use crate::value::text::{escape as escape_text, is_space};
use crate::value::{Text, Value};

/// A filter that is a string method of the value's text.
fn as_method(
    renderer: &Renderer,
    value: &Value,
    change: impl Fn(&Renderer, &Text) -> Outcome<String>,
) -> Outcome<Value> {
    let text = to_soft_text(&renderer.heap, value)?;
    let changed = change(renderer, &text)?;
    Ok(Value::Text(
        Text::new(renderer.meter(), changed)?.with_markup(text.is_markup()),
    ))
}

pub(super) fn upper(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_upper", [])?;
    as_method(renderer, value, |renderer, text| {
        case::upper(renderer.meter(), text)
    })
}

pub(super) fn lower(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_lower", [])?;
    as_method(renderer, value, |renderer, text| {
        case::lower(renderer.meter(), text)
    })
}

pub(super) fn capitalize(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_capitalize", [])?;
    as_method(renderer, value, |renderer, text| {
        case::capitalize(renderer.meter(), text)
    })
}

/// Jinja's own title case: words begin after spaces, hyphens and opening brackets.
pub(super) fn title(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_title", [])?;
    let text = to_soft_text(&renderer.heap, value)?;
    renderer.meter().spend_bytes(4 * text.len())?;
    renderer.meter().afford(3 * text.len())?;
    let is_border = |character: char| is_space(character) || "-({[<".contains(character);
    let mut titled = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some(first) = rest.chars().next() {
        let border = is_border(first);
        let end = rest
            .find(|character| is_border(character) != border)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        titled.extend(first.to_uppercase());
        titled.push_str(&word[first.len_utf8()..].to_lowercase());
        rest = after;
    }
    Value::text(renderer.meter(), titled)
}

pub(super) fn string(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("soft_str", [])?;
    to_soft_text(&renderer.heap, value).map(Value::Text)
}

pub(super) fn safe(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_mark_safe", [])?;
    Ok(Value::Text(to_text(&renderer.heap, value)?.with_markup(true)))
}

pub(super) fn escape(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    match value {
        Value::Text(text) if text.is_markup() => {
            arguments.bind("escape", [])?;
            Ok(value.clone())
        }
        _ => forceescape(renderer, value, arguments),
    }
}

pub(super) fn forceescape(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("escape", [])?;
    let text = to_text(&renderer.heap, value)?;
    let escaped = escape_text(renderer.meter(), &text)?;
    Ok(Value::Text(
        Text::new(renderer.meter(), escaped)?.with_markup(true),
    ))
}

pub(super) fn replace(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [old, new, count] = arguments.bind("do_replace", ["old", "new", "count"])?;
    let heap = &renderer.heap;
    let old = to_text(heap, &required(old, "do_replace", "old")?)?;
    let new = to_text(heap, &required(new, "do_replace", "new")?)?;
    let count = match count {
        None | Some(Value::None) => -1,
        Some(count) => index(heap, &count)?,
    };
    let text = to_text(heap, value)?;
    let replaced = search::replace(renderer.meter(), &text, &old, &new, count)?;
    Value::text(renderer.meter(), replaced)
}

pub(super) fn trim(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [characters] = arguments.bind("do_trim", ["chars"])?;
    let text = to_soft_text(&renderer.heap, value)?;
    strip_text(&renderer.heap, &text, characters.as_ref(), "strip")
}

pub(super) fn center(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [width] = arguments.bind("do_center", ["width"])?;
    let width = size(index_or(&renderer.heap, width.as_ref(), 80)?);
    as_method(renderer, value, |renderer, text| {
        pad::center(renderer.meter(), text, width, ' ')
    })
}

pub(super) fn format(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let Arguments { positional, keyword } = arguments;
    if !positional.is_empty() && !keyword.is_empty() {
        return Err(Failure::other(
            "can't handle positional and keyword arguments at the same time",
        ));
    }
    let format = to_soft_text(&renderer.heap, value)?;
    let operand = if keyword.is_empty() {
        Value::tuple(renderer.meter(), positional)?
    } else {
        crate::methods::keyword_dict(renderer.meter(), keyword)?
    };
    crate::text_format::percent::format(&renderer.heap, &format, &operand)
}

pub(super) fn indent(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [width, first, blank] = arguments.bind("do_indent", ["width", "first", "blank"])?;
    let heap = &renderer.heap;
    let text = match value {
        Value::Text(text) => text,
        Value::Undefined(undefined) => return Err(undefined.failure(heap)),
        other => {
            return Err(Failure::type_error(format!(
                "unsupported operand type(s) for +=: '{}' and 'str'",
                other.type_name()
            )));
        }
    };
    let indentation = match &width {
        Some(Value::Text(width)) => width.to_string(),
        width => {
            let width = size(index_or(heap, width.as_ref(), 4)?);
            renderer.meter().afford(width)?;
            " ".repeat(width)
        }
    };
    let flag = |value: Option<Value>| value.is_some_and(|value| value.truthy());
    let (first, blank) = (flag(first), flag(blank));
    search::afford_lines(renderer.meter(), text)?;
    let mut lines = search::lines(text);
    if text.is_empty() || (text.ends_with(search::is_line_end) && !text.ends_with('\r')) {
        // Python adds a line end before it splits: after a final one, that is an empty line more.
        lines.push("");
    }
    let indented = lines
        .iter()
        .skip(1)
        .filter(|line| blank || !line.is_empty())
        .count()
        + usize::from(first);
    let length = (text.len() + lines.len()).saturating_add(indented.saturating_mul(indentation.len()));
    renderer.meter().spend_bytes(length)?;
    renderer.meter().afford(length)?;
    let mut made = String::with_capacity(length);
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            made.push('\n');
        }
        if (number > 0 && (blank || !line.is_empty())) || (number == 0 && first) {
            made.push_str(&indentation);
        }
        made.push_str(line);
    }
    Ok(Value::Text(
        Text::new(renderer.meter(), made)?.with_markup(text.is_markup()),
    ))
}

pub(super) fn truncate(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    let [length, killwords, end, leeway] =
        arguments.bind("do_truncate", ["length", "killwords", "end", "leeway"])?;
    let heap = &renderer.heap;
    let length = index_or(heap, length.as_ref(), 255)?;
    let leeway = match &leeway {
        None | Some(Value::None) => 5,
        Some(leeway) => index(heap, leeway)?,
    };
    let end = match &end {
        None => Text::constant("..."),
        Some(end) => crate::run::arguments::text(heap, end, "truncate")?.clone(),
    };
    let end_length = i64::try_from(end.char_count()).unwrap_or(i64::MAX);
    if length < end_length {
        return Err(Failure::other(format!(
            "expected length >= {end_length}, got {length}"
        )));
    }
    if leeway < 0 {
        return Err(Failure::other(format!("expected leeway >= 0, got {leeway}")));
    }
    let Value::Text(text) = value else {
        // Whatever has a length is long or short; only a text can be cut.
        return match value.len() {
            Some(count) if count <= size(length.saturating_add(leeway)) => Ok(value.clone()),
            _ => Err(Failure::type_error(format!(
                "object of type '{}' cannot be truncated",
                value.type_name()
            ))),
        };
    };
    renderer.meter().spend_bytes(text.len())?;
    if text.char_count() <= size(length.saturating_add(leeway)) {
        return Ok(value.clone());
    }
    let kept = size(length - end_length);
    let cut = text.char_indices().nth(kept).map_or(text.len(), |(at, _)| at);
    let mut part = &text[..cut];
    if !killwords.is_some_and(|killwords| killwords.truthy())
        && let Some(space) = part.rfind(' ')
    {
        part = &part[..space];
    }
    Value::text(renderer.meter(), [part, &end].concat())
}

pub(super) fn wordcount(renderer: &mut Renderer, value: &Value, arguments: Arguments) -> Outcome<Value> {
    arguments.bind("do_wordcount", [])?;
    let text = to_soft_text(&renderer.heap, value)?;
    renderer.meter().spend_bytes(4 * text.len())?;
    let is_word = |character: char| character == '_' || character.is_alphanumeric();
    Ok(Value::count(
        text.split(|character| !is_word(character))
            .filter(|word| !word.is_empty())
            .count(),
    ))
}
