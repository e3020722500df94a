//! A quick look at one engine, one model and one text; small enough to run under callgrind.

use std::path::PathBuf;

use crate::clock;
use crate::corpus::Corpus;
use crate::engines::{self, Engine};

/// What the command line asks for.
pub struct Comparison {
    /// The tokenizer.json.
    pub model: PathBuf,
    /// The texts.
    pub corpus: PathBuf,
    /// Texts to encode before, if any.
    pub warm: Option<PathBuf>,
    /// The engine's name.
    pub engine: String,
    /// How many passes; the first is over unseen text.
    pub iterations: usize,
    /// Cuts a plain file into texts of about this many bytes.
    pub chunk: Option<usize>,
}

/// Loads, encodes and prints one line for each pass.
pub fn compare(wanted: &Comparison) -> Result<(), String> {
    let json =
        std::fs::read(&wanted.model).map_err(|error| format!("{}: {error}", wanted.model.display()))?;
    let (engine, taken) = clock::time(|| engines::load(&wanted.engine, &json));
    let engine = engine?;
    println!("load    {:8.1} ms CPU", taken.cpu * 1e3);
    if let Some(inside) = engine.inside() {
        println!("engine  {inside}");
    }
    let mut ids = Vec::new();
    if let Some(warm) = &wanted.warm {
        let corpus = Corpus::read(warm, wanted.chunk)?;
        encode_all(engine.as_ref(), &corpus.measured().collect::<Vec<_>>(), &mut ids)?;
    }
    let corpus = Corpus::read(&wanted.corpus, wanted.chunk)?;
    let texts: Vec<&str> = corpus.measured().collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    for pass in 0..wanted.iterations {
        ids.clear();
        let (outcome, taken) = clock::time(|| encode_measured(engine.as_ref(), &texts, &mut ids));
        outcome?;
        println!(
            "pass {pass}  {:8.1} MB/s CPU  {:8.1} MB/s wall  {:6.2} ns/B  {} tokens  {bytes} B",
            bytes as f64 / taken.cpu / 1e6,
            bytes as f64 / taken.wall / 1e6,
            taken.cpu * 1e9 / bytes as f64,
            ids.len(),
        );
    }
    Ok(())
}

/// The part to collect: `valgrind --tool=callgrind --toggle-collect='*encode_measured*' …`.
#[inline(never)]
fn encode_measured(engine: &dyn Engine, texts: &[&str], ids: &mut Vec<u32>) -> Result<(), String> {
    encode_all(engine, texts, ids)
}

fn encode_all(engine: &dyn Engine, texts: &[&str], ids: &mut Vec<u32>) -> Result<(), String> {
    texts.iter().try_for_each(|text| engine.encode(text, ids))
}
