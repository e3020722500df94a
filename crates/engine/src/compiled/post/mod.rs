//! Post-processors: which special tokens stand around the sequences, and what else becomes of encodings.

mod part;
mod process;

use super::Declined;
use super::file::{ProcessorPart, TemplatePiece, TemplateSide, TemplateTokens};
pub(super) use part::{Part, Wanted};
use process::Processor;

/// What stands at one place of an encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Special tokens, left out when none are asked for.
    Special(Vec<u32>),
    /// The first sequence.
    First,
    /// The second sequence.
    Second,
}

/// The post-processors of a file.
#[derive(Debug)]
pub(super) struct Post {
    /// The places of an encoding of one and of two sequences, for what asks for ids alone.
    pub(super) single: Vec<Step>,
    pub(super) pair: Vec<Step>,
    /// All type ids of a single sequence are 0.
    pub(super) types_are_zero: bool,
    processors: Vec<Processor>,
    /// There is a post-processor, be it one that does nothing.
    present: bool,
}

impl Post {
    pub(super) fn new(part: Option<&ProcessorPart>) -> Result<Self, Declined> {
        let mut post = Self {
            single: vec![Step::First],
            pair: vec![Step::First, Step::Second],
            types_are_zero: true,
            processors: Vec::new(),
            present: part.is_some(),
        };
        let parts = match part {
            None => &[],
            Some(ProcessorPart::Sequence { processors }) => processors.as_slice(),
            Some(part) => std::slice::from_ref(part),
        };
        let templates = parts
            .iter()
            .filter(|part| !matches!(part, ProcessorPart::ByteLevel { .. }));
        if templates.count() > 1 {
            return Err(Declined::new("its post-processor has several templates"));
        }
        for part in parts {
            post.add(part)?;
        }
        Ok(post)
    }

    fn add(&mut self, part: &ProcessorPart) -> Result<(), Declined> {
        self.processors.push(Processor::new(part)?);
        match part {
            ProcessorPart::ByteLevel { .. } => {}
            ProcessorPart::Sequence { .. } => return Err(Declined::new("its post-processors are nested")),
            ProcessorPart::TemplateProcessing {
                single,
                pair,
                special_tokens,
            } => {
                self.single = steps(single, special_tokens, false)?;
                self.types_are_zero = single.iter().all(|piece| piece.type_id() == 0);
                self.pair = steps(pair, special_tokens, true)?;
            }
            ProcessorPart::BertProcessing { sep, cls } => self.around(cls.1, sep.1, &[sep.1]),
            ProcessorPart::RobertaProcessing { sep, cls, .. } => self.around(cls.1, sep.1, &[sep.1, sep.1]),
        }
        Ok(())
    }

    fn around(&mut self, cls: u32, sep: u32, between: &[u32]) {
        let first = || Step::Special(vec![cls]);
        let last = || Step::Special(vec![sep]);
        self.single = vec![first(), Step::First, last()];
        self.pair = vec![
            first(),
            Step::First,
            Step::Special(between.to_vec()),
            Step::Second,
            last(),
        ];
    }
}

fn steps(pieces: &[TemplatePiece], tokens: &TemplateTokens, pair: bool) -> Result<Vec<Step>, Declined> {
    pieces
        .iter()
        .map(|piece| match piece {
            TemplatePiece::Sequence {
                id: TemplateSide::A, ..
            } => Ok(Step::First),
            TemplatePiece::Sequence {
                id: TemplateSide::B, ..
            } if pair => Ok(Step::Second),
            TemplatePiece::Sequence { .. } => {
                Err(Declined::new("its template for one sequence names a second"))
            }
            TemplatePiece::SpecialToken { id, .. } => tokens
                .get(id)
                .map(|token| Step::Special(token.ids.clone()))
                .ok_or_else(|| Declined::new("its template names an unknown special token")),
        })
        .collect()
}
