//! Trying again: how often, and how long to wait in between.

use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use url::Url;

use crate::error::HubError;
use crate::options::Limits;
use crate::session::Session;

/// Runs `attempt` until it works, fails for good, or has failed too often.
pub(crate) async fn retrying<T, E, F>(
    session: &Session,
    url: &Url,
    mut attempt: impl FnMut() -> F,
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    E: From<HubError> + AsError,
{
    let mut failed = 0;
    loop {
        match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => {
                failed += 1;
                match wait_before(session, error.as_error(), failed)? {
                    Some(wait) => session.pause(wait, url).await?,
                    None => return Err(error),
                }
            }
        }
    }
}

/// Errors that hold a [`HubError`].
pub(crate) trait AsError {
    fn as_error(&self) -> &HubError;
}

impl AsError for HubError {
    fn as_error(&self) -> &HubError {
        self
    }
}

impl AsError for crate::session::Refused {
    fn as_error(&self) -> &HubError {
        &self.error
    }
}

/// How long to wait before the attempt that follows `failed` failures; `None` to give up.
pub(crate) fn wait_before(
    session: &Session,
    error: &HubError,
    failed: u32,
) -> Result<Option<Duration>, HubError> {
    if session.cancel.is_cancelled() {
        return Err(HubError::aborted());
    }
    Ok(wait(&session.limits, error, failed))
}

fn wait(limits: &Limits, error: &HubError, failed: u32) -> Option<Duration> {
    if failed > limits.retries.min(error.retries()) {
        return None;
    }
    match error.retry_after() {
        // A server that wants more than we are ready to wait is better reported than hammered.
        Some(asked) if asked > limits.max_retry_wait => None,
        Some(asked) => Some(asked + jitter(Duration::from_millis(250))),
        None => Some(backoff(failed)),
    }
}

/// 0.25, 0.5, 1, 2, 4 s and so on up to 8, each between half and all of it.
fn backoff(failed: u32) -> Duration {
    let full = Duration::from_millis(250).saturating_mul(1 << failed.saturating_sub(1).min(5));
    full / 2 + jitter(full / 2)
}

fn jitter(most: Duration) -> Duration {
    most.mul_f64(f64::from(u32::try_from(random() >> 32).unwrap_or(0)) / f64::from(u32::MAX))
}

/// Random enough for waiting times and temporary names: the standard library seeds each hasher afresh.
pub(crate) fn random() -> u64 {
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn what_a_server_asks_for_is_waited_for() {
        let limits = Limits::new(&crate::Timeouts::default(), &crate::Variables::default(), true);
        let error = |asked| HubError::new(Code::RateLimited, "").with_retry(asked);
        let asked = |seconds| wait(&limits, &error(Some(Duration::from_secs(seconds))), 1);
        for seconds in [0, 1, 7, 60] {
            let waited = asked(seconds).unwrap_or_default();
            let least = Duration::from_secs(seconds);
            assert!(waited >= least && waited <= least + Duration::from_millis(250));
        }
        assert_eq!(asked(61), None);
        assert!(wait(&limits, &error(None), 4).is_some());
        assert_eq!(wait(&limits, &error(None), 5), None);
        assert_eq!(wait(&limits, &HubError::new(Code::Protocol, ""), 1), None);
        let few = error(None).with_few_retries(2);
        assert!(wait(&limits, &few, 2).is_some());
        assert_eq!(wait(&limits, &few, 3), None);
    }

    #[test]
    fn waits_grow_and_end() {
        for failed in 1..40 {
            let wait = backoff(failed);
            assert!(
                wait >= Duration::from_millis(125) && wait <= Duration::from_secs(8),
                "{failed}: {wait:?}"
            );
        }
        for failed in 1..=6 {
            let least = Duration::from_millis(125 << (failed - 1));
            let waits: Vec<_> = (0..20).map(|_| backoff(failed)).collect();
            assert!(
                waits.iter().all(|wait| (least..=least * 2).contains(wait)),
                "{failed}: {waits:?}"
            );
            // Whoever failed at the same moment does not come back at the same moment.
            assert!(waits.iter().any(|wait| *wait != waits[0]), "{failed}");
        }
        assert_ne!(random(), random());
    }
}
