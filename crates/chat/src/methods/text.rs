//! The methods of strings.

use super::{case, join_texts, pad, search, strip_text};
use crate::failure::{Failure, Outcome};
use crate::run::Renderer;
use crate::run::arguments::{index, index_or, required, size, text as text_argument};
use crate::value::iterate::Items;
use crate::value::object::Arguments;
use crate::value::printable::{
    is_cased, is_decimal, is_digit, is_letter, is_numeric, is_printable, is_title_letter,
};
use crate::value::text::{escape, is_space};
use crate::value::{Heap, Text, Value};

/// Every method, by Python's name.
pub(super) const NAMES: [&str; 42] = [
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "rsplit",
    "splitlines",
    "startswith",
    "endswith",
    "replace",
    "join",
    "format",
    "format_map",
    "upper",
    "lower",
    "title",
    "capitalize",
    "swapcase",
    "casefold",
    "find",
    "rfind",
    "index",
    "rindex",
    "count",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "center",
    "ljust",
    "rjust",
    "zfill",
    "expandtabs",
    "isalpha",
    "isalnum",
    "isdigit",
    "isdecimal",
    "isnumeric",
    "isspace",
    "islower",
    "isupper",
    "istitle",
    "isprintable",
];

/// `str.islower`.
pub(crate) fn is_lower(text: &str) -> bool {
    let cased = |character: char| character.is_uppercase() || is_title_letter(character);
    text.chars().any(char::is_lowercase) && !text.chars().any(cased)
}

/// `str.isupper`.
pub(crate) fn is_upper(text: &str) -> bool {
    let cased = |character: char| character.is_lowercase() || is_title_letter(character);
    text.chars().any(char::is_uppercase) && !text.chars().any(cased)
}

/// Calls one method.
pub(super) fn call(
    renderer: &mut Renderer,
    text: &Text,
    name: &'static str,
    arguments: Arguments,
) -> Outcome<Value> {
    let heap = &renderer.heap;
    // Reading it is what every method does at least.
    heap.meter.spend_bytes(text.len())?;
    match name {
        "format" | "format_map" => crate::text_format::brace::method(renderer, text, name, arguments),
        "join" => join(heap, text, arguments),
        "startswith" | "endswith" => affix(heap, text, name, arguments),
        "find" | "rfind" | "index" | "rindex" | "count" => position(heap, text, name, arguments),
        "isalpha" | "isalnum" | "isdigit" | "isdecimal" | "isnumeric" | "isspace" | "islower" | "isupper"
        | "istitle" | "isprintable" => {
            arguments.bind_places(name, [])?;
            Ok(Value::Bool(is_kind(text, name)))
        }
        "strip" | "lstrip" | "rstrip" => {
            let [characters] = arguments.bind_places(name, ["chars"])?;
            strip_text(heap, text, characters.as_ref(), name)
        }
        "split" | "rsplit" | "splitlines" | "partition" | "rpartition" => cut(heap, text, name, arguments),
        _ => {
            let changed = change(heap, text, name, arguments)?;
            like(heap, text, changed)
        }
    }
}

/// A new text that is markup if the first one is.
fn like(heap: &Heap, text: &Text, new: String) -> Outcome<Value> {
    Ok(Value::Text(
        Text::new(&heap.meter, new)?.with_markup(text.is_markup()),
    ))
}

fn all_like(heap: &Heap, text: &Text, parts: &[&str]) -> Outcome<Vec<Value>> {
    heap.meter.afford(parts.len() * 2 * size_of::<Value>())?;
    parts
        .iter()
        .map(|part| like(heap, text, (*part).to_owned()))
        .collect()
}

/// Methods that make another text of it.
fn change(heap: &Heap, text: &Text, name: &'static str, arguments: Arguments) -> Outcome<String> {
    let meter = &heap.meter;
    match name {
        "upper" | "lower" | "title" | "capitalize" | "swapcase" | "casefold" => {
            arguments.bind_places(name, [])?;
            match name {
                "upper" => case::upper(meter, text),
                "lower" => case::lower(meter, text),
                "title" => case::title(meter, text),
                "capitalize" => case::capitalize(meter, text),
                "swapcase" => case::swap(meter, text),
                _ => case::fold(meter, text),
            }
        }
        "replace" => {
            let [old, new, count] = arguments.bind_places(name, ["old", "new", "count"])?;
            let (old, new) = (required(old, name, "old")?, required(new, name, "new")?);
            let (old, new) = (text_argument(heap, &old, name)?, text_argument(heap, &new, name)?);
            let new = escaped_for(heap, text, new)?;
            search::replace(meter, text, old, &new, index_or(heap, count.as_ref(), -1)?)
        }
        "removeprefix" | "removesuffix" => {
            let [part] = arguments.bind_places(name, ["prefix"])?;
            let part = required(part, name, "prefix")?;
            let part = text_argument(heap, &part, name)?;
            let kept = if name == "removeprefix" {
                text.strip_prefix(&**part)
            } else {
                text.strip_suffix(&**part)
            };
            Ok(kept.unwrap_or(text).to_owned())
        }
        "zfill" => {
            let [width] = arguments.bind_places(name, ["width"])?;
            pad::zeros(meter, text, size(index(heap, &required(width, name, "width")?)?))
        }
        "expandtabs" => {
            let [width] = arguments.bind(name, ["tabsize"])?;
            pad::tabs(meter, text, size(index_or(heap, width.as_ref(), 8)?))
        }
        _ => {
            let [width, fill] = arguments.bind_places(name, ["width", "fillchar"])?;
            let width = size(index(heap, &required(width, name, "width")?)?);
            let fill = match &fill {
                None => Text::constant(" "),
                Some(fill) => escaped_for(heap, text, text_argument(heap, fill, name)?)?,
            };
            let mut characters = fill.chars();
            let (Some(fill), None) = (characters.next(), characters.next()) else {
                return Err(Failure::type_error(
                    "The fill character must be exactly one character long",
                ));
            };
            match name {
                "center" => pad::center(meter, text, width, fill),
                "ljust" => pad::left(meter, text, width, fill),
                _ => pad::right(meter, text, width, fill),
            }
        }
    }
}

/// What is put into markup, escaped unless it is markup itself.
fn escaped_for(heap: &Heap, markup: &Text, added: &Text) -> Outcome<Text> {
    if markup.is_markup() && !added.is_markup() {
        return Text::new(&heap.meter, escape(&heap.meter, added)?);
    }
    Ok(added.clone())
}

/// Methods that cut it into parts.
fn cut(heap: &Heap, text: &Text, name: &'static str, arguments: Arguments) -> Outcome<Value> {
    let meter = &heap.meter;
    match name {
        "splitlines" => {
            let [keep_ends] = arguments.bind(name, ["keepends"])?;
            let keep_ends = keep_ends.is_some_and(|keep| keep.truthy());
            search::afford_lines(meter, text)?;
            Value::list(
                meter,
                all_like(heap, text, &search::split_lines(text, keep_ends))?,
            )
        }
        "partition" | "rpartition" => {
            let [separator] = arguments.bind_places(name, ["sep"])?;
            let separator = required(separator, name, "sep")?;
            let separator = text_argument(heap, &separator, name)?;
            if separator.is_empty() {
                return Err(Failure::value_error("empty separator"));
            }
            let from_left = name == "partition";
            let halves = if from_left {
                text.split_once(&**separator)
            } else {
                text.rsplit_once(&**separator)
            };
            let parts = match halves {
                Some((left, right)) => [left, separator, right],
                None if from_left => [text, "", ""],
                None => ["", "", text],
            };
            Value::tuple(meter, all_like(heap, text, &parts)?)
        }
        _ => {
            let [separator, maximum] = arguments.bind(name, ["sep", "maxsplit"])?;
            let separator = match &separator {
                None | Some(Value::None) => None,
                Some(separator) => Some(&**text_argument(heap, separator, name)?),
            };
            let maximum = index_or(heap, maximum.as_ref(), -1)?;
            // An upper bound of the parts, before the list of them is made.
            let parts = match separator {
                Some(separator) if !separator.is_empty() => text.matches(separator).count() + 1,
                _ => text.len() / 2 + 1,
            };
            let parts = parts.min(usize::try_from(maximum).unwrap_or(usize::MAX).saturating_add(1));
            meter.afford(parts.saturating_mul(16))?;
            let parts = search::split(text, separator, maximum, name == "rsplit")?;
            Value::list(meter, all_like(heap, text, &parts)?)
        }
    }
}

fn join(heap: &Heap, text: &Text, arguments: Arguments) -> Outcome<Value> {
    let [iterable] = arguments.bind_places("join", ["iterable"])?;
    let iterable = required(iterable, "join", "iterable")?;
    let mut items = Items::of(heap, &iterable).map_err(|failure| match failure.kind() {
        crate::failure::Kind::Type => Failure::type_error("can only join an iterable"),
        _ => failure,
    })?;
    let mut texts = Vec::new();
    while let Some(item) = items.next(heap)? {
        match item {
            Value::Text(item) => texts.push(item),
            // Markup takes anything, as it escapes it.
            other if text.is_markup() => texts.push(crate::value::display::to_text(heap, &other)?),
            other => {
                return Err(Failure::type_error(format!(
                    "sequence item {}: expected str instance, {} found",
                    texts.len(),
                    other.type_name()
                )));
            }
        }
        heap.meter.afford(texts.len() * size_of::<Text>())?;
    }
    join_texts(heap, text, &texts).map(Value::Text)
}

/// Start and end that a searching method may be given.
fn bounds(heap: &Heap, start: Option<Value>, end: Option<Value>) -> Outcome<(Option<i64>, Option<i64>)> {
    let bound = |value: Option<Value>| match value {
        None | Some(Value::None) => Ok(None),
        Some(value) => index(heap, &value).map(Some),
    };
    Ok((bound(start)?, bound(end)?))
}

fn affix(heap: &Heap, text: &Text, name: &'static str, arguments: Arguments) -> Outcome<Value> {
    let [affix, start, end] = arguments.bind_places(name, ["prefix", "start", "end"])?;
    let affix = required(affix, name, "prefix")?;
    let (start, end) = bounds(heap, start, end)?;
    let choices = match &affix {
        Value::Text(_) => std::slice::from_ref(&affix),
        Value::Tuple(list) => &list.items[..],
        other => {
            return Err(Failure::type_error(format!(
                "{name} first arg must be str or a tuple of str, not {}",
                other.type_name()
            )));
        }
    };
    let window = search::window(text, start, end);
    for choice in choices {
        heap.meter.spend(1)?;
        let Value::Text(choice) = choice else {
            return Err(Failure::type_error(format!(
                "tuple for {name} must only contain str, not {}",
                choice.type_name()
            )));
        };
        heap.meter.spend_bytes(choice.len())?;
        let fits = window.as_ref().is_some_and(|window| {
            if name == "startswith" {
                window.part.starts_with(&**choice)
            } else {
                window.part.ends_with(&**choice)
            }
        });
        if fits {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn position(heap: &Heap, text: &Text, name: &'static str, arguments: Arguments) -> Outcome<Value> {
    let [part, start, end] = arguments.bind_places(name, ["sub", "start", "end"])?;
    let part = required(part, name, "sub")?;
    let part = text_argument(heap, &part, name)?;
    let (start, end) = bounds(heap, start, end)?;
    heap.meter.spend_bytes(4 * text.len())?;
    let window = search::window(text, start, end);
    if name == "count" {
        return Ok(Value::count(
            window.map_or(0, |window| search::count(&window, part)),
        ));
    }
    let found = window.and_then(|window| search::find(&window, part, name.starts_with('r')));
    match found {
        Some(position) => Ok(Value::count(position)),
        None if name.ends_with("find") => Ok(Value::Int(-1)),
        None => Err(Failure::value_error("substring not found")),
    }
}

fn is_kind(text: &str, name: &str) -> bool {
    let all = |kind: fn(char) -> bool| !text.is_empty() && text.chars().all(kind);
    match name {
        "isalpha" => all(is_letter),
        "isdigit" => all(is_digit),
        "isdecimal" => all(is_decimal),
        "isnumeric" => all(is_numeric),
        "isalnum" => all(|character| is_letter(character) || is_numeric(character)),
        "isspace" => all(is_space),
        "islower" => is_lower(text),
        "isupper" => is_upper(text),
        "istitle" => case::is_title(text),
        _ => {
            debug_assert!(name == "isprintable" && !is_cased(' '));
            text.chars().all(is_printable)
        }
    }
}
