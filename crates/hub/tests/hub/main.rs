//! The Hub client against a Hub on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    reason = "tests: short before fast"
)]

mod extras;
mod faults;
mod hostile;
mod loading;
mod python;
mod secrets;
mod server;
mod settings;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use autotokenizer_hub::{
    CancellationToken, Event, FileCheck, FileSpec, HubError, Request, Snapshot, Timeouts, Variables, load,
};

/// A call's surroundings: a cache of its own, collected events, no waiting for nothing.
struct Call {
    root: tempfile::TempDir,
    variables: HashMap<String, String>,
    request: Request,
    check: Option<FileCheck>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Call {
    fn new(hub: &server::Hub) -> Self {
        Self::at(&hub.url())
    }

    fn at(endpoint: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let home = root.path().to_str().unwrap().to_owned();
        let variables = [
            ("HF_HOME".to_owned(), home),
            ("HF_ENDPOINT".to_owned(), endpoint.to_owned()),
        ]
        .into();
        let request = Request {
            repo_id: server::ID.to_owned(),
            files: vec![
                FileSpec::required("tokenizer.json"),
                FileSpec::required("tokenizer_config.json"),
                FileSpec::optional("chat_template.jinja"),
            ],
            timeouts: Timeouts {
                first_byte: Some(Duration::from_secs(2)),
                idle: Some(Duration::from_secs(2)),
                retries: Some(2),
                ..Timeouts::default()
            },
            ..Request::default()
        };
        Self {
            root,
            variables,
            request,
            check: None,
            events: Arc::default(),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    async fn load(&self) -> Result<Snapshot, HubError> {
        self.events.lock().unwrap().clear();
        let events = Arc::clone(&self.events);
        load(
            &Variables::from(self.variables.clone()),
            self.request.clone(),
            Arc::new(move |event| events.lock().unwrap().push(event)),
            self.check.clone(),
            CancellationToken::new(),
        )
        .await
    }

    fn cache(&self) -> std::path::PathBuf {
        self.root.path().join("hub")
    }

    fn repo(&self) -> std::path::PathBuf {
        self.cache().join("models--org--name")
    }

    /// The events as short text.
    fn told(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        events
            .iter()
            .map(|event| match event {
                Event::Initiate { file } => format!("initiate {file}"),
                Event::Download { file } => format!("download {file}"),
                Event::Progress { file, loaded, total } => format!("progress {file} {loaded} {total:?}"),
                Event::Done { file } => format!("done {file}"),
                Event::Warning { code, .. } => format!("warning {code}"),
            })
            .collect()
    }

    fn warnings(&self) -> Vec<String> {
        self.told()
            .into_iter()
            .filter_map(|t| t.strip_prefix("warning ").map(str::to_owned))
            .collect()
    }
}

/// All files and links below a folder, relative, sorted.
fn tree(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.symlink_metadata().unwrap().is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn text(snapshot: &Snapshot, at: usize) -> &str {
    std::str::from_utf8(snapshot.files[at].bytes.as_ref().unwrap()).unwrap()
}

/// A runtime that spawns these calls needs futures that may change threads; this holds if it compiles.
#[test]
fn every_call_can_be_spawned() {
    use autotokenizer_hub::{Filter, check_access, download, preload, snapshot, whoami};
    fn spawnable<F: Future<Output: Send> + Send + 'static>(_: F) {}
    let quiet = || -> autotokenizer_hub::OnEvent { Arc::new(|_| {}) };
    let (v, r, c) = (Variables::default, Request::default, CancellationToken::new);
    spawnable(async move { load(&v(), r(), quiet(), None, c()).await });
    spawnable(async move { download(&v(), r(), quiet(), c()).await });
    spawnable(async move { snapshot(&v(), r(), &Filter::default(), quiet(), c()).await });
    spawnable(async move { preload(&v(), r(), quiet(), None, c()).await });
    spawnable(async move { whoami(&v(), &r(), quiet(), c()).await });
    spawnable(async move { check_access(&v(), &r(), quiet(), c()).await });
}
