//! Post-processors at work on parts of encodings, one after the other.

use crate::engine::truncation::{check_parts, check_stride, room};
use crate::error::EngineError;
use crate::options::Truncation;
use crate::{EncodeOptions, Encoding};

use super::super::Declined;
use super::super::file::{ProcessorPart, TemplatePiece, TemplateSide, TemplateTokens};
use super::Post;
use super::part::{Limit, Part, Wanted, truncate};

/// One post-processor.
#[derive(Debug)]
pub(super) enum Processor {
    /// Takes blanks off the offsets.
    ByteLevel {
        trim: Option<Trim>,
    },
    Template {
        single: Vec<Piece>,
        pair: Vec<Piece>,
    },
    Bert {
        cls: Special,
        sep: Special,
    },
    Roberta {
        cls: Special,
        sep: Special,
        trim: Option<Trim>,
    },
}

/// How blanks are taken off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trim {
    /// The first blank of a text was put there by the pre-tokenizer.
    prefix_space: bool,
}

/// A special token.
#[derive(Clone, Debug)]
pub(super) struct Special {
    ids: Vec<u32>,
    tokens: Vec<String>,
}

/// One place of a template.
#[derive(Debug)]
pub(super) enum Piece {
    /// The first sequence, or the second.
    Sequence {
        second: bool,
        type_id: u32,
    },
    Special {
        special: Special,
        type_id: u32,
    },
}

impl Processor {
    pub(super) fn new(part: &ProcessorPart) -> Result<Self, Declined> {
        let special = |(token, id): &(String, u32)| Special {
            ids: vec![*id],
            tokens: vec![token.clone()],
        };
        Ok(match part {
            ProcessorPart::Sequence { .. } => return Err(Declined::new("its post-processors are nested")),
            ProcessorPart::ByteLevel {
                add_prefix_space,
                trim_offsets,
            } => Self::ByteLevel {
                trim: Trim::new(*trim_offsets, *add_prefix_space),
            },
            ProcessorPart::TemplateProcessing {
                single,
                pair,
                special_tokens,
            } => Self::Template {
                single: pieces(single, special_tokens)?,
                pair: pieces(pair, special_tokens)?,
            },
            ProcessorPart::BertProcessing { sep, cls } => Self::Bert {
                cls: special(cls),
                sep: special(sep),
            },
            ProcessorPart::RobertaProcessing {
                sep,
                cls,
                trim_offsets,
                add_prefix_space,
            } => Self::Roberta {
                cls: special(cls),
                sep: special(sep),
                trim: Trim::new(*trim_offsets, *add_prefix_space),
            },
        })
    }

    /// How many special tokens it adds.
    fn added(&self, pair: bool) -> usize {
        match self {
            Self::ByteLevel { .. } => 0,
            Self::Template { single, pair: double } => {
                let pieces = if pair { double } else { single };
                let count = |piece: &Piece| match piece {
                    Piece::Sequence { .. } => 0,
                    Piece::Special { special, .. } => special.ids.len(),
                };
                pieces.iter().map(count).sum()
            }
            Self::Bert { .. } => 2 + usize::from(pair),
            Self::Roberta { .. } => 2 + 2 * usize::from(pair),
        }
    }

    fn trims(&self) -> bool {
        matches!(
            self,
            Self::ByteLevel { trim: Some(_) } | Self::Roberta { trim: Some(_), .. }
        )
    }

    fn process(&self, mut parts: Vec<Part>, special: bool, wanted: Wanted) -> Vec<Part> {
        match self {
            Self::ByteLevel { trim } => {
                trim_all(*trim, &mut parts);
                for (sequence, part) in (0..).zip(&mut parts) {
                    part.set_sequence(sequence);
                }
                parts
            }
            Self::Template { single, pair } => {
                let pieces = if parts.len() == 1 { single } else { pair };
                fill(pieces, parts, special, wanted)
            }
            Self::Bert { cls, sep } => {
                if special {
                    let before = [cls.part(0, wanted), Part::default()];
                    let after = [sep.part(0, wanted), sep.part(1, wanted)];
                    surround(&mut parts, &before, &after);
                }
                parts
            }
            Self::Roberta { cls, sep, trim } => {
                trim_all(*trim, &mut parts);
                for part in &mut parts {
                    part.set_type(0);
                }
                if special {
                    for part in parts.iter_mut().flat_map(Part::overflowing_mut) {
                        part.set_type(0);
                    }
                    let before = [cls.part(0, wanted), sep.part(0, wanted)];
                    let after = [sep.part(0, wanted), sep.part(0, wanted)];
                    surround(&mut parts, &before, &after);
                }
                parts
            }
        }
    }
}

impl Special {
    fn part(&self, type_id: u32, wanted: Wanted) -> Part {
        Part::special(&self.ids, &self.tokens, type_id, wanted)
    }
}

fn pieces(pieces: &[TemplatePiece], tokens: &TemplateTokens) -> Result<Vec<Piece>, Declined> {
    let piece = |piece: &TemplatePiece| {
        Ok(match piece {
            TemplatePiece::Sequence { id, type_id } => Piece::Sequence {
                second: *id == TemplateSide::B,
                type_id: *type_id,
            },
            TemplatePiece::SpecialToken { id, type_id } => {
                let token = tokens
                    .get(id)
                    .filter(|token| token.ids.len() == token.tokens.len())
                    .ok_or_else(|| Declined::new("its template names an unknown special token"))?;
                Piece::Special {
                    special: Special {
                        ids: token.ids.clone(),
                        tokens: token.tokens.clone(),
                    },
                    type_id: *type_id,
                }
            }
        })
    };
    pieces.iter().map(piece).collect()
}

/// Fills a template. A sequence that stands there once is moved, not copied.
fn fill(pieces: &[Piece], mut parts: Vec<Part>, special: bool, wanted: Wanted) -> Vec<Part> {
    let mut filled = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Special {
                special: token,
                type_id,
            } => {
                if special {
                    filled.push(token.part(*type_id, wanted));
                }
            }
            Piece::Sequence { second, type_id } => {
                let Some(part) = parts.get_mut(usize::from(*second)) else {
                    continue;
                };
                part.set_type(*type_id);
                part.set_sequence(u32::from(*second));
                let again =
                    |piece: &Piece| matches!(piece, Piece::Sequence { second: other, .. } if other == second);
                filled.push(if pieces[index + 1..].iter().any(again) {
                    part.clone()
                } else {
                    std::mem::take(part)
                });
            }
        }
    }
    filled
}

fn surround(parts: &mut [Part], before: &[Part; 2], after: &[Part; 2]) {
    for (sequence, part) in (0..).zip(parts) {
        let side = usize::from(sequence > 0);
        part.surround(&before[side], &after[side], sequence);
    }
}

impl Trim {
    fn new(trims: bool, prefix_space: bool) -> Option<Self> {
        trims.then_some(Self { prefix_space })
    }

    fn apply(self, part: &mut Part) {
        for (index, (offsets, &(mut leading, trailing))) in
            part.offsets.iter_mut().zip(&part.blanks).enumerate()
        {
            // The blank that was put before the text is in no offset.
            if self.prefix_space && leading == 1 && (index == 0 || offsets.0 == 0) {
                leading = 0;
            }
            offsets.0 = (offsets.0 + leading).min(offsets.1);
            if trailing > 0 && offsets.1 >= trailing {
                offsets.1 = (offsets.1 - trailing).max(offsets.0);
            }
        }
    }
}

fn trim_all(trim: Option<Trim>, parts: &mut [Part]) {
    let Some(trim) = trim else { return };
    for part in parts {
        trim.apply(part);
        for rest in part.overflowing_mut() {
            trim.apply(rest);
        }
    }
}

impl Post {
    /// Whether offsets lose blanks, and [`Part::blanks`] must be filled.
    pub(in super::super) fn trims(&self) -> bool {
        self.processors.iter().any(Processor::trims)
    }

    fn added(&self, pair: bool) -> usize {
        self.processors
            .iter()
            .map(|processor| processor.added(pair))
            .sum()
    }

    /// Refuses a truncation that no text can have, and says how many tokens fit.
    pub(in super::super) fn room(
        &self,
        truncation: &Truncation,
        pair: bool,
        add_special_tokens: bool,
    ) -> Result<usize, EngineError> {
        check_stride(truncation, self.added(false))?;
        room(truncation, if add_special_tokens { self.added(pair) } else { 0 })
    }

    /// Cuts the sequences and runs the post-processors.
    pub(in super::super) fn finish(
        &self,
        mut first: Part,
        mut second: Option<Part>,
        options: &EncodeOptions,
        wanted: Wanted,
    ) -> Result<Encoding, EngineError> {
        first.start(0);
        if let Some(second) = &mut second {
            second.start(1);
        }
        if let Some(truncation) = &options.truncation {
            let room = self.room(truncation, second.is_some(), options.add_special_tokens)?;
            truncate(&mut first, second.as_mut(), &Limit { truncation, room })?;
            if let Some(second) = &mut second {
                check_parts(
                    first.overflowing_mut().len() + 1,
                    second.overflowing_mut().len() + 1,
                )?;
            }
        }
        let Some(second) = second else {
            if !self.present {
                return Ok(first.finish());
            }
            return Ok(self.process(vec![first], options.add_special_tokens, wanted));
        };
        Ok(self.process(vec![first, second], options.add_special_tokens, wanted))
    }

    fn process(&self, mut parts: Vec<Part>, special: bool, wanted: Wanted) -> Encoding {
        for (sequence, part) in (0..).zip(&mut parts) {
            part.set_sequence(sequence);
            part.set_type(sequence);
            if self.present {
                for rest in part.overflowing_mut() {
                    rest.set_sequence(sequence);
                }
            }
        }
        for processor in &self.processors {
            parts = processor.process(parts, special, wanted);
        }
        let mut whole = Part::default();
        for part in parts {
            whole.merge(part);
        }
        whole.finish()
    }
}
