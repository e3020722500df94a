//! A file's bytes: streamed, counted, hashed, taken up again where they broke off.

use reqwest::Response;
use reqwest::header::CONTENT_RANGE;
use tokio::time::Instant;
use url::Url;

use crate::digest::{Etag, Hasher};
use crate::error::{Code, HubError};
use crate::retry::wait_before;
use crate::session::{Answer, Refused, Session, Want, seconds};

/// Which bytes are wanted.
pub(crate) struct Wanted<'a> {
    /// The file's path in the repository.
    pub(crate) path: &'a str,
    /// The commit, which every request names.
    pub(crate) commit: &'a str,
    /// The digest that they must have.
    pub(crate) etag: &'a Etag,
    /// Their number, where the Hub told it.
    pub(crate) size: Option<u64>,
}

/// Where the bytes go.
pub(crate) trait Sink {
    /// How many it has.
    fn len(&self) -> u64;
    /// Takes more.
    fn push(&mut self, bytes: &[u8]) -> Result<(), HubError>;
    /// Forgets all.
    fn clear(&mut self) -> Result<(), HubError>;
    /// Whether all that it has is the file that `etag` names.
    fn verify(&mut self, etag: &Etag) -> Result<bool, HubError>;
}

/// Bytes in memory, hashed as they come.
pub(crate) struct Memory {
    pub(crate) bytes: Vec<u8>,
    hasher: Option<Hasher>,
    start: Option<(Etag, u64)>,
}

impl Memory {
    /// `size` tells how much room to take at first; git's digest needs it from the start.
    pub(crate) fn new(etag: &Etag, size: Option<u64>) -> Self {
        let room = usize::try_from(size.unwrap_or(0).min(64 << 20)).unwrap_or(0);
        let start = size.map(|size| (etag.clone(), size));
        Self {
            bytes: Vec::with_capacity(room),
            hasher: start.as_ref().map(|(e, s)| Hasher::new(e, *s)),
            start,
        }
    }
}

impl Sink for Memory {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), HubError> {
        self.bytes.try_reserve(bytes.len()).map_err(|error| {
            HubError::new(Code::TooLarge, "There is not enough memory for the file.").with_cause(&error)
        })?;
        self.bytes.extend_from_slice(bytes);
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), HubError> {
        self.bytes.clear();
        self.hasher = self.start.as_ref().map(|(etag, size)| Hasher::new(etag, *size));
        Ok(())
    }

    fn verify(&mut self, etag: &Etag) -> Result<bool, HubError> {
        Ok(match self.hasher.take() {
            Some(hasher) => hasher.matches(etag),
            None => etag.matches(&self.bytes),
        })
    }
}

/// Fills `sink` with the wanted bytes. What it already has is kept if the server agrees.
pub(crate) async fn fetch(
    session: &Session,
    wanted: &Wanted<'_>,
    sink: &mut dyn SendSink,
    progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<(), HubError> {
    let url = session
        .endpoint
        .resolve(&session.repo_id, wanted.commit, wanted.path)?;
    if let Some(size) = wanted.size {
        check_size(session, size, wanted, &url)?;
    }
    let mut failed = 0;
    let mut mismatched = false;
    let mut best = sink.len();
    loop {
        let error = match attempt(session, wanted, &url, mismatched, sink, progress).await {
            Ok(()) => {
                if sink.verify(wanted.etag)? {
                    return Ok(());
                }
                sink.clear()?;
                let error = wrong(
                    wanted,
                    &url,
                    "are not those that the Hub announced (the digest differs)",
                );
                if mismatched {
                    return Err(error);
                }
                // Once more from the start and without compression: a broken mirror or proxy may have been at work.
                mismatched = true;
                continue;
            }
            Err(error) => error,
        };
        // Whoever gets further than before is given further chances; the call's deadline ends it. The same bytes
        // over and over again are no progress.
        if sink.len() >= best + (64 << 10) {
            best = sink.len();
            failed = 1;
        } else {
            failed += 1;
        }
        match wait_before(session, &error, failed)? {
            Some(wait) => session.pause(wait, &url).await?,
            None => return Err(error),
        }
    }
}

/// A sink that may cross threads.
pub(crate) trait SendSink: Sink + Send {}
impl<T: Sink + Send> SendSink for T {}

async fn attempt(
    session: &Session,
    wanted: &Wanted<'_>,
    url: &Url,
    plain: bool,
    sink: &mut dyn SendSink,
    progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<(), HubError> {
    let from = sink.len();
    if wanted.size == Some(from) && from > 0 {
        return Ok(());
    }
    let about = session.about(Some(wanted.path));
    let asked = session.ask(url.clone(), Want::Body { from, plain }, &about).await;
    let Answer { response, meta, hop } = match asked {
        Ok(answer) => answer,
        Err(Refused { error, .. }) if error.status() == Some(416) && from > 0 => {
            sink.clear()?;
            return Err(error.with_retry(None));
        }
        Err(Refused { error, .. }) => return Err(error),
    };
    if meta
        .commit
        .as_deref()
        .is_some_and(|commit| commit != wanted.commit)
    {
        return Err(HubError::new(
            Code::Protocol,
            "The server sent a file of another commit than it was asked for.",
        )
        .with_url(&hop.url)
        .with_file(wanted.path));
    }
    let part = response.status().as_u16() == 206;
    if (from > 0 || part) && !continues(&response, from, wanted.size) {
        sink.clear()?;
        if part {
            return Err(wrong(
                wanted,
                &hop.url,
                "came from another place of the file than asked for",
            )
            .with_retry(None));
        }
    }
    // Another length than announced is another document, such as the page of a login.
    if let (Some(size), Some(length)) = (wanted.size, response.content_length())
        && sink.len() + length != size
    {
        let what = format!("are {} where the Hub announced {size}", sink.len() + length);
        sink.clear()?;
        return Err(wrong(wanted, &hop.url, &what).with_few_retries(1));
    }
    stream(session, wanted, &hop.url, response, sink, progress).await
}

/// Whether an answer goes on exactly at `from`.
fn continues(response: &Response, from: u64, size: Option<u64>) -> bool {
    let range = crate::protocol::text(response.headers(), &CONTENT_RANGE);
    let parsed = range.as_deref().and_then(|range| {
        let (span, total) = range.strip_prefix("bytes ")?.split_once('/')?;
        let start: u64 = span.split_once('-')?.0.parse().ok()?;
        Some((start, total.parse::<u64>().ok()))
    });
    response.status().as_u16() == 206
        && parsed.is_some_and(|(start, total)| {
            start == from && (total.is_none() || size.is_none() || total == size)
        })
}

async fn stream(
    session: &Session,
    wanted: &Wanted<'_>,
    url: &Url,
    mut response: Response,
    sink: &mut dyn SendSink,
    progress: &(dyn Fn(u64, Option<u64>) + Send + Sync),
) -> Result<(), HubError> {
    let mut rate = Rate::new(session);
    loop {
        let chunk = session
            .within(
                session.limits.idle,
                "sent no more of the file",
                url,
                response.chunk(),
            )
            .await?;
        let Some(chunk) =
            chunk.map_err(|error| crate::failure::describe(error, url).with_file(wanted.path))?
        else {
            break;
        };
        let length = sink.len() + chunk.len() as u64;
        if wanted.size.is_some_and(|size| length > size) {
            sink.clear()?;
            return Err(wrong(wanted, url, "are more than the Hub announced"));
        }
        check_size(session, length, wanted, url)?;
        sink.push(&chunk)?;
        progress(length, wanted.size);
        rate.check(chunk.len() as u64, url)?;
    }
    match wanted.size {
        Some(size) if sink.len() < size => Err(HubError::new(
            Code::Network,
            format!(
                "The connection ended after {} of {size} bytes of {}.",
                sink.len(),
                wanted.path
            ),
        )
        .with_url(url)
        .with_file(wanted.path)
        .with_retry(None)),
        _ => Ok(()),
    }
}

fn check_size(session: &Session, size: u64, wanted: &Wanted<'_>, url: &Url) -> Result<(), HubError> {
    let limits = &session.limits;
    let most = match wanted.size {
        Some(_) => limits.max_size,
        None => limits.max_size.min(limits.max_untold),
    };
    if size <= most {
        return Ok(());
    }
    Err(HubError::new(
        Code::TooLarge,
        format!("{} is larger than the {most} bytes allowed.", wanted.path),
    )
    .with_url(url)
    .with_file(wanted.path)
    .with_repo(&session.repo_id, &session.revision)
    .with_hint("Raise the limit `max_size` if this file is really wanted."))
}

fn wrong(wanted: &Wanted<'_>, url: &Url, what: &str) -> HubError {
    HubError::new(Code::Integrity, format!("The bytes of {} {what}.", wanted.path))
        .with_url(url)
        .with_file(wanted.path)
        .with_hint("Try again; if it stays so, a proxy or mirror changes what the Hub sends.")
}

/// Ends bodies that drip.
pub(crate) struct Rate {
    least: u64,
    window: std::time::Duration,
    since: Instant,
    bytes: u64,
}

impl Rate {
    pub(crate) fn new(session: &Session) -> Self {
        let limits = &session.limits;
        Self {
            least: limits.min_rate,
            window: limits.min_rate_window,
            since: Instant::now(),
            bytes: 0,
        }
    }

    pub(crate) fn check(&mut self, bytes: u64, url: &Url) -> Result<(), HubError> {
        self.bytes += bytes;
        let passed = self.since.elapsed();
        if self.least == 0 || passed < self.window {
            return Ok(());
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
        let enough = self.bytes as f64 >= self.least as f64 * passed.as_secs_f64();
        if !enough {
            let what = format!(
                "sent less than {} bytes a second for {}",
                self.least,
                seconds(passed)
            );
            return Err(crate::failure::timeout(&what, url));
        }
        self.since = Instant::now();
        self.bytes = 0;
        Ok(())
    }
}
