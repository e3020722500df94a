//! Work off the JS thread, which an `AbortSignal` can end.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use napi::bindgen_prelude::{Env, External, PromiseRaw, Result, ToNapiValue};
use napi_derive::napi;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// What `cancel` ends. JavaScript makes one for each call that has an `AbortSignal`.
#[napi]
pub fn cancellation() -> External<CancellationToken> {
    External::new(CancellationToken::new())
}

/// Ends the work that was started with `token`.
#[napi]
pub fn cancel(token: &External<CancellationToken>) {
    token.cancel();
}

/// The token given by JavaScript, or one that is never cancelled.
pub(crate) fn token_of(given: Option<&External<CancellationToken>>) -> CancellationToken {
    given.map_or_else(CancellationToken::new, |token| (**token).clone())
}

/// Runs `work` on the runtime's threads.
pub(crate) fn run<V: ToNapiValue + Send + 'static>(
    env: &Env,
    work: impl Future<Output = std::result::Result<V, Failure>> + Send + 'static,
) -> Result<PromiseRaw<'_, V>> {
    let future = async move { Ok(work.await) };
    env.spawn_future_with_callback(future, |env, outcome| {
        outcome.map_err(|failure: Failure| failure.into_js(*env))
    })
}

/// How many pieces of work run at once, in all threads of JavaScript together: so many that short ones get past a few
/// long ones. The pool itself has 512 threads, each with the memory of its work and what the allocator keeps for it.
static PLACES: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(1, usize::from);
    Semaphore::new((4 * cores).max(16))
});

/// Runs `work` on the pool for blocking work, unless it is cancelled before its turn, and `finish` on the JS thread with its result.
pub(crate) fn spawn<'env, T, V>(
    env: &'env Env,
    cancelled: CancellationToken,
    work: impl FnOnce() -> std::result::Result<T, Failure> + Send + 'static,
    finish: impl FnOnce(&'env Env, T) -> Result<V> + 'static,
) -> Result<PromiseRaw<'env, V>>
where
    T: Send + 'static,
    V: ToNapiValue,
{
    let future = async move {
        let running = async {
            // Work that has begun keeps its place to its end: it is not stopped by who waits no longer.
            let place = PLACES.acquire().await;
            let work = move || {
                let result = work();
                drop(place);
                result
            };
            tokio::task::spawn_blocking(work).await
        };
        Ok(tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(Failure::aborted()),
            joined = running => joined.unwrap_or_else(|panic| Err(Failure::internal(&panic))),
        })
    };
    env.spawn_future_with_callback(future, move |env, outcome| match outcome {
        Ok(value) => finish(env, value),
        Err(failure) => Err(failure.into_js(*env)),
    })
}
