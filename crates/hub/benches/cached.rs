//! What loading files that are in the cache costs, in milliseconds: the median of many rounds. Nothing is asked of a
//! network.
//!
//! `cargo bench -p autotokenizer-hub`
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use autotokenizer_hub::{CancellationToken, FileSpec, Request, Source, Variables, load};

const ROUNDS: usize = 31;
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A repository in the layout of the cache, with a tokenizer.json of so many bytes.
fn fill(cache: &Path, name: &str, bytes: usize) {
    let repository = cache.join(format!("models--bench--{name}"));
    let snapshot = repository.join("snapshots").join(COMMIT);
    std::fs::create_dir_all(&snapshot).unwrap();
    std::fs::create_dir_all(repository.join("refs")).unwrap();
    std::fs::write(repository.join("refs/main"), COMMIT).unwrap();
    let text = format!("{{\"text\":\"{}\"}}", "a".repeat(bytes));
    std::fs::write(snapshot.join("tokenizer.json"), text).unwrap();
    std::fs::write(snapshot.join("tokenizer_config.json"), "{}").unwrap();
}

#[tokio::main]
async fn main() {
    let cache = tempfile::tempdir().unwrap();
    for (name, bytes) in [("small", 1 << 10), ("large", 9 << 20)] {
        fill(cache.path(), name, bytes);
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let request = Request {
                repo_id: format!("bench/{name}"),
                files: vec![
                    FileSpec::required("tokenizer.json"),
                    FileSpec::required("tokenizer_config.json"),
                ],
                cache_dir: Some(cache.path().to_owned()),
                local_files_only: true,
                ..Request::default()
            };
            let variables = Variables::from(HashMap::new());
            let start = Instant::now();
            let loaded = load(
                &variables,
                request,
                Arc::new(|_| {}),
                None,
                CancellationToken::new(),
            )
            .await;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            assert_eq!(loaded.unwrap().source, Source::Cache);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "tokenizer.json of {bytes} bytes from the cache: {:.2} ms",
            times[ROUNDS / 2]
        );
    }
}
