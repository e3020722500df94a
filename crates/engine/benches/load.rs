//! Loading beside the `tokenizers` crate: from the bytes of a tokenizer.json to ready, and the memory that is kept.
//!
//! `cargo bench -p autotokenizer-engine --bench load -- <tokenizer.json>… [--rounds <number>]`. Rounds are interleaved;
//! each figure is the least, in brackets the median. Memory is what a process of its own has more after loading.
//! `--once <engine> <tokenizer.json>` loads once and does nothing else, for a profiler; engines are `compiled`,
//! `reference` and `tokenizers`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

use std::any::Any;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};

#[derive(Clone, Copy)]
struct Engine {
    name: &'static str,
    load: fn(&[u8]) -> Box<dyn Any>,
}

const ENGINES: [Engine; 3] = [
    Engine {
        name: "compiled",
        load: |json| ours(json, EngineChoice::Compiled),
    },
    Engine {
        name: "reference",
        load: |json| ours(json, EngineChoice::Reference),
    },
    Engine {
        name: "tokenizers",
        load: |json| Box::new(tokenizers::Tokenizer::from_bytes(json).unwrap()),
    },
];

fn ours(json: &[u8], engine: EngineChoice) -> Box<dyn Any> {
    let options = LoadOptions {
        engine,
        ..LoadOptions::default()
    };
    Box::new(Tokenizer::from_bytes(json, &options).unwrap())
}

fn engine(name: &str) -> Engine {
    ENGINES.into_iter().find(|engine| engine.name == name).unwrap()
}

/// Bytes of memory that this process has; 0 where the system does not say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// What loading adds to the memory of a process of its own, in megabytes.
fn kept(engine: Engine, path: &str) -> f64 {
    let this = std::env::current_exe().unwrap();
    let answer = Command::new(this)
        .args(["--kept", engine.name, path])
        .output()
        .unwrap();
    let bytes: u32 = String::from_utf8(answer.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap_or(0);
    f64::from(bytes) / 1e6
}

struct Loads(Vec<f64>);

impl Loads {
    fn least_and_median(&mut self) -> (f64, f64) {
        self.0.sort_by(f64::total_cmp);
        (self.0[0] * 1e3, self.0[self.0.len() / 2] * 1e3)
    }
}

fn compare(path: &str, rounds: usize) {
    let json = std::fs::read(path).unwrap();
    let engines = ["compiled", "tokenizers"].map(engine);
    let mut times = [Loads(Vec::new()), Loads(Vec::new())];
    for _ in 0..rounds {
        for (engine, times) in engines.iter().zip(&mut times) {
            let start = Instant::now();
            let loaded = (engine.load)(black_box(&json));
            times.0.push(start.elapsed().as_secs_f64());
            drop(loaded);
        }
    }
    let [ours, theirs] = times.each_mut().map(Loads::least_and_median);
    let [our_memory, their_memory] = engines.map(|engine| kept(engine, path));
    println!(
        "{path}: {:.1} ({:.1}) ms, tokenizers {:.1} ({:.1}) ms, ratio {:.3} ({:.3}); {our_memory:.1} MB, tokenizers \
         {their_memory:.1} MB",
        ours.0,
        ours.1,
        theirs.0,
        theirs.1,
        ours.0 / theirs.0,
        ours.1 / theirs.1
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        [] => println!("skipped: name a tokenizer.json"),
        ["--once", name, path] => drop(black_box((engine(name).load)(&std::fs::read(path).unwrap()))),
        ["--kept", name, path] => {
            let json = std::fs::read(path).unwrap();
            let before = memory();
            let loaded = (engine(name).load)(&json);
            println!("{}", memory().saturating_sub(before));
            drop((loaded, json));
        }
        [ref paths @ .., "--rounds", rounds] => {
            let rounds = rounds.parse().unwrap();
            for path in paths {
                compare(path, rounds);
            }
        }
        ref paths => {
            for path in paths {
                compare(path, 7);
            }
        }
    }
}
