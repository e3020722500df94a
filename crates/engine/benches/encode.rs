//! Encoding speed beside the reference engine: megabytes a second over documents not seen before, and again.
//!
//! `cargo bench -p autotokenizer-engine -- <tokenizer.json> <text file> [rounds]`; medians of interleaved rounds.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Instant;

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};

const DOCUMENT: usize = 1 << 16;

fn documents(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = (DOCUMENT.min(rest.len())..=rest.len())
            .find(|&end| rest.is_char_boundary(end))
            .unwrap();
        let (document, after) = rest.split_at(end);
        documents.push(document);
        rest = after;
    }
    documents
}

#[derive(Default)]
struct Times {
    load: Vec<f64>,
    first: Vec<f64>,
    again: Vec<f64>,
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn pass(tokenizer: &Tokenizer, documents: &[&str], ids: &mut Vec<u32>) -> f64 {
    let start = Instant::now();
    for document in documents {
        ids.clear();
        tokenizer
            .encode_ids(black_box(document), None, false, ids)
            .unwrap();
    }
    start.elapsed().as_secs_f64()
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let [json, text, rounds @ ..] = arguments.as_slice() else {
        println!("skipped: name a tokenizer.json and a text file");
        return;
    };
    let json = std::fs::read(json).unwrap();
    let text = std::fs::read_to_string(text).unwrap();
    let rounds = rounds.first().map_or(5, |rounds| rounds.parse().unwrap());
    let (warming, measured): (Vec<_>, Vec<_>) = documents(&text)
        .into_iter()
        .enumerate()
        .partition(|(index, _)| index % 2 == 0);
    let warming: Vec<&str> = warming.into_iter().map(|(_, document)| document).collect();
    let measured: Vec<&str> = measured.into_iter().map(|(_, document)| document).collect();
    #[expect(clippy::cast_precision_loss, reason = "a size for display")]
    let megabytes = measured.iter().map(|document| document.len()).sum::<usize>() as f64 / 1e6;
    let engines = [EngineChoice::Compiled, EngineChoice::Reference];
    let mut times = [Times::default(), Times::default()];
    let mut ids = Vec::new();
    for _ in 0..rounds {
        for (engine, times) in engines.into_iter().zip(&mut times) {
            let start = Instant::now();
            let options = LoadOptions {
                engine,
                ..LoadOptions::default()
            };
            let tokenizer = Tokenizer::from_bytes(&json, &options).unwrap();
            times.load.push(start.elapsed().as_secs_f64());
            pass(&tokenizer, &warming, &mut ids);
            times.first.push(pass(&tokenizer, &measured, &mut ids));
            times.again.push(pass(&tokenizer, &measured, &mut ids));
        }
    }
    for (engine, times) in engines.into_iter().zip(&mut times) {
        println!(
            "{engine:?}: {:.1} MB/s first, {:.1} MB/s again, loaded in {:.0} ms",
            megabytes / median(&mut times.first),
            megabytes / median(&mut times.again),
            median(&mut times.load) * 1e3
        );
    }
}
