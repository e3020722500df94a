//! What a pattern becomes.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

/// Alternatives in order of preference.
pub(super) struct Pattern {
    pub(super) alternatives: Vec<Hir>,
    /// The one of them that stands for white space before white space, and is `\s+`.
    pub(super) spaces: Option<Spaces>,
}

/// White space that leaves its last character to what follows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spaces {
    /// Which alternative it is.
    pub(super) alternative: usize,
    /// What it does where there is one character only: `\s+(?!\S)|\s+` takes it. `\s+(?!\S)` does not, and is the last.
    pub(super) takes_one: bool,
}

/// How often something is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) least: u32,
    pub(super) most: Option<u32>,
    pub(super) greedy: bool,
    /// What it took it does not give back.
    pub(super) possessive: bool,
}

impl Times {
    pub(super) const ONCE: Self = Self {
        least: 1,
        most: Some(1),
        greedy: true,
        possessive: false,
    };
}

/// A part of an alternative, with how often it stands there.
pub(super) struct Part {
    pub(super) what: Hir,
    pub(super) times: Times,
}

/// The parts one after the other, of a group or not; nothing where one that does not give back could be made to.
pub(super) fn join(parts: Vec<Part>, in_group: bool) -> Option<Hir> {
    let mut joined: Vec<Hir> = Vec::new();
    // From the end, so that it is known what follows.
    for part in parts.into_iter().rev() {
        let times = part.times;
        if times == Times::ONCE {
            joined.push(part.what);
            continue;
        }
        // How often something empty is repeated differs between engines.
        let least = part.what.properties().minimum_len()?;
        if times.possessive
            && times.most.is_none()
            && !in_group
            && let [end] = joined.as_mut_slice()
            && matches!(end.kind(), HirKind::Look(Look::EndLF))
            && as_class(&part.what).is_some_and(|class| has_newline(&class))
        {
            // Behind all of them stands none, so no `\n`: such a line can only end where the text does.
            *end = Hir::look(Look::End);
        }
        let ends = matches!(joined.as_slice(), [end] if matches!(end.kind(), HirKind::Look(Look::End)))
            && as_class(&part.what).is_some();
        // What follows a group is not known here.
        if least == 0 || (times.possessive && !ends && (in_group || !gives_nothing_back(&part.what, &joined)))
        {
            return None;
        }
        joined.push(Hir::repetition(Repetition {
            min: times.least,
            max: times.most,
            greedy: times.greedy,
            sub: Box::new(part.what),
        }));
    }
    joined.reverse();
    Some(Hir::concat(joined))
}

/// Whether a repeated class could not match more by giving back: what follows (the next is last) may be empty, or
/// begins with a character that the class lacks.
fn gives_nothing_back(class: &Hir, following: &[Hir]) -> bool {
    let Some(class) = as_class(class) else {
        return false;
    };
    // What may not stop everywhere may ask for something back.
    if following.iter().any(looks) {
        return false;
    }
    for next in following.iter().rev() {
        if next.properties().minimum_len() == Some(0) {
            // It may take what is given back only if the class has it.
            let inner = match next.kind() {
                HirKind::Repetition(repetition) => as_class(&repetition.sub),
                _ => None,
            };
            match inner {
                Some(inner) if disjoint(&class, &inner) => continue,
                // All that follows may be empty: then nothing is ever asked back.
                _ => {
                    return following
                        .iter()
                        .all(|hir| hir.properties().minimum_len() == Some(0));
                }
            }
        }
        let first = match next.kind() {
            HirKind::Repetition(repetition) => as_class(&repetition.sub),
            _ => as_class(next),
        };
        return first.is_some_and(|first| disjoint(&class, &first));
    }
    true
}

fn has_newline(class: &ClassUnicode) -> bool {
    class
        .ranges()
        .iter()
        .any(|range| range.start() <= '\n' && '\n' <= range.end())
}

/// Whether something asks what stands beside it.
fn looks(hir: &Hir) -> bool {
    !hir.properties().look_set().is_empty()
}

fn disjoint(left: &ClassUnicode, right: &ClassUnicode) -> bool {
    let mut both = left.clone();
    both.intersect(right);
    both.ranges().is_empty()
}

/// The class that something is; a literal character is one too.
pub(super) fn as_class(hir: &Hir) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Class(Class::Bytes(class)) => class.to_unicode_class(),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            let mut characters = text.chars();
            let first = characters.next().filter(|_| characters.as_str().is_empty())?;
            Some(ClassUnicode::new([ClassUnicodeRange::new(first, first)]))
        }
        _ => None,
    }
}
