//! The general case: a list of tokens goes through a list of decoders.

use super::super::Declined;
use super::super::bytelevel;
use super::super::file::{DecoderPart, PrependScheme};
use super::{literal, lossy};
use crate::cleanup::may_change;

/// Sequences inside sequences beyond this are no real file's.
const MAX_DEPTH: usize = 8;

/// One decoder.
#[derive(Clone, Debug)]
pub(super) enum Link {
    Replace {
        from: String,
        to: String,
    },
    ByteLevel,
    ByteFallback,
    Fuse,
    Strip {
        content: char,
        start: usize,
    },
    Metaspace {
        replacement: char,
        drop_first: bool,
    },
    WordPiece {
        prefix: String,
        cleanup: bool,
    },
    Bpe {
        suffix: String,
    },
    Ctc {
        pad: String,
        delimiter: String,
        cleanup: bool,
    },
    /// Outer blanks of all that the tokens are together go.
    Trim,
    /// Every second token stays: between are the blanks of a VITS text.
    EverySecond,
}

/// Flattens the decoders of a file.
pub(super) fn links(part: &DecoderPart, out: &mut Vec<Link>, depth: usize) -> Result<(), Declined> {
    out.push(match part {
        DecoderPart::Sequence { decoders } => {
            if depth == MAX_DEPTH {
                return Err(Declined::new("its decoders are nested too deeply"));
            }
            return decoders.iter().try_for_each(|part| links(part, out, depth + 1));
        }
        DecoderPart::ByteLevel {} => Link::ByteLevel,
        DecoderPart::ByteFallback {} => Link::ByteFallback,
        DecoderPart::Fuse {} => Link::Fuse,
        DecoderPart::Strip {
            content,
            start,
            stop: 0,
        } => Link::Strip {
            content: *content,
            start: *start,
        },
        DecoderPart::Strip { .. } => return Err(Declined::new("its decoder strips ends")),
        DecoderPart::Replace { pattern, content } => Link::Replace {
            from: literal(pattern)?.to_owned(),
            to: content.clone(),
        },
        DecoderPart::Metaspace {
            replacement,
            add_prefix_space,
            prepend_scheme,
        } => {
            let scheme = prepend_scheme.unwrap_or(PrependScheme::Always);
            if *add_prefix_space == Some(false) && scheme != PrependScheme::Never {
                return Err(Declined::new("its Metaspace contradicts itself"));
            }
            Link::Metaspace {
                replacement: *replacement,
                drop_first: scheme != PrependScheme::Never,
            }
        }
        DecoderPart::WordPiece { prefix, cleanup } => Link::WordPiece {
            prefix: prefix.clone(),
            cleanup: *cleanup,
        },
        DecoderPart::Bpe { suffix } => Link::Bpe {
            suffix: suffix.clone(),
        },
        DecoderPart::Ctc {
            pad_token,
            word_delimiter_token,
            cleanup,
            trim,
        } => {
            out.push(Link::Ctc {
                pad: pad_token.clone(),
                delimiter: word_delimiter_token.clone(),
                cleanup: *cleanup,
            });
            if *trim {
                out.push(Link::Trim);
            }
            return Ok(());
        }
        DecoderPart::Vits {} => Link::EverySecond,
    });
    Ok(())
}

/// The byte that `<0x41>` stands for.
pub(super) fn byte_token(token: &str) -> Option<u8> {
    if token.len() != 6 {
        return None;
    }
    u8::from_str_radix(token.strip_prefix("<0x")?.strip_suffix('>')?, 16).ok()
}

pub(super) fn run(links: &[Link], mut tokens: Vec<String>) -> Vec<String> {
    for link in links {
        tokens = link.apply(tokens);
    }
    tokens
}

/// Makes of a token that is not the first what the links make of it, where all are for each token alone.
pub(super) fn later(links: &[Link], token: &mut String) {
    for link in links {
        link.change(token, false);
    }
}

impl Link {
    /// Whether it changes each token by itself, the first perhaps unlike the others.
    pub(super) fn is_for_each(&self) -> bool {
        matches!(
            self,
            Self::Replace { .. } | Self::Strip { .. } | Self::Metaspace { .. } | Self::WordPiece { .. }
        )
    }

    /// Changes a token by itself, where it is a link for each token alone.
    fn change(&self, token: &mut String, is_first: bool) {
        match self {
            Self::Replace { from, to } if token.contains(from.as_str()) => {
                *token = token.replace(from.as_str(), to);
            }
            Self::Strip { content, start } => {
                let count = token
                    .chars()
                    .take(*start)
                    .take_while(|character| character == content)
                    .count();
                token.drain(..count * content.len_utf8());
            }
            Self::Metaspace {
                replacement,
                drop_first,
            } => {
                let blank = if is_first && *drop_first { "" } else { " " };
                let mut mark = [0; 4];
                let mark = replacement.encode_utf8(&mut mark);
                // Most have it at their start only, if anywhere.
                if token.starts_with(&*mark) {
                    token.replace_range(..mark.len(), blank);
                }
                if memchr::memmem::find(token.as_bytes(), mark.as_bytes()).is_some() {
                    *token = token.replace(*replacement, blank);
                }
            }
            Self::WordPiece { prefix, cleanup } => {
                if !is_first {
                    if token.starts_with(prefix.as_str()) {
                        token.drain(..prefix.len());
                    } else {
                        token.insert(0, ' ');
                    }
                }
                if *cleanup {
                    clean(token);
                }
            }
            _ => {}
        }
    }

    fn apply(&self, mut tokens: Vec<String>) -> Vec<String> {
        match self {
            Self::Replace { .. } | Self::Strip { .. } | Self::Metaspace { .. } | Self::WordPiece { .. } => {
                for (index, token) in tokens.iter_mut().enumerate() {
                    self.change(token, index == 0);
                }
                tokens
            }
            Self::ByteLevel => {
                let mut bytes = Vec::new();
                for token in &tokens {
                    if !bytelevel::append_bytes(token.as_bytes(), &mut bytes) {
                        bytes.extend_from_slice(token.as_bytes());
                    }
                }
                vec![lossy(bytes)]
            }
            Self::ByteFallback => byte_fallback(tokens),
            Self::Fuse => vec![tokens.concat()],
            Self::Trim => vec![tokens.concat().trim().to_owned()],
            Self::EverySecond if tokens.len() > 1 => tokens.into_iter().skip(1).step_by(2).collect(),
            Self::EverySecond => tokens,
            Self::Bpe { suffix } => {
                let last = tokens.len().wrapping_sub(1);
                for (index, token) in tokens.iter_mut().enumerate() {
                    *token = token.replace(suffix.as_str(), if index == last { "" } else { " " });
                }
                tokens
            }
            Self::Ctc {
                pad,
                delimiter,
                cleanup,
            } => {
                tokens.dedup();
                tokens
                    .into_iter()
                    .filter_map(|token| {
                        let mut text = token.replace(pad.as_str(), "");
                        if *cleanup {
                            clean(&mut text);
                            text = text.replace(delimiter.as_str(), " ");
                        }
                        (!text.is_empty()).then_some(text)
                    })
                    .collect()
            }
        }
    }
}

fn byte_fallback(tokens: Vec<String>) -> Vec<String> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut run: Vec<u8> = Vec::new();
    let end = |run: &mut Vec<u8>, out: &mut Vec<String>| {
        if run.is_empty() {
            return;
        }
        match String::from_utf8(std::mem::take(run)) {
            Ok(text) => out.push(text),
            Err(error) => out.extend(std::iter::repeat_n("\u{FFFD}".to_owned(), error.as_bytes().len())),
        }
    };
    for token in tokens {
        if let Some(byte) = byte_token(&token) {
            run.push(byte);
        } else {
            end(&mut run, &mut out);
            out.push(token);
        }
    }
    end(&mut run, &mut out);
    out
}

/// The clean-up of the `WordPiece` and CTC decoders.
fn clean(text: &mut String) {
    const RULES: [(&str, &str); 11] = [
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" do not", " don't"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];
    if !may_change(text) {
        return;
    }
    for (from, to) in RULES {
        if text.contains(from) {
            *text = text.replace(from, to);
        }
    }
}
