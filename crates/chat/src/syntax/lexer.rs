//! Source to tokens, with `trim_blocks` and `lstrip_blocks`, as Jinja's lexer cuts it.

use std::sync::Arc;

use super::literals::{Number, normalize_newlines, number, unescape};
use super::tokens::{Kind, Token};
use crate::failure::{Failure, Outcome};
use crate::value::text::is_space;

/// Operators, longer ones first.
const OPERATORS: [&str; 26] = [
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
    "=", ".", ":", "|", ",", ";",
];

/// Cuts a template into tokens.
pub(super) fn tokenize(source: &str) -> Outcome<Vec<Token>> {
    let source = normalize_newlines(source);
    let source = source.strip_suffix('\n').unwrap_or(&source);
    let mut lexer = Lexer {
        source,
        at: 0,
        line: 1,
        line_start: true,
        tokens: Vec::new(),
    };
    lexer.root()?;
    let line = lexer.line;
    lexer.tokens.push(Token {
        kind: Kind::End,
        line,
    });
    Ok(lexer.tokens)
}

/// What a tag's first characters say about the white space before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Strip,
    Keep,
    /// Nothing is said: `lstrip_blocks` decides.
    Unsaid,
}

impl Before {
    fn of(source: &str) -> (Self, usize) {
        match source.as_bytes().first() {
            Some(b'-') => (Self::Strip, 1),
            Some(b'+') => (Self::Keep, 1),
            _ => (Self::Unsaid, 0),
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    line: usize,
    /// Whether the last match ended a line, or none was yet.
    line_start: bool,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn push(&mut self, kind: Kind) {
        self.tokens.push(Token {
            kind,
            line: self.line,
        });
    }

    /// Moves on by `length` bytes, counting lines.
    fn advance(&mut self, length: usize) {
        let passed = &self.source[self.at..self.at + length];
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
        self.line_start = passed.ends_with('\n');
        self.at += length;
    }

    fn fail<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(Failure::syntax(message, self.line))
    }

    /// Text and tags until the end.
    fn root(&mut self) -> Outcome<()> {
        loop {
            let rest = self.rest();
            let Some(begin) = find_tag(rest) else {
                if !rest.is_empty() {
                    self.push(Kind::Data(rest.to_owned()));
                    self.advance(rest.len());
                }
                return Ok(());
            };
            let tag = &rest[begin..];
            let (before, sign) = Before::of(&tag[2..]);
            let is_variable = tag.starts_with("{{");
            self.data(&rest[..begin], before, !is_variable);
            self.advance(begin);
            if let Some(length) = raw_begin(tag) {
                self.advance(length);
                self.raw()?;
                continue;
            }
            self.line_start = false;
            self.at += 2 + sign;
            if is_variable {
                self.push(Kind::VariableBegin);
                self.tag("}}", Kind::VariableEnd)?;
            } else if tag.starts_with("{%") {
                self.push(Kind::BlockBegin);
                self.tag("%}", Kind::BlockEnd)?;
            } else {
                self.comment()?;
            }
        }
    }

    /// Text before a tag, without the white space that the tag takes away.
    fn data(&mut self, text: &str, before: Before, lstrip: bool) {
        let kept = match before {
            Before::Strip => text.trim_end_matches(is_space),
            Before::Unsaid if lstrip => {
                let line = text.rfind('\n').map_or(0, |at| at + 1);
                let blank = !text[line..].is_empty() && text[line..].chars().all(is_space);
                if blank && (line > 0 || self.line_start) {
                    &text[..line]
                } else {
                    text
                }
            }
            Before::Keep | Before::Unsaid => text,
        };
        if !kept.is_empty() {
            self.push(Kind::Data(kept.to_owned()));
        }
    }

    fn comment(&mut self) -> Outcome<()> {
        let rest = self.rest();
        let Some(close) = rest.find("#}") else {
            return self.fail("Missing end of comment tag");
        };
        let strip = rest[..close].ends_with('-');
        let keep = rest[..close].ends_with('+');
        let end = close + 2;
        self.advance(end + after_tag(&rest[end..], strip, !keep));
        Ok(())
    }

    /// The text of a raw block, to its end tag.
    fn raw(&mut self) -> Outcome<()> {
        let rest = self.rest();
        let mut from = 0;
        while let Some(found) = rest[from..].find("{%") {
            let begin = from + found;
            let (before, sign) = Before::of(&rest[begin + 2..]);
            if let Some(length) = raw_end(&rest[begin + 2 + sign..]) {
                self.data(&rest[..begin], before, true);
                self.advance(begin + 2 + sign + length);
                return Ok(());
            }
            from = begin + 2;
        }
        self.fail("Missing end of raw directive")
    }

    /// The inside of a statement or a print tag, to its end.
    fn tag(&mut self, close: &str, end: Kind) -> Outcome<()> {
        let mut open: Vec<&'static str> = Vec::new();
        let is_block = close == "%}";
        while !self.rest().is_empty() {
            let rest = self.rest();
            if open.is_empty() {
                let sign = usize::from(rest.starts_with('-') || (is_block && rest.starts_with('+')));
                for sign in [sign, 0] {
                    if rest[sign..].starts_with(close) {
                        let length = sign + 2;
                        let strip = sign == 1 && rest.starts_with('-');
                        let trim = is_block && sign == 0;
                        self.push(end);
                        self.advance(length + after_tag(&rest[length..], strip, trim));
                        return Ok(());
                    }
                }
            }
            let spaces = rest.len() - rest.trim_start_matches(is_space).len();
            if spaces > 0 {
                self.advance(spaces);
                continue;
            }
            self.token(rest, &mut open)?;
        }
        // A tag that the template's end cuts off: the parser sees what is missing.
        Ok(())
    }

    fn token(&mut self, rest: &str, open: &mut Vec<&'static str>) -> Outcome<()> {
        let after_point = self.source[..self.at].ends_with('.');
        if rest.starts_with(|first: char| first.is_ascii_digit()) {
            let Some((value, length)) = number(rest, after_point) else {
                return self.fail("invalid number");
            };
            self.push(match value {
                Number::Integer(value) => Kind::Integer(value),
                Number::Float(value) => Kind::Float(value),
            });
            self.advance(length);
            return Ok(());
        }
        let is_word = |character: char| character == '_' || unicode_ident::is_xid_continue(character);
        let word = rest.len() - rest.trim_start_matches(is_word).len();
        if word > 0 {
            let name = &rest[..word];
            let first = name.chars().next().unwrap_or('_');
            if first != '_' && !unicode_ident::is_xid_start(first) {
                return self.fail("Invalid character in identifier");
            }
            self.push(Kind::Name(Arc::from(name)));
            self.advance(word);
            return Ok(());
        }
        if rest.starts_with(['\'', '"'])
            && let Some(length) = string_length(rest)
        {
            let text = unescape(&rest[1..length - 1]).or_else(|message| self.fail(message))?;
            self.push(Kind::Text(text));
            self.advance(length);
            return Ok(());
        }
        let Some(operator) = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)) else {
            let mut shown = String::new();
            crate::value::display::write_repr(&mut shown, rest.get(..first_length(rest)).unwrap_or_default());
            return self.fail(format!(
                "unexpected char {shown} at {}",
                self.source[..self.at].chars().count()
            ));
        };
        match operator {
            "{" => open.push("}"),
            "(" => open.push(")"),
            "[" => open.push("]"),
            "}" | ")" | "]" => match open.pop() {
                None => return self.fail(format!("unexpected '{operator}'")),
                Some(expected) if expected != operator => {
                    return self.fail(format!("unexpected '{operator}', expected '{expected}'"));
                }
                Some(_) => {}
            },
            _ => {}
        }
        self.push(Kind::Operator(operator));
        self.advance(operator.len());
        Ok(())
    }
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Where the first tag of any kind begins.
fn find_tag(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find('{')?;
        if matches!(bytes.get(at + 1), Some(b'{' | b'%' | b'#')) {
            return Some(at);
        }
        from = at + 1;
    }
}

/// White space that a tag's end takes with it: all of it after `-`, one line end where blocks are trimmed.
fn after_tag(rest: &str, strip: bool, trim: bool) -> usize {
    if strip {
        rest.len() - rest.trim_start_matches(is_space).len()
    } else {
        usize::from(trim && rest.starts_with('\n'))
    }
}

/// Length of a `{% raw %}` tag at the start of `tag`.
fn raw_begin(tag: &str) -> Option<usize> {
    let inner = tag.strip_prefix("{%")?;
    let inner = inner.strip_prefix(['-', '+']).unwrap_or(inner);
    let inner = inner
        .trim_start_matches(is_space)
        .strip_prefix("raw")?
        .trim_start_matches(is_space);
    let rest = match inner.strip_prefix("-%}") {
        Some(rest) => rest.trim_start_matches(is_space),
        None => inner.strip_prefix("%}")?,
    };
    Some(tag.len() - rest.len())
}

/// Length of ` endraw %}` at the start of `inner`.
fn raw_end(inner: &str) -> Option<usize> {
    let rest = inner
        .trim_start_matches(is_space)
        .strip_prefix("endraw")?
        .trim_start_matches(is_space);
    let (strip, keep) = (rest.starts_with('-'), rest.starts_with('+'));
    let rest = if strip || keep { &rest[1..] } else { rest };
    let rest = rest.strip_prefix("%}")?;
    Some(inner.len() - rest.len() + after_tag(rest, strip, !strip && !keep))
}

/// Length of a string literal with its quotes; none if it does not end.
fn string_length(source: &str) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            // Past the escaped character; a backslash is never inside one.
            at += 2;
        } else if *byte == bytes[0] {
            return Some(at + 1);
        } else {
            at += 1;
        }
    }
    None
}
