//! Takes files of a repository to the cache and prints where they are:
//! `cargo run -p autotokenizer-hub --example fetch -- <repo id> <file>...`

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use autotokenizer_hub::{CancellationToken, Event, FileSpec, Request, Variables, download};

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let repo_id = arguments.next().unwrap_or_default();
    let files = arguments.map(|name| FileSpec::required(&name)).collect();
    let variables: Variables = std::env::vars().collect::<HashMap<_, _>>().into();
    let request = Request {
        repo_id,
        files,
        ..Request::default()
    };
    let on_event = Arc::new(|event| {
        if let Event::Warning { code, message } = event {
            eprintln!("{code}: {message}");
        }
    });
    match download(&variables, request, on_event, CancellationToken::new()).await {
        Ok(saved) => {
            for path in saved.files.into_iter().filter_map(|(_, path)| path) {
                println!("{}", path.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", error.code());
            if let Some(line) = error.hint() {
                eprintln!("{line}");
            }
            ExitCode::FAILURE
        }
    }
}
