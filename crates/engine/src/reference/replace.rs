//! Replacing what a pattern matches, with the groups of the match: the `Replace` pre-tokenizer of transformers.js.

use onig::Region;
use tokenizers::NormalizedString;

use super::regex::LimitedRegex;
use crate::error::EngineError;

/// A pattern, and what takes the place of its matches.
#[derive(Debug)]
pub(super) struct Replacement {
    pattern: LimitedRegex,
    parts: Vec<Part>,
}

/// A part of the text that takes a match's place.
#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    Group(usize),
    Before,
    After,
}

impl Replacement {
    pub(super) fn new(pattern: LimitedRegex, content: &str) -> Self {
        Self {
            pattern,
            parts: parse(content),
        }
    }

    /// Replaces all matches in `text`, keeping the alignment with the original.
    pub(super) fn apply(&self, text: &mut NormalizedString) -> Result<(), EngineError> {
        let old = text.get().to_owned();
        let mut characters = Characters::default();
        let mut previous = 0;
        let mut replaced = false;
        self.pattern.each_match(&old, |(start, end), groups| {
            characters.keep(&old[previous..start]);
            characters.replace(&old[start..end], &self.expand(&old, (start, end), groups));
            previous = end;
            replaced = true;
        })?;
        if replaced {
            characters.keep(&old[previous..]);
            text.transform(characters.changes, characters.leading);
        }
        Ok(())
    }

    fn expand(&self, text: &str, (start, end): (usize, usize), groups: &Region) -> String {
        let mut expanded = String::new();
        for part in &self.parts {
            expanded.push_str(match part {
                Part::Text(literal) => literal,
                Part::Group(group) => groups.pos(*group).map_or("", |(start, end)| &text[start..end]),
                Part::Before => &text[..start],
                Part::After => &text[end..],
            });
        }
        expanded
    }
}

/// The new characters, each with how many it takes the place of, in the form that `NormalizedString` wants.
#[derive(Default)]
struct Characters {
    changes: Vec<(char, isize)>,
    leading: usize,
}

impl Characters {
    fn keep(&mut self, text: &str) {
        self.changes.extend(text.chars().map(|character| (character, 0)));
    }

    fn replace(&mut self, old: &str, new: &str) {
        let mut old_count = old.chars().count();
        for character in new.chars() {
            self.changes.push((character, isize::from(old_count == 0)));
            old_count = old_count.saturating_sub(1);
        }
        match self.changes.last_mut() {
            Some((_, change)) => *change -= isize::try_from(old_count).unwrap_or(isize::MAX),
            None => self.leading += old_count,
        }
    }
}

/// JavaScript's `$$`, `$&`, `` $` ``, `$'` and `$1` to `$99`.
fn parse(content: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = content;
    while let Some(at) = rest.find('$') {
        literal.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let digits = after.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let (part, taken) = match after.bytes().next() {
            Some(b'&') => (Some(Part::Group(0)), 1),
            Some(b'`') => (Some(Part::Before), 1),
            Some(b'\'') => (Some(Part::After), 1),
            Some(b'0'..=b'9') => match after[..digits].parse() {
                Ok(group @ 1..) => (Some(Part::Group(group)), digits),
                _ => (None, 0),
            },
            Some(b'$') => (None, 1),
            _ => (None, 0),
        };
        match part {
            Some(part) => {
                if !literal.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut literal)));
                }
                parts.push(part);
            }
            None => literal.push('$'),
        }
        rest = &after[taken..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    parts
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use tokenizers::NormalizedString;
    use tokenizers::tokenizer::normalizer::Range;

    use super::{Part, Replacement, parse};
    use crate::reference::regex::LimitedRegex;

    fn replaced(pattern: &str, content: &str, text: &str) -> NormalizedString {
        let mut text = NormalizedString::from(text);
        Replacement::new(LimitedRegex::new(pattern).unwrap(), content)
            .apply(&mut text)
            .unwrap();
        text
    }

    // The expected texts are those of `String.prototype.replaceAll` in Node.js.
    #[test]
    fn expands_as_javascript() {
        assert_eq!(replaced("([.,!?()])", " $1", "a.b!").get(), "a .b !");
        assert_eq!(replaced("(')", " $1 ", "it's").get(), "it ' s");
        assert_eq!(replaced("b", "[$&$$$`$']", "abc").get(), "a[b$ac]c");
        assert_eq!(replaced("b", "$0$x$", "abc").get(), "a$0$x$c");
        assert_eq!(replaced("^ +", "", "  é").get(), "é");
    }

    #[test]
    fn keeps_the_alignment() {
        let text = replaced("([.!])", " $1", "é.b");
        assert_eq!(text.get(), "é .b");
        assert_eq!(text.convert_offsets(Range::Normalized(3..4)), Some(2..3));
        assert_eq!(text.convert_offsets(Range::Normalized(4..5)), Some(3..4));
    }

    #[test]
    fn a_dollar_alone_is_text() {
        assert_eq!(parse("$"), [Part::Text("$".to_owned())]);
    }
}
