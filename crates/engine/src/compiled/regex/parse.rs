//! Oniguruma's syntax, as far as real patterns use it and an automaton can do it (RE in Oniguruma's documentation,
//! with Ruby's options, which the `tokenizers` crate takes). Everything else is nothing.

use regex_syntax::hir::{Class, Hir, Look};

use super::characters::Asker;
use super::pattern::{Part, Pattern, Spaces, Times, join};

/// Groups within groups beyond this are no real pattern's.
const MAX_DEPTH: usize = 16;
/// The most parts of a pattern, and the most that a part is repeated.
const MAX_PARTS: usize = 400;
const MAX_TIMES: u32 = 64;

/// Reads a pattern; nothing where it has what is not known here, or could match nothing.
pub(super) fn parse(pattern: &str) -> Option<Pattern> {
    let (before, after, takes_one) = split_spaces(pattern);
    let asker = Asker::default();
    let mut alternatives = Vec::new();
    let mut spaces = None;
    if let Some(before) = before {
        alternatives = read(before, &asker)?;
    }
    if let Some(after) = after {
        spaces = Some(Spaces {
            alternative: alternatives.len(),
            takes_one,
        });
        alternatives.extend(read(r"\s+", &asker)?);
        if !after.is_empty() {
            alternatives.extend(read(after.strip_prefix('|')?, &asker)?);
        }
    }
    let matches_something = |hir: &Hir| hir.properties().minimum_len().is_some_and(|least| least > 0);
    (!alternatives.is_empty() && alternatives.iter().all(matches_something))
        .then_some(Pattern { alternatives, spaces })
}

/// Splits a pattern at the alternatives `\s+(?!\S)|\s+`, which ask for what follows: what is before, and what after. The
/// first of them alone may be the last of the pattern.
fn split_spaces(pattern: &str) -> (Option<&str>, Option<&str>, bool) {
    for spaces in [r"\s+(?!\S)|\s+", r"\s+(?!\S)|\s"] {
        for (place, _) in pattern.match_indices(spaces) {
            let before = &pattern[..place];
            let after = &pattern[place + spaces.len()..];
            let is_alternative = before.is_empty() || before.ends_with('|');
            if is_alternative && (after.is_empty() || after.starts_with('|')) {
                return (before.strip_suffix('|'), Some(after), true);
            }
        }
    }
    match pattern.strip_suffix(r"\s+(?!\S)") {
        Some(before) if before.is_empty() || before.ends_with('|') => {
            (before.strip_suffix('|'), Some(""), false)
        }
        _ => (Some(pattern), None, true),
    }
}

/// Reads alternatives that are a pattern by themselves.
fn read(pattern: &str, asker: &Asker) -> Option<Vec<Hir>> {
    let mut reader = Reader {
        rest: pattern,
        parts: 0,
        asker,
    };
    let alternatives = reader.alternatives(0, false)?;
    reader.rest.is_empty().then_some(alternatives)
}

struct Reader<'a> {
    rest: &'a str,
    parts: usize,
    asker: &'a Asker,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.rest = &self.rest[character.len_utf8()..];
        Some(character)
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Whether an alternative ends here.
    fn ends(&self) -> bool {
        matches!(self.peek(), None | Some('|'))
    }

    /// Everything up to where `rest` is now.
    fn since(start: &'a str, rest: &str) -> &'a str {
        &start[..start.len() - rest.len()]
    }

    fn alternatives(&mut self, depth: usize, any_case: bool) -> Option<Vec<Hir>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut all = vec![self.sequence(depth, any_case)?];
        while self.eat("|") {
            all.push(self.sequence(depth, any_case)?);
        }
        Some(all)
    }

    fn sequence(&mut self, depth: usize, any_case: bool) -> Option<Hir> {
        let mut parts = Vec::new();
        let start = self.rest;
        // Elsewhere than at the start of an alternative it could not match, or would be asked for more than once.
        let begins = match depth {
            0 if self.eat("^") => Some(Look::StartLF),
            0 if self.eat(r"\A") => Some(Look::Start),
            _ => None,
        };
        parts.extend(begins.map(|look| Part {
            what: Hir::look(look),
            times: Times::ONCE,
        }));
        while !matches!(self.peek(), None | Some('|' | ')')) {
            self.parts += 1;
            if self.parts > MAX_PARTS {
                return None;
            }
            let what = self.atom(depth, any_case)?;
            let times = self.times()?;
            // Repeated characters can become strings, which fold in other ways.
            if any_case && times != Times::ONCE {
                return None;
            }
            parts.push(Part { what, times });
        }
        if any_case && !folds_one_by_one(Self::since(start, self.rest)) {
            return None;
        }
        join(parts, depth > 0)
    }

    fn atom(&mut self, depth: usize, any_case: bool) -> Option<Hir> {
        let start = self.rest;
        match self.next()? {
            '(' => self.group(depth, any_case),
            '[' => {
                self.bracket()?;
                self.class(Self::since(start, self.rest), any_case)
            }
            '.' => self.class(".", false),
            '\\' if depth == 0 && self.eat("z") && self.ends() => Some(Hir::look(Look::End)),
            '\\' => {
                let is_class = self.escape()?;
                let text = Self::since(start, self.rest);
                // With any case, an escaped letter's other case would have to be looked for.
                (is_class || !any_case).then(|| self.class(text, false))?
            }
            // Lines end before `\n` alone. Elsewhere than at an end it would say where other parts may stop.
            '$' if depth == 0 && self.ends() => Some(Hir::look(Look::EndLF)),
            '^' | '$' | '*' | '+' | '?' | '{' | '}' | ')' => None,
            character if any_case => self.class(&character.to_string(), true),
            character => Some(Hir::literal(character.encode_utf8(&mut [0; 4]).as_bytes())),
        }
    }

    /// After `(`.
    fn group(&mut self, depth: usize, any_case: bool) -> Option<Hir> {
        let any_case = if self.eat("?i:") {
            true
        } else if self.eat("?:") || !self.rest.starts_with('?') {
            any_case
        } else {
            return None;
        };
        let all = self.alternatives(depth + 1, any_case)?;
        self.eat(")").then(|| Hir::alternation(all))
    }

    /// After `[`: up to the bracket that closes it.
    fn bracket(&mut self) -> Option<()> {
        let mut open = 1;
        self.eat("^");
        // An empty class, or one that begins with a bracket: engines differ.
        if self.rest.starts_with(']') {
            return None;
        }
        while open > 0 {
            match self.next()? {
                '[' if self.rest.starts_with(':') => {
                    let end = self.rest.find(":]")?;
                    self.rest = &self.rest[end + 2..];
                }
                '[' => {
                    open += 1;
                    self.eat("^");
                    if self.rest.starts_with(']') {
                        return None;
                    }
                }
                ']' => open -= 1,
                '\\' => {
                    self.escape()?;
                }
                _ => {}
            }
        }
        Some(())
    }

    /// After a backslash: whether it is a class, not a character.
    fn escape(&mut self) -> Option<bool> {
        match self.next()? {
            'p' | 'P' => {
                let end = self.rest.strip_prefix('{')?.find('}')?;
                self.rest = &self.rest[end + 2..];
                Some(true)
            }
            's' | 'S' | 'd' | 'D' | 'w' | 'W' | 'h' | 'H' => Some(true),
            't' | 'n' | 'r' | 'f' | 'v' => Some(false),
            'x' if self.rest.starts_with('{') => {
                let end = self.rest.find('}')?;
                self.rest = &self.rest[end + 1..];
                Some(false)
            }
            'u' => {
                let digits = self.rest.get(..4)?;
                digits
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit())
                    .then_some(())?;
                self.rest = &self.rest[4..];
                Some(false)
            }
            character if character.is_ascii_punctuation() || character == ' ' => Some(false),
            _ => None,
        }
    }

    /// How often what came before is repeated.
    fn times(&mut self) -> Option<Times> {
        let (least, most, counted) = match self.peek() {
            Some('?') => (0, Some(1), false),
            Some('*') => (0, None, false),
            Some('+') => (1, None, false),
            Some('{') => {
                let inside = self.rest[1..].split_once('}')?.0;
                let (least, most) = match inside.split_once(',') {
                    None => (number(inside)?, Some(number(inside)?)),
                    Some((least, "")) => (number(least)?, None),
                    Some((least, most)) => (number(least)?, Some(number(most)?)),
                };
                self.rest = &self.rest[1 + inside.len()..];
                (least, most, true)
            }
            _ => return Some(Times::ONCE),
        };
        if most.is_some_and(|most| most < least || most == 0) {
            return None;
        }
        self.next();
        let lazy = self.eat("?");
        let possessive = !lazy && self.eat("+");
        // `{1,3}+` repeats the repeated, which is as often as it can be where nothing is asked back.
        if counted && possessive && least == 1 && !matches!(self.peek(), Some('?' | '*' | '+' | '{' | '$')) {
            return Some(Times {
                least,
                most: None,
                greedy: true,
                possessive,
            });
        }
        // After a count, Ruby's syntax gives these two another meaning; and one more sign repeats the repeated.
        if (counted && (lazy || possessive)) || matches!(self.peek(), Some('?' | '*' | '+' | '{')) {
            return None;
        }
        Some(Times {
            least,
            most,
            greedy: !lazy,
            possessive,
        })
    }

    /// A class, or an escaped character.
    fn class(&self, text: &str, any_case: bool) -> Option<Hir> {
        let found = if any_case {
            self.asker.in_any_case(&escaped(text))?
        } else {
            self.asker.characters(text)?
        };
        (!found.ranges().is_empty()).then(|| Hir::class(Class::Unicode(found)))
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&number| digits && number <= MAX_TIMES)
}

/// A single character that could mean something else, escaped.
fn escaped(text: &str) -> String {
    match text.as_bytes() {
        [byte] if byte.is_ascii_punctuation() => format!("\\{text}"),
        _ => text.to_owned(),
    }
}

/// Whether in any case each character of an alternative stands for one character: `ss` would match `ß` as well.
fn folds_one_by_one(text: &str) -> bool {
    let several = ["ss", "st", "ff", "fi", "fl"];
    let lower = text.to_ascii_lowercase();
    // Lists of letters fold one by one; ranges may have letters that do not.
    let plain = text.is_ascii() && !text.contains('-') && !text.contains('\\') && !text.contains("[^");
    let list = !text.contains('[') || (text.starts_with('[') && text.find(']') == Some(text.len() - 1));
    plain && list && !several.iter().any(|fold| lower.contains(fold))
}
