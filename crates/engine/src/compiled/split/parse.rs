//! Recognising pre-tokenizers.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::super::Declined;
use super::super::file::{Behavior, Pattern, PreTokenizerPart, PrependScheme};
use super::super::pretokenize_words::Words;
use super::super::regex::Machine;
use super::Stage;
use super::digits::Groups;
use super::matches::{Matches, Wanted};
use super::runs::Kind;
use super::{cl100k, o200k};

/// More stages than any real pipeline has; they nest.
const MAX_STAGES: usize = 16;

/// A pre-tokenizer of a BPE model.
#[derive(Debug, Default)]
pub(in super::super) struct Plan {
    pub(in super::super) stages: Vec<Stage>,
    /// Text becomes bytes.
    pub(in super::super) byte_level: bool,
    /// A blank is put before each stretch of text that does not begin with one.
    pub(in super::super) prefix_space: bool,
    /// Blanks become ▁.
    pub(in super::super) metaspace: Option<Metaspace>,
}

impl Plan {
    /// Whether something may be put before text.
    pub(in super::super) fn may_prefix(&self) -> bool {
        self.prefix_space
            || self
                .metaspace
                .is_some_and(|metaspace| metaspace.scheme != PrependScheme::Never)
    }

    /// Whether stages cut the text, or bytes are merged: then the whole of it where there are no stages.
    pub(in super::super) fn cuts(&self) -> bool {
        self.byte_level || !self.stages.is_empty()
    }
}

/// The options of a `Metaspace`.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Metaspace {
    pub(in super::super) scheme: PrependScheme,
    pub(in super::super) split: bool,
}

/// Says how to run a pre-tokenizer. `blanks` is false when the normalizer leaves no blank in the text.
pub(in super::super) fn plan(part: Option<&PreTokenizerPart>, blanks: bool) -> Result<Plan, Declined> {
    let mut plan = Plan::default();
    if let Some(part) = part {
        add(part, blanks, &mut plan)?;
    }
    // These together are one scanner.
    match plan.stages[..] {
        [
            Stage::Numbers { digits: 3 },
            Stage::Runs(Kind::Han),
            Stage::DeepSeek,
        ] => plan.stages = vec![Stage::DeepSeekV3],
        [Stage::Digits { single }, Stage::Gpt2] => plan.stages = vec![Stage::Gpt2BetweenDigits { single }],
        [Stage::Clip { .. }, Stage::Gpt2] => plan.stages = vec![Stage::Clip { then_gpt2: true }],
        _ => {}
    }
    Ok(plan)
}

fn add(part: &PreTokenizerPart, blanks: bool, plan: &mut Plan) -> Result<(), Declined> {
    if plan.stages.len() >= MAX_STAGES {
        return Err(Declined::new("its pre-tokenizer has too many parts"));
    }
    if plan.metaspace.is_some() {
        return Err(Declined::new("its pre-tokenizer goes on after Metaspace"));
    }
    match part {
        PreTokenizerPart::Sequence { pretokenizers } => {
            pretokenizers.iter().try_for_each(|part| add(part, blanks, plan))
        }
        PreTokenizerPart::ByteLevel {
            add_prefix_space,
            use_regex,
        } => {
            if plan.byte_level || (*add_prefix_space && !plan.stages.is_empty()) {
                return Err(Declined::new(
                    "its ByteLevel pre-tokenizer stands in an unusual place",
                ));
            }
            plan.byte_level = true;
            plan.prefix_space = *add_prefix_space;
            if *use_regex {
                plan.stages.push(Stage::Gpt2);
            }
            Ok(())
        }
        PreTokenizerPart::Split {
            pattern: Pattern::String(pattern),
            ..
        } if pattern == " " && !blanks => Ok(()),
        PreTokenizerPart::Split {
            pattern,
            behavior,
            invert,
        } => {
            let stage = split(pattern, *behavior, *invert, plan.byte_level)?;
            plan.stages.push(stage);
            Ok(())
        }
        PreTokenizerPart::Digits { individual_digits } => {
            let single = *individual_digits;
            plan.stages.push(if plan.byte_level {
                Stage::ByteDigits { single }
            } else {
                Stage::Digits { single }
            });
            Ok(())
        }
        PreTokenizerPart::Metaspace {
            replacement: '▁',
            add_prefix_space,
            prepend_scheme,
            split,
        } if plan.stages.is_empty() && !plan.byte_level => {
            let scheme = match (prepend_scheme.unwrap_or(PrependScheme::Always), add_prefix_space) {
                (PrependScheme::First | PrependScheme::Always, Some(false)) => {
                    return Err(Declined::new("its Metaspace contradicts itself"));
                }
                (scheme, _) => scheme,
            };
            plan.metaspace = Some(Metaspace {
                scheme,
                split: split.unwrap_or(true),
            });
            Ok(())
        }
        other => {
            let stage = simple(other).filter(|_| !plan.byte_level);
            let unknown = || Declined::new(format!("its pre-tokenizer: {other:?}"));
            plan.stages.push(stage.ok_or_else(unknown)?);
            Ok(())
        }
    }
}

/// A part that cuts text, by itself; nothing where it is none, or is not known.
pub(in super::super) fn stage(value: &Value) -> Option<Stage> {
    match PreTokenizerPart::deserialize(value).ok()? {
        PreTokenizerPart::Split {
            pattern,
            behavior,
            invert,
        } => split(&pattern, behavior, invert, false).ok(),
        PreTokenizerPart::Digits { individual_digits } => Some(Stage::Digits {
            single: individual_digits,
        }),
        part => simple(&part),
    }
}

/// A part that is the same over any text of whole characters.
fn simple(part: &PreTokenizerPart) -> Option<Stage> {
    Some(match part {
        PreTokenizerPart::Punctuation {
            behavior: Behavior::Contiguous,
        } => Stage::Punctuation,
        PreTokenizerPart::Punctuation { behavior } => Stage::Marks(*behavior),
        PreTokenizerPart::Whitespace => Stage::Words(Words::Regex),
        PreTokenizerPart::WhitespaceSplit => Stage::Words(Words::Spaced),
        PreTokenizerPart::BertPreTokenizer => Stage::Words(Words::Bert),
        _ => return None,
    })
}

pub(super) const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
/// The same as tiktoken writes it, without what could be given back in vain: blanks at the end are all of `\s+(?!\S)`
/// as well.
pub(super) const R50K: &str =
    r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s";
pub(super) const CLIP: &str =
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
pub(super) const DEEPSEEK: &str = "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+\
    | ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+";

/// How the alternatives of GPT-4's pattern and its relatives are written, and what each says. Where `+` follows, nothing
/// could be given back but in vain; behind a count it says that the count repeats (Ruby's syntax).
const CONTRACTIONS: [(&str, ()); 2] = [
    (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)", ()),
    (r"'(?i:[sdmt]|ll|ve|re)", ()),
];

/// Whether marks are letters.
const LETTERED: [(&str, bool); 4] = [
    (r"[^\r\n\p{L}\p{N}]?\p{L}+", false),
    (r"[^\r\n\p{L}\p{N}]?+\p{L}+", false),
    (r"[^\r\n\p{L}\p{N}]?+\p{L}++", false),
    (r"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+", true),
];

/// Whether contractions belong to words.
const CASED: [(&str, bool); 2] = [
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        true,
    ),
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*",
        false,
    ),
];

/// The most digits of a number.
const NUMBERS: [(&str, usize); 6] = [
    (r"\p{N}{1,3}", 3),
    (r"\p{N}{1,2}", 2),
    (r"\p{N}", 1),
    (r"\p{N}+", usize::MAX),
    (r"\p{N}++", usize::MAX),
    (r"\p{N}{1,3}+", usize::MAX),
];

/// What may stand behind punctuation and belongs to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Nothing,
    LineEnds,
    LineEndsAndSlashes,
}

/// Whether marks are letters, and what comes behind.
const SYMBOLS: [(&str, (bool, Tail)); 7] = [
    (r" ?[^\s\p{L}\p{N}]+[\r\n]*", (false, Tail::LineEnds)),
    (r" ?[^\s\p{L}\p{N}]++[\r\n]*", (false, Tail::LineEnds)),
    (r" ?[^\s\p{L}\p{N}]++[\r\n]*+", (false, Tail::LineEnds)),
    (r" ?[^\s\p{L}\p{N}]+[\r\n/]*", (false, Tail::LineEndsAndSlashes)),
    (r" ?[^\s\p{L}\p{N}]+", (false, Tail::Nothing)),
    (r" ?[^\s\p{L}\p{N}\r\n]+", (false, Tail::Nothing)),
    (r" ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*", (true, Tail::LineEnds)),
];

/// Whether white space at the end of the text is one piece. A line end that follows others is matched by `\s*` as well.
const WHITE: [(&str, bool); 5] = [
    (r"\s*[\r\n]+|\s+(?!\S)|\s+", false),
    (r"\s*[\r\n]+|\s+(?!\S)|\s", false),
    (r"\s*[\r\n]|\s+(?!\S)|\s+", false),
    (r"\s*[\r\n]|\s+(?!\S)|\s", false),
    (r"\s++$|\s*[\r\n]|\s+(?!\S)|\s", true),
];

/// What an alternative at the start of `rest` says, which moves behind it; nothing where it is written otherwise.
fn alternative<T: Copy>(rest: &mut &str, spellings: &[(&str, T)]) -> Option<T> {
    spellings.iter().find_map(|&(spelling, says)| {
        let after = rest.strip_prefix(spelling)?;
        // The last one has nothing behind it; an empty one is another pattern.
        let is_last = after.is_empty();
        *rest = if is_last {
            after
        } else {
            after.strip_prefix('|').filter(|next| !next.is_empty())?
        };
        Some(says)
    })
}

/// The scanner of a pattern that is made of these.
fn relative(regex: &str) -> Option<Stage> {
    let rest = &mut { regex };
    let contractions = alternative(rest, &CONTRACTIONS).is_some();
    let cased = alternative(rest, &CASED);
    let marks = if cased.is_none() {
        alternative(rest, &LETTERED)?
    } else {
        false
    };
    let digits = alternative(rest, &NUMBERS)?;
    let (marks_too, tail) = alternative(rest, &SYMBOLS)?;
    let whole_end = alternative(rest, &WHITE)?;
    if !rest.is_empty() || marks != marks_too {
        return None;
    }
    match cased {
        None if tail != Tail::LineEndsAndSlashes => Some(Stage::Cl100k(cl100k::Flavor {
            digits,
            contractions,
            marks,
            tail: tail == Tail::LineEnds,
            whole_end,
        })),
        Some(inside) if !contractions && !whole_end && tail != Tail::Nothing => {
            Some(Stage::O200k(o200k::Flavor {
                digits,
                contractions: inside,
                slashes: tail == Tail::LineEndsAndSlashes,
            }))
        }
        _ => None,
    }
}

fn split(pattern: &Pattern, behavior: Behavior, invert: bool, byte_level: bool) -> Result<Stage, Declined> {
    let unknown = || {
        Declined::new(format!(
            "its Split pre-tokenizer: {pattern:?}, {behavior:?}, invert {invert}"
        ))
    };
    if let Pattern::Regex(regex) = pattern
        && let Some(stage) = known(regex, behavior, invert, byte_level)
    {
        return Ok(stage);
    }
    // A pattern over characters that stand for bytes.
    if byte_level {
        return Err(unknown());
    }
    let wanted = match pattern {
        Pattern::Regex(regex) => Machine::regex(regex).map(|machine| Wanted::Pattern(Box::new(machine))),
        Pattern::String(text) => Wanted::text(text),
    };
    Ok(Stage::Matches(Arc::new(Matches {
        wanted: wanted.ok_or_else(unknown)?,
        behavior,
        invert,
    })))
}

/// The stage of a pattern for which there is a scanner.
fn known(regex: &str, behavior: Behavior, invert: bool, byte_level: bool) -> Option<Stage> {
    // Matches are pieces, and so is what stands in between; or it goes.
    let keeps_rest = match (behavior, invert) {
        (Behavior::Isolated, _) => true,
        (Behavior::Removed, true) => false,
        _ => return None,
    };
    if byte_level {
        return (keeps_rest && regex == "[0-9][0-9][0-9]").then_some(Stage::ThreeDigits);
    }
    // These match every character: nothing stands in between.
    if regex == GPT2 || regex == R50K {
        return Some(Stage::Gpt2);
    }
    if let Some(stage) = relative(regex) {
        return Some(stage);
    }
    if !keeps_rest {
        return (regex == CLIP).then_some(Stage::Clip { then_gpt2: false });
    }
    let rest = &mut { regex };
    if let Some(digits) = alternative(rest, &NUMBERS)
        && rest.is_empty()
    {
        return Some(Stage::Numbers { digits });
    }
    match regex {
        DEEPSEEK => Some(Stage::DeepSeek),
        r"(?=(\d{3})+(?!\d))" => Machine::regex(r"\d+").map(|numbers| Stage::Thousands(Arc::new(numbers))),
        r"\d{1,3}(?=(?:\d{3})*\b)" => Groups::new().map(|groups| Stage::Groups(Arc::new(groups))),
        "[\r\n]" | r"[\r\n]" => Some(Stage::Runs(Kind::Newline)),
        r"\s?\p{L}+" => Some(Stage::Runs(Kind::Letters)),
        r"\s?\p{P}+" => Some(Stage::Runs(Kind::Punctuation)),
        "[一-龥\u{3040}-ゟ゠-ヿ]+" => Some(Stage::Runs(Kind::Han)),
        "[一-龥ࠀ-一가-\u{D7FF}]+" => Some(Stage::Runs(Kind::EastAsian)),
        _ => None,
    }
}
