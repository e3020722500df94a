//! One engine as a child process of `bench/run.mjs`: requests and answers are lines of JSON, as in `bench/peer.mjs`.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use crate::clock::{self, Taken};
use crate::corpus::Corpus;
use crate::engines::{self, Engine, Refusal, guard};

/// Answers requests until the input ends.
pub fn serve(engine: &str) -> Result<(), String> {
    let mut server = Server {
        name: engine.to_owned(),
        engine: None,
        corpora: Vec::new(),
    };
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let request: Value = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let answer = server
            .answer(&request)
            .unwrap_or_else(|refusal| json!({ "error": refusal }));
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}").map_err(|error| error.to_string())?;
        out.flush().map_err(|error| error.to_string())?;
    }
    Ok(())
}

struct Server {
    name: String,
    engine: Option<Box<dyn Engine>>,
    corpora: Vec<(String, Corpus)>,
}

impl Server {
    fn answer(&mut self, request: &Value) -> Result<Value, Refusal> {
        match request["do"].as_str() {
            Some("load") => self.load(request),
            Some("ids") => self.ids(request),
            Some("pass") => self.pass(request),
            Some("decode") => self.decode(request),
            other => Err(format!("cannot do {other:?}")),
        }
    }

    fn load(&mut self, request: &Value) -> Result<Value, Refusal> {
        let folder = Path::new(request["folder"].as_str().unwrap_or_default());
        // Before the file is read: its room is given back below, and would be missing from what an engine keeps.
        let (before, _) = clock::memory();
        let json = std::fs::read(folder.join("tokenizer.json")).map_err(|error| error.to_string())?;
        let (engine, taken) = clock::time(|| engines::load(&self.name, &json));
        drop(json);
        let engine = engine?;
        let (after, peak) = clock::memory();
        let inside = engine.inside();
        self.engine = Some(engine);
        Ok(with(
            taken,
            json!({ "inside": inside, "memory": after.saturating_sub(before), "peak": peak }),
        ))
    }

    fn engine(&self) -> Result<&dyn Engine, Refusal> {
        self.engine
            .as_deref()
            .ok_or_else(|| "nothing is loaded".to_owned())
    }

    fn ids(&self, request: &Value) -> Result<Value, Refusal> {
        let engine = self.engine()?;
        let texts = request["texts"].as_array().cloned().unwrap_or_default();
        let ids: Vec<Value> = texts
            .iter()
            .map(|text| {
                let mut ids = Vec::new();
                match guard(|| engine.encode(text.as_str().unwrap_or_default(), &mut ids)) {
                    Ok(()) => json!(ids),
                    Err(refusal) => json!({ "error": refusal }),
                }
            })
            .collect();
        Ok(json!({ "ids": ids }))
    }

    fn pass(&mut self, request: &Value) -> Result<Value, Refusal> {
        let path = request["corpus"].as_str().unwrap_or_default();
        if !self.corpora.iter().any(|(known, _)| known == path) {
            self.corpora
                .push((path.to_owned(), Corpus::read(Path::new(path), None)?));
        }
        let (_, corpus) = self
            .corpora
            .iter()
            .find(|(known, _)| known == path)
            .ok_or("the corpus is gone")?;
        let engine = self.engine()?;
        let texts = corpus.part(request["part"].as_str().unwrap_or_default());
        let limit = request["limit"]
            .as_u64()
            .map_or(usize::MAX, |limit| limit as usize);
        let texts = &texts[..texts.len().min(limit)];
        let bytes: usize = texts.iter().map(String::len).sum();
        let mut ids = Vec::with_capacity(bytes);
        let (outcome, taken) =
            clock::time(|| guard(|| texts.iter().try_for_each(|text| engine.encode(text, &mut ids))));
        outcome?;
        Ok(with(
            taken,
            json!({ "bytes": bytes, "texts": texts.len(), "tokens": ids.len(), "hash": hash(&ids) }),
        ))
    }

    fn decode(&self, request: &Value) -> Result<Value, Refusal> {
        let engine = self.engine()?;
        let ids: Vec<u32> = request["ids"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|id| u32::try_from(id.as_u64()?).ok())
            .collect();
        let budget = request["budget"].as_f64().unwrap_or_default();
        let mut count = 0;
        let (text, taken) = clock::time(|| {
            let start = Instant::now();
            loop {
                let text = guard(|| engine.decode(&ids))?;
                count += 1;
                if start.elapsed().as_secs_f64() > budget {
                    return Ok::<_, Refusal>(text);
                }
            }
        });
        let units: Vec<u32> = text?.encode_utf16().map(u32::from).collect();
        Ok(with(
            taken,
            json!({ "tokens": ids.len() * count, "hash": hash(&units) }),
        ))
    }
}

fn with(taken: Taken, mut answer: Value) -> Value {
    answer["wall"] = json!(taken.wall);
    answer["cpu"] = json!(taken.cpu);
    answer
}

/// FNV-1a over whole numbers, as in `bench/measure/hash.mjs`.
fn hash(numbers: &[u32]) -> u32 {
    numbers.iter().fold(0x811c_9dc5, |hash, number| {
        (hash ^ number).wrapping_mul(0x0100_0193)
    })
}
