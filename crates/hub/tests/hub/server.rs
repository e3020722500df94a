//! A small Hub on loopback for these tests: one repository, real headers, faults on demand, every request kept.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha1::Digest as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
pub(crate) const ID: &str = "org/name";

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// How a body is sent.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// As it should be.
    Whole,
    /// With the right length, but the connection ends after so many bytes.
    CutAt(usize),
    /// The same, by a reset.
    ResetAt(usize),
    /// Without a length, ended by closing after so many bytes.
    NoLength(usize),
    /// A byte at a time.
    Drip(Duration),
    /// Nothing more comes after so many bytes, and the connection stays open.
    StallAt(usize),
    /// Nothing is answered at all.
    Never,
}

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) way: Way,
}

impl Reply {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            way: Way::Whole,
        }
    }
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }
    pub(crate) fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }
    pub(crate) fn way(mut self, way: Way) -> Self {
        self.way = way;
        self
    }
}

/// A file of the repository.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) bytes: Vec<u8>,
    /// Large files are named by sha256 and served from another origin.
    pub(crate) large: bool,
}

#[derive(Clone, Default)]
pub(crate) struct Repo {
    pub(crate) files: BTreeMap<String, Stored>,
    pub(crate) commit: String,
    /// The token that may read it, if not everybody may.
    pub(crate) gated: Option<String>,
}

/// Changes or replaces an answer: given the request, how many like it came before, and the right answer.
pub(crate) type Fault = Arc<dyn Fn(&Seen, usize, Reply) -> Reply + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Hub {
    pub(crate) address: SocketAddr,
    pub(crate) cdn: SocketAddr,
    pub(crate) repo: Arc<Mutex<Repo>>,
    fault: Arc<Mutex<Option<Fault>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    pub(crate) cdn_seen: Arc<Mutex<Vec<Seen>>>,
    /// Open connections now, and the most there ever were.
    open: Arc<Mutex<(usize, usize)>>,
}

pub(crate) fn git_id(bytes: &[u8]) -> String {
    let mut sha1 = sha1::Sha1::new();
    sha1.update(format!("blob {}\0", bytes.len()).as_bytes());
    sha1.update(bytes);
    sha1.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

impl Hub {
    /// A Hub with `tokenizer.json` and `tokenizer_config.json`.
    pub(crate) async fn start() -> Self {
        let mut repo = Repo {
            commit: COMMIT.to_owned(),
            ..Repo::default()
        };
        for (name, bytes) in [
            ("tokenizer.json", "{\"a\":1}\n"),
            ("tokenizer_config.json", "{}\n"),
        ] {
            repo.files.insert(
                name.to_owned(),
                Stored {
                    bytes: bytes.into(),
                    large: false,
                },
            );
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let cdn_listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let hub = Self {
            address: listener.local_addr().unwrap(),
            cdn: cdn_listener.local_addr().unwrap(),
            repo: Arc::new(Mutex::new(repo)),
            fault: Arc::default(),
            seen: Arc::default(),
            cdn_seen: Arc::default(),
            open: Arc::default(),
        };
        let (main, cdn) = (hub.clone(), hub.clone());
        serve(listener, Arc::clone(&hub.open), move |seen| main.answer(&seen));
        serve(cdn_listener, Arc::default(), move |seen| cdn.answer_cdn(seen));
        hub
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn put(&self, name: &str, bytes: &[u8], large: bool) {
        let stored = Stored {
            bytes: bytes.to_vec(),
            large,
        };
        self.repo.lock().unwrap().files.insert(name.to_owned(), stored);
    }

    pub(crate) fn fault(&self, fault: impl Fn(&Seen, usize, Reply) -> Reply + Send + Sync + 'static) {
        *self.fault.lock().unwrap() = Some(Arc::new(fault));
    }

    /// The requests so far, as `METHOD target`.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|s| format!("{} {}", s.method, s.target))
            .collect()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many connections were open at the same time, at most.
    pub(crate) fn most_at_once(&self) -> usize {
        self.open.lock().unwrap().1
    }

    pub(crate) fn forget(&self) {
        self.seen.lock().unwrap().clear();
        self.cdn_seen.lock().unwrap().clear();
    }

    fn answer(&self, seen: &Seen) -> Reply {
        let before = {
            let mut list = self.seen.lock().unwrap();
            let before = list
                .iter()
                .filter(|s| s.method == seen.method && s.target == seen.target)
                .count();
            list.push(seen.clone());
            before
        };
        let right = self.right_answer(seen);
        let fault = self.fault.lock().unwrap().clone();
        fault.map_or(right.clone(), |fault| fault(seen, before, right))
    }

    fn right_answer(&self, seen: &Seen) -> Reply {
        let repo = self.repo.lock().unwrap().clone();
        let target = seen.target.strip_prefix(&self.url()).unwrap_or(&seen.target);
        let Some(rest) = target.strip_prefix(&format!("/{ID}/resolve/")) else {
            return Reply::new(if target.starts_with("/api") { 404 } else { 401 })
                .with("X-Error-Message", "Invalid username or password.");
        };
        if let Some(token) = &repo.gated {
            match seen
                .header("authorization")
                .map(|h| h.trim_start_matches("Bearer "))
            {
                Some(sent) if sent == token => {}
                Some(sent) if sent.contains("other") => {
                    return Reply::new(403)
                        .with("X-Error-Code", "GatedRepo")
                        .with("X-Error-Message", "Access to model org/name is restricted.");
                }
                Some(_) => {
                    return Reply::new(401)
                        .with("X-Error-Message", "Invalid credentials in Authorization header");
                }
                None => return Reply::new(401).with("X-Error-Code", "GatedRepo"),
            }
        }
        let (revision, name) = rest.split_once('/').unwrap_or((rest, ""));
        if revision != "main" && revision != repo.commit {
            return Reply::new(404).with("X-Error-Code", "RevisionNotFound");
        }
        let Some(file) = repo.files.get(name) else {
            return Reply::new(404)
                .with("X-Error-Code", "EntryNotFound")
                .with("X-Repo-Commit", &repo.commit);
        };
        if file.large {
            return Reply::new(302)
                .with(
                    "Location",
                    &format!("http://{}/{name}?X-Signature=signedsecret", self.cdn),
                )
                .with("X-Linked-Etag", &format!("\"{}\"", sha256(&file.bytes)))
                .with("X-Linked-Size", &file.bytes.len().to_string())
                .with("X-Repo-Commit", &repo.commit)
                .body(b"redirecting");
        }
        let reply = Reply::new(200)
            .with("X-Repo-Commit", &repo.commit)
            .with("ETag", &format!("\"{}\"", git_id(&file.bytes)))
            .body(&file.bytes);
        ranged(seen, reply)
    }

    fn answer_cdn(&self, seen: Seen) -> Reply {
        self.cdn_seen.lock().unwrap().push(seen.clone());
        let name = seen
            .target
            .trim_start_matches('/')
            .split('?')
            .next()
            .unwrap_or_default()
            .to_owned();
        let file = self.repo.lock().unwrap().files.get(&name).cloned();
        let right = file.map_or(Reply::new(404), |file| {
            ranged(&seen, Reply::new(200).body(&file.bytes))
        });
        let fault = self.fault.lock().unwrap().clone();
        let before = self.cdn_seen.lock().unwrap().len() - 1;
        let seen = Seen {
            target: format!("cdn:{}", seen.target),
            ..seen
        };
        fault.map_or(right.clone(), |fault| fault(&seen, before, right))
    }
}

/// Answers a `Range: bytes=N-`.
fn ranged(seen: &Seen, reply: Reply) -> Reply {
    let from = seen
        .header("range")
        .and_then(|r| r.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
    match from {
        Some(from) if from < reply.body.len() => {
            let total = reply.body.len();
            let body = reply.body[from..].to_vec();
            let range = format!("bytes {from}-{}/{total}", total - 1);
            Reply { status: 206, ..reply }
                .with("Content-Range", &range)
                .body(&body)
        }
        Some(_) => Reply::new(416),
        None => reply,
    }
}

fn serve(
    listener: TcpListener,
    open: Arc<Mutex<(usize, usize)>>,
    answer: impl Fn(Seen) -> Reply + Send + Sync + 'static,
) {
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (answer, open) = (Arc::clone(&answer), Arc::clone(&open));
            tokio::spawn(async move {
                {
                    let mut open = open.lock().unwrap();
                    open.0 += 1;
                    open.1 = open.1.max(open.0);
                }
                // A client that hangs up is not this server's concern.
                let _ = connection(stream, &*answer).await;
                open.lock().unwrap().0 -= 1;
            });
        }
    });
}

async fn connection(
    mut stream: TcpStream,
    answer: &(dyn Fn(Seen) -> Reply + Send + Sync),
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            return Ok(());
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let seen = Seen {
        method: first.next().unwrap_or_default().to_owned(),
        target: first.next().unwrap_or_default().to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
    };
    let reply = answer(seen.clone());
    let mut out = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", reply.status);
    let own_length = reply
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    if !own_length && !matches!(reply.way, Way::NoLength(_)) {
        out += &format!("Content-Length: {}\r\n", reply.body.len());
    }
    for (name, value) in &reply.headers {
        out += &format!("{name}: {value}\r\n");
    }
    out += "\r\n";
    if matches!(reply.way, Way::Never) {
        std::future::pending::<()>().await;
    }
    stream.write_all(out.as_bytes()).await?;
    let body = if seen.method == "HEAD" {
        &[][..]
    } else {
        &reply.body[..]
    };
    match reply.way {
        Way::Whole | Way::Never => stream.write_all(body).await?,
        Way::StallAt(at) => {
            stream.write_all(&body[..at.min(body.len())]).await?;
            if !body.is_empty() {
                std::future::pending::<()>().await;
            }
        }
        Way::CutAt(at) | Way::NoLength(at) => stream.write_all(&body[..at.min(body.len())]).await?,
        Way::ResetAt(at) => {
            stream.write_all(&body[..at.min(body.len())]).await?;
            stream.flush().await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
            return stream.set_zero_linger();
        }
        Way::Drip(pause) => {
            for byte in body {
                stream.write_all(&[*byte]).await?;
                stream.flush().await?;
                tokio::time::sleep(pause).await;
            }
        }
    }
    stream.shutdown().await
}
