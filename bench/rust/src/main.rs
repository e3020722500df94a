//! The Rust tokenizers side by side.
//!
//! `--serve NAME` answers `bench/run.mjs`. For a quick look at one engine:
//! `cargo run --release -- --model tokenizer.json --corpus text.txt --engine autotokenizer|reference|next|fastokens|splintr`
//! with `--iterations 3`, `--chunk 1024`, `--warm other.txt`, `--threads all`.

mod clock;
mod compare;
mod corpus;
mod engines;
mod serve;

use std::collections::HashMap;
use std::process::ExitCode;

use compare::Comparison;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut options = options()?;
    if options.remove("list").is_some() {
        for (name, version, _) in engines::ALL {
            println!("{name}\t{version}");
        }
        return Ok(());
    }
    if options.remove("threads").as_deref() != Some("all") {
        clock::stay_on_one_core();
    }
    if let Some(name) = options.remove("serve") {
        // A refusal by panic is an answer, not a message on the terminal.
        std::panic::set_hook(Box::new(|_| {}));
        return serve::serve(&name);
    }
    let number = |value: String| value.parse().map_err(|_| format!("{value} is not a number"));
    let wanted = Comparison {
        model: take(&mut options, "model")?.into(),
        corpus: take(&mut options, "corpus")?.into(),
        warm: options.remove("warm").map(Into::into),
        engine: options
            .remove("engine")
            .unwrap_or_else(|| "autotokenizer".to_owned()),
        iterations: options.remove("iterations").map_or(Ok(3), number)?,
        chunk: options.remove("chunk").map(number).transpose()?,
    };
    match options.keys().next() {
        Some(unknown) => Err(format!("there is no option --{unknown}")),
        None => compare::compare(&wanted),
    }
}

fn take(options: &mut HashMap<String, String>, name: &str) -> Result<String, String> {
    options.remove(name).ok_or_else(|| format!("--{name} is missing"))
}

/// `--name value` pairs.
fn options() -> Result<HashMap<String, String>, String> {
    let mut options = HashMap::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let name = argument
            .strip_prefix("--")
            .ok_or_else(|| format!("{argument} is not an option"))?;
        let value = if name == "list" {
            String::new()
        } else {
            arguments
                .next()
                .ok_or_else(|| format!("--{name} needs a value"))?
        };
        options.insert(name.to_owned(), value);
    }
    Ok(options)
}
