//! Seeded random cases through both engines, on all cores, without nightly.
//!
//!     cargo run --release --bin cases -- [CASES] [SEED]
//!
//! A quarter of the cases are of files made at random (all, where there is no model; see [`pipelines`]). Says how many
//! cases each model took. Ends with 1 when an engine differs, after showing up to 20 cases.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use autotokenizer_engine_fuzz::random::Random;
use autotokenizer_engine_fuzz::{models, pipelines, texts};

const SHOWN: usize = 20;
/// Cases of a file that is made at random.
const CASES: u64 = 40;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>());
    let (Ok(cases), Ok(seed)) = (
        numbers.next().unwrap_or(Ok(1_000_000)),
        numbers.next().unwrap_or(Ok(1)),
    ) else {
        eprintln!("usage: cases [CASES] [SEED]");
        return ExitCode::from(2);
    };
    let paths = models::paths();
    let made = if paths.is_empty() { cases } else { cases / 4 };
    let each = (cases - made).div_ceil(paths.len().max(1) as u64);
    let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let found = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (round, left_out) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    // A thread takes one model at a time, so that few of them are in memory.
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                    let loaded = std::fs::read(path).map_err(|error| error.to_string());
                    let model = match loaded.and_then(|json| models::load(&json, path.clone())) {
                        Ok(model) => model,
                        Err(reason) => {
                            println!("left out: {}: {reason}", path.display());
                            continue;
                        }
                    };
                    let mut random = Random::new(seed);
                    for _ in 0..each {
                        // Mostly short, so that a difference is easily understood; now and then long, seldom so long
                        // that the cache is asked many times.
                        let most = match random.below(500) {
                            0 => 4_000,
                            1..=10 => 400,
                            _ => 24,
                        };
                        let length = 2 + random.below(most);
                        if let Err(difference) = texts::check(&model, &random.bytes(length)) {
                            found
                                .lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .push(difference);
                        }
                    }
                    done.fetch_add(each, Ordering::Relaxed);
                    println!("{each} cases: {}", path.display());
                }
                let reason = |reason| {
                    left_out
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(reason)
                };
                loop {
                    let round = round.fetch_add(1, Ordering::Relaxed);
                    if round >= made / CASES {
                        break;
                    }
                    match pipelines::check(seed << 32 | round, CASES) {
                        pipelines::Outcome::Same => drop(done.fetch_add(CASES, Ordering::Relaxed)),
                        pipelines::Outcome::LeftOut(why) => reason(why),
                        pipelines::Outcome::Different(difference) => found
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(difference),
                    }
                }
            });
        }
    });
    let left_out = left_out.into_inner().unwrap_or_else(PoisonError::into_inner);
    print!("{}", pipelines::tally(left_out));
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    for difference in found.iter().take(SHOWN) {
        println!("{difference}");
    }
    println!("{} cases, {} differences", done.into_inner(), found.len());
    ExitCode::from(u8::from(!found.is_empty()))
}
